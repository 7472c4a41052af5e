//! The gateway over real sockets, with a real store and a chain that says what the test wants.

mod common;
mod downloads;
mod serving;
mod tickets;
mod uploads;
