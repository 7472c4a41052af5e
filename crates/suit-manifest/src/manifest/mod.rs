//! SUIT_Manifest (draft-ietf-suit-manifest-37 §8.4), with the members that trust-domains and update-management add.
//!
//! Reading a manifest checks all of it, nested sequences included, so that what is handed out later is well-formed.

pub mod code;
mod command;
mod dependencies;
pub(crate) mod key;
mod member;
mod parameters;
mod read;
mod sequence;
mod text;
mod version;
mod visit;

pub use command::{Command, CopyParameters, Index, IndexList, OverrideMultiple, ParameterNumbers, TryEach};
pub use dependencies::{Dependencies, Dependency};
pub use member::{Content, Member, Procedure, Severable};
pub use parameters::{parameter, Parameters, VendorId};
pub use sequence::{Commands, Sequence};
pub use text::{Language, Languages, TextEntry};
pub use version::{Comparison, Version, VersionMatch, MAX_VERSION_PARTS};

use crate::cbor::{KeyOrder, Reader};

/// CBOR tag of a SUIT_Manifest that travels without envelope.
pub const TAG: u64 = 1070;
/// Most components of one manifest. What is worked out for each component lies on the stack.
pub const MAX_COMPONENTS: usize = 16;
/// Deepest nesting of sequences within try-each and run-sequence. The draft's templates nest two deep; walking them is
/// recursive, and this bounds the stack.
pub const MAX_SEQUENCE_DEPTH: u8 = 4;

/// A manifest. It borrows from the envelope.
#[derive(Clone, Debug)]
pub struct Manifest<'a> {
    order: KeyOrder,
    sequence_number: u64,
    reference_uri: Option<&'a str>,
    /// The component identifiers, one after the other, and their number.
    components: &'a [u8],
    component_count: usize,
    manifest_component_id: Option<&'a [u8]>,
    set_version: Option<Version<'a>>,
    dependencies: Option<Dependencies<'a>>,
    shared: Option<Sequence<'a>>,
    severable: [Member<'a>; Severable::COUNT],
    /// `validate`, `load`, `invoke`, `uninstall`: never severed.
    fixed: [Option<Sequence<'a>>; member::FIXED],
}

impl<'a> Manifest<'a> {
    /// `suit-manifest-version`: 1 is the only one there is.
    pub fn version(&self) -> u64 {
        1
    }

    /// `suit-manifest-sequence-number`: rises with every release of a product.
    pub fn sequence_number(&self) -> u64 {
        self.sequence_number
    }

    /// `suit-reference-uri`: where the full manifest can be had.
    pub fn reference_uri(&self) -> Option<&'a str> {
        self.reference_uri
    }

    /// The component identifiers, each as its CBOR (`[* bstr]`), in the order of their indices.
    pub fn components(&self) -> Components<'a> {
        Components {
            reader: Reader::with_order(self.components, self.order),
            left: self.component_count,
        }
    }

    /// How many components there are.
    pub fn component_count(&self) -> usize {
        self.component_count
    }

    /// `suit-manifest-component-id` (trust-domains): where this manifest itself is kept, as CBOR (`[* bstr]`).
    pub fn manifest_component_id(&self) -> Option<&'a [u8]> {
        self.manifest_component_id
    }

    /// `suit-set-version` (update-management): the version that the components have afterwards.
    pub fn set_version(&self) -> Option<&Version<'a>> {
        self.set_version.as_ref()
    }

    /// `suit-dependencies` (trust-domains): which components are envelopes of other manifests.
    pub fn dependencies(&self) -> impl Iterator<Item = Dependency<'a>> + use<'a> {
        self.dependencies
            .clone()
            .into_iter()
            .flat_map(|all| Dependencies::iter(&all))
    }

    /// Whether the manifest depends on other manifests (trust-domains).
    pub fn has_dependencies(&self) -> bool {
        self.dependencies.is_some() || !matches!(self.severable(Severable::DependencyResolution), Member::Absent)
    }

    /// The text, where the manifest has one and it is here: by language, what people read.
    pub fn text(&self) -> Option<Languages<'a>> {
        let (content, base) = self.severable(Severable::Text).content()?;
        Some(Languages::new(Reader::at(content, base, self.order)))
    }

    /// The shared sequence, which runs before every other.
    pub fn shared_sequence(&self) -> Option<Sequence<'a>> {
        self.shared
    }

    /// A severable member: absent, in the manifest, or severed from it.
    pub fn severable(&self, member: Severable) -> Member<'a> {
        self.severable.get(member.index()).copied().unwrap_or(Member::Absent)
    }

    /// All severable members, in the order of [`Severable::ALL`].
    pub(crate) fn severables(&self) -> &[Member<'a>; Severable::COUNT] {
        &self.severable
    }

    /// A procedure's sequence, whether it is in the manifest or, severed, in the envelope. `None` where the manifest has
    /// none, or where the envelope lacks it: see [`Self::severable`].
    pub fn sequence(&self, procedure: Procedure) -> Option<Sequence<'a>> {
        match procedure.place() {
            member::Place::Fixed(index) => self.fixed.get(index).copied().flatten(),
            member::Place::Severable(member) => self
                .severable(member)
                .content()
                .map(|(content, base)| Sequence::new(content, base, self.order)),
        }
    }

    /// Whether the manifest has a sequence for this that was severed and is not here.
    pub fn is_stripped_of(&self, procedure: Procedure) -> bool {
        match procedure.place() {
            member::Place::Fixed(_) => false,
            member::Place::Severable(member) => matches!(self.severable(member), Member::Severed { content: None, .. }),
        }
    }
}

/// The component identifiers of a manifest.
#[derive(Clone, Debug)]
pub struct Components<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for Components<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        self.reader.item().ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Components<'_> {}
