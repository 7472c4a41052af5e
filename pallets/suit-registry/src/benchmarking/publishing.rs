//! What is published in benchmarks, by whom: real envelopes, signed here.

use super::setup::{self, Outcome, Owner};
use crate::{
    checks::{envelope, Findings},
    forge::{Fetch, Forge},
    pallet::Config,
};
use alloc::{string::String, vec, vec::Vec};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Zero;
use suit_intent::{IntentPayload, Root, Roots};
use suit_manifest::{
    cose::{Algorithm, PublicKey, SignError, Signer, SigningKey},
    crypto::{Crypto, RustCrypto},
    envelope::{Envelope, Mode},
    resolve::MAX_STEPS,
};
use suit_primitives::{apis::KeyUsage, bounds::MAX_ENVELOPE, ClassId, ProductId, VendorId};

/// Bytes of the envelope that devices aim at.
const SMALL: usize = 640;

/// Which keys the authors have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    P256,
    Ed25519,
}

/// How long an envelope is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As devices aim at.
    Small,
    /// As long as can be, with as many steps as can be.
    Largest,
}

/// An envelope for a product that takes it, and the authors' intent.
pub struct Submission<T: Config> {
    pub account: T::AccountId,
    pub product: ProductId,
    pub envelope: Vec<u8>,
    pub intent: Vec<u8>,
}

/// A vendor with so many authors of this kind, and what all of them signed for its product.
pub fn submission<T: Config>(kind: Kind, authors: u8, size: Size) -> Outcome<Submission<T>> {
    let owner = setup::vendor::<T>(0)?;
    let product = setup::product::<T>(&owner, 0, authors)?;
    let keys = authors_of::<T>(&owner, kind, authors)?;
    let keys: Vec<&SigningKey> = keys.iter().collect();
    let forge = match size {
        Size::Small => small(product, &keys),
        Size::Largest => largest(product, &keys)?,
    };
    let envelope = forge.signed(&keys);
    let intent = intent::<T>(&envelope, &keys)?;
    Ok(Submission {
        account: owner.account,
        product,
        envelope,
        intent,
    })
}

fn authors_of<T: Config>(owner: &Owner<T>, kind: Kind, count: u8) -> Outcome<Vec<SigningKey>> {
    let mut keys = Vec::new();
    for n in 1..=count {
        let key = match kind {
            Kind::P256 => setup::p256(n)?,
            Kind::Ed25519 => setup::ed25519(n.into()),
        };
        setup::add_key::<T>(owner, &key, KeyUsage::Manifests)?;
        keys.push(key);
    }
    Ok(keys)
}

fn small(product: ProductId, keys: &[&SigningKey]) -> Forge {
    let forge = Forge::of(product, 1);
    // Five bytes for the text's key and length, and for lengths that grow.
    let rest = SMALL.saturating_sub(forge.signed(keys).len()).saturating_sub(5);
    forge.with(|forge| forge.reference_uri = "u".repeat(rest))
}

/// As many steps as are allowed, and the rest filled with the payload itself.
fn largest(product: ProductId, keys: &[&SigningKey]) -> Outcome<Forge> {
    let most = u32::try_from(MAX_STEPS).unwrap_or(u32::MAX);
    let stepping = with_steps(Forge::of(product, 1), most)?;
    let carrying = |bytes: usize| {
        let image = vec![1; bytes];
        let mut forge = stepping.clone();
        forge.fetches = vec![Fetch {
            uri: String::from("#image"),
            ..Fetch::image(&image)
        }];
        forge.integrated = vec![(String::from("#image"), image)];
        forge
    };
    // The image's size is written in every repetition; an image of about the same size tells how long all the rest is.
    let about = 4_096;
    let others = carrying(about).signed(keys).len().saturating_sub(about);
    Ok(carrying((MAX_ENVELOPE as usize).saturating_sub(others)))
}

/// With parameters repeated until working out what it fetches takes almost so many steps, and no more.
pub fn with_steps(forge: Forge, steps: u32) -> Outcome<Forge> {
    let forge = forge.with(|forge| forge.repeated_validation = Some(0));
    let steps_with = |repeated: usize| {
        let forge = forge.clone().with(|forge| forge.repeated_parameters = repeated);
        steps_of(&forge.envelope(&[]))
    };
    let (none, hundred) = (steps_with(0)?, steps_with(100)?);
    // Rounded up, so that what is left of an integer division does not push it past the bound.
    let each = hundred.saturating_sub(none).div_ceil(100).max(1);
    let repeated = steps.saturating_sub(none) / each;
    Ok(forge.with(|forge| forge.repeated_parameters = repeated as usize))
}

/// Steps that it takes to work out what an envelope fetches.
pub fn steps_of(bytes: &[u8]) -> Outcome<u32> {
    let mut findings = Findings::first();
    let envelope = Envelope::decode(bytes, Mode::Strict).map_err(|_| "the envelope does not decode")?;
    let manifest = envelope.manifest().map_err(|_| "the manifest does not decode")?;
    envelope::resolve(&mut findings, &manifest).map_err(|_| "the manifest does not resolve")?;
    Ok(findings.counted.steps)
}

/// An envelope of about so many bytes and as many items as fit in there: commands of two bytes.
pub fn dense(bytes: u32) -> Vec<u8> {
    let product = ProductId {
        vendor: VendorId([1; 16]),
        class: ClassId([2; 16]),
    };
    let forge = |times| Forge::of(product, 1).with(|forge| forge.repeated_validation = Some(times));
    // Four bytes more for lengths that grow.
    let rest = (bytes as usize)
        .saturating_sub(forge(0).envelope(&[]).len())
        .saturating_sub(4);
    forge(rest / 2).envelope(&[])
}

fn intent_payload<T: Config>(envelope: &[u8], roots: Roots) -> IntentPayload {
    let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
    IntentPayload {
        genesis: genesis.as_ref().try_into().unwrap_or_default(),
        envelope_digest: RustCrypto.sha256(&[envelope]),
        roots,
        last_block: crate::Pallet::<T>::now().saturating_add(10).into(),
    }
}

fn intent<T: Config>(envelope: &[u8], keys: &[&SigningKey]) -> Outcome<Vec<u8>> {
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| *key as &dyn Signer).collect();
    let payload = intent_payload::<T>(envelope, Roots::EMPTY);
    suit_intent::sign(&payload, &signers).map_err(|_| "the intent can't be signed".into())
}

/// A key whose signatures are zeroes: for messages that are read and not verified.
struct Zeroes(u8);

impl Signer for Zeroes {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519([self.0; 32])
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(vec![0; 64])
    }
}

/// An intent of at most so many bytes, or the shortest: as many roots as can be, and as many signatures as fit.
pub fn long_intent<T: Config>(bytes: u32) -> Outcome<Vec<u8>> {
    let mut cid = [1u8; 36];
    cid[..4].copy_from_slice(&[0x01, 0x70, 0x12, 0x20]);
    let roots: Vec<Root> = (0..8)
        .map(|component_index| Root {
            component_index,
            root: cid,
            stored_size: 1 << 20,
        })
        .collect();
    let roots = Roots::new(&roots).map_err(|_| "not roots")?;
    let payload = intent_payload::<T>(&[], roots);
    let first = suit_intent::sign(&payload, &[&Zeroes(0)]).map_err(|_| "the intent can't be signed")?;
    let mut intent = first;
    for n in 1..8 {
        let longer = suit_intent::add_signature(&intent, &Zeroes(n)).map_err(|_| "the intent can't be signed")?;
        if longer.len() > bytes as usize {
            break;
        }
        intent = longer;
    }
    Ok(intent)
}
