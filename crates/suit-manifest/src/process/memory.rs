//! What the processor remembers: the parameters of each component.

use super::Component;
use crate::manifest::{Parameters, MAX_COMPONENTS};

/// The processor's memory: parameters for up to `N` components, those of dependencies included.
///
/// The caller provides it, because it is the largest thing that the processor needs (256 bytes for each component on
/// a 32-bit target) and a device may want it in static memory. It is cleared before each procedure (§6.1).
#[derive(Clone, Debug)]
pub struct Memory<'a, const N: usize = MAX_COMPONENTS> {
    slots: [Slot<'a>; N],
    used: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub component: Component<'a>,
    pub parameters: Parameters<'a>,
    /// The envelope of a dependency whose integrity was checked, and the slot of the manifest that had it checked:
    /// what one manifest checked counts for no other (trust-domains).
    pub dependency: Option<(&'a [u8], Option<u8>)>,
}

impl Slot<'_> {
    const EMPTY: Self = Self {
        component: Component::NONE,
        parameters: Parameters::NONE,
        dependency: None,
    };
}

impl<'a, const N: usize> Memory<'a, N> {
    /// Empty memory.
    pub const fn new() -> Self {
        Self {
            slots: [Slot::EMPTY; N],
            used: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.fill(Slot::EMPTY);
        self.used = 0;
    }

    /// The slot of a component, which gets one if it has none. `None` where memory is full.
    pub(super) fn slot_of(&mut self, component: &Component<'a>) -> Option<u8> {
        let known = self.used_slots().position(|slot| slot.component.is_same_as(component));
        let index = match known {
            Some(index) => index,
            None => {
                let index = self.used;
                self.slots.get_mut(index)?.component = *component;
                self.used = index.saturating_add(1);
                index
            }
        };
        u8::try_from(index).ok()
    }

    pub(super) fn get(&self, slot: u8) -> Option<&Slot<'a>> {
        self.slots.get(usize::from(slot))
    }

    pub(super) fn get_mut(&mut self, slot: u8) -> Option<&mut Slot<'a>> {
        self.slots.get_mut(usize::from(slot))
    }

    /// Forgets what was checked of a dependency, because its component is changed, and what was checked for it.
    pub(super) fn changed(&mut self, slot: u8) {
        for (index, other) in self.slots.iter_mut().enumerate() {
            let by_it = other.dependency.is_some_and(|(_, by)| by == Some(slot));
            if by_it || index == usize::from(slot) {
                other.dependency = None;
            }
        }
    }

    fn used_slots(&self) -> impl Iterator<Item = &Slot<'a>> {
        self.slots.iter().take(self.used)
    }
}

impl<const N: usize> Default for Memory<'_, N> {
    fn default() -> Self {
        Self::new()
    }
}
