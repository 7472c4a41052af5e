//! The pallets together, without a node: blocks as a node would make them, transactions as an account would sign them.

mod chain;
mod council;
mod delegation;
mod pausing;
mod presets;
mod registrars;
mod upgrade;
