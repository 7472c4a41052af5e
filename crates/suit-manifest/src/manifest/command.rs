//! One command: its code, and an argument whose type the code gives.

use super::{
    code::{condition, directive, narrow},
    sequence::is_plain_directive,
    version::integers,
    Parameters, Sequence, MAX_COMPONENTS,
};
use crate::{
    cbor::{Kind, Reader, MAX_MAP_ENTRIES},
    error::{Error, ErrorKind, Section, Within as _},
};

/// Bits of `suit-reporting-bits` that are defined.
const REPORTING_BITS: u64 = 0b1111;
/// Most alternatives of one try-each: one for each component, which the A/B templates do not reach.
const MAX_ALTERNATIVES: usize = 16;

/// A command.
#[derive(Clone, Debug)]
pub enum Command<'a> {
    /// A test; see [`condition`].
    Condition {
        /// Which.
        code: i64,
        /// What to report.
        policy: u8,
    },
    /// A directive without further argument; see [`directive`].
    Directive {
        /// Which.
        code: i64,
        /// What to report.
        policy: u8,
    },
    /// 12: the component or components that the following commands mean.
    SetComponentIndex(Index<'a>),
    /// 20.
    OverrideParameters(Parameters<'a>),
    /// 19 (trust-domains): as 20, for those that are not set yet.
    SetParameters(Parameters<'a>),
    /// 34 (update-management): parameters of several components at once.
    OverrideMultiple(OverrideMultiple<'a>),
    /// 35 (update-management): parameters taken over from other components.
    CopyParameters(CopyParameters<'a>),
    /// 15: the first alternative that does not fail.
    TryEach(TryEach<'a>),
    /// 32.
    RunSequence(Sequence<'a>),
    /// A custom command, or one that this crate does not know.
    Other {
        /// Its code.
        code: i64,
        /// Its argument, as CBOR.
        argument: &'a [u8],
    },
}

/// Argument of set-component-index.
#[derive(Clone, Debug)]
pub enum Index<'a> {
    /// One component.
    One(u64),
    /// Every component.
    All,
    /// Several.
    List(IndexList<'a>),
}

/// A list of component indices.
#[derive(Clone, Debug)]
pub struct IndexList<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl Iterator for IndexList<'_> {
    type Item = Result<u64, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.reader.uint())
    }
}

/// Argument of override-multiple: component indices and what is set for each.
#[derive(Clone, Debug)]
pub struct OverrideMultiple<'a> {
    /// At the map.
    reader: Reader<'a>,
}

impl<'a> OverrideMultiple<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let argument = Self { reader: reader.clone() };
        by_component(reader, &mut |reader| Parameters::read(reader).map(drop))?;
        Ok(argument)
    }

    /// Component index and parameters, one by one. When it is done, the last one's index is the current component.
    pub fn entries(&self) -> impl Iterator<Item = Result<(u64, Parameters<'a>), Error>> + use<'a> {
        let mut reader = self.reader.clone();
        let entries = reader.map().map_or(0, |map| map.entries());
        (0..entries).map(move |_| Ok((reader.uint()?, Parameters::read(&mut reader)?)))
    }
}

/// Argument of copy-params: component indices, and the numbers of the parameters to take over from each.
#[derive(Clone, Debug)]
pub struct CopyParameters<'a> {
    /// At the map.
    reader: Reader<'a>,
}

impl<'a> CopyParameters<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let argument = Self { reader: reader.clone() };
        by_component(reader, &mut |reader| ParameterNumbers::read(reader).map(drop))?;
        Ok(argument)
    }

    /// Index of the component to take from, and the numbers of the parameters, one by one.
    pub fn entries(&self) -> impl Iterator<Item = Result<(u64, ParameterNumbers<'a>), Error>> + use<'a> {
        let mut reader = self.reader.clone();
        let entries = reader.map().map_or(0, |map| map.entries());
        (0..entries).map(move |_| Ok((reader.uint()?, ParameterNumbers::read(&mut reader)?)))
    }
}

/// A list of parameters, by number.
#[derive(Clone, Debug)]
pub struct ParameterNumbers<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> ParameterNumbers<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let (reader, left) = integers(reader, MAX_MAP_ENTRIES)?;
        Ok(Self { reader, left })
    }
}

impl Iterator for ParameterNumbers<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        self.reader.int().ok()
    }
}

