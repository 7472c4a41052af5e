//! What holds within one sequence.

use super::Cause;
use crate::manifest::{Index, Parameters, MAX_COMPONENTS};
use arrayvec::ArrayVec;

/// Components, by their indices.
pub(super) type Targets = ArrayVec<u8, MAX_COMPONENTS>;

/// Which components commands are for.
#[derive(Clone, Debug)]
pub(super) enum Current<'a> {
    /// As set-component-index has it.
    Chosen(Index<'a>),
    /// One, to begin with.
    One(u8),
}

/// The state of one sequence that ends with it.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    pub current: Current<'a>,
    /// Within try-each or run-sequence.
    pub nested: bool,
    pub soft: bool,
    pub strict: bool,
    /// Whether the first command must choose a component, and whether another must not (§6.7).
    pub must_choose: bool,
    pub locked: bool,
    /// Components that were written to and read from while the order was free, or in the whole of a nested sequence; one
    /// bit for each.
    written: u16,
    read: u16,
}

impl<'a> Scope<'a> {
    /// A sequence of the manifest: the component index starts at 0 (§6.4).
    pub const fn outermost() -> Self {
        Self {
            current: Current::One(0),
            nested: false,
            soft: false,
            strict: true,
            must_choose: false,
            locked: false,
            written: 0,
            read: 0,
        }
    }

    /// One of a try-each's sequences (§8.4.10.2).
    pub const fn alternative(&self, component: u8) -> Self {
        Self {
            current: Current::One(component),
            nested: true,
            soft: true,
            must_choose: false,
            ..Self::outermost()
        }
        .with_order_of(self)
    }

    const fn with_order_of(mut self, outer: &Self) -> Self {
        self.strict = outer.strict;
        self.locked = outer.locked;
        self.written = outer.written;
        self.read = outer.read;
        self
    }

    /// A run-sequence's sequence (§6.7, §8.4.10.8): in strict order, whatever is around it.
    pub const fn sequence(&self, component: u8) -> Self {
        let one = matches!(self.current, Current::One(_) | Current::Chosen(Index::One(_)));
        Self {
            current: Current::One(component),
            nested: true,
            must_choose: !self.strict && one,
            locked: self.locked || (!self.strict && !one),
            ..Self::outermost()
        }
    }

    /// The components that a command is for, in order (§6.5).
    pub fn targets(&self, count: usize) -> Targets {
        match &self.current {
            Current::One(index) => core::iter::once(*index).collect(),
            Current::Chosen(Index::One(index)) => u8::try_from(*index).into_iter().collect(),
            Current::Chosen(Index::All) => (0u8..).take(count.min(MAX_COMPONENTS)).collect(),
            Current::Chosen(Index::List(list)) => list
                .clone()
                .filter_map(|index| u8::try_from(index.ok()?).ok())
                .take(MAX_COMPONENTS)
                .collect(),
        }
    }

    pub fn is_all(&self) -> bool {
        matches!(self.current, Current::Chosen(Index::All))
    }

    /// set-component-index.
    pub fn choose(&mut self, index: Index<'a>) -> Result<(), Cause> {
        if self.locked {
            return Err(Cause::StrictOrder);
        }
        self.locked = self.must_choose;
        self.must_choose = false;
        self.current = Current::Chosen(index);
        Ok(())
    }

    /// Takes the parameters that are the sequence's, not a component's, from a list that is being set. What has a value from
    /// the start is not unset, so that set-parameters changes nothing.
    pub fn take(&mut self, parameters: &mut Parameters<'a>, overriding: bool) -> Result<(), Cause> {
        let (soft, strict) = (parameters.soft_failure.take(), parameters.strict_order.take());
        if soft.is_some() && !self.nested {
            return Err(Cause::SoftFailureOutside);
        }
        if !overriding {
            return Ok(());
        }
        self.soft = soft.unwrap_or(self.soft);
        if strict.is_some_and(|strict| strict != self.strict) {
            // What came before is done.
            (self.written, self.read) = (0, 0);
        }
        self.strict = strict.unwrap_or(self.strict);
        Ok(())
    }

    /// Notes that a command writes to a component and reads from another (§6.7).
    pub fn note(&mut self, target: u8, source: Option<u8>) -> Result<(), Cause> {
        if source == Some(target) && !self.strict {
            return Err(Cause::StrictOrder);
        }
        self.merge(bit(target), source.map_or(0, bit))
    }

    /// As [`Self::note`], for a swap, which reads and writes both.
    pub fn note_swap(&mut self, target: u8, source: u8) -> Result<(), Cause> {
        let both = bit(target) | bit(source);
        self.merge(both, both)
    }

    /// As [`Self::note`], for all that a nested sequence did.
    pub fn note_nested(&mut self, inner: &Self) -> Result<(), Cause> {
        self.merge(inner.written, inner.read)
    }

    /// As [`Self::note`], for a sequence that began with what was noted here.
    pub fn note_alternative(&mut self, inner: &Self) {
        self.written |= inner.written;
        self.read |= inner.read;
    }

    fn merge(&mut self, written: u16, read: u16) -> Result<(), Cause> {
        let conflict = written & self.read != 0 || read & self.written != 0;
        self.written |= written;
        self.read |= read;
        if conflict && !self.strict {
            return Err(Cause::StrictOrder);
        }
        Ok(())
    }
}

fn bit(index: u8) -> u16 {
    1u16.checked_shl(u32::from(index)).unwrap_or(0)
}
