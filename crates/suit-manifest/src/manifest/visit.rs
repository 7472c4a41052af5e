//! Visiting every command of a manifest, wherever it is nested.

use super::{Command, Manifest, Procedure, Sequence, MAX_SEQUENCE_DEPTH};
use crate::error::{Error, ErrorKind};

impl<'a> Manifest<'a> {
    /// Calls `visitor` with every command of the shared sequence and of all others that are here, those in try-each and
    /// run-sequence included. This looks at commands, it does not run them.
    ///
    /// # Errors
    /// The visitor's.
    pub fn visit(&self, visitor: &mut dyn FnMut(&Command<'a>) -> Result<(), Error>) -> Result<(), Error> {
        let others = Procedure::ALL
            .into_iter()
            .filter_map(|procedure| self.sequence(procedure));
        for sequence in self.shared_sequence().into_iter().chain(others) {
            visit(&sequence, MAX_SEQUENCE_DEPTH, visitor)?;
        }
        Ok(())
    }
}

fn visit<'a>(
    sequence: &Sequence<'a>,
    depth: u8,
    visitor: &mut dyn FnMut(&Command<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    for command in sequence.commands() {
        let command = command?;
        visitor(&command)?;
        let deeper = || depth.checked_sub(1).ok_or(Error::from(ErrorKind::TooDeep));
        match &command {
            Command::RunSequence(inner) => visit(inner, deeper()?, visitor)?,
            Command::TryEach(alternatives) => {
                for inner in alternatives.sequences() {
                    visit(&inner?, deeper()?, visitor)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
