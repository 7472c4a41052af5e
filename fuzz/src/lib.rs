//! Well-formed inputs of every kind, made by our own builders: what the targets start from, and what they compare with.

#![forbid(unsafe_code)]

pub mod keys;
mod pool;
mod seeds;

pub use pool::{signed, Signed, PAYLOAD};
pub use seeds::{challenger, device, seeds, NOW};
