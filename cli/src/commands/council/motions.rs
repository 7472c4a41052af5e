//! Open motions, votes, and closing.

use super::{propose::vote_call, Close, Voice, Vote};
use crate::{
    chain::{
        extrinsics::{account, Call, Included},
        refusals,
        state::{Votes, COUNCIL},
        values, Chain,
    },
    commands::Context,
    error::{Error, Result},
    output::{hex0x, merge, Report},
};
use codec::{Compact, Decode, Encode};
use serde_json::{json, Value};
use subxt::{error::DispatchError, utils::H256};

/// Reads a motion's hash.
pub fn hash(text: &str) -> std::result::Result<H256, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes: Option<[u8; 32]> = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(H256)
        .ok_or_else(|| "write 0x and 64 hexadecimal digits, as `suit council motions` lists them".into())
}

/// Runs `suit council motions`.
pub async fn list(context: &Context) -> Result<Report> {
    let chain = context.chain().await?;
    let members: Vec<String> = chain.council().await?.iter().map(ToString::to_string).collect();
    let now = chain.finalized().await?.number;
    let mut motions = Vec::new();
    for hash in chain.motions().await? {
        // One that was closed a moment ago is gone.
        if let (Some(votes), Some((_, value))) = (chain.votes(hash).await?, chain.motion(hash).await?) {
            let (name, arguments) = values::call(&value).unwrap_or_else(|| ("unknown".into(), values::json(&value)));
            motions.push((hash, votes, name, arguments));
        }
    }
    let json: Vec<Value> = motions
        .iter()
        .map(|(hash, votes, name, arguments)| motion_json(*hash, votes, name, arguments))
        .collect();
    let mut report = Report::new(json!({ "members": members, "block": now, "motions": json })).line(format!(
        "{} members, {} open motions",
        members.len(),
        motions.len()
    ));
    for member in &members {
        report = report.field("member", member);
    }
    for (hash, votes, name, arguments) in &motions {
        report = report
            .line("")
            .field("motion", format!("{} {}", hex0x(hash.0), votes.index))
            .field("would do", format!("{name} {arguments}"))
            .field(
                "for it",
                format!("{} of {} that are needed", votes.ayes.len(), votes.threshold),
            )
            .field("against it", votes.nays.len())
            .field("open until", format!("block {}; now {now}", votes.end));
        if may_close(votes, members.len(), now) {
            report = report.line(format!(
                "It can be closed: suit council close {} {} --suri …",
                hex0x(hash.0),
                votes.index
            ));
        }
    }
    Ok(report)
}

fn motion_json(hash: H256, votes: &Votes, name: &str, arguments: &Value) -> Value {
    json!({
        "motion": hex0x(hash.0),
        "index": votes.index,
        "call": name,
        "arguments": arguments,
        "needed": votes.threshold,
        "ayes": votes.ayes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "nays": votes.nays.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "end": votes.end,
    })
}

/// Whether the motion has come to an end: enough are for it, or cannot be any more, or its time is over.
fn may_close(votes: &Votes, members: usize, now: u32) -> bool {
    let needed = votes.threshold as usize;
    votes.ayes.len() >= needed || members.saturating_sub(votes.nays.len()) < needed || now >= votes.end
}

/// Runs `suit council vote`.
pub async fn vote(options: &Vote, context: &Context) -> Result<Report> {
    let (hash, index) = (options.motion.hash, options.motion.index);
    let approve = options.voice == Voice::Aye;
    let word = if approve { "for" } else { "against" };
    let stage = format!("Voting {word} motion {index}");
    let (chain, included) = context
        .send(&vote_call(hash, index, approve), &options.suri, stage)
        .await?;
    let mut json = json!({ "motion": hex0x(hash.0), "index": index, "block": hex0x(included.block) });
    let mut report = Report::new(Value::Null).field("motion", format!("{} {index}", hex0x(hash.0)));
    if let Some(votes) = chain.votes(hash).await? {
        let members = chain.council().await?.len();
        let end = may_close(&votes, members, chain.finalized().await?.number);
        merge(
            &mut json,
            json!({
                "ayes": votes.ayes.len(), "nays": votes.nays.len(), "needed": votes.threshold, "mayClose": end,
            }),
        );
        report = report
            .field(
                "for it",
                format!("{} of {} that are needed", votes.ayes.len(), votes.threshold),
            )
            .field("against it", votes.nays.len());
        if end {
            report = report.line(format!(
                "It can be closed: suit council close {} {index} --suri …",
                hex0x(hash.0)
            ));
        }
    }
    Ok(report.with_json(json).field("finalised in", hex0x(included.block)))
}

