//! The README names everything that the metadata does.

use crate::{mock::Test, Call, Error, Event};
use frame_support::traits::GetCallName;
use scale_info::{TypeDef, TypeInfo};

const README: &str = include_str!("../../README.md");

/// Whether a table has a row whose first cell begins with this name.
fn is_listed(name: &str) -> bool {
    README.lines().any(|line| {
        line.strip_prefix("| `")
            .and_then(|cell| cell.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with(['`', '(', ' ']))
    })
}

/// The names of an enumeration's variants.
fn variants<T: TypeInfo>() -> Vec<&'static str> {
    let TypeDef::Variant(variants) = T::type_info().type_def else {
        panic!("not an enumeration");
    };
    let names = variants.variants.iter().map(|variant| variant.name);
    names.filter(|name| !name.starts_with("__")).collect()
}

#[test]
fn the_readme_lists_every_call_event_and_error() {
    let calls = Call::<Test>::get_call_names().to_vec();
    for name in [calls, variants::<Event<Test>>(), variants::<Error<Test>>()].concat() {
        assert!(is_listed(name), "{name} stands in no table of the README");
    }
}
