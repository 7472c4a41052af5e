//! Following the sequences of a manifest on one path.

use super::{
    commands,
    paths::Paths,
    payloads::Found,
    state::{one, Current, State},
};
use crate::{
    error::{Error, ErrorKind, Section},
    manifest::{
        code::directive, Command, Commands, Index, Manifest, Parameters, Procedure, Sequence, TryEach, MAX_COMPONENTS,
        MAX_SEQUENCE_DEPTH,
    },
};

/// What is the same on all paths, looked up once: reading the lists again on every path would cost their length each time.
pub(super) struct Setting<'a> {
    pub identifiers: [&'a [u8]; MAX_COMPONENTS],
    pub count: usize,
    /// Bit `n` says that component `n` is a dependency.
    pub dependencies: u16,
    pub shared: Option<Sequence<'a>>,
}

impl<'a> Setting<'a> {
    pub fn new(manifest: &Manifest<'a>) -> Self {
        let mut identifiers = [&[] as &'a [u8]; MAX_COMPONENTS];
        for (place, identifier) in identifiers.iter_mut().zip(manifest.components()) {
            *place = identifier;
        }
        let bits = manifest.dependencies().map(|dependency| dependency.index);
        let dependencies = bits.fold(0, |all, index| {
            let bit = u32::try_from(index).ok().and_then(|index| 1u16.checked_shl(index));
            all | bit.unwrap_or(0)
        });
        Self {
            identifiers,
            count: manifest.component_count().min(MAX_COMPONENTS),
            dependencies,
            shared: manifest.shared_sequence(),
        }
    }
}

/// How a sequence ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Done,
    /// A command failed, under soft failure or not (§8.4.8.15).
    Failed {
        soft: bool,
    },
}

/// Where a sequence stands, and what its failure leads to.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    soft: bool,
    nested: bool,
    /// Whether something goes on after a soft failure.
    after_soft: bool,
    /// Whether something goes on after a hard one.
    after_hard: bool,
    depth: u8,
}

impl Frame {
    const OUTERMOST: Self = Self {
        soft: false,
        nested: false,
        after_soft: false,
        after_hard: false,
        depth: MAX_SEQUENCE_DEPTH,
    };

    /// Whether anything is done after a failure here. Where nothing is, what a device does up to a failure is the beginning
    /// of what it does without, and failing need not be followed.
    pub fn goes_on(&self) -> bool {
        if self.soft {
            self.after_soft
        } else {
            self.after_hard
        }
    }

    fn within(&self, soft: bool, after_soft: bool) -> Result<Self, Error> {
        let after_hard = self.goes_on();
        Ok(Self {
            soft,
            nested: true,
            after_soft: after_soft || after_hard,
            after_hard,
            depth: self.depth.checked_sub(1).ok_or(ErrorKind::TooDeep)?,
        })
    }
}

/// A run on one path.
pub(super) struct Walk<'a, 'w> {
    pub setting: &'w Setting<'a>,
    pub paths: &'w mut Paths,
    pub found: &'w mut Found<'a>,
    pub state: State<'a>,
    /// Whether the recipient has restarted, so that a URI that was set at installation is not there.
    pub restarted: bool,
}

