//! `suit_validator` 0.1.3.
//!
//! Its `suit_decode` reads the outermost map, hashes the manifest, has the signature verified, and leaves everything
//! below to a handler, member by member: there is no check that the manifest as a whole is one. The handlers here read
//! on, to the last parameter, as far as the crate can.

use cose_minicbor::cose_keys::{CoseAlg, CoseKey, CoseKeySetBuilder, Curve, KeyType};
use std::hint::black_box;
use suit_validator::{
    crypto::{CoseCrypto, SuitCrypto},
    handler::{PairView, SuitCommandHandler, SuitSharedSequenceHandler, SuitStartHandler},
    suit_decode,
    suit_manifest::{
        BstrSuitCommandSequence, CommandCustomValue, DigestOrCbor, SuitCondition, SuitDirective, SuitEnvelope,
        SuitManifest, SuitParameters, SuitSharedCommand,
    },
    SuitError,
};

/// Room for a set of one key.
const KEY_SET: usize = 256;

/// How far an envelope is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The envelope's members and the manifest's digest: what `suit_decode` does by itself.
    Envelope,
    /// Every member of the manifest, every command and every parameter.
    Everything,
}

/// A set of one P-256 key, as the crate takes it. It finds the key by `kid`, and wants ES256 (-7) as the key's
/// algorithm whichever of -7 and -9 the signature names.
pub fn key_set(point: &[u8; 64], kid: &[u8]) -> Vec<u8> {
    let (x, y) = point.split_at(32);
    let mut key = CoseKey::new(KeyType::Ec2);
    key.alg(CoseAlg::ES256);
    key.crv(Curve::P256).expect("an EC2 key has a curve");
    key.x(x).expect("32 bytes");
    key.y(y).expect("32 bytes");
    if !kid.is_empty() {
        key.kid(kid);
    }
    let mut set = CoseKeySetBuilder::<KEY_SET>::try_new().expect("it has room");
    set.push_key(key).expect("it has room");
    set.into_bytes().expect("it encodes").iter().copied().collect()
}

/// Decodes and checks the digest, but no signature.
pub fn decode(envelope: &[u8], depth: Depth) -> Result<u64, SuitError> {
    run(envelope, depth, &mut AnySignature)
}

/// Decodes, checks the digest, and verifies the one signature that the crate reads.
pub fn verify(envelope: &[u8], depth: Depth, keys: &[u8]) -> Result<u64, SuitError> {
    run(envelope, depth, &mut CoseCrypto::new(keys))
}

/// Verifies one authentication block over a digest.
pub fn verify_block(block: &[u8], digest: &[u8], keys: &[u8]) -> Result<(), SuitError> {
    CoseCrypto::new(keys).verify_cose(block, digest)
}

fn run<C: SuitCrypto>(envelope: &[u8], depth: Depth, crypto: &mut C) -> Result<u64, SuitError> {
    let mut start = Start {
        depth,
        sequence_number: 0,
    };
    suit_decode(envelope, &mut start, crypto)?;
    Ok(start.sequence_number)
}

/// Takes every signature, to leave out what signatures cost.
struct AnySignature;

impl SuitCrypto for AnySignature {
    fn verify_cose(&self, _: &[u8], _: &[u8]) -> Result<(), SuitError> {
        Ok(())
    }
}

struct Start {
    depth: Depth,
    sequence_number: u64,
}

impl SuitStartHandler for Start {
    fn on_envelope<'a>(&mut self, envelope: SuitEnvelope<'a>) -> Result<(), SuitError> {
        if self.depth == Depth::Envelope {
            return Ok(());
        }
        self.on_manifest(envelope.manifest.get()?)
    }

    fn on_manifest<'a>(&mut self, manifest: SuitManifest<'a>) -> Result<(), SuitError> {
        self.sequence_number = manifest.sequence_number;
        black_box((manifest.version, manifest.reference_uri));
        let common = manifest.common.get()?;
        for component in common.components.get()? {
            for part in component?.get()? {
                black_box(part?);
            }
        }
        if let Some(shared) = common.shared_seq {
            shared.get()?.decode_and_dispatch(&mut Read)?;
        }
        for sequence in [manifest.validate, manifest.load, manifest.invoke]
            .into_iter()
            .flatten()
        {
            read_sequence(&sequence)?;
        }
        for member in [manifest.payload_fetch, manifest.install].into_iter().flatten() {
            match member {
                DigestOrCbor::Cbor(sequence) => read_sequence(&sequence)?,
                DigestOrCbor::Digest(digest) => drop(black_box(digest)),
            }
        }
        Ok(())
    }
}

fn read_sequence(sequence: &BstrSuitCommandSequence<'_>) -> Result<(), SuitError> {
    sequence.get()?.decode_and_dispatch(&mut Read)
}

fn read_parameters(parameters: &SuitParameters<'_>) -> Result<(), SuitError> {
    if let Some(digest) = &parameters.image_digest {
        black_box(digest.get()?);
    }
    black_box(parameters);
    Ok(())
}

struct Read;

impl SuitSharedSequenceHandler for Read {
    fn on_conditions<'a>(
        &mut self,
        conditions: impl Iterator<Item = PairView<'a, SuitCondition>>,
    ) -> Result<(), SuitError> {
        for condition in conditions {
            black_box(condition.get()?);
        }
        Ok(())
    }

    fn on_commands<'a>(
        &mut self,
        commands: impl Iterator<Item = PairView<'a, SuitSharedCommand<'a>>>,
    ) -> Result<(), SuitError> {
        for command in commands {
            match command.get()? {
                SuitSharedCommand::OverrideParameters(parameters) => read_parameters(&parameters)?,
                other => drop(black_box(other)),
            }
        }
        Ok(())
    }
}

impl SuitCommandHandler for Read {
    fn on_conditions<'a>(
        &mut self,
        conditions: impl Iterator<Item = PairView<'a, SuitCondition>>,
    ) -> Result<(), SuitError> {
        SuitSharedSequenceHandler::on_conditions(self, conditions)
    }

    fn on_directives<'a>(
        &mut self,
        directives: impl Iterator<Item = PairView<'a, SuitDirective<'a>>>,
    ) -> Result<(), SuitError> {
        for directive in directives {
            match directive.get()? {
                SuitDirective::OverrideParameters(parameters) => read_parameters(&parameters)?,
                other => drop(black_box(other)),
            }
        }
        Ok(())
    }

    fn on_customs<'a>(
        &mut self,
        customs: impl Iterator<Item = PairView<'a, CommandCustomValue<'a>>>,
    ) -> Result<(), SuitError> {
        for custom in customs {
            black_box(custom.get()?);
        }
        Ok(())
    }
}
