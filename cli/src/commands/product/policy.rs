//! Policies: as options, in words, and for machines.

use crate::output::{merge, Report};
use clap::{Args, ValueEnum};
use serde_json::{json, Value};
use suit_primitives::{
    apis::ProductInfo,
    release::{Policy, PolicyV2, Retrieval, Submission},
};

/// Who may fetch, as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// Anybody
    Open,
    /// Devices with a credential of a registered operator
    Verified,
}

/// How releases are submitted, as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum How {
    /// By publisher accounts and by the authors' intents
    Both,
    /// By publisher accounts only
    Accounts,
    /// By the authors' intents only
    Intents,
}

impl From<Who> for Retrieval {
    fn from(who: Who) -> Self {
        match who {
            Who::Open => Retrieval::Open,
            Who::Verified => Retrieval::VerifiedDevices,
        }
    }
}

impl From<How> for Submission {
    fn from(how: How) -> Self {
        match how {
            How::Both => Submission::Both,
            How::Accounts => Submission::Accounts,
            How::Intents => Submission::Intents,
        }
    }
}

/// What is to change in a policy.
#[derive(Args, Clone, Copy, Debug, Default)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// Author signatures that a release needs
    #[arg(long)]
    pub threshold: Option<u8>,
    /// Storage nodes that must hold a release before it is offered
    #[arg(long)]
    pub replicas: Option<u8>,
    /// Who may fetch: anybody, or devices with an operator's credential
    #[arg(long, value_enum)]
    pub retrieval: Option<Who>,
    /// How releases may be submitted
    #[arg(long, value_enum)]
    pub submission: Option<How>,
    /// Whether nothing may be published
    #[arg(long, value_name = "BOOL")]
    pub frozen: Option<bool>,
}

impl Changes {
    /// The policy with these changes.
    pub fn to(self, policy: PolicyV2) -> PolicyV2 {
        PolicyV2 {
            threshold: self.threshold.unwrap_or(policy.threshold),
            replicas: self.replicas.unwrap_or(policy.replicas),
            retrieval: self.retrieval.map_or(policy.retrieval, Retrieval::from),
            submission: self.submission.map_or(policy.submission, Submission::from),
            frozen: self.frozen.unwrap_or(policy.frozen),
        }
    }
}

/// What the vendor laid down last: what is to come, where something is, because a change takes the place of both.
pub fn laid_down(info: &ProductInfo) -> PolicyV2 {
    info.pending_policy.map_or(info.policy, |(policy, _)| policy).latest()
}

/// A policy, for machines.
pub fn policy_json(policy: &Policy) -> Value {
    let policy = policy.latest();
    json!({
        "threshold": policy.threshold,
        "replicas": policy.replicas,
        "retrieval": retrieval_name(policy.retrieval),
        "submission": submission_name(policy.submission),
        "frozen": policy.frozen,
    })
}

/// What is in force and what is to come, for machines.
pub fn policies_json(info: &ProductInfo) -> Value {
    let pending = info.pending_policy.map(|(policy, from)| {
        let mut json = policy_json(&policy);
        merge(&mut json, json!({ "from": from }));
        json
    });
    json!({ "policy": policy_json(&info.policy), "pendingPolicy": pending })
}

/// What is in force and what is to come, for people. The vendor's threshold counts where it is higher.
pub fn show(report: Report, info: &ProductInfo, vendor_threshold: u8) -> Report {
    let now = info.policy.latest();
    let signatures = match now.threshold.max(vendor_threshold) {
        needed if needed > now.threshold => {
            format!(
                "{needed}: the vendor asks for more than the product's {}",
                now.threshold
            )
        }
        needed => needed.to_string(),
    };
    let mut report = report
        .field("signatures", signatures)
        .field("replicas", now.replicas)
        .field("retrieval", retrieval_name(now.retrieval))
        .field("submission", submission_name(now.submission))
        .field("frozen", yes_or_no(now.frozen));
    if let Some((later, from)) = &info.pending_policy {
        for line in differences(&now, &later.latest()) {
            report = report.field(&format!("from block {from}"), line);
        }
    }
    report
}

/// What is otherwise in the second policy.
fn differences(now: &PolicyV2, later: &PolicyV2) -> Vec<String> {
    let mut lines = Vec::new();
    if now.threshold != later.threshold {
        lines.push(format!("signatures {}", later.threshold));
    }
    if now.replicas != later.replicas {
        lines.push(format!("replicas {}", later.replicas));
    }
    if now.retrieval != later.retrieval {
        lines.push(format!("retrieval {}", retrieval_name(later.retrieval)));
    }
    if now.submission != later.submission {
        lines.push(format!("submission {}", submission_name(later.submission)));
    }
    if now.frozen != later.frozen {
        lines.push(format!("frozen {}", yes_or_no(later.frozen)));
    }
    lines
}

fn yes_or_no(value: bool) -> &'static str {
    if value {
        "yes"
    } else {
        "no"
    }
}

fn retrieval_name(retrieval: Retrieval) -> &'static str {
    match retrieval {
        Retrieval::Open => "open",
        Retrieval::VerifiedDevices => "verified",
    }
}

fn submission_name(submission: Submission) -> &'static str {
    match submission {
        Submission::Both => "both",
        Submission::Accounts => "accounts",
        Submission::Intents => "intents",
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use suit_primitives::release::PolicyV1;

    /// A product as the chain may answer.
    pub fn product() -> ProductInfo {
        ProductInfo {
            class_name: b"thermostat-2".to_vec(),
            policy: Policy::V1(PolicyV1 {
                threshold: 2,
                replicas: 3,
                retrieval: Retrieval::VerifiedDevices,
            }),
            pending_policy: None,
            retired: false,
            highest_published: Some(4),
            next_sequence_number: Some(5),
            releases: 4,
            kept: 2,
            stepping_stones: vec![3],
        }
    }

    #[test]
    fn only_what_is_given_changes() {
        let before = product().policy.latest();
        let changes = Changes {
            replicas: Some(1),
            submission: Some(How::Intents),
            ..Changes::default()
        };
        let after = changes.to(before);
        assert_eq!(
            after,
            PolicyV2 {
                replicas: 1,
                submission: Submission::Intents,
                ..before
            }
        );
        assert_eq!(Changes::default().to(before), before);
    }

    #[test]
    fn a_change_builds_on_what_was_laid_down_last() {
        let mut info = product();
        let later = PolicyV2 {
            threshold: 1,
            ..info.policy.latest()
        };
        assert_eq!(laid_down(&info).threshold, 2);
        info.pending_policy = Some((Policy::V2(later), 99));
        assert_eq!(laid_down(&info), later);
    }

    #[test]
    fn what_is_to_come_is_said_with_its_block() {
        let mut info = product();
        assert_eq!(policies_json(&info)["pendingPolicy"], Value::Null);
        let now = info.policy.latest();
        let later = PolicyV2 {
            threshold: 1,
            frozen: true,
            ..now
        };
        info.pending_policy = Some((Policy::V2(later), 99));
        let json = policies_json(&info);
        assert_eq!(json["policy"]["threshold"], 2);
        assert_eq!(json["policy"]["submission"], "both");
        assert_eq!(json["pendingPolicy"]["threshold"], 1);
        assert_eq!(json["pendingPolicy"]["from"], 99);
        assert_eq!(differences(&now, &later), ["signatures 1", "frozen yes"]);
    }
}
