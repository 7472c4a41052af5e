//! Conditions (§8.4.9, and those of trust-domains and update-management).

use super::{run::Now, Cause, Length, Measured, Platform, PlatformError, Processor};
use crate::{
    crypto::Crypto,
    digest::{Digest, DigestAlgorithm},
    error::Error,
    manifest::{code::condition, parameter, VersionMatch},
    report::{Property, Recorder},
};

/// Whether a condition holds, why not, and what was found out.
pub(super) struct Outcome<'a> {
    pub result: Result<(), Cause>,
    pub measured: Option<Finding<'a>>,
}

/// What a condition found out about the component, for the report.
pub(super) enum Finding<'a> {
    Property(Property<'a>),
    Digest(DigestAlgorithm, Measured),
}

impl Finding<'_> {
    pub fn property(&self) -> Property<'_> {
        match self {
            Self::Property(property) => *property,
            Self::Digest(algorithm, measured) => Property::ImageDigest(Digest {
                algorithm: *algorithm,
                bytes: measured.as_bytes(),
            }),
        }
    }
}

impl From<PlatformError> for Cause {
    fn from(error: PlatformError) -> Self {
        Self::Platform(error)
    }
}

impl<'a> Outcome<'a> {
    const fn of(result: Result<(), Cause>) -> Self {
        Self { result, measured: None }
    }

    fn measured(self, measured: Option<Property<'a>>) -> Self {
        Self {
            measured: measured.map(Finding::Property),
            ..self
        }
    }
}

fn met(holds: bool) -> Result<(), Cause> {
    if holds {
        Ok(())
    } else {
        Err(Cause::NotMet)
    }
}

/// A parameter that a command cannot do without.
pub(super) fn needs<T>(parameter: Option<T>, number: i64) -> Result<T, Cause> {
    parameter.ok_or(Cause::ParameterMissing(number))
}

