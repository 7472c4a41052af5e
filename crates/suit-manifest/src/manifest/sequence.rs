//! Command sequences (§8.4.6): flat arrays of code and argument.

use super::{code::directive, command::read_command, Command, Index, MAX_SEQUENCE_DEPTH};
use crate::{
    cbor::{KeyOrder, Reader},
    error::{Error, ErrorKind, Section, Within as _},
};

/// A command sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sequence<'a> {
    content: &'a [u8],
    base: usize,
    order: KeyOrder,
}

impl<'a> Sequence<'a> {
    pub(super) fn new(content: &'a [u8], base: usize, order: KeyOrder) -> Self {
        Self { content, base, order }
    }

    /// Where it begins, counted as in errors.
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Its CBOR.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.content
    }

    /// Its commands, one by one.
    pub fn commands(&self) -> Commands<'a> {
        let mut reader = Reader::at(self.content, self.base, self.order);
        let offset = reader.offset();
        let (left, failed) = match reader.array() {
            Ok(items) if items != 0 && items % 2 == 0 => (items / 2, None),
            Ok(_) => (0, Some(ErrorKind::BadSequence.at(offset))),
            Err(error) => (0, Some(error)),
        };
        Commands { reader, left, failed }
    }

    /// Checks the sequence and those within it.
    pub(super) fn check(&self, scope: Scope) -> Result<(), Error> {
        let mut commands = self.commands();
        if let Some(error) = commands.failed {
            return Err(error);
        }
        for index in 0..commands.left {
            let offset = commands.offset();
            // Looked at where it was read to: a command is large, and what copies it costs more than what reads it.
            match read_command(&mut commands.reader) {
                // §6.2: with more than one component, each sequence begins by choosing one.
                Ok(ref command)
                    if index == 0 && scope.must_choose() && !matches!(command, Command::SetComponentIndex(_)) =>
                {
                    return Err(ErrorKind::ComponentIndex.at(offset).within(Section::ComponentIndex));
                }
                Ok(ref command) => scope.check(command, offset)?,
                Err(error) => return Err(error.within(Section::Sequence)),
            }
        }
        commands.reader.end()
    }
}

/// The commands of a [`Sequence`].
#[derive(Clone, Debug)]
pub struct Commands<'a> {
    reader: Reader<'a>,
    left: usize,
    failed: Option<Error>,
}

impl Commands<'_> {
    /// Where the next command begins.
    pub(crate) fn offset(&self) -> usize {
        self.reader.offset()
    }
}

impl<'a> Iterator for Commands<'a> {
    type Item = Result<Command<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        self.left = self.left.checked_sub(1)?;
        let command = read_command(&mut self.reader).within(Section::Sequence);
        if command.is_err() {
            self.left = 0;
        }
        Some(command)
    }
}

/// What a sequence may hold, by where it stands.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    components: usize,
    shared: bool,
    /// How many sequences may still be nested; the outermost has all of them left.
    depth: u8,
}

impl Scope {
    pub fn new(components: usize) -> Self {
        Self {
            components,
            shared: false,
            depth: MAX_SEQUENCE_DEPTH,
        }
    }

    pub fn shared(self) -> Self {
        Self { shared: true, ..self }
    }

    fn must_choose(&self) -> bool {
        self.components > 1 && self.depth == MAX_SEQUENCE_DEPTH
    }

    fn check(self, command: &Command<'_>, offset: usize) -> Result<(), Error> {
        let within = |sequence: &Sequence<'_>| {
            let depth = self.depth.checked_sub(1).ok_or(ErrorKind::TooDeep.at(offset))?;
            sequence.check(Self { depth, ..self })
        };
        match command {
            Command::SetComponentIndex(index) => self.check_index(index, offset),
            Command::TryEach(sequences) => sequences.sequences().try_for_each(|sequence| within(&sequence?)),
            Command::RunSequence(sequence) => within(sequence),
            Command::OverrideParameters(parameters) => self.check_source(parameters.source_component, offset),
            // §8.4.5: the shared sequence holds conditions and what prepares them.
            Command::SetParameters(_)
            | Command::OverrideMultiple(_)
            | Command::CopyParameters(_)
            | Command::Directive { .. }
            | Command::Other { .. }
                if self.shared =>
            {
                Err(ErrorKind::BadSequence.at(offset))
            }
            Command::OverrideMultiple(argument) => argument.entries().try_for_each(|entry| {
                let (index, parameters) = entry?;
                self.check_source(Some(index), offset)?;
                self.check_source(parameters.source_component, offset)
            }),
            Command::CopyParameters(argument) => argument
                .entries()
                .try_for_each(|entry| self.check_source(Some(entry?.0), offset)),
            Command::SetParameters(parameters) => self.check_source(parameters.source_component, offset),
            Command::Condition { .. } | Command::Directive { .. } | Command::Other { .. } => Ok(()),
        }
    }

    fn check_index(&self, index: &Index<'_>, offset: usize) -> Result<(), Error> {
        let in_range = match index {
            Index::One(index) => self.names_component(*index),
            Index::All => self.components > 0,
            Index::List(list) => list
                .clone()
                .all(|index| index.is_ok_and(|index| self.names_component(index))),
        };
        if in_range {
            Ok(())
        } else {
            Err(ErrorKind::ComponentIndex.at(offset).within(Section::ComponentIndex))
        }
    }

    fn check_source(&self, source: Option<u64>, offset: usize) -> Result<(), Error> {
        match source {
            Some(index) if !self.names_component(index) => {
                Err(ErrorKind::ComponentIndex.at(offset).within(Section::ComponentIndex))
            }
            _ => Ok(()),
        }
    }

    fn names_component(&self, index: u64) -> bool {
        index < self.components as u64
    }
}

/// Whether a code is that of a directive whose argument is a reporting policy.
pub(super) const fn is_plain_directive(code: i64) -> bool {
    matches!(
        code,
        directive::PROCESS_DEPENDENCY
            | directive::WRITE
            | directive::FETCH
            | directive::COPY
            | directive::INVOKE
            | directive::WAIT
            | directive::SWAP
            | directive::UNLINK
    )
}
