//! Sequences, and what nests them.

use super::{
    component::Component,
    scope::{Scope, Targets},
    Cause, Failure, Place, Platform, Processor, Verified, MAX_DEPENDENCY_DEPTH, MAX_STEPS,
};
use crate::{
    crypto::Crypto,
    error::{ErrorKind, Section},
    manifest::{
        code::{condition, directive},
        key::COMMON,
        Command, Commands, Index, Parameters, Procedure, Sequence, TryEach, MAX_COMPONENTS, MAX_SEQUENCE_DEPTH,
    },
    report::{Property, Record, Recorder},
};
use arrayvec::ArrayVec;

/// A sequence ended before its end; why is in [`Processor::failure`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Halt {
    /// A condition failed in a sequence whose soft-failure is true.
    Soft,
    /// Anything else: processing ends.
    Hard,
}

/// A manifest that is being run, and where its components are in memory.
pub(super) struct Context<'c, 'a> {
    pub verified: &'c Verified<'a>,
    pub slots: ArrayVec<u8, MAX_COMPONENTS>,
    pub prefixes: [&'a [u8]; MAX_DEPENDENCY_DEPTH],
    pub path: ArrayVec<u8, MAX_DEPENDENCY_DEPTH>,
    /// The slot of the component that holds this manifest; `None` for the root.
    pub holder: Option<u8>,
}

/// Where in it.
pub(super) struct At<'c, 'a> {
    pub context: &'c Context<'c, 'a>,
    pub procedure: Procedure,
    section: i64,
    base: usize,
}

impl<'a> At<'_, 'a> {
    pub fn is_shared(&self) -> bool {
        self.section == COMMON
    }

    fn place(&self, offset: usize, component: u8) -> Place {
        Place {
            manifest: self.context.path.clone(),
            section: self.section,
            offset: offset.saturating_sub(self.base),
            component,
        }
    }
}

/// A command that is being run, for one component.
pub(super) struct Now<'c, 'a> {
    pub at: &'c At<'c, 'a>,
    pub offset: usize,
    pub code: i64,
    pub index: u8,
}

