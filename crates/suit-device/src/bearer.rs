//! How a ticket travels over HTTP: `Authorization: Bearer <base64url without padding>` (RFC 6750, RFC 4648 §5).

use crate::{ticket::MAX_TICKET, Error};

/// The token of an `Authorization` header's value, where its scheme is `Bearer`.
pub fn token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
}

/// Reads a token into `buffer` and returns the part of it that holds the ticket.
///
/// # Errors
/// `MalformedTicket` where it is not base64url, carries padding or bits that mean nothing, or is too long.
pub fn decode_into<'b>(token: &str, buffer: &'b mut [u8; MAX_TICKET]) -> Result<&'b [u8], Error> {
    let mut len = 0;
    // The last bits read, as many of them as `pending` says, that do not make a byte yet.
    let (mut bits, mut pending) = (0u16, 0u32);
    for character in token.bytes() {
        let value = value(character).ok_or(Error::MalformedTicket)?;
        bits = ((bits << 6) | u16::from(value)) & 0x0fff;
        pending = pending.saturating_add(6);
        if pending >= 8 {
            pending = pending.saturating_sub(8);
            let byte = buffer.get_mut(len).ok_or(Error::MalformedTicket)?;
            *byte = (bits >> pending) as u8;
            len = len.saturating_add(1);
        }
    }
    // A last character that adds no byte, or bits that no byte takes up, would give one ticket several spellings.
    let rest = bits & (1u16 << pending).saturating_sub(1);
    if pending >= 6 || rest != 0 {
        return Err(Error::MalformedTicket);
    }
    buffer.get(..len).ok_or(Error::MalformedTicket)
}

fn value(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(character.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(character.wrapping_sub(b'0').wrapping_add(52)),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(feature = "alloc")]
mod owned {
    use super::decode_into;
    use crate::{ticket::MAX_TICKET, Error};
    use alloc::{string::String, vec::Vec};

    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// The token for a ticket: what follows `Bearer `.
    pub fn encode(ticket: &[u8]) -> String {
        let mut out = String::with_capacity(ticket.len().div_ceil(3).saturating_mul(4));
        for group in ticket.chunks(3) {
            let [first, second, third] = [0, 1, 2].map(|i| u32::from(group.get(i).copied().unwrap_or_default()));
            let bits = first << 16 | second << 8 | third;
            // Three bytes are four characters, two are three, one is two.
            for shift in [18, 12, 6, 0].into_iter().take(group.len().saturating_add(1)) {
                let index = (bits >> shift) as usize & 0x3f;
                out.extend(ALPHABET.get(index).map(|character| char::from(*character)));
            }
        }
        out
    }

    /// Reads a token.
    ///
    /// # Errors
    /// `MalformedTicket`, as [`decode_into`].
    pub fn decode(token: &str) -> Result<Vec<u8>, Error> {
        decode_into(token, &mut [0; MAX_TICKET]).map(<[u8]>::to_vec)
    }
}
#[cfg(feature = "alloc")]
pub use owned::{decode, encode};
