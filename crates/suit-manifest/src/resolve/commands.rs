//! What conditions and directives do to the state, and which of them may go either way.

use super::{
    state::{Component, Holds, Identity},
    walk::{Frame, Walk},
    Binding, MAX_PAYLOADS,
};
use crate::{
    error::{Error, ErrorKind},
    manifest::{
        code::{condition, directive},
        VendorId,
    },
};

/// Most fetches that are followed on a path: each payload once in each of the four procedures that install.
const MAX_FETCHES: usize = 4 * MAX_PAYLOADS;

/// Whether a condition depends on more than what the device is, so that its failure is always followed.
pub(super) const fn may_fail_anywhere(code: i64) -> bool {
    !matches!(
        code,
        condition::VENDOR_ID
            | condition::CLASS_ID
            | condition::DEVICE_ID
            | condition::COMPONENT_SLOT
            | condition::IS_DEPENDENCY
    )
}

impl<'a> Walk<'a, '_> {
    /// Whether a condition holds (§8.4.9). One whose parameter is not set fails.
    pub(super) fn condition(&mut self, code: i64, index: usize, frame: &Frame) -> Result<bool, Error> {
        let component = self.state.components.get(index).copied().unwrap_or_default();
        let parameters = &component.parameters;
        let is_set = match code {
            condition::VENDOR_ID => {
                return match parameters.vendor_id {
                    Some(VendorId::Uuid(id)) => self.identity(index, Identity::Vendor(id), frame),
                    // An enterprise number names no vendor: devices may have one beside their vendor identifier.
                    Some(VendorId::Pen(_)) => self.either(frame),
                    None => Ok(false),
                };
            }
            condition::CLASS_ID => return self.identified(index, parameters.class_id.map(Identity::Class), frame),
            condition::DEVICE_ID => return self.identified(index, parameters.device_id.map(Identity::Device), frame),
            condition::COMPONENT_SLOT => {
                return self.identified(index, parameters.component_slot.map(Identity::Slot), frame)
            }
            condition::IMAGE_MATCH => return self.image_match(index, &component, frame),
            condition::ABORT => return Ok(false),
            condition::IS_DEPENDENCY => return Ok(self.setting.dependencies >> index.min(15) & 1 == 1),
            condition::IMAGE_NOT_MATCH | condition::DEPENDENCY_INTEGRITY => parameters.image_digest.is_some(),
            condition::CHECK_CONTENT => parameters.content.is_some(),
            condition::USE_BEFORE => parameters.use_before.is_some(),
            condition::MINIMUM_BATTERY => parameters.minimum_battery.is_some(),
            condition::VERSION => parameters.version.is_some(),
            _ => true,
        };
        Ok(is_set && self.either(frame)?)
    }

    /// What depends on the device. Failure is followed where it leads anywhere.
    fn either(&mut self, frame: &Frame) -> Result<bool, Error> {
        if frame.goes_on() {
            self.paths.choose()
        } else {
            Ok(true)
        }
    }

    fn identified(&mut self, index: usize, identity: Option<Identity<'a>>, frame: &Frame) -> Result<bool, Error> {
        identity.map_or(Ok(false), |identity| self.identity(index, identity, frame))
    }

    /// Tests what a component is: what an earlier test on the path has told stays so.
    fn identity(&mut self, index: usize, identity: Identity<'a>, frame: &Frame) -> Result<bool, Error> {
        let index = u8::try_from(index).map_err(|_| ErrorKind::ComponentIndex)?;
        if let Some(known) = self.state.is(index, identity) {
            return Ok(known);
        }
        let holds = self.either(frame)?;
        self.state.learn(index, identity, holds);
        Ok(holds)
    }

    /// What is matched after fetching is what the bytes must have, even where the digest was set after fetching.
    fn image_match(&mut self, index: usize, component: &Component<'a>, frame: &Frame) -> Result<bool, Error> {
        if component.parameters.image_digest.is_none() || !self.either(frame)? {
            return Ok(false);
        }
        match component.holds {
            Holds::Other => {}
            Holds::Fetched(place) => self.found.bind(place, Binding::Fetched, &component.parameters)?,
            Holds::Decrypted(place) => {
                let component_index = u32::try_from(index).map_err(|_| ErrorKind::ComponentIndex)?;
                let binding = Binding::Plaintext { component_index };
                self.found.bind(place, binding, &component.parameters)?;
            }
        }
        Ok(true)
    }

    /// Carries out a directive without argument (§8.4.10). False where it fails.
    pub(super) fn directive(&mut self, code: i64, index: u8, may_fail: bool) -> Result<bool, Error> {
        match code {
            directive::FETCH => return self.fetch(index, may_fail),
            directive::COPY => return self.copy(index, false),
            directive::SWAP => return self.copy(index, true),
            directive::WRITE | directive::UNLINK => self.hold(index, Holds::Other),
            _ => {}
        }
        Ok(true)
    }

    fn hold(&mut self, index: u8, holds: Holds) {
        if let Some(component) = self.state.components.get_mut(usize::from(index)) {
            component.holds = holds;
        }
    }

    /// A fetch that fails aborts everything (§6.4), but there are recipients that go on with the next alternative then,
    /// such as libcsuit, and what they would fetch is listed too.
    fn fetch(&mut self, index: u8, may_fail: bool) -> Result<bool, Error> {
        let place = usize::from(index);
        let component = self.state.components.get(place).copied().unwrap_or_default();
        if self.restarted && component.parameters.uri.is_none() {
            return Ok(false);
        }
        self.state.fetches = self.state.fetches.saturating_add(1);
        if self.state.fetches > MAX_FETCHES {
            return Err(ErrorKind::TooMany.into());
        }
        let identifier = *self.setting.identifiers.get(place).ok_or(ErrorKind::ComponentIndex)?;
        let payload = self
            .found
            .fetched(index, identifier, &component.parameters, self.paths)?;
        if may_fail && !self.paths.choose()? {
            self.hold(index, Holds::Other);
            return Ok(false);
        }
        let holds = match component.parameters.encryption_info {
            Some(_) => Holds::Decrypted(payload),
            None => Holds::Fetched(payload),
        };
        self.hold(index, holds);
        Ok(true)
    }

    /// Copies from the source component, or exchanges with it. With encryption info what is copied is decrypted
    /// (firmware-encryption, "Directive Copy").
    fn copy(&mut self, index: u8, swap: bool) -> Result<bool, Error> {
        let component = self
            .state
            .components
            .get(usize::from(index))
            .copied()
            .unwrap_or_default();
        let Some(from) = component.parameters.source_component else {
            return Ok(false);
        };
        let from = u8::try_from(from).map_err(|_| ErrorKind::ComponentIndex)?;
        let source = self
            .state
            .components
            .get(usize::from(from))
            .copied()
            .unwrap_or_default();
        let decrypts = component.parameters.encryption_info.is_some();
        let holds = match source.holds {
            Holds::Fetched(place) if decrypts => {
                let parameters = &component.parameters;
                Holds::Decrypted(self.found.decrypted(place, index, parameters, self.paths)?)
            }
            _ if decrypts => Holds::Other,
            holds => holds,
        };
        if swap {
            self.hold(from, component.holds);
        }
        self.hold(index, holds);
        Ok(true)
    }
}
