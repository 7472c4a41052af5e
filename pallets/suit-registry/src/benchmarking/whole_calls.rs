//! Whether what `cost` puts together from the pieces covers what whole calls were measured to take.

use super::publishing::{submission, Kind, Size, Submission};
use crate::{
    checks::By,
    mock::{chain, Runtime, SuitRegistry},
    weights::WHOLE_CALLS,
};
use frame_support::{dispatch::PostDispatchInfo, traits::Authorize, weights::Weight};
use sp_runtime::transaction_validity::TransactionSource;

/// What was measured, database accesses included.
fn measured(name: &str) -> Weight {
    let (_, picoseconds, reads, writes) = WHOLE_CALLS
        .iter()
        .find(|(known, ..)| *known == name)
        .unwrap_or_else(|| panic!("{name} was not measured: run scripts/weights"));
    let db = <Runtime as frame_system::Config>::DbWeight::get();
    Weight::from_parts(*picoseconds, 0).saturating_add(db.reads_writes(*reads, *writes))
}

fn charged(info: PostDispatchInfo) -> Weight {
    info.actual_weight.expect("it is told")
}

fn by_account(submission: Submission<Runtime>) -> Weight {
    let by = By::Account {
        account: &submission.account,
        roots: &[],
    };
    charged(SuitRegistry::do_publish(submission.envelope, by).expect("it is good"))
}

fn by_intent(submission: Submission<Runtime>) -> Weight {
    let call = crate::Call::<Runtime>::publish_authorized {
        envelope: submission.envelope.clone(),
        intent: submission.intent.clone(),
    };
    let (_, unspent) = call
        .authorize(TransactionSource::External)
        .expect("it has a step")
        .expect("it is good");
    let step = call.weight_of_authorize().saturating_sub(unspent);
    let called = SuitRegistry::do_publish(submission.envelope, By::Intent(&submission.intent)).expect("it is good");
    step.saturating_add(charged(called))
}

#[test]
fn the_pieces_of_a_publication_cover_the_whole() {
    let mut short = Vec::new();
    for (form, charge) in [("publish", by_account as fn(_) -> _), ("publish_authorized", by_intent)] {
        for (key, kind) in [("p256", Kind::P256), ("ed25519", Kind::Ed25519)] {
            for authors in [1, 3] {
                for (length, size) in [("small", Size::Small), ("largest", Size::Largest)] {
                    let name = format!("{form}_{key}_{authors}_{length}");
                    let measured = measured(&name);
                    let charged =
                        chain(true).execute_with(|| charge(submission(kind, authors, size).expect("it can be made")));
                    println!("{name}: measured {measured}, charged {charged}");
                    if !measured.all_lte(charged) {
                        short.push(name);
                    }
                }
            }
        }
    }
    assert!(short.is_empty(), "charged less than measured: {short:?}");
}

#[test]
fn the_envelopes_are_as_long_as_they_should_be() {
    for (size, length) in [(Size::Small, 640), (Size::Largest, 16 * 1024)] {
        chain(true).execute_with(|| {
            let made = submission::<Runtime>(Kind::P256, 1, size).expect("it can be made");
            assert!(
                made.envelope.len() <= length && made.envelope.len() + 16 >= length,
                "{}",
                made.envelope.len()
            );
        });
    }
}
