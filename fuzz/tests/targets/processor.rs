//! The processor on a device that answers as the input says, and the reports that it writes.

use crate::harness::target;
use suit_manifest::{
    manifest::Procedure,
    process::MAX_STEPS,
    report::{Outcome, Report, MAX_RECORDS},
    resolve::resolve,
};

target!(processor, check);
target!(report, check_report);

/// The input: how many answers, the answers, the manifest.
fn check(input: &[u8]) {
    let Some((count, rest)) = input.split_first() else {
        return;
    };
    let Some((answers, manifest)) = rest.split_at_checked(usize::from(*count)) else {
        return;
    };
    let Some(envelope) = fuzz::authenticated(manifest) else {
        return;
    };
    let Some(ran) = fuzz::run(&envelope, answers) else {
        return;
    };
    assert!(ran.steps <= MAX_STEPS);

    let report = Report::decode(&ran.report).expect("what is written is read");
    assert_eq!(report.result == Outcome::Success, ran.result.is_ok());
    assert_eq!(report.digest, ran.verified.envelope().manifest_digest());

    // The chain keeps what the resolver names; a device that fetches anything else would find it nowhere. What these two
    // procedures fetch is another manifest's business.
    let manifest = ran.verified.manifest();
    let others = [Procedure::DependencyResolution, Procedure::CandidateVerification];
    if others.iter().any(|procedure| manifest.sequence(*procedure).is_some()) {
        return;
    }
    let Ok(resolved) = resolve(manifest) else { return };
    for (component, uri) in &ran.fetched {
        let mut payloads = resolved.payloads.iter();
        assert!(
            payloads.any(|each| each.component == *component && each.uri == Some(*uri)),
            "{uri} is fetched, and the resolver does not name it"
        );
    }
}

fn check_report(input: &[u8]) {
    let Ok(report) = Report::decode(input) else { return };
    assert!(report.records().count() <= MAX_RECORDS);
}
