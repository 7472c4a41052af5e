//! The pinner with a real store and sources that help, lie, hang and have nothing.

mod checking;
mod common;
mod fetching;
mod restarts;
