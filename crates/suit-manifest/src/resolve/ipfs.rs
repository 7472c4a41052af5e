//! `ipfs://` URIs that name one immutable file.

/// Length of a binary CIDv1 with a SHA2-256 multihash.
const CID_LEN: usize = 36;
/// Base32 digits (5 bits each) that hold it: 288 bits in 58 digits, the last two bits zero.
const DIGITS: usize = 58;

/// The binary CID of `ipfs://<CID>`: CIDv1 in lower-case base32, raw or dag-pb, SHA2-256; no path, no query, no other
/// spelling of the same CID. `None` for everything else.
pub fn ipfs_uri(uri: &str) -> Option<[u8; 36]> {
    // `b` is the multibase prefix of lower-case base32 without padding.
    let digits: &[u8; DIGITS] = uri.strip_prefix("ipfs://b")?.as_bytes().try_into().ok()?;
    let mut cid = [0u8; CID_LEN];
    let mut out = cid.iter_mut();
    let (mut buffer, mut bits) = (0u32, 0u32);
    for digit in digits {
        // At most 7 bits are left over, so that 12 are in use here.
        buffer = ((buffer << 5) | value(*digit)?) & 0xfff;
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            *out.next()? = (buffer >> bits) as u8;
        }
    }
    if buffer & ((1 << bits) - 1) != 0 {
        return None;
    }
    match cid.first_chunk::<4>()? {
        [0x01, 0x55 | 0x70, 0x12, 0x20] => Some(cid),
        _ => None,
    }
}

/// RFC 4648 §6, lower case.
fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'a'..=b'z' => digit.wrapping_sub(b'a'),
        b'2'..=b'7' => digit.wrapping_sub(b'2').wrapping_add(26),
        _ => return None,
    }))
}
