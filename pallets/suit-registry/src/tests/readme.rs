//! The README's tables name every call, event and error as the metadata does, and nothing else.

use crate::mock::Runtime;
use scale_info::{form::MetaForm, TypeDef, TypeInfo, Variant};
use suit_primitives::refusal::Refusal;

const README: &str = include_str!("../../README.md");

fn variants<T: TypeInfo>() -> Vec<Variant<MetaForm>> {
    match T::type_info().type_def {
        TypeDef::Variant(type_def) => type_def.variants,
        other => panic!("not an enumeration: {other:?}"),
    }
}

/// The rows of the table under a heading, without its head, cell by cell.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let heading = format!("\n## {heading}\n");
    let (_, section) = README
        .split_once(&heading)
        .unwrap_or_else(|| panic!("{heading:?} is missing"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    section
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(cells)
        .collect()
}

/// `name(field, field)`.
fn signature(variant: &Variant<MetaForm>) -> String {
    let fields: Vec<_> = variant.fields.iter().filter_map(|field| field.name).collect();
    format!("`{}({})`", variant.name, fields.join(", "))
}

#[test]
fn every_call_stands_in_the_table() {
    let told: Vec<_> = rows("Calls").into_iter().map(|row| (row[0], row[1])).collect();
    let calls = variants::<crate::Call<Runtime>>();
    let expected: Vec<_> = calls
        .iter()
        .map(|call| (call.index.to_string(), signature(call)))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(index, call)| (index.as_str(), call.as_str()))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn every_event_stands_in_the_table() {
    let told: Vec<_> = rows("Events").into_iter().map(|row| (row[0], row[1])).collect();
    let events = variants::<crate::Event<Runtime>>();
    let expected: Vec<_> = events
        .iter()
        .map(|event| (event.index.to_string(), signature(event)))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(index, event)| (index.as_str(), event.as_str()))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn every_error_stands_in_the_table_under_its_refusals_code() {
    let told: Vec<_> = rows("Errors")
        .into_iter()
        .map(|row| (row[0].to_string(), row[1].to_string(), row[2].to_string()))
        .collect();
    let expected: Vec<_> = Refusal::ALL
        .iter()
        .map(|refusal| {
            let (code, name) = (refusal.code().to_string(), format!("`{}`", refusal.name()));
            (code, name, refusal.message().trim().to_string())
        })
        .collect();
    assert_eq!(told, expected);
    let errors: Vec<_> = variants::<crate::Error<Runtime>>()
        .iter()
        .map(|error| (error.index.to_string(), format!("`{}`", error.name)))
        .collect();
    let told: Vec<_> = told.into_iter().map(|(code, name, _)| (code, name)).collect();
    assert_eq!(told, errors, "the pallet's errors are the refusals");
}

#[test]
fn every_hold_stands_under_costs() {
    let told = rows("Costs");
    for reason in variants::<crate::pallet::HoldReason>() {
        let deposit = format!("deposit `{}`", reason.name);
        assert!(told.iter().any(|row| row[1] == deposit), "{deposit} is missing");
    }
}
