//! The pallet's tests, by subject.

mod attesting;
mod duty;
mod lapse;
mod registration;
mod worker;
