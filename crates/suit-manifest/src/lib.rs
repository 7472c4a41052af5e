#![doc = include_str!("../README.md")]
#![no_std]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(feature = "alloc")]
pub mod build;
pub mod cbor;
pub mod cose;
pub mod crypto;
pub mod digest;
pub mod envelope;
pub mod error;
pub mod manifest;
pub mod process;
pub mod report;
pub mod resolve;
pub mod uuid;
