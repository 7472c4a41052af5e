//! URIs that name one immutable file.

use super::{super::ipfs_uri, URI};

#[test]
fn ipfs_uris_of_sha2_256_cids_are_read() {
    let cid = ipfs_uri(URI).unwrap();
    assert_eq!(cid[..4], [0x01, 0x55, 0x12, 0x20]);
    let dag_pb = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    assert_eq!(ipfs_uri(dag_pb).unwrap()[..4], [0x01, 0x70, 0x12, 0x20]);
}

#[test]
fn other_uris_and_other_spellings_are_not() {
    for uri in [
        "",
        "ipfs://",
        "https://example.com/file.bin",
        "IPFS://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy/",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy?a",
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52z",
        "ipfs://BAFKREIGH2AKISCAILDCQABSYG3DFR6CHU3FGPREGIYMSCK7E7AQA4S52ZY",
        "ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKi9fL",
        // The last two bits are not zero.
        "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zz",
        // dag-cbor
        "ipfs://bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    ] {
        assert_eq!(ipfs_uri(uri), None, "{uri}");
    }
}
