//! What each pallet is given.

mod accounts;
mod consensus;
mod suit;
mod system;

pub use consensus::SLOT_DURATION;
