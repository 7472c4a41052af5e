//! Well-formed inputs of every kind, made by our own builders: what the targets start from, and what they compare with.

#![forbid(unsafe_code)]

mod device;
pub mod keys;
mod pool;
mod run;
mod seeds;

pub use device::Device;
pub use pool::{signed, Signed, PAYLOAD};
pub use run::{authenticated, run, Ran};
pub use seeds::{challenger, device, seeds, NOW, VENDOR};
