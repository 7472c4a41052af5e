//! The council, its members, and what it decides.

use crate::{AccountId, BlockNumber, Council, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, SLOT_DURATION};
use frame_support::{
    parameter_types,
    traits::{ConstU32, EitherOf},
    weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_collective::{EnsureProportionAtLeast, EnsureProportionMoreThan};
use sp_runtime::Perbill;

/// Most members of the council.
const MAX_MEMBERS: u32 = 32;
/// How long a motion is voted on: a week.
const MOTION_DURATION: BlockNumber = (7 * 24 * 60 * 60 * 1_000 / SLOT_DURATION) as BlockNumber;

/// More than half of the council, for what is urgent and can be taken back. Or root, which only the development chain has.
pub type MoreThanHalf = EitherOf<EnsureRoot<AccountId>, EnsureProportionMoreThan<AccountId, (), 1, 2>>;

/// At least two thirds of the council, for what decides who decides. Or root, which only the development chain has.
pub type TwoThirds = EitherOf<EnsureRoot<AccountId>, EnsureProportionAtLeast<AccountId, (), 2, 3>>;

parameter_types! {
    /// A motion may take half of what a block can.
    pub MaxProposalWeight: Weight = Perbill::from_percent(50)
        * <<Runtime as frame_system::Config>::BlockWeights as frame_support::traits::Get<
            frame_system::limits::BlockWeights,
        >>::get().max_block;
}

impl pallet_collective::Config for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = frame_support::traits::ConstU32<MOTION_DURATION>;
    type MaxProposals = ConstU32<100>;
    type MaxMembers = ConstU32<MAX_MEMBERS>;
    /// Who has not voted has said no: nothing comes about by silence.
    type DefaultVote = NoByDefault;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    /// Members come and go through `CouncilMembership`.
    type SetMembersOrigin = EnsureRoot<AccountId>;
    type MaxProposalWeight = MaxProposalWeight;
    type DisapproveOrigin = TwoThirds;
    type KillOrigin = TwoThirds;
    /// Only members propose.
    type Consideration = ();
}

/// The council chooses its own members.
impl pallet_membership::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type AddOrigin = TwoThirds;
    type RemoveOrigin = TwoThirds;
    type SwapOrigin = TwoThirds;
    type ResetOrigin = TwoThirds;
    type PrimeOrigin = TwoThirds;
    type MembershipInitialized = Council;
    type MembershipChanged = Council;
    type MaxMembers = ConstU32<MAX_MEMBERS>;
    type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

/// New code can do anything: two thirds of the council.
impl pallet_governance::Config for Runtime {
    type UpgradeOrigin = TwoThirds;
    type WeightInfo = pallet_governance::weights::SubstrateWeight<Runtime>;
}

/// A vote that was not cast is a no.
pub struct NoByDefault;

impl pallet_collective::DefaultVote for NoByDefault {
    fn default_vote(_prime: Option<bool>, _yes: u32, _no: u32, _members: u32) -> bool {
        false
    }
}
