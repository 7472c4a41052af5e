//! What each pallet is given.

mod accounts;
mod consensus;
mod delegation;
mod governance;
mod pausing;
mod suit;
mod system;

pub use consensus::{MAX_REGISTRARS, SLOT_DURATION};
pub use delegation::ProxyType;
pub use pausing::{NeverPaused, PublishingPaused};
