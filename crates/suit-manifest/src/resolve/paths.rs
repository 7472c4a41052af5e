//! Following every way through a manifest, one after the other.

use crate::error::{Error, ErrorKind};
use arrayvec::ArrayVec;

/// Most paths that are followed. Twice as many alternatives double them; two places each for the four components that
/// [`super::MAX_PAYLOADS`] leaves room for, and four products, make 64.
pub const MAX_PATHS: usize = 64;
/// Most steps on all paths together, where a step is one command on one component or 32 bytes of manifest read. A
/// manifest for four products with two slots and a fallback URI takes 1,300. Without the bound, a few hundred bytes of
/// nested choices and index lists would keep a chain busy for hours; with it, the worst manifest takes some milliseconds.
pub const MAX_STEPS: usize = 4_096;
/// Bytes that cost as much to read as a command.
const BYTES_PER_STEP: usize = 32;
/// Most open outcomes on one path. Where each is followed both ways, far fewer exhaust [`MAX_PATHS`].
const MAX_CHOICES: usize = 64;

/// Which path is being followed, and what all of them cost.
///
/// A path is the list of outcomes of what may go either way. Each run starts from the beginning, does as the list says, and
/// passes where the list ends. The next path is the same up to the last outcome that passed, which then fails. Only one
/// state of the recipient is held at a time, whatever the number of paths.
pub(super) struct Paths {
    outcomes: ArrayVec<bool, MAX_CHOICES>,
    position: usize,
    followed: usize,
    steps: usize,
}

impl Paths {
    pub fn new() -> Self {
        Self {
            outcomes: ArrayVec::new(),
            position: 0,
            followed: 0,
            steps: 0,
        }
    }

    /// Steps taken so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Pays for work on `bytes` of the manifest.
    pub fn spend(&mut self, commands: usize, bytes: usize) -> Result<(), Error> {
        self.steps = self
            .steps
            .saturating_add(commands)
            .saturating_add(bytes / BYTES_PER_STEP);
        if self.steps > MAX_STEPS {
            return Err(ErrorKind::StepLimit.into());
        }
        Ok(())
    }

    /// The outcome of what may go either way.
    pub fn choose(&mut self) -> Result<bool, Error> {
        let outcome = match self.outcomes.get(self.position) {
            Some(planned) => *planned,
            None => {
                self.outcomes.try_push(true).map_err(|_| ErrorKind::StepLimit)?;
                true
            }
        };
        self.position = self.position.saturating_add(1);
        Ok(outcome)
    }

    /// Goes on to the next path. False where all were followed; then it is ready to begin anew.
    pub fn advance(&mut self) -> Result<bool, Error> {
        self.position = 0;
        self.followed = self.followed.saturating_add(1);
        while let Some(last) = self.outcomes.pop() {
            if !last {
                continue;
            }
            if self.followed >= MAX_PATHS {
                return Err(ErrorKind::StepLimit.into());
            }
            self.outcomes.push(false);
            return Ok(true);
        }
        Ok(false)
    }
}
