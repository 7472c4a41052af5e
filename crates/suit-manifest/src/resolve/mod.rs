//! What a manifest is for and what it fetches, worked out without running it.
//!
//! The registry records this, and stores what devices will ask for. The resolver therefore follows every way that a
//! recipient may go: each alternative of try-each, each failure that something goes on after, each component of an index
//! list. What it promises: **whatever a recipient fetches, on whatever device, is in the list**, and every product whose
//! devices get through the installation is named. Where it cannot promise that, it refuses.
//!
//! It walks as §6 has it: the shared sequence before each other one; dependency-resolution, payload-fetch,
//! candidate-verification and install, then validate, and load and invoke where something is fetched in the course of
//! them. Parameters persist from one sequence to the next; those three are also followed with none set, as after a
//! restart. What is fetched at validation or boot is listed like everything else: a recipient would fetch it.
//!
//! How it decides:
//! - A component has one vendor, one class, one device identifier and one slot. A test that an earlier one on the same
//!   path contradicts fails, one that it confirms passes.
//! - A condition whose parameter is not set fails (§8.4.9), abort always does. Everything else may go either way.
//! - What a failed alternative has set stays set: §8.4.10.2 has no roll-back, nor have libcsuit and suit-processor.
//! - A try-each without success fails like a condition, so that an outer one goes on. Recipients that abort instead do
//!   less.
//! - A nested sequence that leaves another component index than it began with: the draft does not say which one counts
//!   afterwards. A command that needs one before the next set-component-index is [`ErrorKind::Undecidable`].
//! - process-dependency, custom commands and unknown ones are [`ErrorKind::Undecidable`].
//! - Commands are followed in order, whatever strict-order says: an author who sets it to false says that the order does
//!   not matter (§8.4.8.14).
//!
//! The work is bounded by [`MAX_PATHS`] and [`MAX_STEPS`]; about 12 KiB of stack are taken, whatever the manifest.

mod commands;
mod ipfs;
mod paths;
mod payloads;
mod products;
mod state;
mod walk;

pub use ipfs::ipfs_uri;
pub use paths::{MAX_PATHS, MAX_STEPS};

use crate::{
    digest::Digest,
    error::{Error, ErrorKind, Section},
    manifest::{code::directive, Command, Manifest, Procedure, Sequence, MAX_SEQUENCE_DEPTH},
};
use arrayvec::ArrayVec;
use paths::Paths;
use payloads::Found;
use products::Accepted;
use state::State;
use walk::{Setting, Walk};

/// Most products that one manifest may serve.
pub const MAX_PRODUCTS: usize = 4;
/// Most payloads of one release.
pub const MAX_PAYLOADS: usize = 8;

/// Vendor identifier and class identifier.
pub type Product = ([u8; 16], [u8; 16]);

/// What installs, in the order in which a recipient runs it.
const UPDATE: [Procedure; 4] = [
    Procedure::DependencyResolution,
    Procedure::PayloadFetch,
    Procedure::CandidateVerification,
    Procedure::Install,
];
/// What starts what is installed.
const INVOCATION: [Procedure; 3] = [Procedure::Validate, Procedure::Load, Procedure::Invoke];

/// What a manifest is for and what it fetches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved<'a> {
    /// The products whose devices pass the manifest's vendor and class conditions, on any path. Empty where no path tests
    /// both. A path that tests several components names each of their products: a device that takes it is all of them.
    pub products: ArrayVec<Product, MAX_PRODUCTS>,
    /// Whether devices of products that are not named may install it: there is a path that does not test both vendor and
    /// class by UUID. Who answers for products must not take a manifest that is open.
    pub open: bool,
    /// What is fetched on any path, in the order of fetching, each once.
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
    /// Image digest that is in force for it. Of what: see `binding`.
    pub digest: Option<Digest<'a>>,
    /// Image size in bytes that is in force for it. Of what: see `binding`.
    pub size: Option<u64>,
    /// What `digest` and `size` are of.
    pub binding: Binding,
    /// Whether the fetched bytes are ciphertext: decrypted on their way into the component, or from there into another.
    pub encrypted: bool,
    /// `suit-parameter-encryption-info` that it is decrypted with, a COSE_Encrypt as CBOR.
    pub encryption_info: Option<&'a [u8]>,
    /// Whether the URI refers to the envelope itself (`#…`), so that nothing has to be stored elsewhere.
    pub integrated: bool,
}

/// What a payload's digest and size are of. Where one statement is about the fetched bytes, it is the one that is given,
/// even where it is only a size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Binding {
    /// The fetched bytes: the component into which they are fetched, or one to which they are copied as they are, must
    /// have them.
    Fetched,
    /// What comes out of decryption. The fetched bytes themselves are bound by nothing.
    Plaintext {
        /// The component that it is decrypted into.
        component_index: u32,
    },
    /// Nothing is said.
    Unknown,
}