/// What follows on a command.
enum Next<'a> {
    /// The sequence is at its end.
    End,
    /// The next command.
    Command,
    TryEach(TryEach<'a>),
    RunSequence(Sequence<'a>),
    ProcessDependency(u8),
}

impl<'p, 'a, P, C, R, const N: usize> Processor<'p, 'a, P, C, R, N>
where
    P: Platform<'a>,
    C: Crypto,
    R: Recorder,
{
    /// Runs sections of the root manifest, after the checks of §6.1 and §6.2.
    pub(super) fn sections(&mut self, procedures: &[Procedure]) -> Result<(), Halt> {
        let root = self.root;
        let manifest = root.manifest();
        if let Some(installed) = self.options.installed {
            if manifest.sequence_number() < installed {
                return Err(self.refuse(Cause::Rollback(installed)));
            }
        }
        let mut context = Context {
            verified: root,
            slots: ArrayVec::new(),
            prefixes: [&[]; MAX_DEPENDENCY_DEPTH],
            path: ArrayVec::new(),
            holder: None,
        };
        self.place_components(&mut context)?;
        for procedure in procedures {
            self.section(&context, *procedure)?;
        }
        Ok(())
    }

    /// Finds a place in memory for each component of a manifest, and asks the platform whether it has them all (§6.2).
    pub(super) fn place_components(&mut self, context: &mut Context<'_, 'a>) -> Result<(), Halt> {
        for (index, identifier) in (0u8..).zip(context.verified.manifest().components()) {
            let component = Component::new(index, context.prefixes, identifier);
            let slot = self.memory.slot_of(&component);
            let slot = slot.filter(|_| self.platform.has_component(&component));
            if slot.is_none_or(|slot| context.slots.try_push(slot).is_err()) {
                let mut failure = failed(Cause::UnsupportedComponent);
                failure.place.component = index;
                failure.place.manifest = context.path.clone();
                self.failure = Some(failure);
                return Err(Halt::Hard);
            }
        }
        Ok(())
    }

    /// Runs the shared sequence and one section (§8.4.5). Nothing where the manifest has no such section, and no dependency
    /// has it either (trust-domains, required checks).
    pub(super) fn section(&mut self, context: &Context<'_, 'a>, procedure: Procedure) -> Result<(), Halt> {
        let manifest = context.verified.manifest();
        if manifest.is_stripped_of(procedure) {
            return Err(self.refuse(Cause::Severed(procedure)));
        }
        let outer = core::mem::take(&mut self.processed);
        if let Some(sequence) = manifest.sequence(procedure) {
            self.shared_and(context, procedure, &sequence)?;
        }
        self.all_processed(context, procedure)?;
        self.processed = outer;
        Ok(())
    }

    fn shared_and(
        &mut self,
        context: &Context<'_, 'a>,
        procedure: Procedure,
        sequence: &Sequence<'a>,
    ) -> Result<(), Halt> {
        let is_root = context.holder.is_none();
        if is_root {
            self.identity = 0;
        }
        if let Some(shared) = context.verified.manifest().shared_sequence() {
            self.outermost(context, procedure, COMMON, &shared)?;
        }
        if is_root && self.options.require_identity && self.identity != 0b11 {
            return Err(self.refuse(Cause::IdentityNotChecked));
        }
        self.outermost(context, procedure, procedure.key(), sequence)
    }

    fn outermost(
        &mut self,
        context: &Context<'_, 'a>,
        procedure: Procedure,
        section: i64,
        sequence: &Sequence<'a>,
    ) -> Result<(), Halt> {
        let at = At {
            context,
            procedure,
            section,
            base: sequence.base(),
        };
        let mut scope = Scope::outermost();
        self.sequence(&at, sequence, &mut scope, MAX_SEQUENCE_DEPTH)
    }

    /// Runs a sequence. `depth` says how many more may nest in it.
    fn sequence(
        &mut self,
        at: &At<'_, 'a>,
        sequence: &Sequence<'a>,
        scope: &mut Scope<'a>,
        depth: u8,
    ) -> Result<(), Halt> {
        let mut commands = sequence.commands();
        loop {
            let offset = commands.offset();
            match self.command(at, &mut commands, scope)? {
                Next::End => return Ok(()),
                Next::Command => {}
                Next::TryEach(alternatives) => self.try_each(at, offset, &alternatives, scope, depth)?,
                Next::RunSequence(inner) => self.run_sequence(at, offset, &inner, scope, depth)?,
                Next::ProcessDependency(policy) => {
                    for index in scope.targets(at.context.slots.len()) {
                        let now = now(at, offset, directive::PROCESS_DEPENDENCY, index);
                        if scope.is_all() && self.dependency_of(&now).is_none() {
                            continue;
                        }
                        self.step(&now)?;
                        self.process_dependency(&now)?;
                        self.record(&now, policy, true, None);
                    }
                }
            }
        }
    }

    fn try_each(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        alternatives: &TryEach<'a>,
        scope: &mut Scope<'a>,
        depth: u8,
    ) -> Result<(), Halt> {
        'components: for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, directive::TRY_EACH, index);
            self.step(&now)?;
            let deeper = self.deeper(&now, depth)?;
            for sequence in alternatives.sequences() {
                self.step(&now)?;
                let sequence = sequence.map_err(|error| self.abort(&now, error.into()))?;
                let mut inner = scope.alternative(index);
                let ended = self.sequence(at, &sequence, &mut inner, deeper);
                scope.note_alternative(&inner);
                match ended {
                    Ok(()) => continue 'components,
                    Err(Halt::Soft) => {}
                    Err(Halt::Hard) => return Err(Halt::Hard),
                }
            }
            if !alternatives.is_optional() {
                return Err(self.abort(&now, Cause::NoAlternative));
            }
        }
        Ok(())
    }

    fn run_sequence(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        sequence: &Sequence<'a>,
        scope: &mut Scope<'a>,
        depth: u8,
    ) -> Result<(), Halt> {
        for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, directive::RUN_SEQUENCE, index);
            self.step(&now)?;
            let deeper = self.deeper(&now, depth)?;
            let mut inner = scope.sequence(index);
            let ended = self.sequence(at, sequence, &mut inner, deeper);
            if ended == Err(Halt::Hard) {
                return Err(Halt::Hard);
            }
            scope.note_nested(&inner).map_err(|cause| self.abort(&now, cause))?;
        }
        Ok(())
    }

    fn deeper(&mut self, now: &Now<'_, 'a>, depth: u8) -> Result<u8, Halt> {
        depth.checked_sub(1).ok_or_else(|| {
            let error = ErrorKind::TooDeep.at(now.offset).within(Section::Sequence);
            self.abort(now, error.into())
        })
    }

    /// Reads the next command and runs it, unless it nests. Apart from what nests, so that its memory is given back first.
    #[inline(never)]
    fn command(
        &mut self,
        at: &At<'_, 'a>,
        commands: &mut Commands<'a>,
        scope: &mut Scope<'a>,
    ) -> Result<Next<'a>, Halt> {
        let offset = commands.offset();
        let unknown = now(at, offset, 0, 0);
        let Some(command) = commands.next() else {
            return Ok(Next::End);
        };
        let command = command.map_err(|error| self.abort(&unknown, error.into()))?;
        if scope.must_choose && !matches!(command, Command::SetComponentIndex(_)) {
            return Err(self.abort(&unknown, Cause::StrictOrder));
        }
        let done = match command {
            Command::SetComponentIndex(index) => {
                let now = now(at, offset, directive::SET_COMPONENT_INDEX, 0);
                self.step(&now)?;
                scope.choose(index).map_err(|cause| self.abort(&now, cause))
            }
            Command::OverrideParameters(mut parameters) => self.set(at, offset, scope, &mut parameters, true),
            Command::SetParameters(mut parameters) => self.set(at, offset, scope, &mut parameters, false),
            Command::OverrideMultiple(argument) => argument.entries().try_for_each(|entry| {
                let (index, mut parameters) = entry.map_err(|error| self.abort(&unknown, error.into()))?;
                let chosen = scope.choose(Index::One(index));
                chosen.map_err(|cause| self.abort(&unknown, cause))?;
                self.set(at, offset, scope, &mut parameters, true)
            }),
            Command::CopyParameters(argument) => self.copy_parameters(at, offset, scope, &argument),
            Command::Condition { code, policy } => self.conditions(at, offset, scope, code, policy),
            Command::Directive {
                code: directive::PROCESS_DEPENDENCY,
                policy,
            } => return Ok(Next::ProcessDependency(policy)),
            Command::Directive { code, policy } => self.directives(at, offset, scope, code, policy),
            Command::TryEach(alternatives) => return Ok(Next::TryEach(alternatives)),
            Command::RunSequence(sequence) => return Ok(Next::RunSequence(sequence)),
            Command::Other { code, argument } => self.other(at, offset, scope, code, argument),
        };
        done.map(|()| Next::Command)
    }

    fn conditions(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        scope: &Scope<'a>,
        code: i64,
        policy: u8,
    ) -> Result<(), Halt> {
        for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, code, index);
            self.step(&now)?;
            let outcome = self.condition(&now);
            let measured = outcome.measured.as_ref().map(|measured| measured.property());
            self.record(&now, policy, outcome.result.is_ok(), measured.as_ref());
            if let Err(cause) = outcome.result {
                let halt = self.abort(&now, cause);
                // A dependency that is not what it should be ends everything (trust-domains).
                let is_soft = scope.soft && code != condition::DEPENDENCY_INTEGRITY;
                return Err(if is_soft { Halt::Soft } else { halt });
            }
            match code {
                condition::VENDOR_ID => self.identity |= 0b01,
                condition::CLASS_ID => self.identity |= 0b10,
                _ => {}
            }
        }
        Ok(())
    }

    fn directives(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        scope: &mut Scope<'a>,
        code: i64,
        policy: u8,
    ) -> Result<(), Halt> {
        for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, code, index);
            self.step(&now)?;
            let result = self.directive(&now, scope);
            self.record(&now, policy, result.is_ok(), None);
            result.map_err(|cause| self.abort(&now, cause))?;
        }
        Ok(())
    }

    fn set(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        scope: &mut Scope<'a>,
        parameters: &mut Parameters<'a>,
        overriding: bool,
    ) -> Result<(), Halt> {
        let code = if overriding {
            directive::OVERRIDE_PARAMETERS
        } else {
            directive::SET_PARAMETERS
        };
        let targets: Targets = scope.targets(at.context.slots.len());
        let first = now(at, offset, code, targets.first().copied().unwrap_or(0));
        let taken = scope.take(parameters, overriding);
        taken.map_err(|cause| self.abort(&first, cause))?;
        // Indices mean something in one manifest only; memory is for all of them.
        if let Some(source) = parameters.source_component {
            let slot = usize::try_from(source)
                .ok()
                .and_then(|index| at.context.slots.get(index));
            parameters.source_component = slot.map(|slot| u64::from(*slot));
        }
        for index in targets {
            let now = now(at, offset, code, index);
            self.step(&now)?;
            match self.slot(&now).and_then(|slot| self.memory.get_mut(slot)) {
                Some(slot) if overriding => slot.parameters.override_with(parameters),
                Some(slot) => slot.parameters.set_missing(parameters),
                None => return Err(self.abort(&now, ErrorKind::ComponentIndex.into())),
            }
        }
        Ok(())
    }

    /// The slot in memory of a command's component.
    pub(super) fn slot(&self, now: &Now<'_, 'a>) -> Option<u8> {
        now.at.context.slots.get(usize::from(now.index)).copied()
    }

    /// A command's component, as the platform gets it.
    pub(super) fn component(&self, now: &Now<'_, 'a>) -> Component<'a> {
        let slot = self.slot(now).and_then(|slot| self.memory.get(slot));
        slot.map_or(Component::NONE, |slot| slot.component.with_index(now.index))
    }

    /// Counts a step.
    pub(super) fn step(&mut self, now: &Now<'_, 'a>) -> Result<(), Halt> {
        if self.steps >= MAX_STEPS {
            return Err(self.abort(now, ErrorKind::StepLimit.into()));
        }
        self.steps = self.steps.saturating_add(1);
        Ok(())
    }

    /// Notes why a command failed.
    pub(super) fn abort(&mut self, now: &Now<'_, 'a>, cause: Cause) -> Halt {
        self.failure = Some(Failure {
            cause,
            command: (now.code != 0).then_some(now.code),
            place: now.at.place(now.offset, now.index),
        });
        Halt::Hard
    }

    fn refuse(&mut self, cause: Cause) -> Halt {
        self.failure = Some(failed(cause));
        Halt::Hard
    }

    /// Tells the recorder what the reporting policy asks for (§8.4.7).
    fn record(&mut self, now: &Now<'_, 'a>, policy: u8, succeeded: bool, property: Option<&Property<'_>>) {
        let (record, claim) = if succeeded { (0b0001, 0b0100) } else { (0b0010, 0b1000) };
        if policy & record != 0 {
            self.recorder.record(&Record {
                place: &now.at.place(now.offset, now.index),
                property,
            });
        }
        if let (true, Some(property)) = (policy & claim != 0, property) {
            let component = self.component(now);
            self.recorder.claim(&component, property);
        }
    }
}

pub(super) fn now<'c, 'a>(at: &'c At<'c, 'a>, offset: usize, code: i64, index: u8) -> Now<'c, 'a> {
    Now {
        at,
        offset,
        code,
        index,
    }
}

pub(super) fn failed(cause: Cause) -> Failure {
    Failure {
        cause,
        command: None,
        place: Place::default(),
    }
}
