//! Moving something in the council.

use super::{decision::Decision, motions::outcome, Mover};
use crate::{
    chain::{
        extrinsics::{account, account_id, Call, Included},
        state::COUNCIL,
    },
    commands::Context,
    error::{Error, Result},
    output::{hex0x, merge, Report},
};
use codec::{Compact, Decode};
use serde_json::json;
use subxt::utils::{AccountId32, H256};

/// A motion that was just made.
struct Made {
    hash: H256,
    index: u32,
}

/// Moves a decision, and votes for it. In a council of one it is done at once.
pub async fn propose(decision: Decision, mover: &Mover, context: &Context) -> Result<Report> {
    let key = account(&mover.suri)?;
    let chain = context.chain().await?;
    let members = chain.council().await?;
    // Known before a fee is paid.
    if !members.contains(&account_id(&key)) {
        return Err(Error::Dispatch("Council::NotMember".into()));
    }
    let needed = decision.majority.of(members.len());
    let inner = decision.act.encode(&chain).await?;
    context.progress.stage(format!(
        "{} (must be for it: {needed} of {})",
        decision.words,
        members.len()
    ));
    let length = u32::try_from(inner.len()).unwrap_or(u32::MAX);
    let call = Call::new(COUNCIL, "propose")
        .arg("threshold", Compact(needed))
        .encoded("proposal", inner)
        .arg("length_bound", Compact(length));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let json = json!({ "decision": decision.words, "needed": needed, "members": members.len() });
    if let Some(happened) = outcome(&chain, &included)? {
        return done(happened, json, &included);
    }
    let made = made(&included)?;
    if !mover.no_vote {
        context.progress.stage("Voting for it");
        let vote = vote_call(made.hash, made.index, true);
        chain.submit_signed(&vote, &key, context.deadline()).await?;
    }
    Ok(moved(&made, u32::from(!mover.no_vote), needed, json, &included))
}

/// What was moved is done, or was tried and refused.
fn done(happened: Result<()>, mut json: serde_json::Value, included: &Included) -> Result<Report> {
    happened?;
    merge(&mut json, json!({ "state": "done", "block": hex0x(included.block) }));
    Ok(Report::new(json)
        .line("Done: in a council of one nobody else has to vote")
        .field("finalised in", hex0x(included.block)))
}

/// What was moved waits for others.
fn moved(made: &Made, ayes: u32, needed: u32, mut json: serde_json::Value, included: &Included) -> Report {
    let Made { hash, index } = made;
    merge(
        &mut json,
        json!({
            "state": "moved",
            "motion": hex0x(hash.0),
            "index": index,
            "ayes": ayes,
            "block": hex0x(included.block),
        }),
    );
    let motion = format!("{} {index}", hex0x(hash.0));
    Report::new(json)
        .field("motion", &motion)
        .field("for it", format!("{ayes} of {needed} that are needed"))
        .field("finalised in", hex0x(included.block))
        .line("Other members vote, then anybody closes it:")
        .line(format!("  suit council vote {motion} aye --suri …"))
        .line(format!("  suit council close {motion} --suri …"))
}

/// The call that votes.
pub fn vote_call(hash: H256, index: u32, approve: bool) -> Call {
    Call::new(COUNCIL, "vote")
        .arg("proposal", hash)
        .arg("index", Compact(index))
        .arg("approve", approve)
}

/// The motion, from the event that tells of it.
fn made(included: &Included) -> Result<Made> {
    let fields = included.event(COUNCIL, "Proposed").unwrap_or_default();
    let (_, index, hash, _): (AccountId32, u32, H256, u32) =
        Decode::decode(&mut &fields[..]).map_err(|e| Error::Incompatible(format!("event Council.Proposed: {e}")))?;
    Ok(Made { hash, index })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::extrinsics::Event;
    use codec::Encode;

    fn included(events: Vec<Event>) -> Included {
        Included {
            block: H256([1; 32]),
            transaction: H256([2; 32]),
            events,
        }
    }

    #[test]
    fn a_motions_hash_and_number_are_in_its_event() {
        let fields = (AccountId32([3; 32]), 7u32, H256([4; 32]), 2u32).encode();
        let event = Event {
            pallet: COUNCIL.into(),
            name: "Proposed".into(),
            fields,
        };
        let made = made(&included(vec![event])).unwrap();
        assert_eq!((made.hash, made.index), (H256([4; 32]), 7));
        assert_eq!(
            super::made(&included(vec![])).err().map(|e| e.kind()).as_deref(),
            Some("Incompatible")
        );
    }

    #[test]
    fn a_motion_that_waits_says_how_many_are_missing() {
        let made = Made {
            hash: H256([4; 32]),
            index: 7,
        };
        let report = moved(&made, 1, 2, json!({}), &included(vec![]));
        let json = report.json();
        assert_eq!((&json["state"], &json["index"]), (&json!("moved"), &json!(7)));
        assert_eq!(
            (&json["ayes"], json["motion"].as_str().map(str::len)),
            (&json!(1), Some(66))
        );
    }

    #[test]
    fn what_was_moved_and_refused_is_a_failure() {
        let report = done(Ok(()), json!({}), &included(vec![])).unwrap();
        assert_eq!(report.json()["state"], "done");
        let refused = done(
            Err(Error::Dispatch("Registrars::KeysNotSet".into())),
            json!({}),
            &included(vec![]),
        );
        assert_eq!(refused.unwrap_err().kind(), "KeysNotSet");
    }
}
