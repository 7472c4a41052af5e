//! Dependencies (draft-ietf-suit-trust-domains): manifests that the manifest needs.

use super::{
    component::prefixes_of,
    run::{failed, Context, Halt, Now},
    Cause, Component, Platform, PlatformError, Processor, Verified,
};
use crate::{
    crypto::Crypto,
    digest::Digest,
    envelope::Envelope,
    error::{Error, ErrorKind, Section},
    manifest::{parameter, Dependency, Procedure},
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

    /// image-match for a dependency: the digest is that of its manifest, so that signatures may come and go (trust-domains).
    #[inline(never)]
    pub(super) fn is_manifest(&mut self, component: &Component<'a>, digest: &Digest<'a>) -> Result<bool, Cause> {
        let bytes = self.platform.dependency(component).ok_or(PlatformError::NotFound)?;
        let Ok(envelope) = Envelope::decode(bytes, self.root.envelope().mode()) else {
            return Ok(false);
        };
        Ok(envelope.manifest_digest() == *digest && envelope.check_manifest_digest(self.crypto).is_ok())
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
        let done = self.section(&context, now.at.procedure);
        self.processed |= 1u16.checked_shl(u32::from(ordinal)).unwrap_or(0);
        Ok(done)
    }

    /// Every dependency that has the section that ends must have been processed in it. Uninstall is no part of a procedure
    /// for which that is asked: a dependency may serve others still.
    #[inline(never)]
    pub(super) fn all_processed(&mut self, context: &Context<'_, 'a>, procedure: Procedure) -> Result<(), Halt> {
        if procedure == Procedure::Uninstall {
            return Ok(());
        }
        for (ordinal, dependency) in (0u32..).zip(context.verified.manifest().dependencies()) {
            let is_processed = self.processed.checked_shr(ordinal).is_some_and(|bits| bits & 1 == 1);
            if is_processed || !self.has_section(context, &dependency, procedure) {
                continue;
            }
            let mut failure = failed(Cause::DependencyNotProcessed);
            failure.place.manifest = context.path.clone();
            failure.place.component = u8::try_from(dependency.index).unwrap_or(u8::MAX);
            self.failure = Some(failure);
            return Err(Halt::Hard);
        }
        Ok(())
    }

    /// Whether a dependency has a section, as far as it is here. Its signature need not have been checked for that: all that
    /// follows from it is a refusal.
    fn has_section(&mut self, context: &Context<'_, 'a>, dependency: &Dependency<'a>, procedure: Procedure) -> bool {
        let index = usize::try_from(dependency.index).unwrap_or(usize::MAX);
        let known = context.slots.get(index).and_then(|slot| self.memory.get(*slot));
        let Some(known) = known else { return false };
        let component = known.component.with_index(u8::try_from(index).unwrap_or(u8::MAX));
        let checked = known.dependency.map(|(bytes, _)| bytes);
        let Some(bytes) = checked.or_else(|| self.platform.dependency(&component)) else {
            return false;
        };
        Verified::again(bytes, self.root.envelope().mode()).is_ok_and(|dependency| {
            let manifest = dependency.manifest();
            manifest.sequence(procedure).is_some() || manifest.is_stripped_of(procedure)
        })
    }
}
