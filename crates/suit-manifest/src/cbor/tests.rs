use super::*;
use crate::error::ErrorKind;
use std::{vec, vec::Vec};

fn item(hex: &str) -> Result<(), ErrorKind> {
    item_in(hex, KeyOrder::Sorted)
}

fn item_in(hex: &str, order: KeyOrder) -> Result<(), ErrorKind> {
    let bytes = hex::decode(hex).unwrap();
    let mut reader = Reader::with_order(&bytes, order);
    reader.item().and_then(|_| reader.end()).map_err(|error| error.kind)
}

#[test]
fn deterministic_items_are_read() {
    for hex in [
        "00",
        "17",
        "1818",
        "18ff",
        "190100",
        "1a00010000",
        "1b0000000100000000",
        "1bffffffffffffffff",
        "20",
        "37",
        "3818",
        "3bffffffffffffffff",
        "40",
        "4101",
        "6161",
        "80",
        "820102",
        "a0",
        "a2010220a0",
        "c100",
        "f4",
        "f5",
        "f6",
        "d86ba0",
        "a1814100f6",
    ] {
        assert_eq!(item(hex), Ok(()), "{hex}");
    }
}

#[test]
fn every_head_that_is_not_the_shortest_is_refused() {
    for hex in [
        "1800",
        "1817",
        "1900ff",
        "190017",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3800",
        "3900ff",
        "5800",
        "580141",
        "59000141",
        "7800",
        "780161",
        "9800",
        "980100",
        "b800",
        "b8010000",
        "d81700",
        "d9001200",
        "1b0000000000000001",
    ] {
        assert_eq!(item(hex), Err(ErrorKind::NotShortest), "{hex}");
    }
}

#[test]
fn indefinite_lengths_are_refused() {
    for hex in ["5f4100ff", "7f6161ff", "9f00ff", "bf0000ff"] {
        assert_eq!(item(hex), Err(ErrorKind::Indefinite), "{hex}");
    }
}

#[test]
fn floats_undefined_and_reserved_values_are_refused() {
    for hex in [
        "f7",
        "f90000",
        "fa00000000",
        "fb0000000000000000",
        "e0",
        "f818",
        "f8ff",
        "1c",
        "3d",
        "5e",
        "ff",
        "fc",
    ] {
        assert_eq!(item(hex), Err(ErrorKind::NotAllowed), "{hex}");
    }
}

#[test]
fn input_that_ends_too_early_is_refused() {
    for hex in [
        "",
        "18",
        "1901",
        "41",
        "4201",
        "61",
        "81",
        "8201",
        "a1",
        "a101",
        "c1",
        "5affffffff",
        "9affffffff",
        "baffffffff",
        "5bffffffffffffffff",
        "9bffffffffffffffff",
        "bbffffffffffffffff",
    ] {
        assert_eq!(item(hex), Err(ErrorKind::UnexpectedEnd), "{hex}");
    }
}

#[test]
fn trailing_bytes_are_refused() {
    assert_eq!(item("0000"), Err(ErrorKind::TrailingBytes));
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    assert_eq!(item("61ff"), Err(ErrorKind::BadUtf8));
    assert_eq!(item("62c328"), Err(ErrorKind::BadUtf8));
}

#[test]
fn unsorted_keys_are_refused_and_taken_leniently() {
    // {2: 0, 1: 0}, {-1: 0, 1: 0}, {"a": 0, 1: 0}, {"aa": 0, "b": 0}, and one within a value.
    for hex in [
        "a202000100",
        "a220000100",
        "a26161000100",
        "a2626161006162 00",
        "a100a202000100",
    ] {
        let hex = hex.replace(' ', "");
        assert_eq!(item(&hex), Err(ErrorKind::KeyOrder), "{hex}");
        assert_eq!(item_in(&hex, KeyOrder::Any), Ok(()), "{hex}");
    }
}

