//! The payloads that were found, and what binds their bytes.

use super::{paths::Paths, Binding, ResolvedPayload, MAX_PAYLOADS};
use crate::{
    digest::Digest,
    error::{Error, ErrorKind, Section},
    manifest::Parameters,
};
use arrayvec::ArrayVec;

/// The payloads of all paths, each once. One is told from another by the component that it is fetched into and its URI,
/// and, where both have one, by the encryption info.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub payloads: ArrayVec<ResolvedPayload<'a>, MAX_PAYLOADS>,
}

impl<'a> Found<'a> {
    /// Notes a fetch into a component with these parameters. Returns the payload's place in the list.
    pub fn fetched(
        &mut self,
        index: u8,
        identifier: &'a [u8],
        parameters: &Parameters<'a>,
        paths: &mut Paths,
    ) -> Result<usize, Error> {
        let payload = ResolvedPayload {
            component_index: u32::from(index),
            component: identifier,
            uri: parameters.uri,
            digest: None,
            size: None,
            binding: Binding::Unknown,
            encrypted: parameters.encryption_info.is_some(),
            encryption_info: parameters.encryption_info,
            integrated: parameters.uri.is_some_and(|uri| uri.starts_with('#')),
        };
        let place = self.place(&payload, paths)?;
        if let Some(known) = self.payloads.get_mut(place) {
            known.encrypted |= payload.encrypted;
            known.encryption_info = known.encryption_info.or(payload.encryption_info);
        }
        let binding = if payload.encrypted {
            let component_index = payload.component_index;
            Binding::Plaintext { component_index }
        } else {
            Binding::Fetched
        };
        self.bind(place, binding, parameters)?;
        Ok(place)
    }

    /// Notes that a payload is decrypted into a component with these parameters. Returns the payload's place, which is
    /// another one where the same bytes are decrypted with another key elsewhere.
    pub fn decrypted(
        &mut self,
        place: usize,
        index: u8,
        parameters: &Parameters<'a>,
        paths: &mut Paths,
    ) -> Result<usize, Error> {
        let Some(payload) = self.payloads.get(place) else {
            return Ok(place);
        };
        let mut wanted = ResolvedPayload {
            encrypted: true,
            encryption_info: parameters.encryption_info,
            ..*payload
        };
        if wanted.binding != Binding::Fetched {
            (wanted.digest, wanted.size, wanted.binding) = (None, None, Binding::Unknown);
        }
        let place = self.place(&wanted, paths)?;
        if let Some(known) = self.payloads.get_mut(place) {
            known.encrypted = true;
            known.encryption_info = wanted.encryption_info;
        }
        let component_index = u32::from(index);
        self.bind(place, Binding::Plaintext { component_index }, parameters)?;
        Ok(place)
    }

    /// Notes what a component's digest and size say of a payload.
    ///
    /// What is said of the fetched bytes counts for more than what is said of the plaintext, whichever comes first. Two
    /// that disagree: nobody can tell which the bytes must be.
    pub fn bind(&mut self, place: usize, binding: Binding, parameters: &Parameters<'a>) -> Result<(), Error> {
        let (digest, size) = (parameters.image_digest, parameters.image_size);
        let Some(payload) = self.payloads.get_mut(place) else {
            return Ok(());
        };
        match (payload.binding, binding) {
            _ if digest.is_none() && size.is_none() => {}
            (_, Binding::Unknown) | (Binding::Fetched, Binding::Plaintext { .. }) => {}
            (Binding::Unknown, _) | (Binding::Plaintext { .. }, Binding::Fetched) => {
                (payload.digest, payload.size, payload.binding) = (digest, size, binding);
            }
            (Binding::Fetched, Binding::Fetched) | (Binding::Plaintext { .. }, Binding::Plaintext { .. }) => {
                agree_or_learn(&mut payload.digest, digest, Digest::eq)?;
                agree_or_learn(&mut payload.size, size, u64::eq)?;
            }
        }
        Ok(())
    }

    /// The place of a payload, new or known. Comparing costs: URIs may be long, and fetches many.
    fn place(&mut self, payload: &ResolvedPayload<'a>, paths: &mut Paths) -> Result<usize, Error> {
        let long = payload.uri.map_or(0, str::len);
        let long = long.saturating_add(payload.encryption_info.map_or(0, <[u8]>::len));
        paths.spend(1, long.saturating_mul(self.payloads.len()))?;
        if let Some(place) = self.payloads.iter().position(|known| is_same(known, payload)) {
            return Ok(place);
        }
        self.payloads.try_push(*payload).map_err(|_| ErrorKind::TooMany)?;
        Ok(self.payloads.len().saturating_sub(1))
    }
}

fn is_same(known: &ResolvedPayload<'_>, payload: &ResolvedPayload<'_>) -> bool {
    let other_key = match (known.encryption_info, payload.encryption_info) {
        (Some(known), Some(new)) => known != new,
        _ => false,
    };
    known.component_index == payload.component_index && known.uri == payload.uri && !other_key
}

fn agree_or_learn<T>(place: &mut Option<T>, value: Option<T>, same: impl Fn(&T, &T) -> bool) -> Result<(), Error> {
    match (place.as_ref(), &value) {
        (Some(known), Some(value)) if !same(known, value) => {
            Err(ErrorKind::Undecidable.at(0).within(Section::Parameters))
        }
        (None, _) => {
            *place = value;
            Ok(())
        }
        _ => Ok(()),
    }
}
