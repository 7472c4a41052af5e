//! What a signature (RFC 9052 §4.4) or MAC (§6.3) is over, in parts, so that verifying copies nothing.

use crate::cbor::Head;

/// `Sig_structure` of a COSE_Sign1 without external data, in parts (RFC 9052 §4.4).
pub(super) fn signature1<'x>(
    protected_head: &'x Head,
    protected: &'x [u8],
    payload_head: &'x Head,
    payload: &'x [u8],
) -> [&'x [u8]; 6] {
    // ["Signature1", protected, h'', payload]
    [
        b"\x84\x6aSignature1",
        protected_head.as_slice(),
        protected,
        b"\x40",
        payload_head.as_slice(),
        payload,
    ]
}

/// `Sig_structure` of a COSE_Sign's signature without external data, in parts (RFC 9052 §4.4).
pub(super) fn signature<'x>(
    heads: &'x [Head; 3],
    body: &'x [u8],
    signer: &'x [u8],
    payload: &'x [u8],
) -> [&'x [u8]; 8] {
    let [body_head, signer_head, payload_head] = heads;
    // ["Signature", body protected, signer protected, h'', payload]
    [
        b"\x85\x69Signature",
        body_head.as_slice(),
        body,
        signer_head.as_slice(),
        signer,
        b"\x40",
        payload_head.as_slice(),
        payload,
    ]
}

/// `MAC_structure` of a COSE_Mac0 without external data, in parts (RFC 9052 §6.3).
pub(super) fn mac0<'x>(
    protected_head: &'x Head,
    protected: &'x [u8],
    payload_head: &'x Head,
    payload: &'x [u8],
) -> [&'x [u8]; 6] {
    // ["MAC0", protected, h'', payload]
    [
        b"\x84\x64MAC0",
        protected_head.as_slice(),
        protected,
        b"\x40",
        payload_head.as_slice(),
        payload,
    ]
}