/// Works out products and payloads.
///
/// # Errors
/// - [`ErrorKind::Undecidable`]: a command that cannot be followed, or two statements that contradict each other about one
///   payload of one component.
/// - [`ErrorKind::InstallsNowhere`]: no path gets through the installation.
/// - [`ErrorKind::TooMany`] payloads, products or fetches; [`ErrorKind::StepLimit`]: more than [`MAX_PATHS`] or
///   [`MAX_STEPS`].
/// - [`ErrorKind::Stripped`] where a sequence of the installation is severed and not here.
/// - [`ErrorKind::ComponentIndex`] for a command without a component.
pub fn resolve<'a>(manifest: &Manifest<'a>) -> Result<Resolved<'a>, Error> {
    resolve_counting(manifest).0
}

/// The same, and how many of the [`MAX_STEPS`] it took: for whoever has somebody pay for the work.
pub fn resolve_counting<'a>(manifest: &Manifest<'a>) -> (Result<Resolved<'a>, Error>, usize) {
    let mut paths = Paths::new();
    let outcome = resolve_on(manifest, &mut paths);
    (outcome, paths.steps())
}

fn resolve_on<'a>(manifest: &Manifest<'a>, paths: &mut Paths) -> Result<Resolved<'a>, Error> {
    if UPDATE.into_iter().any(|procedure| manifest.is_stripped_of(procedure)) {
        return Err(ErrorKind::Stripped.into());
    }
    let setting = Setting::new(manifest);
    let mut found = Found::default();
    let mut accepted = Accepted::default();
    let fetches_later = fetches_at_invocation(manifest, paths)?;
    each_path(&setting, paths, &mut found, false, |walk| {
        install(walk, manifest, &mut accepted, fetches_later)
    })?;
    if accepted.products.is_empty() && !accepted.open {
        return Err(ErrorKind::InstallsNowhere.into());
    }
    if fetches_later {
        each_path(&setting, paths, &mut found, true, |walk| {
            walk.run(manifest, &INVOCATION).map(|_| ())
        })?;
    }
    Ok(Resolved {
        products: accepted.products,
        open: accepted.open,
        payloads: found.payloads,
    })
}

/// Does the same on every path, each from the beginning.
fn each_path<'a>(
    setting: &Setting<'a>,
    paths: &mut Paths,
    found: &mut Found<'a>,
    restarted: bool,
    mut what: impl FnMut(&mut Walk<'a, '_>) -> Result<(), Error>,
) -> Result<(), Error> {
    loop {
        what(&mut Walk {
            setting,
            paths: &mut *paths,
            found: &mut *found,
            state: State::new(),
            restarted,
        })?;
        if !paths.advance()? {
            return Ok(());
        }
    }
}

/// Follows one path through the installation, and on to what binds and fetches after it.
fn install<'a>(
    walk: &mut Walk<'a, '_>,
    manifest: &Manifest<'a>,
    accepted: &mut Accepted,
    fetches_later: bool,
) -> Result<(), Error> {
    // One that installs nothing is for somebody all the same.
    let installs_nothing = UPDATE
        .into_iter()
        .all(|procedure| manifest.sequence(procedure).is_none());
    if installs_nothing && !walk.run_shared()? || !walk.run(manifest, &UPDATE)? {
        return Ok(());
    }
    accepted.add(&walk.state.components)?;
    if fetches_later {
        return walk.run(manifest, &INVOCATION).map(|_| ());
    }
    match walk.run(manifest, &[Procedure::Validate]) {
        // It is only about what binds the bytes: what cannot be followed from here on fetches nothing.
        Err(error) if error.kind == ErrorKind::Undecidable && error.section != Section::Parameters => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}

/// Whether anything is fetched at validation or boot.
fn fetches_at_invocation(manifest: &Manifest<'_>, paths: &mut Paths) -> Result<bool, Error> {
    for sequence in INVOCATION
        .into_iter()
        .filter_map(|procedure| manifest.sequence(procedure))
    {
        if fetches(&sequence, MAX_SEQUENCE_DEPTH, paths)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fetches(sequence: &Sequence<'_>, depth: u8, paths: &mut Paths) -> Result<bool, Error> {
    paths.spend(1, sequence.as_bytes().len())?;
    let deeper = depth.checked_sub(1).ok_or(Error::from(ErrorKind::TooDeep));
    for command in sequence.commands() {
        let found = match command? {
            Command::Directive { code, .. } => code == directive::FETCH,
            Command::RunSequence(inner) => fetches(&inner, deeper?, paths)?,
            Command::TryEach(alternatives) => {
                let mut found = false;
                for inner in alternatives.sequences() {
                    found |= fetches(&inner?, deeper?, paths)?;
                }
                found
            }
            _ => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
