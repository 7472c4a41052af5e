#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod bearer;
pub mod challenge;
mod claim;
pub mod credential;
mod error;
pub mod handover;
mod message;
#[cfg(feature = "alloc")]
pub mod replay;
pub mod request;
pub mod ticket;
pub mod verify;

pub use error::Error;
#[cfg(feature = "alloc")]
pub use error::IssueError;