/// Reads a map of component indices with at least one entry and at most one for each component.
fn by_component<'a>(
    reader: &mut Reader<'a>,
    value: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    reader.int_entries(1, MAX_COMPONENTS, &mut |reader, index, _| {
        u64::try_from(index).map_err(|_| reader.error(ErrorKind::ComponentIndex))?;
        value(reader)
    })
}

/// Argument of try-each: two or more sequences, and perhaps a last one that does nothing.
#[derive(Clone, Debug)]
pub struct TryEach<'a> {
    reader: Reader<'a>,
    count: usize,
    optional: bool,
}

impl<'a> TryEach<'a> {
    /// The alternatives.
    pub fn sequences(&self) -> impl Iterator<Item = Result<Sequence<'a>, Error>> + use<'a> {
        let mut reader = self.reader.clone();
        (0..self.count).map(move |_| read_sequence(&mut reader))
    }

    /// Whether it succeeds when all of them fail (`nil` at the end).
    pub fn is_optional(&self) -> bool {
        self.optional
    }
}

pub(super) fn read_command<'a>(reader: &mut Reader<'a>) -> Result<Command<'a>, Error> {
    let code = reader.int()?;
    Ok(match narrow(code) {
        condition::VENDOR_ID..=condition::IS_DEPENDENCY
        | condition::ABORT
        | condition::DEVICE_ID..=condition::VERSION => Command::Condition {
            code,
            policy: policy(reader)?,
        },
        directive::SET_COMPONENT_INDEX => Command::SetComponentIndex(index(reader).within(Section::ComponentIndex)?),
        directive::TRY_EACH => Command::TryEach(try_each(reader).within(Section::Directives)?),
        directive::RUN_SEQUENCE => Command::RunSequence(read_sequence(reader)?),
        directive::OVERRIDE_PARAMETERS => Command::OverrideParameters(Parameters::read(reader)?),
        directive::SET_PARAMETERS => Command::SetParameters(Parameters::read(reader)?),
        directive::OVERRIDE_MULTIPLE => {
            Command::OverrideMultiple(OverrideMultiple::read(reader).within(Section::UpdateManagement)?)
        }
        directive::COPY_PARAMS => {
            Command::CopyParameters(CopyParameters::read(reader).within(Section::UpdateManagement)?)
        }
        known if is_plain_directive(known) => Command::Directive {
            code,
            policy: policy(reader)?,
        },
        _ => Command::Other {
            code,
            argument: reader.item()?,
        },
    })
}

fn policy(reader: &mut Reader<'_>) -> Result<u8, Error> {
    let offset = reader.offset();
    let value = reader.uint()?;
    u8::try_from(value)
        .ok()
        .filter(|_| value <= REPORTING_BITS)
        .ok_or(ErrorKind::BadValue.at(offset).within(Section::Reporting))
}

fn index<'a>(reader: &mut Reader<'a>) -> Result<Index<'a>, Error> {
    let offset = reader.offset();
    match reader.kind()? {
        Kind::Uint => reader.uint().map(Index::One),
        Kind::Bool if reader.bool()? => Ok(Index::All),
        Kind::Bool => Err(ErrorKind::BadValue.at(offset)),
        _ => {
            let count = reader.list(MAX_COMPONENTS)?;
            let list = IndexList {
                reader: reader.clone(),
                left: count,
            };
            for _ in 0..count {
                reader.uint()?;
            }
            Ok(Index::List(list))
        }
    }
}

fn try_each<'a>(reader: &mut Reader<'a>) -> Result<TryEach<'a>, Error> {
    let offset = reader.offset();
    let items = reader.array()?;
    if items > MAX_ALTERNATIVES {
        return Err(ErrorKind::TooMany.at(offset));
    }
    let first = reader.clone();
    let (mut count, mut optional) = (0usize, false);
    for _ in 0..items {
        if optional {
            // `nil` stands last or not at all.
            return Err(ErrorKind::BadValue.at(offset));
        }
        if reader.kind()? == Kind::Null {
            reader.null()?;
            optional = true;
        } else {
            reader.bytes()?;
            count = count.saturating_add(1);
        }
    }
    if count < 2 {
        return Err(ErrorKind::BadValue.at(offset));
    }
    Ok(TryEach {
        reader: first,
        count,
        optional,
    })
}

fn read_sequence<'a>(reader: &mut Reader<'a>) -> Result<Sequence<'a>, Error> {
    let (content, inner) = reader.embedded()?;
    Ok(Sequence::new(content, inner.offset(), inner.order()))
}
