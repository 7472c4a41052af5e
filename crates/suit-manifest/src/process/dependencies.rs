//! Dependencies (draft-ietf-suit-trust-domains): manifests that the manifest needs.

use super::{
    component::prefixes_of,
    run::{Context, Halt, Now},
    Cause, Platform, PlatformError, Processor, Verified,
};
use crate::{
    crypto::Crypto,
    error::{Error, ErrorKind, Section},
    manifest::{parameter, Dependency},
    report::Recorder,
};

impl<'p, 'a, P, C, R, const N: usize> Processor<'p, 'a, P, C, R, N>
where
    P: Platform<'a>,
    C: Crypto,
    R: Recorder,
{
    /// The manifest's dependency that a command's component is, and which of them.
    pub(super) fn dependency_of(&self, now: &Now<'_, 'a>) -> Option<(u8, Dependency<'a>)> {
        let all = now.at.context.verified.manifest().dependencies();
        (0u8..)
            .zip(all)
            .find(|(_, dependency)| dependency.index == u64::from(now.index))
    }

    /// dependency-integrity: the envelope is signed, and its manifest is the one that the dependent names.
    #[inline(never)]
    pub(super) fn check_dependency(&mut self, now: &Now<'_, 'a>) -> Result<(), Cause> {
        self.dependency_of(now).ok_or(Cause::NotADependency)?;
        let component = self.component(now);
        let slot = self.slot(now).ok_or(Cause::NotADependency)?;
        let known = self.memory.get(slot).ok_or(Cause::NotADependency)?;
        let missing = Cause::ParameterMissing(parameter::IMAGE_DIGEST);
        let digest = known.parameters.image_digest.ok_or(missing)?;
        let bytes = self.platform.dependency(&component).ok_or(PlatformError::NotFound)?;
        let mode = self.root.envelope().mode();
        let verified = Verified::decode(bytes, mode, self.crypto, &self.options.trust).map_err(Cause::Dependency)?;
        if verified.envelope().manifest_digest() != digest {
            let error = Error::from(ErrorKind::DigestMismatch).within(Section::Dependencies);
            return Err(Cause::Dependency(error));
        }
        if let Some(place) = self.memory.get_mut(slot) {
            place.dependency = Some((bytes, now.at.context.holder));
        }
        Ok(())
    }

    /// process-dependency: the dependency's shared sequence, and its section of the same name.
    #[inline(never)]
    pub(super) fn process_dependency(&mut self, now: &Now<'_, 'a>) -> Result<(), Halt> {
        self.enter_dependency(now)
            .unwrap_or_else(|cause| Err(self.abort(now, cause)))
    }

    fn enter_dependency(&mut self, now: &Now<'_, 'a>) -> Result<Result<(), Halt>, Cause> {
        if now.at.is_shared() {
            return Err(ErrorKind::BadSequence.into());
        }
        let outer = now.at.context;
        let (ordinal, dependency) = self.dependency_of(now).ok_or(Cause::NotADependency)?;
        let slot = self.slot(now).ok_or(Cause::NotADependency)?;
        let checked = self.memory.get(slot).and_then(|slot| slot.dependency);
        let bytes = match checked {
            Some((bytes, by)) if by == outer.holder => bytes,
            _ => return Err(Cause::DependencyNotChecked),
        };
        let mut path = outer.path.clone();
        let too_deep = Error::from(ErrorKind::TooDeep).within(Section::Dependencies);
        path.try_push(ordinal).map_err(|_| Cause::Manifest(too_deep))?;
        let verified = Verified::again(bytes, self.root.envelope().mode()).map_err(Cause::Dependency)?;
        let mut context = Context {
            verified: &verified,
            slots: Default::default(),
            prefixes: prefixes_of(outer.prefixes, outer.path.len(), &dependency),
            path,
            holder: Some(slot),
        };
        if let Err(halt) = self.place_components(&mut context) {
            return Ok(Err(halt));
        }
        Ok(self.section(&context, now.at.procedure))
    }
}