impl<'a> Walk<'a, '_> {
    /// Follows these procedures of the manifest, each after the shared sequence. False where it does not get through.
    pub fn run(&mut self, manifest: &Manifest<'a>, procedures: &[Procedure]) -> Result<bool, Error> {
        for procedure in procedures {
            let Some(sequence) = manifest.sequence(*procedure) else {
                continue;
            };
            if !self.run_shared()? || !self.outermost(&sequence)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Follows the shared sequence alone.
    pub fn run_shared(&mut self) -> Result<bool, Error> {
        let shared = self.setting.shared;
        shared.map_or(Ok(true), |shared| self.outermost(&shared))
    }

    /// The component index starts at 0 (§6.4).
    fn outermost(&mut self, sequence: &Sequence<'a>) -> Result<bool, Error> {
        self.state.current = Some(one(0));
        Ok(self.sequence(sequence, Frame::OUTERMOST)? == Flow::Done)
    }

    fn sequence(&mut self, sequence: &Sequence<'a>, mut frame: Frame) -> Result<Flow, Error> {
        let mut commands = sequence.commands();
        loop {
            let offset = commands.offset();
            let Some(command) = self.read(&mut commands)? else {
                return Ok(Flow::Done);
            };
            let goes_on = self.step(command, &mut frame, &commands);
            if !goes_on.map_err(|error| located(error, offset))? {
                return Ok(Flow::Failed { soft: frame.soft });
            }
        }
    }

    /// Reads the next command, and pays for it.
    fn read(&mut self, commands: &mut Commands<'a>) -> Result<Option<Command<'a>>, Error> {
        let offset = commands.offset();
        let command = commands.next().transpose()?;
        let bytes = commands.offset().saturating_sub(offset);
        self.paths.spend(1, bytes).map_err(|error| located(error, offset))?;
        Ok(command)
    }

    /// Carries out a command. False where it fails.
    fn step(&mut self, command: Command<'a>, frame: &mut Frame, rest: &Commands<'a>) -> Result<bool, Error> {
        match command {
            Command::SetComponentIndex(index) => self.choose_components(index).map(|()| true),
            Command::OverrideParameters(parameters) => self.set(&parameters, frame, Parameters::override_with),
            Command::SetParameters(parameters) => self.set(&parameters, frame, Parameters::set_missing),
            Command::OverrideMultiple(argument) => {
                for entry in argument.entries() {
                    let (index, parameters) = entry?;
                    self.state.current = Some(one(self.component(index)?));
                    if !self.set(&parameters, frame, Parameters::override_with)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Command::CopyParameters(argument) => {
                for entry in argument.entries() {
                    let (from, numbers) = entry?;
                    self.copy_parameters(self.component(from)?, numbers)?;
                }
                Ok(true)
            }
            Command::Condition { code, .. } => self.each(|walk, index| walk.condition(code, usize::from(index), frame)),
            Command::Directive {
                code: directive::PROCESS_DEPENDENCY,
                ..
            } => Err(ErrorKind::Undecidable.at(0).within(Section::Dependencies)),
            Command::Directive { code, .. } => {
                let may_fail = code == directive::FETCH && frame.goes_on() && !self.condition_follows(rest)?;
                self.each(|walk, index| walk.directive(code, index, may_fail))
            }
            Command::TryEach(alternatives) => {
                self.each_nested(|walk, index| walk.try_each(&alternatives, frame, index))
            }
            Command::RunSequence(sequence) => {
                let inner = frame.within(false, true)?;
                self.each_nested(|walk, index| {
                    walk.state.current = Some(one(index));
                    let flow = walk.sequence(&sequence, inner)?;
                    // Under soft failure it "simply halts", and the next command follows.
                    Ok(flow != Flow::Failed { soft: false })
                })
            }
            Command::Other { .. } => Err(ErrorKind::Undecidable.at(0).within(Section::Directives)),
        }
    }

    /// Tries one alternative after the other (§8.4.10.2). What a failed one has set stays set: the draft has no roll-back,
    /// and neither have libcsuit and suit-processor.
    fn try_each(&mut self, alternatives: &TryEach<'a>, frame: &Frame, index: u8) -> Result<bool, Error> {
        let mut left = alternatives.sequences().peekable();
        let mut chose_others = false;
        while let Some(sequence) = left.next() {
            let more = left.peek().is_some() || alternatives.is_optional();
            self.state.current = (!chose_others).then(|| one(index));
            let flow = self.sequence(&sequence?, frame.within(true, more)?)?;
            chose_others |= self.state.current != Some(one(index));
            if chose_others {
                self.state.current = None;
            }
            match flow {
                Flow::Done => return Ok(true),
                Flow::Failed { soft: true } => {}
                Flow::Failed { soft: false } => return Ok(false),
            }
        }
        Ok(alternatives.is_optional())
    }

    /// Does something for each current component, until it fails for one.
    fn each(&mut self, mut what: impl FnMut(&mut Self, u8) -> Result<bool, Error>) -> Result<bool, Error> {
        for index in self.current()? {
            self.paths.spend(1, 0)?;
            if !what(self, index)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same with nested sequences, which run with one component at a time (§6.5).
    fn each_nested(&mut self, mut what: impl FnMut(&mut Self, u8) -> Result<bool, Error>) -> Result<bool, Error> {
        let current = self.current()?;
        let mut chose_others = false;
        for index in &current {
            self.paths.spend(1, 0)?;
            let done = what(self, *index)?;
            chose_others |= self.state.current != Some(one(*index));
            if !done {
                return Ok(false);
            }
        }
        self.state.current = (!chose_others).then_some(current);
        Ok(true)
    }

    fn current(&self) -> Result<Current, Error> {
        let current = self.state.current.clone();
        current.ok_or(ErrorKind::Undecidable.at(0).within(Section::ComponentIndex))
    }

    fn choose_components(&mut self, index: Index<'a>) -> Result<(), Error> {
        let mut current = Current::new();
        match index {
            Index::One(index) => current.push(self.component(index)?),
            Index::All => current.extend((0..self.setting.count).filter_map(|index| u8::try_from(index).ok())),
            Index::List(list) => {
                for index in list {
                    let index = self.component(index?)?;
                    current.try_push(index).map_err(|_| ErrorKind::TooMany)?;
                }
            }
        }
        self.state.current = Some(current);
        Ok(())
    }

    fn component(&self, index: u64) -> Result<u8, Error> {
        let known = u8::try_from(index)
            .ok()
            .filter(|index| usize::from(*index) < self.setting.count);
        known.ok_or(ErrorKind::ComponentIndex.at(0).within(Section::ComponentIndex))
    }

    fn set(
        &mut self,
        new: &Parameters<'a>,
        frame: &mut Frame,
        how: fn(&mut Parameters<'a>, &Parameters<'a>),
    ) -> Result<bool, Error> {
        if let Some(soft) = new.soft_failure {
            if !frame.nested {
                // §8.4.8.15: an abort.
                return Ok(false);
            }
            frame.soft = soft;
        }
        // Those two are the processor's, not a component's (§8.4.8).
        let new = Parameters {
            soft_failure: None,
            strict_order: None,
            ..*new
        };
        self.each(|walk, index| {
            if let Some(component) = walk.state.components.get_mut(usize::from(index)) {
                how(&mut component.parameters, &new);
            }
            Ok(true)
        })
    }

    /// Takes over parameters of another component. One that it does not have stays as it is.
    fn copy_parameters(&mut self, from: u8, numbers: impl Iterator<Item = i64>) -> Result<(), Error> {
        let source = self
            .state
            .components
            .get(usize::from(from))
            .copied()
            .unwrap_or_default();
        let current = self.current()?;
        for number in numbers {
            self.paths.spend(current.len(), 0)?;
            for index in &current {
                if let Some(component) = self.state.components.get_mut(usize::from(*index)) {
                    component.parameters.copy_from(&source.parameters, number);
                }
            }
        }
        Ok(())
    }

    /// Whether a condition comes next that may fail on any device, perhaps after more fetches: its failure leads to where a
    /// fetch's would, with the same parameters. What a device is may be known on this path, so that tests of that do not
    /// count; nor does a condition that comes after parameters were set.
    fn condition_follows(&mut self, rest: &Commands<'a>) -> Result<bool, Error> {
        let mut rest = rest.clone();
        while let Some(command) = self.read(&mut rest)? {
            match command {
                Command::Directive {
                    code: directive::FETCH, ..
                } => {}
                Command::Condition { code, .. } => return Ok(commands::may_fail_anywhere(code)),
                _ => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// The error at this byte, where it does not know a better one.
fn located(error: Error, offset: usize) -> Error {
    match error.offset {
        0 => Error { offset, ..error },
        _ => error,
    }
}