impl<'p, 'a, P, C, R, const N: usize> Processor<'p, 'a, P, C, R, N>
where
    P: Platform<'a>,
    C: Crypto,
    R: Recorder,
{
    /// Tests a condition on one component.
    #[inline(never)]
    pub(super) fn condition(&mut self, now: &Now<'_, 'a>) -> Outcome<'a> {
        match now.code {
            condition::IMAGE_MATCH => self.image_matches(now, true),
            condition::IMAGE_NOT_MATCH => self.image_matches(now, false),
            condition::VENDOR_ID | condition::CLASS_ID | condition::DEVICE_ID | condition::COMPONENT_SLOT => {
                self.identity(now)
            }
            condition::USE_BEFORE | condition::MINIMUM_BATTERY => self.quantity(now),
            code => Outcome::of(self.other_condition(now, code)),
        }
    }

    /// Conditions whose parameter is what the component has, where they hold.
    fn identity(&mut self, now: &Now<'_, 'a>) -> Outcome<'a> {
        let component = self.component(now);
        let Some(slot) = self.slot(now).and_then(|slot| self.memory.get(slot)) else {
            return Outcome::of(Err(Cause::NotMet));
        };
        let parameters = &slot.parameters;
        let (result, property) = match now.code {
            condition::VENDOR_ID => match parameters.vendor_id {
                Some(id) => (self.platform.is_vendor(&component, &id), Some(Property::VendorId(id))),
                None => return Outcome::of(Err(Cause::ParameterMissing(parameter::VENDOR_ID))),
            },
            condition::CLASS_ID => match parameters.class_id {
                Some(id) => (self.platform.is_class(&component, id), Some(Property::ClassId(id))),
                None => return Outcome::of(Err(Cause::ParameterMissing(parameter::CLASS_ID))),
            },
            condition::DEVICE_ID => match parameters.device_id {
                Some(id) => (self.platform.is_device(&component, id), Some(Property::DeviceId(id))),
                None => return Outcome::of(Err(Cause::ParameterMissing(parameter::DEVICE_ID))),
            },
            _ => match parameters.component_slot {
                Some(slot) => (
                    self.platform.is_slot(&component, slot),
                    Some(Property::ComponentSlot(slot)),
                ),
                None => return Outcome::of(Err(Cause::ParameterMissing(parameter::COMPONENT_SLOT))),
            },
        };
        match result {
            Ok(true) => Outcome::of(Ok(())).measured(property),
            Ok(false) => Outcome::of(Err(Cause::NotMet)),
            Err(error) => Outcome::of(Err(error.into())),
        }
    }

    /// Conditions that compare a number.
    fn quantity(&mut self, now: &Now<'_, 'a>) -> Outcome<'a> {
        let Some(slot) = self.slot(now).and_then(|slot| self.memory.get(slot)) else {
            return Outcome::of(Err(Cause::NotMet));
        };
        let parameters = &slot.parameters;
        let (number, wanted) = match now.code {
            condition::USE_BEFORE => (parameter::USE_BEFORE, parameters.use_before),
            _ => (parameter::MINIMUM_BATTERY, parameters.minimum_battery),
        };
        let Some(wanted) = wanted else {
            return Outcome::of(Err(Cause::ParameterMissing(number)));
        };
        let actual = match now.code {
            condition::USE_BEFORE => self.platform.now(),
            _ => self.platform.battery(),
        };
        match actual {
            Ok(now_is) if now.code == condition::USE_BEFORE => {
                Outcome::of(met(now_is < wanted)).measured(Some(Property::UseBefore(now_is)))
            }
            Ok(charge) => Outcome::of(met(charge >= wanted)).measured(Some(Property::MinimumBattery(charge))),
            Err(error) => Outcome::of(Err(error.into())),
        }
    }

    /// image-match and image-not-match: digest, and size where both sides know it.
    fn image_matches(&mut self, now: &Now<'_, 'a>, wanted: bool) -> Outcome<'a> {
        let component = self.component(now);
        let Some(slot) = self.slot(now).and_then(|slot| self.memory.get(slot)) else {
            return Outcome::of(Err(Cause::NotMet));
        };
        let Some(digest) = slot.parameters.image_digest else {
            return Outcome::of(Err(Cause::ParameterMissing(parameter::IMAGE_DIGEST)));
        };
        if self.dependency_of(now).is_some() {
            let matches = self.is_manifest(&component, &digest);
            return Outcome::of(matches.and_then(|matches| met(matches == wanted)));
        }
        let length = match slot.parameters.image_size {
            None => Length::Whole,
            Some(size) => {
                match self.platform.size(&component) {
                    Err(error) => return Outcome::of(Err(error.into())),
                    Ok(Some(actual)) if actual != size => {
                        return Outcome::of(met(!wanted)).measured(Some(Property::ImageSize(actual)));
                    }
                    Ok(_) => {}
                }
                Length::Bytes(size)
            }
        };
        match self.platform.digest(&component, digest.algorithm, length) {
            Err(error) => Outcome::of(Err(error.into())),
            Ok(measured) => Outcome {
                result: met((measured.as_bytes() == digest.bytes) == wanted),
                measured: Some(Finding::Digest(digest.algorithm, measured)),
            },
        }
    }

    fn other_condition(&mut self, now: &Now<'_, 'a>, code: i64) -> Result<(), Cause> {
        let component = self.component(now);
        let slot = self.slot(now).and_then(|slot| self.memory.get(slot));
        let parameters = &slot.ok_or(Cause::NotMet)?.parameters;
        match code {
            condition::CHECK_CONTENT => {
                let content = needs(parameters.content, parameter::CONTENT)?;
                met(self.platform.has_content(&component, content)?)
            }
            condition::UPDATE_AUTHORIZED => {
                let priority = needs(parameters.update_priority, parameter::UPDATE_PRIORITY)?;
                met(self.platform.is_authorized(priority)?)
            }
            condition::VERSION => {
                let wanted = needs(parameters.version, parameter::VERSION)?;
                let wanted = VersionMatch::decode(wanted).map_err(|error: Error| Cause::Manifest(error))?;
                met(self.platform.is_version(&component, &wanted)?)
            }
            condition::IS_DEPENDENCY => met(self.dependency_of(now).is_some()),
            condition::DEPENDENCY_INTEGRITY => self.check_dependency(now),
            // abort, and whatever a later version of the decoder takes for a condition (§8.4.9: unknown ones fail).
            condition::ABORT => Err(Cause::NotMet),
            _ => Err(Cause::UnsupportedCommand),
        }
    }
}
