//! Hashes and what is made of them.

use sha2::Digest;

pub(super) fn fixed<D: Digest>(parts: &[&[u8]]) -> sha2::digest::Output<D> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

#[cfg(feature = "shake")]
pub(super) fn extendable<D, const N: usize>(parts: &[&[u8]]) -> [u8; N]
where
    D: Default + sha3::digest::Update + sha3::digest::ExtendableOutput,
{
    let mut hasher = D::default();
    for part in parts {
        hasher.update(part);
    }
    let mut out = [0u8; N];
    hasher.finalize_xof_into(&mut out);
    out
}

#[cfg(feature = "hmac")]
pub(super) fn hmac_sha256(key: &[u8], message: &[&[u8]]) -> Option<[u8; 32]> {
    use hmac::Mac as _;
    // HMAC takes keys of every length, so that this does not fail.
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).ok()?;
    for part in message {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}
