//! Commands of a description.

use super::{
    at::At,
    parameters::{parameters, Defaults},
    value::Value,
};
use crate::{
    commands::manifest::names::{self, DIRECTIVES, PARAMETERS, POLICY},
    error::Result,
};
use std::collections::BTreeMap;
use suit_manifest::{
    build::model::{policy, Command, Index, Sequence},
    manifest::{code::directive, MAX_SEQUENCE_DEPTH},
};

/// Reads a command sequence.
pub fn sequence(at: &At<'_>, defaults: Defaults) -> Result<Sequence> {
    read_sequence(at, defaults, MAX_SEQUENCE_DEPTH)
}

/// `depth` sequences may still be nested in it.
fn read_sequence(at: &At<'_>, defaults: Defaults, depth: u8) -> Result<Sequence> {
    let commands = at.list_of(|at| command(at, defaults, depth))?;
    if commands.is_empty() {
        return Err(at.error("a sequence has at least one command"));
    }
    Ok(commands)
}

/// `"fetch"`, or `{ "fetch": POLICY }`, or `{ NAME: ARGUMENT }`.
fn command(at: &At<'_>, defaults: Defaults, depth: u8) -> Result<Command> {
    if let Ok(name) = at.text() {
        return plain(at, name, None);
    }
    let entries = at.entries()?;
    let [(name, argument)] = entries.as_slice() else {
        return Err(at.error("a command is one name, or an object with one name and its argument"));
    };
    if *name == "custom" {
        return custom(argument);
    }
    match DIRECTIVES.number(name) {
        Some(directive::SET_COMPONENT_INDEX) => index(argument).map(Command::SetComponentIndex),
        Some(directive::OVERRIDE_PARAMETERS) => parameters(argument, defaults).map(Command::OverrideParameters),
        Some(directive::SET_PARAMETERS) => parameters(argument, defaults).map(Command::SetParameters),
        Some(directive::OVERRIDE_MULTIPLE) => {
            by_component(argument, |at| parameters(at, defaults)).map(Command::OverrideMultiple)
        }
        Some(directive::COPY_PARAMS) => by_component(argument, parameter_numbers).map(Command::CopyParameters),
        Some(directive::TRY_EACH) => try_each(argument, defaults, deeper(argument, depth)?),
        Some(directive::RUN_SEQUENCE) => {
            read_sequence(argument, defaults, deeper(argument, depth)?).map(Command::RunSequence)
        }
        _ => plain(argument, name, Some(argument)),
    }
}

fn deeper(at: &At<'_>, depth: u8) -> Result<u8> {
    depth
        .checked_sub(1)
        .ok_or_else(|| at.error(format!("nested deeper than {MAX_SEQUENCE_DEPTH} sequences")))
}

/// A condition or a directive whose argument is a reporting policy.
fn plain(at: &At<'_>, name: &str, argument: Option<&At<'_>>) -> Result<Command> {
    let report = |default| argument.map_or(Ok(default), reporting);
    if let Some(condition) = names::condition_of(name) {
        let policy = report(policy::ALL)?;
        return Ok(Command::Condition { condition, policy });
    }
    if let Some(directive) = names::plain_directive_of(name) {
        let policy = report(policy::FAILURE)?;
        return Ok(Command::Directive { directive, policy });
    }
    if DIRECTIVES.number(name).is_some() && argument.is_none() {
        return Err(at.error("this command needs an argument"));
    }
    Err(at.error(format!("\"{name}\" is not a command")))
}

/// A number of 0 to 15, or a list of names.
fn reporting(at: &At<'_>) -> Result<u8> {
    if let Value::Int(_) = at.value() {
        let bits: u8 = at.int()?;
        return if bits <= policy::ALL {
            Ok(bits)
        } else {
            Err(at.error("a reporting policy is 0 to 15"))
        };
    }
    let bits = at.list_of(|at| {
        POLICY
            .number(at.text()?)
            .and_then(|bit| u8::try_from(bit).ok())
            .ok_or_else(|| at.error(format!("not a reporting policy; known are {}", POLICY.all())))
    })?;
    Ok(bits.into_iter().fold(policy::NONE, |all, bit| all | bit) & policy::ALL)
}

fn index(at: &At<'_>) -> Result<Index> {
    match at.value() {
        Value::Int(_) => at.int().map(Index::One),
        Value::Bool(true) => Ok(Index::All),
        Value::List(_) => at.list_of(At::int).map(Index::List),
        _ => Err(at.error("an index, true for all components, or a list of indices is expected here")),
    }
}

/// A list of sequences, with null at its end where all of them may fail; or `{ alternatives, optional }`.
fn try_each(at: &At<'_>, defaults: Defaults, depth: u8) -> Result<Command> {
    let (mut alternatives, mut optional) = match at.value() {
        Value::Map(_) => {
            let object = at.object(&["alternatives", "optional"])?;
            let optional = object.read("optional", At::bool)?.unwrap_or(false);
            (object.required("alternatives")?.list()?, optional)
        }
        _ => (at.list()?, false),
    };
    if alternatives.last().is_some_and(|last| *last.value() == Value::Null) {
        alternatives.pop();
        optional = true;
    }
    if alternatives.len() < 2 {
        return Err(at.error("try-each has two or more alternatives"));
    }
    let alternatives = alternatives
        .iter()
        .map(|at| read_sequence(at, defaults, depth))
        .collect::<Result<_>>()?;
    Ok(Command::TryEach { alternatives, optional })
}

/// An object by component index.
fn by_component<'a, T>(at: &At<'a>, read: impl Fn(&At<'a>) -> Result<T>) -> Result<BTreeMap<u64, T>> {
    at.entries()?
        .into_iter()
        .map(|(index, at)| {
            let index = index.parse().map_err(|_| at.error("not a component index"))?;
            Ok((index, read(&at)?))
        })
        .collect()
}

fn parameter_numbers(at: &At<'_>) -> Result<Vec<i64>> {
    at.list_of(|at| match at.value() {
        Value::Int(_) => at.int(),
        _ => PARAMETERS
            .number(at.text()?)
            .ok_or_else(|| at.error(format!("not a parameter; known are {}", PARAMETERS.all()))),
    })
}

/// `{ code, argument }`, the argument as CBOR.
fn custom(at: &At<'_>) -> Result<Command> {
    let object = at.object(&["code", "argument"])?;
    Ok(Command::Custom {
        code: object.required("code")?.int()?,
        argument: super::bytes::binary(object.required("argument")?)?,
    })
}
