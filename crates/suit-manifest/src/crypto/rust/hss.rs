//! HSS-LMS. The crate behind it slices what it is given without asking, so that it gets nothing that was not measured
//! first. It keeps all hash chains of a one-time signature on the stack, in room for every parameter set: some 17 kB, which
//! a small device may not have.

use crate::cose::hss;
use arrayvec::ArrayVec;

/// Longest message in bytes. HSS hashes a message with what it draws for it, so that it cannot be hashed before, and the
/// crate takes it in one piece. The `Sig_structure` over a SUIT_Digest has some 150 bytes with a key identifier.
const MAX_MESSAGE: usize = 1024;

/// `None` where the message is longer than [`MAX_MESSAGE`].
pub(super) fn verify(key: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<bool> {
    let mut whole = ArrayVec::<u8, MAX_MESSAGE>::new();
    for part in message {
        whole.try_extend_from_slice(part).ok()?;
    }
    if !hss::key_is_well_formed(key) || !hss::signature_is_well_formed(signature) {
        return Some(false);
    }
    Some(hbs_lms::verify::<hbs_lms::Sha256_256>(&whole, signature, key).is_ok())
}
