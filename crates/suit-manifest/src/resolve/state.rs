//! The part of a manifest processor's state that decides what is fetched (§6.4).

use super::{Product, Resolved, ResolvedPayload, MAX_PAYLOADS};
use crate::{
    digest::Digest,
    error::{Error, ErrorKind},
    manifest::{
        code::{condition, directive},
        Command, Index, Manifest, Parameters, Sequence, VendorId, MAX_COMPONENTS,
    },
};
use arrayvec::ArrayVec;

/// Most fetches that are followed: each payload once in each of the four procedures. Every fetch compares payloads byte by
/// byte, so without a bound a small manifest would cost the square of its length.
const MAX_FETCHES: usize = 4 * MAX_PAYLOADS;

/// What is known of one component.
#[derive(Clone, Copy, Default)]
struct Component<'a> {
    vendor: Option<VendorId<'a>>,
    class: Option<&'a [u8; 16]>,
    digest: Option<Digest<'a>>,
    size: Option<u64>,
    uri: Option<&'a str>,
    encrypted: bool,
    /// The payload that was fetched into it last and has not been matched yet.
    fetched: Option<usize>,
}

pub(super) struct State<'a> {
    /// Looked up once: reading the list again for every fetch would be quadratic in the manifest.
    identifiers: [&'a [u8]; MAX_COMPONENTS],
    components: [Component<'a>; MAX_COMPONENTS],
    count: usize,
    current: usize,
    vendor: Option<[u8; 16]>,
    class: Option<[u8; 16]>,
    payloads: ArrayVec<ResolvedPayload<'a>, MAX_PAYLOADS>,
    fetches: usize,
}

impl<'a> State<'a> {
    pub fn new(manifest: &Manifest<'a>) -> Self {
        let mut identifiers = [&[] as &'a [u8]; MAX_COMPONENTS];
        for (place, identifier) in identifiers.iter_mut().zip(manifest.components()) {
            *place = identifier;
        }
        Self {
            identifiers,
            components: [Component::default(); MAX_COMPONENTS],
            count: manifest.component_count().min(MAX_COMPONENTS),
            current: 0,
            vendor: None,
            class: None,
            payloads: ArrayVec::new(),
            fetches: 0,
        }
    }

    /// Follows a sequence. The component index starts at 0 (§6.4).
    pub fn run(&mut self, sequence: Option<&Sequence<'a>>) -> Result<(), Error> {
        self.current = 0;
        for command in sequence.into_iter().flat_map(Sequence::commands) {
            self.step(command?)?;
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Resolved<'a>, Error> {
        let products = self
            .vendor
            .zip(self.class)
            .map(|product: Product| product)
            .into_iter()
            .collect();
        Ok(Resolved {
            products,
            payloads: self.payloads,
        })
    }

    fn step(&mut self, command: Command<'a>) -> Result<(), Error> {
        match command {
            Command::SetComponentIndex(Index::One(index)) => {
                self.current = usize::try_from(index).map_err(|_| ErrorKind::ComponentIndex)?;
                Ok(())
            }
            Command::OverrideParameters(parameters) => self.set(&parameters, true),
            Command::SetParameters(parameters) => self.set(&parameters, false),
            Command::Condition { code, .. } => self.condition(code),
            Command::Directive {
                code: directive::FETCH, ..
            } => self.fetch(),
            Command::Directive { code, .. } if code != directive::PROCESS_DEPENDENCY => Ok(()),
            _ => Err(ErrorKind::Undecidable.into()),
        }
    }

    fn set(&mut self, new: &Parameters<'a>, overriding: bool) -> Result<(), Error> {
        let component = self.component()?;
        assign(&mut component.vendor, new.vendor_id, overriding);
        assign(&mut component.class, new.class_id, overriding);
        assign(&mut component.digest, new.image_digest, overriding);
        assign(&mut component.size, new.image_size, overriding);
        assign(&mut component.uri, new.uri, overriding);
        component.encrypted |= new.encryption_info.is_some();
        Ok(())
    }

    fn condition(&mut self, code: i64) -> Result<(), Error> {
        match code {
            condition::VENDOR_ID => match self.component()?.vendor {
                Some(VendorId::Uuid(vendor)) => agree(&mut self.vendor, vendor),
                // An enterprise number names no vendor of the registry; without a parameter the condition fails.
                Some(VendorId::Pen(_)) | None => Err(ErrorKind::Undecidable.into()),
            },
            condition::CLASS_ID => match self.component()?.class {
                Some(class) => agree(&mut self.class, class),
                None => Err(ErrorKind::Undecidable.into()),
            },
            condition::IMAGE_MATCH => self.image_match(),
            // Fails always, and alone outside of try-each makes the manifest one that nobody can install.
            condition::ABORT => Err(ErrorKind::Undecidable.into()),
            _ => Ok(()),
        }
    }

    fn fetch(&mut self) -> Result<(), Error> {
        self.fetches = self.fetches.saturating_add(1);
        if self.fetches > MAX_FETCHES {
            return Err(ErrorKind::TooMany.into());
        }
        let index = self.current;
        let identifier = *self.identifiers.get(index).ok_or(ErrorKind::ComponentIndex)?;
        let component = self.component()?;
        let payload = ResolvedPayload {
            component_index: u32::try_from(index).map_err(|_| ErrorKind::ComponentIndex)?,
            component: identifier,
            uri: component.uri,
            digest: component.digest,
            size: component.size,
            encrypted: component.encrypted,
            integrated: component.uri.is_some_and(|uri| uri.starts_with('#')),
        };
        let place = match self.payloads.iter().position(|known| *known == payload) {
            Some(place) => place,
            None => {
                self.payloads.try_push(payload).map_err(|_| ErrorKind::TooMany)?;
                self.payloads.len().saturating_sub(1)
            }
        };
        self.component()?.fetched = Some(place);
        Ok(())
    }

    /// What is matched after fetching is what the bytes must have, even where the digest was set after fetching.
    fn image_match(&mut self) -> Result<(), Error> {
        let component = self.component()?;
        let Some(place) = component.fetched.take() else {
            return Ok(());
        };
        let (digest, size) = (component.digest, component.size);
        let Some(payload) = self.payloads.get_mut(place) else {
            return Ok(());
        };
        agree_or_learn(&mut payload.digest, digest)?;
        agree_or_learn(&mut payload.size, size)
    }

    fn component(&mut self) -> Result<&mut Component<'a>, Error> {
        let current = self.current;
        let known = self
            .components
            .get_mut(..self.count)
            .and_then(|components| components.get_mut(current));
        known.ok_or(ErrorKind::ComponentIndex.into())
    }
}

fn assign<T>(place: &mut Option<T>, value: Option<T>, overriding: bool) {
    if value.is_some() && (overriding || place.is_none()) {
        *place = value;
    }
}

/// A device has one vendor and one class: conditions on two can only be met by none.
fn agree(place: &mut Option<[u8; 16]>, value: &[u8; 16]) -> Result<(), Error> {
    match place {
        Some(known) if known != value => Err(ErrorKind::Undecidable.into()),
        _ => {
            *place = Some(*value);
            Ok(())
        }
    }
}

fn agree_or_learn<T: PartialEq>(place: &mut Option<T>, value: Option<T>) -> Result<(), Error> {
    match (place.as_ref(), value) {
        (Some(known), Some(value)) if *known != value => Err(ErrorKind::Undecidable.into()),
        (None, value) => {
            *place = value;
            Ok(())
        }
        _ => Ok(()),
    }
}
