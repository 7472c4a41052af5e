//! The envelope that `suit publish` makes: number, manifest, signatures.

use super::Publish;
use crate::{
    chain::Chain,
    commands::Context,
    error::{Error, Judge, Result},
    firmware::Firmware,
    keys,
};
use suit_manifest::{build, cose::SigningKey};
use suit_primitives::{apis::ProductInfo, ProductId, Refusal};

/// The number that the product's next release takes where none is given.
pub async fn next_number(chain: &Chain, product: ProductId, options: &Publish, context: &Context) -> Result<u64> {
    let info = chain
        .product(product)
        .await?
        .ok_or_else(|| Error::NotFound(format!("{} of {}", options.class, options.vendor)))?;
    let number = next_of(&info).ok_or_else(|| Error::Refused {
        by: Judge::DryRun,
        refusals: vec![Refusal::SequenceNumberNotGreater],
    })?;
    context.progress.stage(format!("Taking sequence number {number}"));
    Ok(number)
}

/// The next number. The first is 1, although the chain takes 0: a device that was never updated may well say 0 itself.
fn next_of(info: &ProductInfo) -> Option<u64> {
    match info.highest_published {
        None => info.next_sequence_number.map(|number| number.max(1)),
        Some(_) => info.next_sequence_number,
    }
}

/// Builds and signs the envelope of a firmware.
pub fn envelope(
    product: &ProductId,
    sequence: u64,
    options: &Publish,
    firmware: &Firmware,
    signing: &[SigningKey],
) -> Result<Vec<u8>> {
    let failed =
        |e: &dyn std::fmt::Display| Error::malformed("BadManifest", "the manifest cannot be built", e.to_string());
    let uri = format!("ipfs://{}", firmware.root);
    let manifest = build::Firmware {
        vendor: product.vendor.0,
        class: product.class.0,
        sequence_number: sequence,
        component: &[options.component.as_bytes()],
        digest: firmware.digest,
        size: firmware.size,
        uri: &uri,
    };
    let manifest = manifest.manifest().map_err(|e| failed(&e))?;
    build::envelope(&manifest, &keys::signers(signing)).map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use suit_primitives::release::{Policy, PolicyV1, Retrieval};

    #[test]
    fn the_next_number_is_the_chains_and_the_first_is_one() {
        let policy = PolicyV1 {
            threshold: 1,
            replicas: 1,
            retrieval: Retrieval::Open,
        };
        let info = |highest_published, next_sequence_number| ProductInfo {
            class_name: vec![],
            policy: Policy::V1(policy),
            pending_policy: None,
            retired: false,
            highest_published,
            next_sequence_number,
            releases: 0,
            kept: 0,
            stepping_stones: vec![],
        };
        assert_eq!(next_of(&info(None, Some(0))), Some(1));
        assert_eq!(next_of(&info(Some(4), Some(5))), Some(5));
        assert_eq!(
            next_of(&info(Some(9), Some(0))),
            Some(0),
            "the council lowered the floor"
        );
        assert_eq!(next_of(&info(Some(u64::MAX), None)), None);
    }
}