#[test]
fn duplicate_keys_are_refused_in_every_order() {
    for hex in [
        "a201000100",
        "a3010002000100",
        "a3020001000200",
        "a3030001000100",
        "a30181a0020001f6",
    ] {
        for order in [KeyOrder::Sorted, KeyOrder::Any] {
            // Where keys are unsorted before the duplicate comes, the strict reader stops there already.
            let kind = item_in(hex, order).unwrap_err();
            assert!(kind == ErrorKind::DuplicateKey || (order == KeyOrder::Sorted && kind == ErrorKind::KeyOrder));
            assert!(order == KeyOrder::Sorted || kind == ErrorKind::DuplicateKey, "{hex}");
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let mut nested = vec![0x81u8; usize::from(MAX_DEPTH) - 1];
    nested.push(0x00);
    assert_eq!(item(&hex::encode(&nested)), Ok(()));
    nested.insert(0, 0x81);
    assert_eq!(item(&hex::encode(&nested)), Err(ErrorKind::TooDeep));
    let hostile = vec![0x81u8; 60_000];
    assert_eq!(item(&hex::encode(&hostile)), Err(ErrorKind::TooDeep));
    let hostile: Vec<u8> = [0xd8u8, 0x6b].repeat(30_000);
    assert_eq!(item(&hex::encode(&hostile)), Err(ErrorKind::TooDeep));
}

#[test]
fn maps_with_too_many_entries_are_refused() {
    let map = |entries: usize| {
        let mut writer = Writer::new();
        writer.map(entries);
        for key in 0..entries {
            writer.uint(key as u64).null();
        }
        hex::encode(writer.finish())
    };
    assert_eq!(item(&map(MAX_MAP_ENTRIES)), Ok(()));
    assert_eq!(item(&map(MAX_MAP_ENTRIES + 1)), Err(ErrorKind::TooMany));
}

#[test]
fn looking_for_duplicates_in_nested_unsorted_maps_stays_cheap() {
    // Three levels of 32 keys in falling order: 32768 leaves. Were duplicates looked for again at each level while
    // skipping, this would take minutes.
    fn level(depth: u8) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(32);
        for key in (0..32).rev() {
            writer.uint(key);
            if depth == 0 {
                writer.null();
            } else {
                writer.raw(&level(depth - 1));
            }
        }
        writer.finish()
    }
    let start = std::time::Instant::now();
    assert_eq!(item_in(&hex::encode(level(2)), KeyOrder::Any), Ok(()));
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn integers_beyond_i64_are_refused_where_an_integer_is_read() {
    let read = |hex: &str| {
        Reader::new(&hex::decode(hex).unwrap())
            .int()
            .map_err(|error| error.kind)
    };
    assert_eq!(read("1b7fffffffffffffff"), Ok(i64::MAX));
    assert_eq!(read("3b7fffffffffffffff"), Ok(i64::MIN));
    assert_eq!(read("1b8000000000000000"), Err(ErrorKind::BadValue));
    assert_eq!(read("3b8000000000000000"), Err(ErrorKind::BadValue));
}

#[test]
fn errors_count_from_the_outermost_input() {
    // h'8101' has its second item at byte 3; a text string is expected there.
    let bytes = hex::decode("00428101").unwrap();
    let mut reader = Reader::new(&bytes);
    reader.uint().unwrap();
    let (_, mut inner) = reader.embedded().unwrap();
    inner.array().unwrap();
    assert_eq!(inner.text().unwrap_err(), ErrorKind::WrongType.at(3));
}

#[test]
fn heads_for_hashing_are_those_of_the_writer() {
    for len in [0usize, 1, 23, 24, 255, 256, 65_535, 65_536] {
        let mut writer = Writer::new();
        writer.bytes(&vec![0; len]);
        let written = writer.finish();
        assert_eq!(&written[..written.len() - len], Head::bytes(len).as_slice(), "{len}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            for order in [KeyOrder::Sorted, KeyOrder::Any] {
                let mut reader = Reader::with_order(&bytes, order);
                while reader.item().is_ok() && reader.remaining() > 0 {}
            }
        }

        #[test]
        fn what_is_read_strictly_is_read_leniently(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if Reader::new(&bytes).item().is_ok() {
                prop_assert!(Reader::with_order(&bytes, KeyOrder::Any).item().is_ok());
            }
        }

        #[test]
        fn integers_come_back_as_written(value in any::<i64>()) {
            let mut writer = Writer::new();
            writer.int(value);
            prop_assert_eq!(Reader::new(&writer.finish()).int().unwrap(), value);
        }
    }
}
