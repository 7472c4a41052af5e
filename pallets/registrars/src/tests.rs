//! The pallet's tests, by subject.

mod calls;
mod readme;
mod sessions;
