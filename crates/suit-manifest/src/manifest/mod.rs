//! SUIT_Manifest (draft-ietf-suit-manifest-37 §8.4), with the members that trust-domains and update-management add.
//!
//! Reading a manifest checks all of it, nested sequences included, so that what is handed out later is well-formed.

pub mod code;
mod command;
mod member;
mod parameters;
mod read;
mod sequence;
mod text;
mod visit;

pub use command::{Command, Index, IndexList, TryEach};
pub use member::{Content, Member, Procedure, Severable};
pub use parameters::{Parameters, VendorId};
pub use sequence::{Commands, Sequence};

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
    dependencies: bool,
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

    /// Whether the manifest depends on other manifests (trust-domains).
    pub fn has_dependencies(&self) -> bool {
        self.dependencies
    }

    /// The shared sequence, which runs before every other.
    pub fn shared_sequence(&self) -> Option<Sequence<'a>> {
        self.shared
    }

    /// A severable member: absent, in the manifest, or severed from it.
    pub fn severable(&self, member: Severable) -> Member<'a> {
        self.severable.get(member.index()).copied().unwrap_or(Member::Absent)
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
