//! What a device does with an envelope: decodes it, checks that it is whole and that the author has signed it (ESP256), and
//! runs it: fetches the image into a component and compares it with the manifest's digest.

#![no_std]
#![no_main]

use core::hint::black_box;
use footprint::{check, Device, ENVELOPE, FORGED, IMAGE, TAMPERED};
use suit_manifest::{
    cose::PublicKey,
    envelope::Mode,
    error::ErrorKind,
    manifest::VendorId,
    process::{Component, Details, Memory, Options, Platform, PlatformError, Processor, Trust, Verified},
};

#[cortex_m_rt::entry]
fn main() -> ! {
    footprint::run(|| {
        let keys = [footprint::trusted()];
        check(update(black_box(ENVELOPE), &keys, true).is_ok(), line!());
        check(update(black_box(ENVELOPE), &keys, false) == Err(None), line!());
        check(
            update(black_box(TAMPERED), &keys, true) == Err(Some(ErrorKind::DigestMismatch)),
            line!(),
        );
        check(
            update(black_box(FORGED), &keys, true) == Err(Some(ErrorKind::TooFewSignatures)),
            line!(),
        );
    })
}

/// Updates the device; on refusal, why the envelope was not taken, or `None` where the update itself failed.
#[inline(never)]
fn update(bytes: &[u8], keys: &[PublicKey], intact: bool) -> Result<(), Option<ErrorKind>> {
    let trust = Trust { keys, threshold: 1 };
    let verified = Verified::decode(bytes, Mode::Strict, &Device, &trust).map_err(|error| Some(error.kind))?;
    let mut board = Board { fetched: false, intact };
    let mut memory: Memory<'_, COMPONENTS> = Memory::new();
    let mut recorder = ();
    let options = Options::new(trust).installed(6);
    Processor::new(&verified, options, &mut board, &Device, &mut recorder, &mut memory)
        .update()
        .map_err(|_| None)
}

/// As many as a board has.
const COMPONENTS: usize = 2;

/// A board with one slot, and a network that has one image.
struct Board {
    fetched: bool,
    /// Whether the image arrives as it was sent.
    intact: bool,
}

impl<'a> Platform<'a> for Board {
    fn has_component(&mut self, component: &Component<'a>) -> bool {
        component.is(&[b"app"])
    }

    fn is_vendor(&mut self, _: &Component<'a>, vendor: &VendorId<'a>) -> Result<bool, PlatformError> {
        Ok(matches!(vendor, VendorId::Uuid(id) if *id == footprint::VENDOR))
    }

    fn is_class(&mut self, _: &Component<'a>, class: &[u8; 16]) -> Result<bool, PlatformError> {
        Ok(class == footprint::CLASS)
    }

    fn read(&mut self, _: &Component<'a>, offset: u64, to: &mut [u8]) -> Result<usize, PlatformError> {
        if !self.fetched {
            return Ok(0);
        }
        let image = usize::try_from(offset).ok().and_then(|offset| IMAGE.get(offset..));
        let image = image.ok_or(PlatformError::NotFound)?;
        let mut count = 0;
        for (place, byte) in to.iter_mut().zip(image) {
            *place = if self.intact { *byte } else { !*byte };
            count += 1;
        }
        Ok(count)
    }

    fn fetch(&mut self, _: &Component<'a>, uri: &'a str, _: &Details<'a>) -> Result<(), PlatformError> {
        if !uri.starts_with("ipfs://") {
            return Err(PlatformError::NotFound);
        }
        self.fetched = true;
        Ok(())
    }
}
