//! Writing COSE_Key (RFC 9052 §7): one place for public and private keys, so that both have one form.

use super::{
    members::{CRV, CRV_ED25519, CRV_P256, CRV_P384, D, KEY_ALG, KTY, KTY_EC2, KTY_HSS_LMS, KTY_OKP, PUB, X, Y},
    PublicKey,
};
use crate::cbor::Writer;
use alloc::vec::Vec;

/// The COSE_Key, deterministic; with the algorithm and the private part where they are given.
pub(super) fn cose_key(key: &PublicKey, alg: Option<i64>, private: Option<&[u8]>) -> Vec<u8> {
    let (kty, crv, x, y): (i64, Option<i64>, &[u8], Option<&[u8]>) = match key {
        PublicKey::P256(point) => {
            let (x, y) = point.split_at(32);
            (KTY_EC2, Some(CRV_P256), x, Some(y))
        }
        PublicKey::P384(point) => {
            let (x, y) = point.split_at(48);
            (KTY_EC2, Some(CRV_P384), x, Some(y))
        }
        PublicKey::Ed25519(x) => (KTY_OKP, Some(CRV_ED25519), x, None),
        PublicKey::HssLms(key) => (KTY_HSS_LMS, None, key, None),
    };
    let optional = [alg.is_some(), crv.is_some(), y.is_some(), private.is_some()];
    let entries = optional.into_iter().filter(|there| *there).count().saturating_add(2);
    let mut writer = Writer::new();
    writer.map(entries).int(KTY).int(kty);
    if let Some(alg) = alg {
        writer.int(KEY_ALG).int(alg);
    }
    match crv {
        Some(crv) => writer.int(CRV).int(crv).int(X).bytes(x),
        None => writer.int(PUB).bytes(x),
    };
    if let Some(y) = y {
        writer.int(Y).bytes(y);
    }
    if let Some(private) = private {
        writer.int(D).bytes(private);
    }
    writer.finish()
}
