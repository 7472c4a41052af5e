//! From storage version 1 to 2: builds the index of a vendor's products ([`ProductsOf`]), which version 1 did not have, and
//! the vendor's count of those that are not retired. A product that is in the index was done.

use crate::{
    pallet::{Config, Pallet, Products, ProductsOf, Vendors},
    types::VendorRecord,
    WeightInfo,
};
use codec::{Decode, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
    migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
    traits::{GetStorageVersion, StorageVersion},
    weights::WeightMeter,
};
use suit_primitives::ProductId;

/// Storage version that it leads away from.
const FROM: u16 = 1;
/// Storage version that it leads to.
const TO: u16 = 2;

/// The migration. Its cursor is the product that was done last.
pub struct MigrateV1ToV2<T>(PhantomData<T>);

/// The product that was done last.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, MaxEncodedLen, Debug)]
pub struct Cursor(ProductId);

impl<T: Config> SteppedMigration for MigrateV1ToV2<T> {
    type Cursor = Cursor;
    type Identifier = MigrationId<18>;

    fn id() -> Self::Identifier {
        MigrationId {
            pallet_id: *b"suit-registry     ",
            version_from: FROM as u8,
            version_to: TO as u8,
        }
    }

    fn step(
        mut cursor: Option<Self::Cursor>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Self::Cursor>, SteppedMigrationError> {
        if Pallet::<T>::on_chain_storage_version() != StorageVersion::new(FROM) {
            return Ok(None);
        }
        let one = T::WeightInfo::migrate_product();
        let mut done = false;
        while meter.try_consume(one).is_ok() {
            let next = match cursor {
                None => Products::<T>::iter_keys().next(),
                Some(Cursor(last)) => Products::<T>::iter_keys_from(Products::<T>::hashed_key_for(last)).next(),
            };
            let Some(product) = next else {
                StorageVersion::new(TO).put::<Pallet<T>>();
                return Ok(None);
            };
            index::<T>(product);
            done = true;
            cursor = Some(Cursor(product));
        }
        if !done {
            return Err(SteppedMigrationError::InsufficientWeight { required: one });
        }
        Ok(cursor)
    }
}

fn index<T: Config>(product: ProductId) {
    let ProductId { vendor, class } = product;
    if ProductsOf::<T>::contains_key(vendor, class) {
        return;
    }
    ProductsOf::<T>::insert(vendor, class, ());
    if Products::<T>::get(product).is_some_and(|record| record.v1().retired) {
        return;
    }
    Vendors::<T>::mutate(vendor, |record| {
        if let Some(mut owner) = record.take().map(VendorRecord::into_v1) {
            owner.products = owner.products.saturating_add(1);
            *record = Some(VendorRecord::V1(owner));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::{on_chain, Runtime, RuntimeOrigin, SuitRegistry, ADMIN};
    use frame_support::weights::Weight;
    use suit_manifest::uuid;
    use suit_primitives::{
        release::{Policy, PolicyV1, Retrieval},
        VendorId,
    };

    /// The state of version 1: three products, and neither index nor count.
    fn version_1() -> VendorId {
        let vendor = VendorId(uuid::vendor_id("acme.example"));
        let policy = Policy::V1(PolicyV1 {
            threshold: 1,
            replicas: 1,
            retrieval: Retrieval::Open,
        });
        let admin = || RuntimeOrigin::signed(ADMIN);
        SuitRegistry::register_vendor(admin(), b"acme.example".to_vec()).expect("it is free");
        for name in ["lamp", "switch", "router"] {
            SuitRegistry::create_product(admin(), vendor, name.into(), policy).expect("it is new");
        }
        let _ = ProductsOf::<Runtime>::clear(u32::MAX, None);
        Vendors::<Runtime>::mutate(vendor, |record| {
            let mut owner = record.take().expect("it is registered").into_v1();
            owner.products = 0;
            *record = Some(VendorRecord::V1(owner));
        });
        StorageVersion::new(FROM).put::<SuitRegistry>();
        vendor
    }

    #[test]
    fn a_product_a_step_is_indexed_and_counted() {
        on_chain(|| {
            let vendor = version_1();
            let one = <<Runtime as Config>::WeightInfo as WeightInfo>::migrate_product();
            let mut cursor = None;
            for products in 1..=3 {
                let mut meter = WeightMeter::with_limit(one);
                cursor = MigrateV1ToV2::<Runtime>::step(cursor, &mut meter).expect("there is room for one");
                assert!(cursor.is_some(), "there is more to do");
                assert_eq!(ProductsOf::<Runtime>::iter_prefix(vendor).count(), products);
                assert_eq!(SuitRegistry::on_chain_storage_version(), StorageVersion::new(FROM));
            }
            let mut meter = WeightMeter::with_limit(one);
            assert_eq!(MigrateV1ToV2::<Runtime>::step(cursor, &mut meter), Ok(None));
            assert_eq!(SuitRegistry::on_chain_storage_version(), StorageVersion::new(TO));
            assert_eq!(SuitRegistry::api_vendor(vendor).map(|vendor| vendor.products), Some(3));
            // What comes after it, the invariants, runs at the end of every test.
        });
    }

    #[test]
    fn it_does_nothing_on_a_chain_that_is_further() {
        on_chain(|| {
            let vendor = version_1();
            StorageVersion::new(TO).put::<SuitRegistry>();
            let mut meter = WeightMeter::new();
            assert_eq!(MigrateV1ToV2::<Runtime>::step(None, &mut meter), Ok(None));
            assert_eq!(ProductsOf::<Runtime>::iter_prefix(vendor).count(), 0);
            StorageVersion::new(FROM).put::<SuitRegistry>();
            assert_eq!(MigrateV1ToV2::<Runtime>::step(None, &mut meter), Ok(None));
        });
    }

    #[test]
    fn a_block_without_room_for_a_step_is_an_error_and_not_a_loop() {
        on_chain(|| {
            version_1();
            let mut meter = WeightMeter::with_limit(Weight::zero());
            let outcome = MigrateV1ToV2::<Runtime>::step(None, &mut meter);
            assert!(matches!(outcome, Err(SteppedMigrationError::InsufficientWeight { .. })));
            let mut meter = WeightMeter::new();
            assert_eq!(MigrateV1ToV2::<Runtime>::step(None, &mut meter), Ok(None));
        });
    }
}
