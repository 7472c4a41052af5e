//! Algorithms by their numbers in the IANA registry "COSE Algorithms".

use super::{hss::MAX_HSS_SIGNATURE, PublicKey};

/// A signature algorithm. The profiles of draft-ietf-suit-mti name the fully specified numbers (RFC 9864); many tools
/// still write the older ones, which mean the same with these keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Algorithm {
    /// ES256, -7: ECDSA with SHA-256; with P-256 here.
    Es256,
    /// ESP256, -9: ECDSA with SHA-256 over P-256.
    Esp256,
    /// EdDSA, -8; with Ed25519 here.
    EdDsa,
    /// Ed25519, -19.
    Ed25519,
    /// ES384, -35: ECDSA with SHA-384; with P-384 here.
    Es384,
    /// ESP384, -51: ECDSA with SHA-384 over P-384.
    Esp384,
    /// HSS-LMS, -46 (RFC 8778): hash trees with SHA-256, which no quantum computer breaks.
    HssLms,
}

impl Algorithm {
    /// Its number in the IANA registry "COSE Algorithms".
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Esp256 => -9,
            Self::EdDsa => -8,
            Self::Ed25519 => -19,
            Self::Es384 => -35,
            Self::Esp384 => -51,
            Self::HssLms => -46,
        }
    }

    /// The algorithm with this number.
    pub const fn from_number(number: i64) -> Option<Self> {
        // Narrowed first: eight comparisons of 64 bits are much code on a device.
        if number < i8::MIN as i64 || number > -1 {
            return None;
        }
        Some(match number as i8 {
            -7 => Self::Es256,
            -9 => Self::Esp256,
            -8 => Self::EdDsa,
            -19 => Self::Ed25519,
            -35 => Self::Es384,
            -51 => Self::Esp384,
            -46 => Self::HssLms,
            _ => return None,
        })
    }

    /// Whether one signs with such a key by this algorithm.
    pub const fn fits(self, key: &PublicKey) -> bool {
        matches!(
            (self, key),
            (Self::Es256 | Self::Esp256, PublicKey::P256(_))
                | (Self::EdDsa | Self::Ed25519, PublicKey::Ed25519(_))
                | (Self::Es384 | Self::Esp384, PublicKey::P384(_))
                | (Self::HssLms, PublicKey::HssLms(_))
        )
    }

    /// Whether its signatures can have this length in bytes.
    pub const fn has_signature_length(self, len: usize) -> bool {
        match self {
            Self::Es256 | Self::Esp256 | Self::EdDsa | Self::Ed25519 => len == 64,
            Self::Es384 | Self::Esp384 => len == 96,
            // It depends on the key's parameters, which whoever verifies compares byte by byte.
            Self::HssLms => len != 0 && len <= MAX_HSS_SIGNATURE,
        }
    }
}

/// A MAC algorithm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MacAlgorithm {
    /// HMAC 256/256, 5 (RFC 9053 §3.1): HMAC with SHA-256, not cut off.
    Hmac256,
}

impl MacAlgorithm {
    /// Its number in the IANA registry "COSE Algorithms".
    pub const fn number(self) -> i64 {
        match self {
            Self::Hmac256 => 5,
        }
    }

    /// The algorithm with this number.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            5 => Some(Self::Hmac256),
            _ => None,
        }
    }
}
