//! Checks of where a node says that it is reached. They are on form alone: nothing is looked up.

/// Whether `url` is an `http` or `https` origin: scheme, host, perhaps a port, and nothing after it.
pub(crate) fn is_http_origin(url: &[u8]) -> bool {
    let Some(authority) = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"http://")) else {
        return false;
    };
    if let Some(literal) = authority.strip_prefix(b"[") {
        let mut parts = literal.splitn(2, |byte| *byte == b']');
        let (Some(host), Some(rest)) = (parts.next(), parts.next()) else {
            return false;
        };
        return is_ipv6(host) && (rest.is_empty() || rest.strip_prefix(b":").is_some_and(is_port));
    }
    let mut parts = authority.splitn(2, |byte| *byte == b':');
    let host = parts.next().unwrap_or_default();
    is_host(host) && parts.next().is_none_or(is_port)
}

/// A host name or an IPv4 address: labels of letters, digits and inner hyphens.
fn is_host(host: &[u8]) -> bool {
    host.split(|byte| *byte == b'.').all(|label| {
        !label.is_empty()
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && !label.starts_with(b"-")
            && !label.ends_with(b"-")
    })
}

fn is_ipv6(host: &[u8]) -> bool {
    core::str::from_utf8(host).is_ok_and(|host| host.parse::<core::net::Ipv6Addr>().is_ok())
}

fn is_port(port: &[u8]) -> bool {
    let digits = (1..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit);
    digits && core::str::from_utf8(port).is_ok_and(|port| port.parse::<u16>().is_ok_and(|number| number != 0))
}

/// Whether the bytes are a libp2p peer id: the identity multihash of an Ed25519 or secp256k1 public key, or the SHA2-256
/// multihash of a longer one.
pub(crate) fn is_peer_id(bytes: &[u8]) -> bool {
    match bytes {
        [0x00, length, 0x08, 0x01, 0x12, 0x20, key @ ..] => *length == 36 && key.len() == 32,
        [0x00, length, 0x08, 0x02, 0x12, 0x21, key @ ..] => *length == 37 && key.len() == 33,
        [0x12, 0x20, digest @ ..] => digest.len() == 32,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_and_everything_else_is_not() {
        for good in [
            "http://127.0.0.1:8080",
            "https://node-1.example.org",
            "https://[2001:db8::1]:443",
            "http://[::1]",
            "http://localhost:1",
        ] {
            assert!(is_http_origin(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "http://",
            "ftp://example.org",
            "http://example.org/",
            "http://example.org/path",
            "http://user@example.org",
            "http://example.org:0",
            "http://example.org:65536",
            "http://example.org:+80",
            "http://example.org:",
            "http://[::1",
            "http://[example]:80",
            "http://[::1]80",
            "http://-a.org",
            "http://a..org",
            "http://exämple.org",
        ] {
            assert!(!is_http_origin(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn peer_ids_of_every_kind_of_key_are_taken() {
        let ed25519 = [&[0x00, 36, 0x08, 0x01, 0x12, 0x20][..], &[7; 32]].concat();
        let secp256k1 = [&[0x00, 37, 0x08, 0x02, 0x12, 0x21][..], &[7; 33]].concat();
        let rsa = [&[0x12, 0x20][..], &[7; 32]].concat();
        for good in [&ed25519, &secp256k1, &rsa] {
            assert!(is_peer_id(good));
            assert!(!is_peer_id(&good[..good.len() - 1]));
            assert!(!is_peer_id(&[&good[..], &[0]].concat()));
        }
        assert!(!is_peer_id(&[]));
        assert!(!is_peer_id(&[0x00, 0x00]));
    }
}
