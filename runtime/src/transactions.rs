//! What a transaction carries besides its call, and how the off-chain worker makes one.

use crate::{Address, Runtime, RuntimeCall, RuntimeOrigin, Signature, UncheckedExtrinsic};
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchInfo, PostDispatchInfo},
    pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, Weight},
    traits::Contains,
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase};
use scale_info::TypeInfo;
use sp_runtime::{
    generic::Era,
    traits::{AsTransactionAuthorizedOrigin, Implication, TransactionExtension, ValidateResult},
    DispatchResult,
};
use suit_primitives::Refusal;

/// The SDK's step that turns an authorised call's missing origin into one.
type AuthorizeCall = frame_system::AuthorizeCall<Runtime>;

/// Checks on every transaction. Authorisation comes first: the others look at the origin that it gives.
pub type TxExtension = (
    AuthorizeUnpaused,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

impl<LocalCall> CreateTransactionBase<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<LocalCall> CreateTransaction<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    type Extension = TxExtension;

    fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
        sp_runtime::generic::UncheckedExtrinsic::<Address, RuntimeCall, Signature, TxExtension>::new_transaction(
            call, extension,
        )
    }
}

impl<LocalCall> CreateAuthorizedTransaction<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    fn create_extension() -> TxExtension {
        (
            AuthorizeUnpaused::default(),
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckEra::from(Era::Immortal),
            frame_system::CheckNonce::from(0),
            frame_system::CheckWeight::new(),
            pallet_transaction_payment::ChargeTransactionPayment::from(0),
            frame_metadata_hash_extension::CheckMetadataHash::new(false),
            frame_system::WeightReclaim::new(),
        )
    }
}

/// The SDK's authorisation of calls without an account, refused for a call that is paused.
///
/// The SDK asks whether a call is paused when it is dispatched. A signed transaction has been paid for by then; one
/// without an account would be in the block, have cost its whole weight and changed nothing, so that anybody who has seen
/// it could send it again and again. Here it is refused in the pool, and makes a block that holds it invalid.
///
/// For clients it is the SDK's extension: it has its name and carries no bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AuthorizeUnpaused(AuthorizeCall);

impl Default for AuthorizeUnpaused {
    fn default() -> Self {
        Self(AuthorizeCall::new())
    }
}

/// By name where it is publishing, so that an author is told what he can do nothing about.
fn paused(call: &RuntimeCall) -> InvalidTransaction {
    match call {
        RuntimeCall::SuitRegistry(_) => InvalidTransaction::Custom(Refusal::PublishingPaused.code()),
        _ => InvalidTransaction::Call,
    }
}

impl TransactionExtension<RuntimeCall> for AuthorizeUnpaused {
    const IDENTIFIER: &'static str = <AuthorizeCall as TransactionExtension<RuntimeCall>>::IDENTIFIER;
    type Implicit = ();
    type Val = Weight;
    type Pre = Weight;

    fn weight(&self, call: &RuntimeCall) -> Weight {
        let look = <Runtime as frame_system::Config>::DbWeight::get().reads(1);
        self.0.weight(call).saturating_add(look)
    }

    fn validate(
        &self,
        origin: RuntimeOrigin,
        call: &RuntimeCall,
        info: &DispatchInfo,
        len: usize,
        _implicit: (),
        inherited_implication: &impl Implication,
        source: TransactionSource,
    ) -> ValidateResult<Self::Val, RuntimeCall> {
        let by_nobody = !origin.is_transaction_authorized();
        if by_nobody && !<Runtime as frame_system::Config>::BaseCallFilter::contains(call) {
            return Err(paused(call).into());
        }
        self.0
            .validate(origin, call, info, len, (), inherited_implication, source)
    }

    fn prepare(
        self,
        val: Weight,
        origin: &RuntimeOrigin,
        call: &RuntimeCall,
        info: &DispatchInfo,
        len: usize,
    ) -> Result<Weight, TransactionValidityError> {
        self.0.prepare(val, origin, call, info, len)
    }

    fn post_dispatch_details(
        pre: Weight,
        info: &DispatchInfo,
        post_info: &PostDispatchInfo,
        len: usize,
        result: &DispatchResult,
    ) -> Result<Weight, TransactionValidityError> {
        AuthorizeCall::post_dispatch_details(pre, info, post_info, len, result)
    }
}
