//! Command sequences as CBOR, and back.

use super::{Command, Condition, Directive, Index, Parameters, Sequence};
use crate::{
    build::{
        map::{canonical, check_item, MapWriter},
        BuildError,
    },
    cbor::{Kind, Reader, Writer},
    error::{Error, ErrorKind},
    manifest::code::directive,
};
use alloc::{collections::BTreeMap, vec::Vec};

/// A sequence's CBOR. `depth` sequences may still be nested in it.
pub(super) fn encode(commands: &[Command], depth: u8) -> Result<Vec<u8>, BuildError> {
    let mut writer = Writer::new();
    writer.array(commands.len().saturating_mul(2));
    for command in commands {
        writer.int(command.code());
        write_argument(command, &mut writer, depth)?;
    }
    Ok(writer.finish())
}

fn write_argument(command: &Command, writer: &mut Writer, depth: u8) -> Result<(), BuildError> {
    let nested = |commands: &[Command]| {
        let depth = depth.checked_sub(1).ok_or(Error::from(ErrorKind::TooDeep))?;
        encode(commands, depth)
    };
    match command {
        Command::Condition { policy, .. } | Command::Directive { policy, .. } => {
            writer.uint(u64::from(*policy));
        }
        Command::SetComponentIndex(index) => write_index(index, writer),
        Command::OverrideParameters(parameters) | Command::SetParameters(parameters) => parameters.write(writer)?,
        Command::OverrideMultiple(components) => {
            writer.map(components.len());
            for (index, parameters) in components {
                writer.uint(*index);
                parameters.write(writer)?;
            }
        }
        Command::CopyParameters(components) => {
            let mut map = MapWriter::default();
            for (index, numbers) in components {
                map.entry(
                    |writer| {
                        writer.uint(*index);
                    },
                    |writer| {
                        writer.array(numbers.len());
                        for number in numbers {
                            writer.int(*number);
                        }
                    },
                );
            }
            map.write(writer);
        }
        Command::TryEach { alternatives, optional } => {
            writer.array(alternatives.len().saturating_add(usize::from(*optional)));
            for alternative in alternatives {
                writer.bytes(&nested(alternative)?);
            }
            if *optional {
                writer.null();
            }
        }
        Command::RunSequence(commands) => {
            writer.bytes(&nested(commands)?);
        }
        Command::Custom { code, argument } => {
            if is_known(*code) {
                return Err(BuildError::NotCustom(*code));
            }
            check_item(argument)?;
            writer.raw(argument);
        }
    }
    Ok(())
}

fn write_index(index: &Index, writer: &mut Writer) {
    match index {
        Index::One(index) => {
            writer.uint(*index);
        }
        Index::All => {
            writer.bool(true);
        }
        Index::List(indices) => {
            writer.array(indices.len());
            for index in indices {
                writer.uint(*index);
            }
        }
    }
}

/// Whether [`Command`] has a variant for this code.
fn is_known(code: i64) -> bool {
    Condition::from_code(code).is_some()
        || Directive::from_code(code).is_some()
        || matches!(
            code,
            directive::SET_COMPONENT_INDEX
                | directive::TRY_EACH
                | directive::SET_PARAMETERS
                | directive::OVERRIDE_PARAMETERS
                | directive::RUN_SEQUENCE
                | directive::OVERRIDE_MULTIPLE
                | directive::COPY_PARAMS
        )
}

/// Reads a sequence that was checked before.
pub(super) fn read(reader: &mut Reader<'_>, depth: u8) -> Result<Sequence, Error> {
    let items = reader.array()?;
    let mut commands = Vec::new();
    for _ in 0..items / 2 {
        commands.push(read_command(reader, depth)?);
    }
    Ok(commands)
}

fn read_command(reader: &mut Reader<'_>, depth: u8) -> Result<Command, Error> {
    let code = reader.int()?;
    if let Some(condition) = Condition::from_code(code) {
        let policy = read_policy(reader)?;
        return Ok(Command::Condition { condition, policy });
    }
    if let Some(directive) = Directive::from_code(code) {
        let policy = read_policy(reader)?;
        return Ok(Command::Directive { directive, policy });
    }
    Ok(match code {
        directive::SET_COMPONENT_INDEX => Command::SetComponentIndex(read_index(reader)?),
        directive::OVERRIDE_PARAMETERS => Command::OverrideParameters(Parameters::read(reader)?),
        directive::SET_PARAMETERS => Command::SetParameters(Parameters::read(reader)?),
        directive::OVERRIDE_MULTIPLE => Command::OverrideMultiple(read_components(reader, Parameters::read)?),
        directive::COPY_PARAMS => Command::CopyParameters(read_components(reader, |reader| {
            let len = reader.array()?;
            (0..len).map(|_| reader.int()).collect()
        })?),
        directive::TRY_EACH => read_try_each(reader, depth)?,
        directive::RUN_SEQUENCE => Command::RunSequence(read_nested(reader, depth)?),
        code => Command::Custom {
            code,
            argument: canonical(reader)?,
        },
    })
}

fn read_policy(reader: &mut Reader<'_>) -> Result<u8, Error> {
    let offset = reader.offset();
    u8::try_from(reader.uint()?).map_err(|_| ErrorKind::BadValue.at(offset))
}

fn read_index(reader: &mut Reader<'_>) -> Result<Index, Error> {
    Ok(match reader.kind()? {
        Kind::Uint => Index::One(reader.uint()?),
        Kind::Bool => {
            reader.bool()?;
            Index::All
        }
        _ => {
            let len = reader.array()?;
            Index::List((0..len).map(|_| reader.uint()).collect::<Result<_, _>>()?)
        }
    })
}

fn read_components<'a, T>(
    reader: &mut Reader<'a>,
    read: impl Fn(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<BTreeMap<u64, T>, Error> {
    let mut components = BTreeMap::new();
    let mut map = reader.map()?;
    while let Some(index) = map.int_key(reader)? {
        let index = u64::try_from(index).map_err(|_| reader.error(ErrorKind::ComponentIndex))?;
        components.insert(index, read(reader)?);
    }
    Ok(components)
}

fn read_try_each(reader: &mut Reader<'_>, depth: u8) -> Result<Command, Error> {
    let items = reader.array()?;
    let (mut alternatives, mut optional) = (Vec::new(), false);
    for _ in 0..items {
        if reader.kind()? == Kind::Null {
            reader.null()?;
            optional = true;
        } else {
            alternatives.push(read_nested(reader, depth)?);
        }
    }
    Ok(Command::TryEach { alternatives, optional })
}

fn read_nested(reader: &mut Reader<'_>, depth: u8) -> Result<Sequence, Error> {
    let deeper = depth.checked_sub(1).ok_or(reader.error(ErrorKind::TooDeep))?;
    let (_, mut inner) = reader.embedded()?;
    read(&mut inner, deeper)
}
