//! Directives that do something to a component (§8.4.10, and those of trust-domains and update-management).

use super::{
    conditions::needs,
    run::{now, At, Halt, Now},
    scope::Scope,
    Cause, Component, Details, Platform, PlatformError, Processor,
};
use crate::{
    crypto::Crypto,
    error::ErrorKind,
    manifest::{code::directive, parameter, CopyParameters, Parameters},
    report::Recorder,
};

/// Codes of custom commands are less than this (§8.4.11).
const CUSTOM: i64 = -256;

impl<'p, 'a, P, C, R, const N: usize> Processor<'p, 'a, P, C, R, N>
where
    P: Platform<'a>,
    C: Crypto,
    R: Recorder,
{
    /// Carries out a directive on one component.
    #[inline(never)]
    pub(super) fn directive(&mut self, now: &Now<'_, 'a>, scope: &mut Scope<'a>) -> Result<(), Cause> {
        let component = self.component(now);
        let slot = self.slot(now).ok_or(ErrorKind::ComponentIndex)?;
        let parameters = &self.memory.get(slot).ok_or(ErrorKind::ComponentIndex)?.parameters;
        match now.code {
            directive::WRITE => {
                let content = needs(parameters.content, parameter::CONTENT)?;
                let details = details(parameters);
                scope.note(now.index, None)?;
                self.memory.changed(slot);
                self.platform.write(&component, content, &details)?;
            }
            directive::FETCH => {
                let uri = needs(parameters.uri, parameter::URI)?;
                let details = details(parameters);
                scope.note(now.index, None)?;
                self.memory.changed(slot);
                match now.at.context.verified.integrated(uri) {
                    Some(payload) => self.platform.write(&component, payload, &details)?,
                    // To this envelope, which lacks it.
                    None if uri.starts_with('#') => return Err(PlatformError::NotFound.into()),
                    None => self.platform.fetch(&component, uri, &details)?,
                }
            }
            directive::COPY | directive::SWAP => {
                let from = needs(parameters.source_component, parameter::SOURCE_COMPONENT)?;
                let details = details(parameters);
                let (source, from) = self.source(now, from)?;
                self.memory.changed(slot);
                if now.code == directive::COPY {
                    scope.note(now.index, Some(source.index))?;
                    self.platform.copy(&component, &source.component, &details)?;
                } else {
                    scope.note_swap(now.index, source.index)?;
                    self.memory.changed(from);
                    self.platform.swap(&component, &source.component)?;
                }
            }
            directive::INVOKE => self.platform.invoke(&component, parameters.invoke_args)?,
            directive::UNLINK => {
                self.memory.changed(slot);
                self.platform.unlink(&component)?;
            }
            directive::WAIT => {
                let events = needs(parameters.wait_info, parameter::WAIT_INFO)?;
                self.platform.wait(events)?;
            }
            _ => return Err(Cause::UnsupportedCommand),
        }
        Ok(())
    }

    /// The source of a copy or swap: memory knows it by its slot, the platform and the checks by its index.
    fn source(&self, now: &Now<'_, 'a>, slot: u64) -> Result<(Source<'a>, u8), Cause> {
        let slot = u8::try_from(slot).map_err(|_| ErrorKind::ComponentIndex)?;
        let known = self.memory.get(slot).ok_or(ErrorKind::ComponentIndex)?;
        let index = now.at.context.slots.iter().position(|other| *other == slot);
        // A component of the dependent, for one of its dependencies: it has no index here.
        let index = index.and_then(|index| u8::try_from(index).ok()).unwrap_or(u8::MAX);
        let component = known.component.with_index(index);
        Ok((Source { index, component }, slot))
    }

    pub(super) fn copy_parameters(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        scope: &Scope<'a>,
        argument: &CopyParameters<'a>,
    ) -> Result<(), Halt> {
        for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, directive::COPY_PARAMS, index);
            for entry in argument.entries() {
                self.step(&now)?;
                let copied = entry.map_err(Cause::from).and_then(|(from, numbers)| {
                    let from = usize::try_from(from).ok().and_then(|from| at.context.slots.get(from));
                    let from = from.and_then(|slot| self.memory.get(*slot));
                    let from = from.ok_or(ErrorKind::ComponentIndex)?.parameters;
                    let to = self.slot(&now).and_then(|slot| self.memory.get_mut(slot));
                    let to = to.ok_or(ErrorKind::ComponentIndex)?;
                    for number in numbers {
                        if !to.parameters.copy_from(&from, number) {
                            return Err(Cause::ParameterMissing(number));
                        }
                    }
                    Ok(())
                });
                copied.map_err(|cause| self.abort(&now, cause))?;
            }
        }
        Ok(())
    }

    /// A custom command, or one that nobody knows.
    pub(super) fn other(
        &mut self,
        at: &At<'_, 'a>,
        offset: usize,
        scope: &Scope<'a>,
        code: i64,
        argument: &'a [u8],
    ) -> Result<(), Halt> {
        for index in scope.targets(at.context.slots.len()) {
            let now = now(at, offset, code, index);
            self.step(&now)?;
            if code >= CUSTOM {
                return Err(self.abort(&now, Cause::UnsupportedCommand));
            }
            let component = self.component(&now);
            let slot = self.slot(&now).and_then(|slot| self.memory.get(slot));
            let Some(slot) = slot else {
                return Err(self.abort(&now, ErrorKind::ComponentIndex.into()));
            };
            match self.platform.custom(&component, code, argument, &slot.parameters) {
                Ok(true) => {}
                Ok(false) => {
                    let halt = self.abort(&now, Cause::NotMet);
                    return Err(if scope.soft { Halt::Soft } else { halt });
                }
                Err(error) => return Err(self.abort(&now, error.into())),
            }
        }
        Ok(())
    }
}

struct Source<'a> {
    index: u8,
    component: Component<'a>,
}

fn details<'a>(parameters: &Parameters<'a>) -> Details<'a> {
    Details {
        digest: parameters.image_digest,
        size: parameters.image_size,
        encryption_info: parameters.encryption_info,
        metadata: parameters.component_metadata,
        fetch_arguments: parameters.fetch_arguments,
    }
}
