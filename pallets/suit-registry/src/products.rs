//! Products and their policies.

use crate::{
    checks::names,
    deposits,
    pallet::{Config, Error, Event, Pallet, Products, ProductsOf, States, SteppingStones, Vendors},
    types::{ClassName, Pending, ProductRecord, ProductV1, VendorRecord},
    vendors::{charge, give_back, hold, VendorOf, TOMBSTONE},
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::DispatchError;
use suit_manifest::uuid;
use suit_primitives::{
    release::{Policy, PolicyV2, Retrieval, Submission},
    ClassId, ProductId, VendorId,
};

type ProductOf<T> = ProductV1<<T as frame_system::Config>::AccountId, <T as Config>::ProductDeposit>;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create_product(
        who: &T::AccountId,
        vendor: VendorId,
        class_name: &[u8],
        policy: Policy,
    ) -> DispatchResult {
        let mut owner = Self::managed_by(who, vendor)?;
        let name = names::class_name(class_name).map_err(Error::<T>::from)?;
        names::policy(&policy).map_err(Error::<T>::from)?;
        let class = ClassId(uuid::class_id(&vendor.0, name));
        let product = ProductId { vendor, class };
        ensure!(!Products::<T>::contains_key(product), Error::<T>::AlreadyExists);

        charge::<T>(&owner.admin, name.len().saturating_add(TOMBSTONE))?;
        let deposit = hold::<T, _, _>(&owner.admin, deposits::record(name.len()))?;
        let class_name: ClassName = class_name.to_vec().try_into().map_err(|_| Error::<T>::BadClassName)?;
        let record = ProductV1 {
            class_name: class_name.clone(),
            policy,
            pending_policy: None,
            retired: false,
            deposit: Some(deposit),
        };
        Products::<T>::insert(product, ProductRecord::V1(record));
        ProductsOf::<T>::insert(vendor, class, ());
        owner.products = owner.products.saturating_add(1);
        Vendors::<T>::insert(vendor, VendorRecord::V1(owner));
        Self::deposit_event(Event::ProductCreated {
            product,
            class_name,
            policy,
        });
        Ok(())
    }

    pub(crate) fn do_set_policy(who: &T::AccountId, product: ProductId, policy: Policy) -> DispatchResult {
        let (_, mut record) = Self::managed_product(who, product)?;
        names::policy(&policy).map_err(Error::<T>::from)?;
        let now = Self::now();
        let (current, wanted) = (record.policy_at(now), policy.latest());
        let at_once = stricter(&current, &wanted);
        if at_once == wanted {
            record.policy = policy;
            record.pending_policy = None;
            Self::deposit_event(Event::PolicySet {
                product,
                policy,
                from: now,
            });
        } else {
            let from = now.saturating_add(T::PolicyDelay::get());
            record.policy = Policy::V2(at_once);
            record.pending_policy = Some(Pending { value: policy, from });
            if at_once != current {
                let policy = Policy::V2(at_once);
                Self::deposit_event(Event::PolicySet {
                    product,
                    policy,
                    from: now,
                });
            }
            Self::deposit_event(Event::PolicySet { product, policy, from });
        }
        Products::<T>::insert(product, ProductRecord::V1(record));
        Ok(())
    }

    pub(crate) fn do_retire_product(who: &T::AccountId, product: ProductId) -> DispatchResult {
        let (mut owner, mut record) = Self::managed_product(who, product)?;
        let kept = States::<T>::get(product).map_or(0, |state| state.v1().kept);
        ensure!(kept == 0, Error::<T>::InUse);
        record.retired = true;
        record.pending_policy = None;
        give_back::<T, _, _>(record.deposit.take())?;
        Products::<T>::insert(product, ProductRecord::V1(record));
        SteppingStones::<T>::remove(product);
        owner.products = owner.products.saturating_sub(1);
        Vendors::<T>::insert(product.vendor, VendorRecord::V1(owner));
        Self::deposit_event(Event::ProductRetired { product });
        Ok(())
    }

    /// The vendor and the product, where this account manages them and neither is retired.
    fn managed_product(who: &T::AccountId, product: ProductId) -> Result<(VendorOf<T>, ProductOf<T>), DispatchError> {
        let owner = Self::managed_by(who, product.vendor)?;
        let record = Products::<T>::get(product).ok_or(Error::<T>::ProductNotFound)?;
        let record = record.into_v1();
        ensure!(!record.retired, Error::<T>::ProductRetired);
        Ok((owner, record))
    }
}

/// Of each part the stricter one. Of two ways of submission that have nothing in common, the one that is in force.
fn stricter(current: &PolicyV2, wanted: &PolicyV2) -> PolicyV2 {
    let narrows = current.submission == Submission::Both || wanted.submission == current.submission;
    PolicyV2 {
        threshold: current.threshold.max(wanted.threshold),
        replicas: current.replicas.max(wanted.replicas),
        retrieval: match (current.retrieval, wanted.retrieval) {
            (Retrieval::Open, Retrieval::Open) => Retrieval::Open,
            _ => Retrieval::VerifiedDevices,
        },
        submission: if narrows { wanted.submission } else { current.submission },
        frozen: current.frozen || wanted.frozen,
    }
}
