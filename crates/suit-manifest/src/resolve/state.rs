//! The part of a manifest processor's state that decides what is fetched (§6.4), on one path.

use crate::manifest::{Parameters, MAX_COMPONENTS};
use arrayvec::ArrayVec;

/// Most failed tests that are remembered on a path: two for each component. A test beyond them may go either way again,
/// which makes more paths, never fewer payloads.
const MAX_EXCLUDED: usize = 2 * MAX_COMPONENTS;

/// What a component holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Holds {
    /// Nothing that this manifest fetched, as far as is known.
    #[default]
    Other,
    /// A payload as it was fetched, by its place in the list.
    Fetched(usize),
    /// A payload after decryption.
    Decrypted(usize),
}

/// What an identity condition asks for. A component has one vendor, one class, one device identifier and one slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Identity<'a> {
    Vendor(&'a [u8; 16]),
    Class(&'a [u8; 16]),
    Device(&'a [u8; 16]),
    Slot(u64),
}

/// What is known of one component.
#[derive(Clone, Copy, Default)]
pub(super) struct Component<'a> {
    pub parameters: Parameters<'a>,
    pub holds: Holds,
    /// What the device on this path turned out to be.
    pub vendor: Option<&'a [u8; 16]>,
    pub class: Option<&'a [u8; 16]>,
    device: Option<&'a [u8; 16]>,
    slot: Option<u64>,
}

impl<'a> Component<'a> {
    /// Whether it is this, where that is known.
    fn is(&self, identity: Identity<'a>) -> Option<bool> {
        match identity {
            Identity::Vendor(id) => self.vendor.map(|known| known == id),
            Identity::Class(id) => self.class.map(|known| known == id),
            Identity::Device(id) => self.device.map(|known| known == id),
            Identity::Slot(slot) => self.slot.map(|known| known == slot),
        }
    }

    fn becomes(&mut self, identity: Identity<'a>) {
        match identity {
            Identity::Vendor(id) => self.vendor = Some(id),
            Identity::Class(id) => self.class = Some(id),
            Identity::Device(id) => self.device = Some(id),
            Identity::Slot(slot) => self.slot = Some(slot),
        }
    }
}

/// The components that a command is for, in order.
pub(super) type Current = ArrayVec<u8, MAX_COMPONENTS>;

/// A recipient's state on one path.
pub(super) struct State<'a> {
    pub components: [Component<'a>; MAX_COMPONENTS],
    /// `None` after a nested sequence that chose other components: the draft does not say whether its choice outlasts it.
    pub current: Option<Current>,
    excluded: ArrayVec<(u8, Identity<'a>), MAX_EXCLUDED>,
    pub fetches: usize,
}

impl<'a> State<'a> {
    pub fn new() -> Self {
        Self {
            components: [Component::default(); MAX_COMPONENTS],
            current: None,
            excluded: ArrayVec::new(),
            fetches: 0,
        }
    }

    /// Whether a component is this, where an earlier test on the same path tells.
    pub fn is(&self, index: u8, identity: Identity<'a>) -> Option<bool> {
        let known = self.components.get(usize::from(index))?.is(identity);
        known.or_else(|| self.excluded.contains(&(index, identity)).then_some(false))
    }

    /// Remembers the outcome of a test.
    pub fn learn(&mut self, index: u8, identity: Identity<'a>, holds: bool) {
        if !holds {
            // Where there is no room, it is forgotten; see MAX_EXCLUDED.
            let _ = self.excluded.try_push((index, identity));
        } else if let Some(component) = self.components.get_mut(usize::from(index)) {
            component.becomes(identity);
        }
    }
}

/// One component.
pub(super) fn one(index: u8) -> Current {
    core::iter::once(index).collect()
}
