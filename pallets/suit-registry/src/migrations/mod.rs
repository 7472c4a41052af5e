//! Migrations of the pallet's storage, from one storage version to the next.
//!
//! A migration is stepped ([`frame_support::migrations::SteppedMigration`]): it does as much as a block has room for,
//! keeps a cursor, and goes on in the next one, while calls wait. So it may touch every record, however many there are.
//! It starts only where the version on the chain is the one that it leads away from, and the last step sets the next one.

mod v2;

pub use v2::MigrateV1ToV2;
