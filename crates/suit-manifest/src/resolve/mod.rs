//! What a manifest is for and what it fetches, worked out without running it.
//!
//! The registry records this. It follows the shared sequence, then payload-fetch and install, as a recipient would. What
//! depends on the device (try-each, several components at once, nested sequences, commands that it does not know) is
//! refused as [`ErrorKind::Undecidable`] rather than guessed.

mod ipfs;
mod state;

pub use ipfs::ipfs_uri;

use crate::{
    digest::Digest,
    error::{Error, ErrorKind},
    manifest::{code::directive, Command, Manifest, Procedure, Sequence},
};
use arrayvec::ArrayVec;
use state::State;

/// Most products that one manifest may serve.
pub const MAX_PRODUCTS: usize = 4;
/// Most payloads of one release.
pub const MAX_PAYLOADS: usize = 8;

/// Vendor identifier and class identifier.
pub type Product = ([u8; 16], [u8; 16]);

/// What a manifest is for and what it fetches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved<'a> {
    /// The products whose devices pass the manifest's vendor and class conditions. Empty where it does not test both.
    pub products: ArrayVec<Product, MAX_PRODUCTS>,
    /// What is fetched, in the order of fetching, each once.
    pub payloads: ArrayVec<ResolvedPayload<'a>, MAX_PAYLOADS>,
}

/// One thing to fetch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResolvedPayload<'a> {
    /// Index of the component that it is fetched into.
    pub component_index: u32,
    /// Its identifier, as CBOR (`[* bstr]`).
    pub component: &'a [u8],
    /// Where from.
    pub uri: Option<&'a str>,
    /// Image digest that the component must have. Where `encrypted`, it may be the plaintext's.
    pub digest: Option<Digest<'a>>,
    /// Image size in bytes. Where `encrypted`, it may be the plaintext's.
    pub size: Option<u64>,
    /// Whether what is fetched is decrypted on its way into the component.
    pub encrypted: bool,
    /// Whether the URI refers to the envelope itself (`#…`), so that nothing has to be stored elsewhere.
    pub integrated: bool,
}

/// Works out products and payloads.
///
/// # Errors
/// [`ErrorKind::Undecidable`]; [`ErrorKind::TooMany`] payloads; [`ErrorKind::Stripped`] where payload-fetch or install is
/// severed and not here; [`ErrorKind::ComponentIndex`] for a command without a component.
pub fn resolve<'a>(manifest: &Manifest<'a>) -> Result<Resolved<'a>, Error> {
    let mut state = State::new(manifest);
    let mut ran = false;
    for procedure in [
        Procedure::DependencyResolution,
        Procedure::PayloadFetch,
        Procedure::CandidateVerification,
        Procedure::Install,
    ] {
        let Some(sequence) = manifest.sequence(procedure) else {
            if manifest.is_stripped_of(procedure) {
                return Err(ErrorKind::Stripped.into());
            }
            continue;
        };
        ran = true;
        state.run(manifest.shared_sequence().as_ref())?;
        state.run(Some(&sequence))?;
    }
    if !ran {
        // It installs nothing, and is for somebody all the same.
        state.run(manifest.shared_sequence().as_ref())?;
    }
    // Nobody would know of what is fetched at validation or boot, and nobody would store it.
    for procedure in [Procedure::Validate, Procedure::Load, Procedure::Invoke] {
        for command in manifest.sequence(procedure).iter().flat_map(Sequence::commands) {
            if matches!(command?, Command::Directive { code, .. } if code == directive::FETCH) {
                return Err(ErrorKind::Undecidable.into());
            }
        }
    }
    state.finish()
}

#[cfg(test)]
mod tests;
