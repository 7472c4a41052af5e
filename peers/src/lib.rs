//! Adapters to other people's SUIT tools, for `scripts/interop` and `scripts/bench`.
//!
//! - `suit_validator` (crate): decodes and verifies. One authentication block; knows the envelope members 2 to 5 only.
//! - `dress-up` (crate): interprets. It has no decoder apart from its interpreter, and leaves signatures to its caller.
//! - `taylor-suit` (PyPI): creates, and nothing else.

pub mod dress_up;
pub mod python;
pub mod samples;
pub mod validator;
