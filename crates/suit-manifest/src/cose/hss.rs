//! The form of HSS-LMS keys and signatures (RFC 8554 §4 to §6), with the parameters that RFC 8778 takes over: SHA-256, 32
//! bytes. Whatever verifies them gets nothing that is not of this form to the last byte.

/// Length of a public key in bytes (RFC 8554 §6.1): levels, LMS type, LM-OTS type, identifier, root.
pub const HSS_PUBLIC_KEY: usize = 60;
/// Longest signature in bytes that is looked at. The most levels there are, 8, each with the parameters that people use
/// (Winternitz 4, height 25), make 24 300 bytes; it is also what leaves room for the rest in an envelope.
pub const MAX_HSS_SIGNATURE: usize = 24 * 1024;

/// Most levels (RFC 8554 §6).
const MAX_LEVELS: u32 = 8;
/// Bytes of a hash.
#[cfg(feature = "hss-lms")]
const HASH: usize = 32;
/// Bytes of an LMS public key: two types, identifier, root.
const LMS_PUBLIC_KEY: usize = 56;

/// Whether the key's levels and types are ones of RFC 8554.
pub(super) fn key_is_valid(key: &[u8; HSS_PUBLIC_KEY]) -> bool {
    let mut rest = &key[..];
    let levels = word(&mut rest);
    levels.is_some_and(|levels| (1..=MAX_LEVELS).contains(&levels)) && lms_public_key(&mut rest).is_some()
}

/// Whether this is a signature by its form: levels, types and lengths agree with each other, leaf numbers lie in their
/// trees, nothing is missing and nothing left.
#[cfg(feature = "hss-lms")]
pub(crate) fn signature_is_well_formed(signature: &[u8]) -> bool {
    signature.len() <= MAX_HSS_SIGNATURE && signature_form(signature).is_some()
}

/// Whether this is a public key by its form.
#[cfg(feature = "hss-lms")]
pub(crate) fn key_is_well_formed(key: &[u8]) -> bool {
    key.try_into().is_ok_and(key_is_valid)
}

#[cfg(feature = "hss-lms")]
fn signature_form(signature: &[u8]) -> Option<()> {
    let mut rest = signature;
    let signed_keys = word(&mut rest)?;
    if signed_keys >= MAX_LEVELS {
        return None;
    }
    for _ in 0..signed_keys {
        lms_signature(&mut rest)?;
        lms_public_key(&mut rest)?;
    }
    lms_signature(&mut rest)?;
    rest.is_empty().then_some(())
}

/// Leaf, LM-OTS signature, LMS type, path (RFC 8554 §5.4).
#[cfg(feature = "hss-lms")]
fn lms_signature(rest: &mut &[u8]) -> Option<()> {
    let leaf = word(rest)?;
    let chains = chains(word(rest)?)?;
    skip(rest, HASH.checked_mul(chains.checked_add(1)?)?)?;
    let height = height(word(rest)?)?;
    skip(rest, HASH.checked_mul(height as usize)?)?;
    (leaf < 1u32.checked_shl(height)?).then_some(())
}

/// LMS type, LM-OTS type, identifier, root (RFC 8554 §5.3).
fn lms_public_key(rest: &mut &[u8]) -> Option<()> {
    height(word(rest)?)?;
    chains(word(rest)?)?;
    skip(rest, LMS_PUBLIC_KEY.checked_sub(8)?)
}

/// Height of the tree (RFC 8554 §5.1).
const fn height(lms_type: u32) -> Option<u32> {
    Some(match lms_type {
        5 => 5,
        6 => 10,
        7 => 15,
        8 => 20,
        9 => 25,
        _ => return None,
    })
}

/// How many hash chains a one-time signature has (RFC 8554 §4.1).
const fn chains(ots_type: u32) -> Option<usize> {
    Some(match ots_type {
        1 => 265,
        2 => 133,
        3 => 67,
        4 => 34,
        _ => return None,
    })
}

fn word(rest: &mut &[u8]) -> Option<u32> {
    let (word, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*word))
}

fn skip(rest: &mut &[u8], len: usize) -> Option<()> {
    *rest = rest.get(len..)?;
    Some(())
}
