//! `Range`, `If-Range` and `If-None-Match` (RFC 9110 §13, §14), for a body whose strong tag is its CID.

use axum::http::{header, HeaderMap};

/// Which part of an image is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// From `start`, and up to but without `end`; never empty.
    Bytes { start: u64, end: u64 },
    /// It begins behind the end.
    Unsatisfiable,
}

/// Whether the peer has this very body already.
pub(crate) fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value
                .split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
        })
}

/// The part asked for. What is malformed, several ranges at once, or meant for another body counts as "all of it",
/// which the standard allows and a device survives.
pub(crate) fn part(headers: &HeaderMap, etag: &str, size: u64) -> Part {
    if let Some(condition) = headers.get(header::IF_RANGE) {
        if condition.as_bytes() != etag.as_bytes() {
            return Part::Whole;
        }
    }
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (Some(range), None) => range
            .to_str()
            .ok()
            .and_then(|range| single(range, size))
            .unwrap_or(Part::Whole),
        _ => Part::Whole,
    }
}

fn single(range: &str, size: u64) -> Option<Part> {
    let (unit, range) = range.trim().split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let (start, end) = match (first.is_empty(), last.is_empty()) {
        (true, true) => return None,
        (true, false) => {
            let length = number(last)?;
            if length == 0 {
                return Some(Part::Unsatisfiable);
            }
            (size.saturating_sub(length), size)
        }
        (false, true) => (number(first)?, size),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            (first, last.saturating_add(1).min(size))
        }
    };
    Some(if start < end {
        Part::Bytes { start, end }
    } else {
        Part::Unsatisfiable
    })
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    fn range(value: &'static str) -> Part {
        part(&headers(&[(header::RANGE, value)]), "\"x\"", 100)
    }

    #[test]
    fn single_ranges_are_cut_to_the_image() {
        assert_eq!(range("bytes=0-0"), Part::Bytes { start: 0, end: 1 });
        assert_eq!(range("bytes=10-"), Part::Bytes { start: 10, end: 100 });
        assert_eq!(range("bytes=90-200"), Part::Bytes { start: 90, end: 100 });
        assert_eq!(range("bytes=-10"), Part::Bytes { start: 90, end: 100 });
        assert_eq!(range("bytes=-1000"), Part::Bytes { start: 0, end: 100 });
        assert_eq!(
            range("bytes=0-18446744073709551615"),
            Part::Bytes { start: 0, end: 100 }
        );
    }

    #[test]
    fn a_range_behind_the_end_cannot_be_satisfied() {
        assert_eq!(range("bytes=100-"), Part::Unsatisfiable);
        assert_eq!(range("bytes=100-200"), Part::Unsatisfiable);
        assert_eq!(range("bytes=-0"), Part::Unsatisfiable);
        assert_eq!(
            part(&headers(&[(header::RANGE, "bytes=0-")]), "\"x\"", 0),
            Part::Unsatisfiable
        );
    }

    #[test]
    fn what_is_malformed_or_plural_means_the_whole() {
        for value in [
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=+1-2",
            "bytes=5-4",
            "bytes=0-1,4-5",
            "lines=0-1",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(range(value), Part::Whole, "{value}");
        }
    }

    #[test]
    fn a_range_for_another_body_is_ignored() {
        let asked = [(header::RANGE, "bytes=1-2"), (header::IF_RANGE, "\"y\"")];
        assert_eq!(part(&headers(&asked), "\"x\"", 100), Part::Whole);
        assert_eq!(part(&headers(&asked), "\"y\"", 100), Part::Bytes { start: 1, end: 3 });
    }

    #[test]
    fn a_known_tag_is_recognised_in_a_list() {
        let known = |value| not_modified(&headers(&[(header::IF_NONE_MATCH, value)]), "\"x\"");
        assert!(known("\"x\"") && known("\"a\", \"x\"") && known("W/\"x\"") && known("*"));
        assert!(!known("\"a\"") && !known("x"));
        assert!(!not_modified(&HeaderMap::new(), "\"x\""));
    }
}
