//! Versions (draft-ietf-suit-update-management-14 §3.1, §4.4): lists of integers, compared one by one.

use crate::{
    cbor::Reader,
    error::{Error, ErrorKind, Within as _},
};
use core::cmp::Ordering;

/// Most integers of one version: major, minor, patch, pre-release and its number are five.
pub const MAX_VERSION_PARTS: usize = 8;

/// A version: one or more integers, negative ones for pre-releases.
#[derive(Clone, Debug)]
pub struct Version<'a> {
    reader: Reader<'a>,
    len: usize,
}

impl<'a> Version<'a> {
    /// Reads `[+ int]`.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (reader, len) = integers(reader, MAX_VERSION_PARTS)?;
        Ok(Self { reader, len })
    }

    /// Its integers.
    pub fn parts(&self) -> impl Iterator<Item = i64> + use<'a> {
        let mut reader = self.reader.clone();
        (0..self.len).map_while(move |_| reader.int().ok())
    }
}

/// How versions are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Comparison {
    /// 1.
    Greater,
    /// 2.
    GreaterEqual,
    /// 3.
    Equal,
    /// 4.
    LesserEqual,
    /// 5.
    Lesser,
}

impl Comparison {
    const fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            1 => Self::Greater,
            2 => Self::GreaterEqual,
            3 => Self::Equal,
            4 => Self::LesserEqual,
            5 => Self::Lesser,
            _ => return None,
        })
    }

    /// Whether an order, of what is installed to what is asked for, satisfies it.
    pub const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Greater => matches!(order, Ordering::Greater),
            Self::GreaterEqual => !matches!(order, Ordering::Less),
            Self::Equal => matches!(order, Ordering::Equal),
            Self::LesserEqual => !matches!(order, Ordering::Greater),
            Self::Lesser => matches!(order, Ordering::Less),
        }
    }
}

/// SUIT_Parameter_Version_Match: which versions of a component are allowed.
#[derive(Clone, Debug)]
pub struct VersionMatch<'a> {
    /// How to compare.
    pub comparison: Comparison,
    /// With what.
    pub version: Version<'a>,
}

impl<'a> VersionMatch<'a> {
    /// Reads `[comparison, [+ int]]`.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let found = Self::read_from(&mut reader)?;
        reader.end()?;
        Ok(found)
    }

    /// Reads and checks a byte string that holds one.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
        let (content, mut inner) = reader.embedded()?;
        Self::read_from(&mut inner)?;
        inner.end()?;
        Ok(content)
    }

    fn read_from(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(2)?;
        let offset = reader.offset();
        let comparison = Comparison::from_number(reader.uint()?).ok_or(ErrorKind::BadValue.at(offset))?;
        Ok(Self {
            comparison,
            version: Version::read(reader)?,
        })
    }

    /// Whether a component that has this version may be used. Only as many integers are compared as are asked for; what
    /// the component's version lacks counts as 0.
    pub fn accepts(&self, actual: impl IntoIterator<Item = i64>) -> bool {
        let mut actual = actual.into_iter();
        let order = self
            .version
            .parts()
            .map(|wanted| actual.next().unwrap_or(0).cmp(&wanted))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal);
        self.comparison.holds(order)
    }
}

/// Reads the byte string of suit-set-version.
pub(super) fn read_set_version<'a>(reader: &mut Reader<'a>) -> Result<Version<'a>, Error> {
    let (_, mut inner) = reader.embedded()?;
    let version = Version::read(&mut inner).within(crate::error::Section::UpdateManagement)?;
    inner.end()?;
    Ok(version)
}

/// Reads `[+ int]` of at most `most`: a reader at the first, and how many they are.
pub(super) fn integers<'a>(reader: &mut Reader<'a>, most: usize) -> Result<(Reader<'a>, usize), Error> {
    let len = reader.list(most)?;
    let first = reader.clone();
    for _ in 0..len {
        reader.int()?;
    }
    Ok((first, len))
}
