//! Manifests of releases, made of the draft's templates (§7): several images, staged ones, A/B slots, text.

use super::{
    model::{Command, ComponentId, Digest, Manifest, Parameters, Sequence, Severable, Text},
    templates::{self, At, Product},
    BuildError,
};
use alloc::{string::String, vec::Vec};

/// Where an image comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payload {
    /// Digest of the image.
    pub digest: Digest,
    /// Length of the image in bytes.
    pub size: u64,
    /// Where to fetch it: `ipfs://` and its CID, or `#name` for a payload that is in the envelope (§7.5).
    pub uri: String,
}

/// How an image gets into its component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// It is fetched into the component when it is installed (§7.3).
    Fetched(Payload),
    /// It is fetched into another component beforehand, and copied when it is installed (§7.4).
    Staged {
        /// The other component.
        staging: ComponentId,
        /// What is fetched and copied.
        payload: Payload,
    },
    /// One of several images is fetched, by the slot that the device installs into (§7.7): slot and image, two or more.
    Slots(Vec<(u64, Payload)>),
}

/// One image of a release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// Where on the device it belongs.
    pub component: ComponentId,
    /// How it gets there.
    pub source: Source,
    /// Whether the device starts it (§7.2). The first one that says so is started.
    pub invoke: bool,
}

/// A release of one product.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Release {
    /// Vendor identifier; see [`crate::uuid::vendor_id`].
    pub vendor: [u8; 16],
    /// Class identifier; see [`crate::uuid::class_id`].
    pub class: [u8; 16],
    /// Must be greater than that of every earlier release.
    pub sequence_number: u64,
    /// Its images, at least one.
    pub images: Vec<Image>,
    /// What people read. It is severed, so that devices need not carry it.
    pub text: Text,
}

impl Release {
    /// The manifest, to be changed or to be put into an [`super::Envelope`].
    ///
    /// # Errors
    /// [`BuildError::NoImage`], [`BuildError::NoUri`], [`BuildError::EmptyImage`]: what would make a manifest that nobody
    /// can install.
    pub fn manifest(&self) -> Result<Manifest, BuildError> {
        if self.images.is_empty() {
            return Err(BuildError::NoImage);
        }
        self.images.iter().try_for_each(Image::check)?;
        let mut components: Vec<_> = self.images.iter().map(|image| image.component.clone()).collect();
        components.extend(self.images.iter().filter_map(Image::staging).cloned());
        let count = components.len();

        let (mut shared, mut validate) = (Sequence::new(), Sequence::new());
        let (mut fetch, mut install, mut invoke) = (Sequence::new(), Sequence::new(), Sequence::new());
        let mut staged = self.images.len();
        for (index, image) in self.images.iter().enumerate() {
            let at = At::new(index, count);
            let product = (index == 0).then_some(Product {
                vendor: self.vendor,
                class: self.class,
            });
            shared.extend(image.shared(at, product));
            validate.extend(templates::validate(at));
            if let Source::Staged { payload, .. } = &image.source {
                let staging = At::new(staged, count);
                staged = staged.saturating_add(1);
                fetch.extend(payload.fetch_into(staging));
                install.extend(templates::copy(at, staging));
            } else {
                install.extend(image.install(at));
            }
            if image.invoke && invoke.is_empty() {
                invoke = templates::invoke(at, image.slot());
            }
        }
        Ok(Manifest {
            sequence_number: self.sequence_number,
            components,
            shared: Some(shared),
            validate: Some(validate),
            invoke: (!invoke.is_empty()).then_some(invoke),
            payload_fetch: (!fetch.is_empty()).then_some(Severable::Inside(fetch)),
            install: Some(Severable::Inside(install)),
            text: (!self.text.0.is_empty()).then(|| Severable::severed(self.text.clone())),
            ..Manifest::default()
        })
    }
}

impl Image {
    /// Every payload that it may be.
    fn payloads(&self) -> impl Iterator<Item = &Payload> {
        let (one, slots) = match &self.source {
            Source::Fetched(payload) | Source::Staged { payload, .. } => (Some(payload), None),
            Source::Slots(slots) => (None, Some(slots)),
        };
        one.into_iter()
            .chain(slots.into_iter().flatten().map(|(_, payload)| payload))
    }

    fn check(&self) -> Result<(), BuildError> {
        self.payloads().try_for_each(|payload| match payload {
            Payload { uri, .. } if uri.is_empty() => Err(BuildError::NoUri),
            Payload { size: 0, .. } => Err(BuildError::EmptyImage),
            _ => Ok(()),
        })
    }

    fn staging(&self) -> Option<&ComponentId> {
        match &self.source {
            Source::Staged { staging, .. } => Some(staging),
            Source::Fetched(_) | Source::Slots(_) => None,
        }
    }

    fn shared(&self, at: At, product: Option<Product>) -> Sequence {
        match &self.source {
            Source::Fetched(payload) | Source::Staged { payload, .. } => {
                templates::shared(at, product, payload.image(), None)
            }
            Source::Slots(slots) => {
                let images = slots.iter().map(|(slot, payload)| (*slot, Some(payload.image())));
                templates::shared(at, product, Parameters::default(), Some(templates::by_slot(images)))
            }
        }
    }

    /// What is done with the image itself once it can be installed; staged ones are copied instead.
    fn install(&self, at: At) -> Sequence {
        match &self.source {
            Source::Fetched(payload) | Source::Staged { payload, .. } => {
                templates::download(at, Command::OverrideParameters(templates::uri(&payload.uri)))
            }
            Source::Slots(slots) => {
                let uris = slots
                    .iter()
                    .map(|(slot, payload)| (*slot, Some(templates::uri(&payload.uri))));
                templates::download(at, templates::by_slot(uris))
            }
        }
    }

    /// The choice of a slot alone.
    fn slot(&self) -> Option<Command> {
        match &self.source {
            Source::Slots(slots) => Some(templates::by_slot(slots.iter().map(|(slot, _)| (*slot, None)))),
            Source::Fetched(_) | Source::Staged { .. } => None,
        }
    }
}

impl Payload {
    fn image(&self) -> Parameters {
        templates::image(&self.digest, self.size)
    }

    /// Into a component whose digest the shared sequence does not set.
    fn fetch_into(&self, staging: At) -> Sequence {
        let parameters = Parameters {
            uri: Some(self.uri.clone()),
            ..self.image()
        };
        templates::download(staging, Command::OverrideParameters(parameters))
    }
}
