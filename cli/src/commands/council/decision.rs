//! Each decision: the call behind it, its words, and how many must be for it.

use super::{Command, Door, Mover};
use crate::{
    chain::{
        extrinsics::{Call, REGISTRY},
        state::TX_PAUSE,
        Chain,
    },
    commands::product_id,
    error::{Error, Result},
};
use codec::{Compact, Encode};
use subxt::utils::{AccountId32, MultiAddress, H256};

/// The calls that publish.
const PUBLISHING: [&str; 2] = ["publish", "publish_authorized"];

/// How many of the council must be for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Majority {
    /// More than half: what is urgent and can be taken back.
    MoreThanHalf,
    /// At least two thirds: what decides who decides.
    TwoThirds,
}

impl Majority {
    /// How many of so many members.
    pub fn of(self, members: usize) -> u32 {
        let members = u32::try_from(members).unwrap_or(u32::MAX);
        match self {
            Majority::MoreThanHalf => (members / 2).saturating_add(1),
            Majority::TwoThirds => members.saturating_mul(2).div_ceil(3),
        }
    }
}

/// What is paused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paused {
    /// Both ways of publishing.
    Publishing,
    /// A call.
    Call {
        /// Its pallet's name.
        pallet: String,
        /// Its name.
        call: String,
    },
}

impl Paused {
    /// Reads `publishing` or `Pallet.call`.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        match text.split_once('.') {
            None if text == "publishing" => Ok(Paused::Publishing),
            Some((pallet, call)) if !pallet.is_empty() && !call.is_empty() => Ok(Paused::Call {
                pallet: pallet.to_owned(),
                call: call.to_owned(),
            }),
            _ => Err("write `publishing`, or a call such as SuitRegistry.register_vendor".into()),
        }
    }

    fn calls(&self) -> Vec<(String, String)> {
        match self {
            Paused::Publishing => PUBLISHING
                .iter()
                .map(|call| (REGISTRY.to_owned(), (*call).to_owned()))
                .collect(),
            Paused::Call { pallet, call } => vec![(pallet.clone(), call.clone())],
        }
    }
}

impl std::fmt::Display for Paused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Paused::Publishing => f.write_str("publishing"),
            Paused::Call { pallet, call } => write!(f, "{pallet}.{call}"),
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Act {
    /// A call.
    Call(Call),
    /// A pause, or its end: the calls depend on what is paused already.
    Pause {
        /// What.
        what: Paused,
        /// Whether it begins.
        begins: bool,
    },
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What is to be done.
    pub act: Act,
    /// The same in words.
    pub words: String,
    /// How many must be for it.
    pub majority: Majority,
}

/// The decision that a command asks for, and who moves it.
pub fn of(command: Command) -> Result<(Decision, Mover)> {
    Ok(match command {
        Command::RevokeRelease(options) => release("emergency_revoke_release", "Withdrawing for ever", options)?,
        Command::SuspendRelease(options) => release("emergency_suspend_release", "Withholding", options)?,
        Command::ResumeRelease(options) => release("emergency_resume_release", "Offering again", options)?,
        Command::LowerFloor(options) => {
            let product = product_id(&options.product.vendor, &options.product.class)?;
            let call = Call::new(REGISTRY, "lower_floor")
                .arg("product", product)
                .arg("floor", options.floor);
            let words = format!("Lowering the next number of {} to {}", options.product, options.floor);
            (urgent(call, words), options.mover)
        }
        Command::Admission(options) => {
            let open = options.door == Door::Open;
            let call = Call::new(REGISTRY, "set_admission").arg("open", open);
            let words = match open {
                true => "Letting everybody register vendors and storage nodes",
                false => "Letting only admitted accounts register vendors and storage nodes",
            };
            (urgent(call, words.into()), options.mover)
        }
        Command::Admit(options) => {
            let words = format!("Admitting {}", options.account);
            (urgent(admitted(&options.account, true), words), options.mover)
        }
        Command::Dismiss(options) => {
            let words = format!("Dismissing {}", options.account);
            (urgent(admitted(&options.account, false), words), options.mover)
        }
        Command::Pause(options) => (pause(options.what, true), options.mover),
        Command::Unpause(options) => (pause(options.what, false), options.mover),
        Command::AddNode(options) => {
            let call = Call::new("Registrars", "add_registrar").arg("who", &options.account);
            let words = format!("Making the node of {} a registration node", options.account);
            (weighty(call, words), options.mover)
        }
        Command::RemoveNode(options) => {
            let call = Call::new("Registrars", "remove_registrar").arg("who", &options.account);
            let words = format!("Making the node of {} no registration node any more", options.account);
            (weighty(call, words), options.mover)
        }
        Command::AddMember(options) => {
            let words = format!("Taking {} into the council", options.account);
            (weighty(member("add_member", &options.account), words), options.mover)
        }
        Command::RemoveMember(options) => {
            let words = format!("Dismissing {} from the council", options.account);
            (weighty(member("remove_member", &options.account), words), options.mover)
        }
        Command::AuthorizeUpgrade(_)
        | Command::ApplyUpgrade { .. }
        | Command::Motions
        | Command::Vote(_)
        | Command::Close(_) => return Err(Error::Misuse("this is no decision of the council".into())),
    })
}

