//! A target for every decoder. Each checks what must hold for whatever comes in, not only that nothing panics.

mod chain;
mod cose;
mod envelope;
mod flipped_bit;
mod harness;
mod manifest;
mod processor;
mod reader;