/// Runs `suit council close`.
pub async fn close(options: &Close, context: &Context) -> Result<Report> {
    let (hash, index) = (options.motion.hash, options.motion.index);
    let key = account(&options.suri)?;
    let chain = context.chain().await?;
    let (inner, _) = chain
        .motion(hash)
        .await?
        .ok_or_else(|| Error::NotFound(format!("motion {}", hex0x(hash.0))))?;
    let length = u32::try_from(inner.len()).unwrap_or(u32::MAX);
    let (ref_time, proof_size) = weight(&chain, inner, length).await?;
    let call = Call::new(COUNCIL, "close")
        .arg("proposal_hash", hash)
        .arg("index", Compact(index))
        .arg("proposal_weight_bound", (Compact(ref_time), Compact(proof_size)))
        .arg("length_bound", Compact(length));
    context.progress.stage(format!("Closing motion {index}"));
    let included = chain.submit_signed(&call, &key, context.deadline()).await?;
    let happened = outcome(&chain, &included)?;
    let approved = happened.is_some();
    happened.unwrap_or(Ok(()))?;
    let json = json!({
        "motion": hex0x(hash.0),
        "index": index,
        "state": if approved { "done" } else { "dropped" },
        "block": hex0x(included.block),
    });
    let line = if approved {
        "Done"
    } else {
        "Dropped: too few were for it"
    };
    Ok(Report::new(json)
        .field("motion", format!("{} {index}", hex0x(hash.0)))
        .line(line)
        .field("finalised in", hex0x(included.block)))
}

/// What a call weighs, as the chain reckons: processor time and size of proof.
async fn weight(chain: &Chain, call: Vec<u8>, length: u32) -> Result<(u64, u64)> {
    // The call is in its own encoding, so nothing may be put around it.
    let mut args = call;
    length.encode_to(&mut args);
    type Info = (Compact<u64>, Compact<u64>, u8, u128);
    let info: Info = chain
        .call("TransactionPaymentCallApi_query_call_info", Encoded(args))
        .await?;
    Ok((info.0 .0, info.1 .0))
}

/// Bytes that are encoded already.
struct Encoded(Vec<u8>);

impl Encode for Encoded {
    fn encode_to<W: codec::Output + ?Sized>(&self, out: &mut W) {
        out.write(&self.0);
    }
}

/// What came of the motion's call, where this transaction carried it out: a council's call that fails does not fail the
/// transaction, so the event alone says it.
pub fn outcome(chain: &Chain, included: &Included) -> Result<Option<Result<()>>> {
    let Some(fields) = included.event(COUNCIL, "Executed") else {
        return Ok(None);
    };
    let failed = |e: &dyn std::fmt::Display| Error::Incompatible(format!("event Council.Executed: {e}"));
    let mut rest = fields;
    let _hash = H256::decode(&mut rest).map_err(|e| failed(&e))?;
    match rest.split_first() {
        Some((0, _)) => Ok(Some(Ok(()))),
        Some((1, error)) => {
            let error = DispatchError::decode_from(error, chain.api().metadata()).map_err(|e| failed(&e))?;
            Ok(Some(Err(refusals::from_dispatch(error))))
        }
        _ => Err(failed(&"neither done nor failed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subxt::utils::AccountId32;

    fn votes(ayes: u8, nays: u8) -> Votes {
        let accounts = |count: u8, from: u8| (0..count).map(|n| AccountId32([from + n; 32])).collect();
        Votes {
            index: 4,
            threshold: 2,
            ayes: accounts(ayes, 1),
            nays: accounts(nays, 100),
            end: 50,
        }
    }

    #[test]
    fn a_motion_ends_when_the_vote_is_decided_or_its_time_is_over() {
        assert!(!may_close(&votes(1, 0), 3, 10));
        assert!(may_close(&votes(2, 0), 3, 10));
        assert!(!may_close(&votes(0, 1), 3, 10));
        assert!(may_close(&votes(0, 2), 3, 10));
        assert!(may_close(&votes(0, 0), 3, 50));
    }

    #[test]
    fn a_hash_is_read_with_or_without_its_prefix() {
        let text = "5c".repeat(32);
        assert_eq!(hash(&text), hash(&format!("0x{text}")));
        assert!(hash("0x5c").is_err());
    }

    #[test]
    fn a_motion_is_listed_with_who_is_for_it() {
        let json = motion_json(
            H256([9; 32]),
            &votes(1, 1),
            "SuitRegistry.set_admission",
            &json!({ "open": true }),
        );
        assert_eq!(json["call"], "SuitRegistry.set_admission");
        assert_eq!(json["arguments"]["open"], true);
        assert_eq!(json["ayes"].as_array().map(Vec::len), Some(1));
        assert_eq!(json["needed"], 2);
    }
}
