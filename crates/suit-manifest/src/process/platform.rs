//! What a device provides.

use super::{
    hash::{digest_of, feed},
    Component, Length, Measured,
};
use crate::{
    digest::{Digest, DigestAlgorithm},
    manifest::{Parameters, VendorId, VersionMatch},
};

/// Why the platform did not do something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum PlatformError {
    /// The platform has no such operation, or no such algorithm.
    Unsupported,
    /// The component, payload or byte does not exist.
    NotFound,
    /// It is there and must not be touched: the author has no right to it, or its reference count is not zero.
    NotAllowed,
    /// It does not fit.
    TooLarge,
    /// Reading or writing failed.
    Storage,
    /// Getting a payload failed.
    Network,
    /// Decryption failed.
    Decryption,
    /// Something else, with a number for whoever maintains the device.
    Other(i32),
}

impl PlatformError {
    /// Its number in a report's result code.
    pub const fn code(self) -> i64 {
        match self {
            Self::Unsupported => 1,
            Self::NotFound => 2,
            Self::NotAllowed => 3,
            Self::TooLarge => 4,
            Self::Storage => 5,
            Self::Network => 6,
            Self::Decryption => 7,
            Self::Other(code) => code as i64,
        }
    }
}

/// What the manifest says of something that is put into a component.
#[derive(Clone, Copy, Debug)]
pub struct Details<'a> {
    /// The component's digest afterwards, where it is known already. A platform may use it to save work (§8.4.10.4); the
    /// manifest tests the image by a condition.
    pub digest: Option<Digest<'a>>,
    /// The component's size afterwards in bytes, where it is known already.
    pub size: Option<u64>,
    /// How to decrypt it (firmware-encryption): a COSE_Encrypt, as CBOR. A platform that has no keys must refuse it.
    pub encryption_info: Option<&'a [u8]>,
    /// What a file system shall know of it (update-management), as CBOR.
    pub metadata: Option<&'a [u8]>,
    /// Implementation-defined arguments for fetching.
    pub fetch_arguments: Option<&'a [u8]>,
}