/// New code, by its hash.
pub fn upgrade(hash: H256) -> Decision {
    let call = Call::new("Governance", "authorize_upgrade").arg("code_hash", hash);
    weighty(call, format!("Authorising the code with hash {hash:?}"))
}

fn release(call: &'static str, verb: &str, options: super::Release) -> Result<(Decision, Mover)> {
    let product = product_id(&options.product.vendor, &options.product.class)?;
    let call = Call::new(REGISTRY, call)
        .arg("product", product)
        .arg("sequence_number", options.sequence);
    let words = format!("{verb}: release {} of {}", options.sequence, options.product);
    Ok((urgent(call, words), options.mover))
}

fn admitted(who: &impl Encode, admitted: bool) -> Call {
    Call::new(REGISTRY, "set_admitted")
        .arg("who", who)
        .arg("admitted", admitted)
}

fn member(call: &'static str, who: &AccountId32) -> Call {
    let who: MultiAddress<AccountId32, ()> = MultiAddress::Id(who.clone());
    Call::new("CouncilMembership", call).arg("who", who)
}

fn pause(what: Paused, begins: bool) -> Decision {
    let words = match begins {
        true => format!("Pausing {what}"),
        false => format!("Ending the pause of {what}"),
    };
    Decision {
        act: Act::Pause { what, begins },
        words,
        majority: Majority::MoreThanHalf,
    }
}

fn urgent(call: Call, words: String) -> Decision {
    Decision {
        act: Act::Call(call),
        words,
        majority: Majority::MoreThanHalf,
    }
}

fn weighty(call: Call, words: String) -> Decision {
    Decision {
        majority: Majority::TwoThirds,
        ..urgent(call, words)
    }
}

impl Act {
    /// The one call that does it, encoded.
    pub async fn encode(&self, chain: &Chain) -> Result<Vec<u8>> {
        let (what, begins) = match self {
            Act::Call(call) => return chain.encode(call),
            Act::Pause { what, begins } => (what, *begins),
        };
        // A call that is in that state already would make the whole batch fail.
        let mut calls = Vec::new();
        for (pallet, name) in what.calls() {
            if chain.is_paused(&pallet, &name).await? != begins {
                calls.push(chain.encode(&pause_call(&pallet, &name, begins))?);
            }
        }
        match calls.as_slice() {
            [] => Err(Error::Dispatch(
                if begins {
                    "TxPause::IsPaused"
                } else {
                    "TxPause::IsUnpaused"
                }
                .into(),
            )),
            [only] => Ok(only.clone()),
            all => chain.encode(&Call::new("Utility", "batch_all").encoded("calls", list(all))),
        }
    }
}

fn pause_call(pallet: &str, call: &str, begins: bool) -> Call {
    let name = (pallet.as_bytes(), call.as_bytes());
    match begins {
        true => Call::new(TX_PAUSE, "pause").arg("full_name", name),
        false => Call::new(TX_PAUSE, "unpause").arg("ident", name),
    }
}

/// Several encoded calls as the runtime encodes a list of them.
fn list(calls: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Compact(u32::try_from(calls.len()).unwrap_or(u32::MAX)).encode();
    calls.iter().for_each(|call| out.extend_from_slice(call));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_majority_is_reckoned_over_all_members() {
        let of = |majority: Majority| [1, 2, 3, 4, 5, 6, 7].map(|members| majority.of(members));
        assert_eq!(of(Majority::MoreThanHalf), [1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(of(Majority::TwoThirds), [1, 2, 2, 3, 4, 4, 5]);
    }

    #[test]
    fn what_is_paused_is_publishing_or_a_call() {
        assert_eq!(Paused::parse("publishing"), Ok(Paused::Publishing));
        let call = Paused::parse("SuitRegistry.register_vendor").unwrap();
        assert_eq!(call.to_string(), "SuitRegistry.register_vendor");
        assert_eq!(Paused::Publishing.calls().len(), 2);
        for wrong in ["", "publish", "SuitRegistry.", ".publish"] {
            assert!(Paused::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_of_calls_is_their_number_and_then_each() {
        assert_eq!(list(&[vec![1, 2], vec![3]]), [8, 1, 2, 3]);
    }

    #[test]
    fn who_decides_about_nodes_and_code_takes_two_thirds() {
        assert_eq!(upgrade(H256([7; 32])).majority, Majority::TwoThirds);
        let mover = || Mover {
            suri: "//Alice".into(),
            no_vote: false,
        };
        let account = AccountId32([1; 32]);
        let options = |account: &AccountId32| super::super::OfAccount {
            account: account.clone(),
            mover: mover(),
        };
        for command in [Command::AddNode, Command::AddMember, Command::RemoveMember] {
            assert_eq!(of(command(options(&account))).unwrap().0.majority, Majority::TwoThirds);
        }
        let admit = of(Command::Admit(options(&account))).unwrap().0;
        assert_eq!(admit.majority, Majority::MoreThanHalf);
        match admit.act {
            Act::Call(call) => assert_eq!(call.name(), "SuitRegistry.set_admitted"),
            other => panic!("{other:?}"),
        }
        assert_eq!(of(Command::Motions).err().map(|e| e.exit_code()), Some(2));
    }
}
