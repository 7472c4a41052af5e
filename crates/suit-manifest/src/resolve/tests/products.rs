//! Which products a manifest names.

use super::dsl::*;
use crate::{error::ErrorKind, resolve::MAX_PRODUCTS};
use std::{vec, vec::Vec};

const INSTALL: u64 = 20;

fn class(id: u8, more: Vec<P>) -> Vec<C> {
    [
        vec![C::Override(vec![P::Class(id)]), CLASS],
        vec![C::Override([more, vec![P::Size(1)]].concat())],
    ]
    .concat()
}

fn vendor() -> Vec<C> {
    vec![C::One(0), C::Override(vec![P::Vendor(1)]), VENDOR]
}

#[test]
fn every_class_of_a_try_each_is_a_product_and_has_its_own_payload() {
    let classes = [(2, "a", 7), (3, "b", 8)].map(|(id, uri, digest)| class(id, vec![P::Uri(uri), P::Digest(digest)]));
    let shared = [vendor(), vec![C::Try(classes.into(), false)]].concat();
    let bytes = manifest(1, &shared, &[(16, vec![C::One(0)]), (INSTALL, vec![FETCH, MATCH])]);
    assert_eq!(products(&bytes), Ok((vec![(1, 2), (1, 3)], false)));
    let digests = payloads(&bytes).map(|list| list.into_iter().map(|line| (line.1, line.2)).collect::<Vec<_>>());
    assert_eq!(digests, Ok(vec![("a".into(), Some(7)), ("b".into(), Some(8))]));
}

#[test]
fn more_products_than_a_manifest_may_serve_are_refused() {
    let count = |count: usize| {
        let classes = (0..count).map(|id| class(id as u8, vec![])).collect();
        products(&manifest(1, &[vendor(), vec![C::Try(classes, false)]].concat(), &[])).map(|(list, _)| list.len())
    };
    assert_eq!(count(MAX_PRODUCTS), Ok(MAX_PRODUCTS));
    assert_eq!(count(MAX_PRODUCTS + 1), Err(ErrorKind::TooMany));
}

#[test]
fn a_product_whose_devices_cannot_get_through_is_not_named() {
    let classes = vec![class(2, vec![]), class(3, vec![])];
    let shared = [vendor(), vec![C::Try(classes, false)]].concat();
    let install = [vec![C::Override(vec![P::Class(3)]), CLASS]].concat();
    let bytes = manifest(1, &shared, &[(INSTALL, install)]);
    assert_eq!(products(&bytes), Ok((vec![(1, 3)], false)));
}

#[test]
fn a_way_around_the_class_condition_makes_the_manifest_open() {
    let shared = [vendor(), vec![C::Try(vec![class(2, vec![]), class(3, vec![])], true)]].concat();
    assert_eq!(products(&manifest(1, &shared, &[])), Ok((vec![(1, 2), (1, 3)], true)));
    let around = vec![C::Override(vec![P::Size(1)])];
    let shared = [vendor(), vec![C::Try(vec![class(2, vec![]), around], false)]].concat();
    assert_eq!(products(&manifest(1, &shared, &[])), Ok((vec![(1, 2)], true)));
    assert_eq!(products(&manifest(1, &vendor(), &[])), Ok((vec![], true)));
}

#[test]
fn a_vendor_by_enterprise_number_names_no_product() {
    let shared = vec![C::Override(vec![P::Pen(1), P::Class(2)]), VENDOR, CLASS];
    assert_eq!(products(&manifest(1, &shared, &[])), Ok((vec![], true)));
}

#[test]
fn the_classes_of_several_components_are_products_of_one_vendor() {
    let class = |index, class| vec![C::One(index), C::Override(vec![P::Class(class)]), CLASS];
    let vendor = vec![C::All, C::Override(vec![P::Vendor(1)]), VENDOR];
    let shared = [vendor, class(0, 2), class(1, 3)].concat();
    assert_eq!(products(&manifest(2, &shared, &[])), Ok((vec![(1, 2), (1, 3)], false)));
}

#[test]
fn a_class_that_could_be_of_either_vendor_is_undecidable() {
    let test = |index, vendor| vec![C::One(index), C::Override(vec![P::Vendor(vendor)]), VENDOR];
    let class = |index, class| vec![C::One(index), C::Override(vec![P::Class(class)]), CLASS];
    let shared = [test(0, 1), test(1, 9), class(2, 2)].concat();
    assert_eq!(products(&manifest(3, &shared, &[])), Err(ErrorKind::Undecidable));
}

#[test]
fn a_device_identifier_that_an_earlier_test_contradicts_fails() {
    let device = |id| vec![C::Override(vec![P::Device(id)]), C::If(24)];
    let bytes = |second| manifest(1, &product(), &[(INSTALL, [device(1), device(second)].concat())]);
    assert_eq!(products(&bytes(1)), Ok((vec![(1, 2)], false)));
    assert_eq!(products(&bytes(2)), Err(ErrorKind::InstallsNowhere));
}