/// A device, as the processor sees it. What is not implemented is not supported: a condition then fails, and a directive
/// aborts.
///
/// Conditions have no side effects (§6.4). Directives either do what they say or return an error; after an interruption the
/// manifest is applied again (§6.3.1), so that each of them must be possible twice.
pub trait Platform<'a> {
    /// Whether the device has this component (§6.2).
    fn has_component(&mut self, component: &Component<'a>) -> bool;

    /// Whether this is the component's vendor.
    ///
    /// # Errors
    /// Where that cannot be told; the condition fails then.
    fn is_vendor(&mut self, component: &Component<'a>, vendor: &VendorId<'a>) -> Result<bool, PlatformError>;

    /// Whether this is the component's class, or one of them.
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn is_class(&mut self, component: &Component<'a>, class: &[u8; 16]) -> Result<bool, PlatformError>;

    /// Whether this is the device.
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn is_device(&mut self, _component: &Component<'a>, _device: &[u8; 16]) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Reads from the component at an offset in bytes, and says how many bytes it gave; 0 is the end.
    ///
    /// # Errors
    /// Any; the condition that needs the bytes fails then.
    fn read(&mut self, _component: &Component<'a>, _offset: u64, _to: &mut [u8]) -> Result<usize, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// How many bytes the component holds, where the platform keeps that. `None` for a slot of flash without a length: its
    /// image is as long as the manifest says.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn size(&mut self, _component: &Component<'a>) -> Result<Option<u64>, PlatformError> {
        Ok(None)
    }

    /// The digest of the component. Done here in software with [`Self::read`]; a device that has hardware for it overrides
    /// this.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn digest(
        &mut self,
        component: &Component<'a>,
        algorithm: DigestAlgorithm,
        length: Length,
    ) -> Result<Measured, PlatformError> {
        digest_of(algorithm, length, &mut |offset, to| self.read(component, offset, to))
    }

    /// Whether the component holds exactly these bytes. Whoever overrides this must not stop at the first difference
    /// (§8.4.9.3: constant time).
    ///
    /// # Errors
    /// As [`Self::read`].
    fn has_content(&mut self, component: &Component<'a>, content: &[u8]) -> Result<bool, PlatformError> {
        let (mut difference, mut left, mut longer) = (0u8, content, false);
        let mut read = |offset: u64, to: &mut [u8]| self.read(component, offset, to);
        feed(Length::Whole, &mut read, &mut |chunk| {
            for byte in chunk {
                match left.split_first() {
                    Some((first, rest)) => {
                        difference |= first ^ byte;
                        left = rest;
                    }
                    None => longer = true,
                }
            }
        })?;
        Ok(difference == 0 && left.is_empty() && !longer)
    }

    /// Whether this is the slot of the component that would be written to.
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn is_slot(&mut self, _component: &Component<'a>, _slot: u64) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// The time, in seconds since 1970 (UTC).
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn now(&mut self) -> Result<u64, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// What is left in the battery, in mWh.
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn battery(&mut self) -> Result<u64, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Whether the user or operator allows an update of this priority; lower is more urgent.
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn is_authorized(&mut self, _priority: i64) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Whether the component's version is among those that are asked for; see [`VersionMatch::accepts`].
    ///
    /// # Errors
    /// As [`Self::is_vendor`].
    fn is_version(&mut self, _component: &Component<'a>, _wanted: &VersionMatch<'a>) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Gets what a URI names and puts it into the component.
    ///
    /// # Errors
    /// Any; processing ends.
    fn fetch(
        &mut self,
        _component: &Component<'a>,
        _uri: &'a str,
        _details: &Details<'a>,
    ) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Puts these bytes into the component: the content of the manifest, or an integrated payload. The author's signature
    /// does not cover an integrated payload; the image match that follows does.
    ///
    /// # Errors
    /// Any; processing ends.
    fn write(
        &mut self,
        _component: &Component<'a>,
        _content: &'a [u8],
        _details: &Details<'a>,
    ) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Copies the source into the component.
    ///
    /// # Errors
    /// Any; processing ends.
    fn copy(
        &mut self,
        _component: &Component<'a>,
        _source: &Component<'a>,
        _details: &Details<'a>,
    ) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Exchanges both components.
    ///
    /// # Errors
    /// Any; processing ends.
    fn swap(&mut self, _component: &Component<'a>, _source: &Component<'a>) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Starts the component. May return, where it is a helper, or where starting is left to the caller.
    ///
    /// # Errors
    /// Any; processing ends.
    fn invoke(&mut self, _component: &Component<'a>, _arguments: Option<&'a [u8]>) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Takes note that a manifest needs the component no longer (trust-domains). The platform keeps the count.
    ///
    /// # Errors
    /// Any; processing ends.
    fn unlink(&mut self, _component: &Component<'a>) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// Waits for all events of a SUIT_Wait_Event (update-management), as CBOR, or gives up so that it can be tried again.
    ///
    /// # Errors
    /// Any; processing ends.
    fn wait(&mut self, _events: &'a [u8]) -> Result<(), PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// A custom command (§8.4.11): its code, less than -256, and its argument, as CBOR. `false` where it is a condition
    /// that does not hold.
    ///
    /// # Errors
    /// Any; processing ends, whether it is a condition or a directive.
    fn custom(
        &mut self,
        _component: &Component<'a>,
        _code: i64,
        _argument: &'a [u8],
        _parameters: &Parameters<'a>,
    ) -> Result<bool, PlatformError> {
        Err(PlatformError::Unsupported)
    }

    /// The envelope that a component holds (trust-domains). The bytes must stay as they are while the processor runs,
    /// which their lifetime makes sure of.
    fn dependency(&mut self, _component: &Component<'a>) -> Option<&'a [u8]> {
        None
    }
}
