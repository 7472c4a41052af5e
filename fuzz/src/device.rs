//! A device that does what the input says: each question is answered by the next byte. About what it is, it does not change
//! its mind: a component has one vendor, one class and one slot.

use std::collections::BTreeMap;
use suit_manifest::{
    manifest::{Parameters, VendorId, VersionMatch},
    process::{Component, Details, Platform, PlatformError},
};

/// The device, and what it was asked to fetch.
pub struct Device<'a> {
    answers: &'a [u8],
    next: usize,
    /// Component identifiers and URIs.
    pub fetched: Vec<(&'a [u8], &'a str)>,
    /// What it has said of its components: question, component, and what it is.
    said: BTreeMap<(Question, &'a [u8]), Said>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Question {
    Vendor,
    Class,
    Device,
    Slot,
}

#[derive(Default)]
struct Said {
    is: Option<Vec<u8>>,
    is_not: Vec<Vec<u8>>,
}

impl<'a> Device<'a> {
    /// A device that gives these answers, over and over; without any it says yes.
    pub fn new(answers: &'a [u8]) -> Self {
        Self {
            answers,
            next: 0,
            fetched: Vec::new(),
            said: BTreeMap::new(),
        }
    }

    /// Whether the component is this: as it has said before.
    fn is(&mut self, question: Question, component: &Component<'a>, what: &[u8]) -> Result<bool, PlatformError> {
        let key = (question, component.identifier());
        let said = self.said.entry(key).or_default();
        if let Some(is) = &said.is {
            return Ok(is == what);
        }
        if said.is_not.iter().any(|not| not == what) {
            return Ok(false);
        }
        let answer = self.test()?;
        let said = self.said.entry(key).or_default();
        if answer {
            said.is = Some(what.to_vec());
        } else {
            said.is_not.push(what.to_vec());
        }
        Ok(answer)
    }

    fn answer(&mut self) -> u8 {
        let answer = self.answers.get(self.next % self.answers.len().max(1)).copied();
        self.next += 1;
        answer.unwrap_or(0)
    }

    /// Yes, mostly.
    fn test(&mut self) -> Result<bool, PlatformError> {
        match self.answer() % 8 {
            6 => Err(PlatformError::Unsupported),
            7 => Ok(false),
            _ => Ok(true),
        }
    }

    fn done(&mut self) -> Result<(), PlatformError> {
        match self.answer() % 16 {
            15 => Err(PlatformError::Storage),
            _ => Ok(()),
        }
    }
}

impl<'a> Platform<'a> for Device<'a> {
    fn has_component(&mut self, _: &Component<'a>) -> bool {
        self.answer() % 32 != 31
    }

    fn is_vendor(&mut self, component: &Component<'a>, vendor: &VendorId<'a>) -> Result<bool, PlatformError> {
        let bytes = match vendor {
            VendorId::Uuid(id) => id.as_slice(),
            VendorId::Pen(number) => number,
        };
        self.is(Question::Vendor, component, bytes)
    }

    fn is_class(&mut self, component: &Component<'a>, class: &[u8; 16]) -> Result<bool, PlatformError> {
        self.is(Question::Class, component, class)
    }

    fn is_device(&mut self, component: &Component<'a>, device: &[u8; 16]) -> Result<bool, PlatformError> {
        self.is(Question::Device, component, device)
    }

    fn read(&mut self, _: &Component<'a>, offset: u64, to: &mut [u8]) -> Result<usize, PlatformError> {
        // Some hundred bytes at most, in pieces of any size.
        if offset > 300 || !self.test()? {
            return Ok(0);
        }
        let len = usize::from(self.answer()).min(to.len());
        to[..len].fill(0x5a);
        Ok(len)
    }

    fn is_slot(&mut self, component: &Component<'a>, slot: u64) -> Result<bool, PlatformError> {
        self.is(Question::Slot, component, &slot.to_be_bytes())
    }

    fn now(&mut self) -> Result<u64, PlatformError> {
        Ok(u64::from(self.answer()) << 28)
    }

    fn battery(&mut self) -> Result<u64, PlatformError> {
        Ok(u64::from(self.answer()))
    }

    fn is_authorized(&mut self, _: i64) -> Result<bool, PlatformError> {
        self.test()
    }

    fn is_version(&mut self, _: &Component<'a>, wanted: &VersionMatch<'a>) -> Result<bool, PlatformError> {
        Ok(wanted.accepts([i64::from(self.answer())]))
    }

    fn fetch(&mut self, component: &Component<'a>, uri: &'a str, _: &Details<'a>) -> Result<(), PlatformError> {
        self.fetched.push((component.identifier(), uri));
        self.done()
    }

    fn write(&mut self, _: &Component<'a>, _: &'a [u8], _: &Details<'a>) -> Result<(), PlatformError> {
        self.done()
    }

    fn copy(&mut self, _: &Component<'a>, _: &Component<'a>, _: &Details<'a>) -> Result<(), PlatformError> {
        self.done()
    }

    fn swap(&mut self, _: &Component<'a>, _: &Component<'a>) -> Result<(), PlatformError> {
        self.done()
    }

    fn invoke(&mut self, _: &Component<'a>, _: Option<&'a [u8]>) -> Result<(), PlatformError> {
        self.done()
    }

    fn unlink(&mut self, _: &Component<'a>) -> Result<(), PlatformError> {
        self.done()
    }

    fn wait(&mut self, _: &'a [u8]) -> Result<(), PlatformError> {
        self.done()
    }

    fn custom(&mut self, _: &Component<'a>, _: i64, _: &'a [u8], _: &Parameters<'a>) -> Result<bool, PlatformError> {
        self.test()
    }
}
