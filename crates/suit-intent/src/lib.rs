#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod error;
mod intent;
mod payload;
#[cfg(feature = "alloc")]
mod sign;

pub use error::Error;
pub use intent::{Intent, CONTENT_TYPE, MAX_INTENT};
pub use payload::{IntentPayload, Root, Roots, CALL_PUBLISH, MAX_ROOTS, VERSION};
#[cfg(feature = "alloc")]
pub use sign::{add_signature, sign};
