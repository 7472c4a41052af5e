//! The chain as this program sees it: runtime APIs on finalised state, calls built by the chain's own metadata.

pub mod advice;
pub mod apis;
pub mod client;
pub mod extrinsics;
pub mod general;
pub mod refusals;
pub mod state;
pub mod values;

pub use client::Chain;
