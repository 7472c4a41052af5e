//! Random calls on the chain and in a plain model of it: both must say the same to each call, and have the same state.
//!
//! The calls come in episodes, each on a chain of its own and out of a seed of its own: that of the run, and one more with
//! each episode. So a failure is repeated by the seed of its episode, without what came before.

mod calls;
mod chain;
mod compare;
mod envelopes;
mod generate;
mod reference;
mod run;
mod world;

use crate::mock;
use calls::Call;
use generate::Generator;
use reference::{Outcome, Refused};
use run::Pair;
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use world::{Random, ACCOUNTS};

/// Calls of a run, unless `SUIT_MODEL_STEPS` says otherwise.
const STEPS: u64 = 40_000;
/// Calls of an episode.
const EPISODE: u64 = 2_000;
/// Calls after which the whole state is compared.
const COMPARED: u64 = 50;
/// Calls after which it is said how far it is.
const SAID: u64 = 100_000;
/// Calls that a failure shows.
const SHOWN: usize = 20;

/// How often a call came to what.
type Counted = BTreeMap<String, BTreeMap<String, u64>>;

#[test]
fn the_registry_does_what_a_plain_model_does() {
    let seed = number("SUIT_MODEL_SEED").unwrap_or_else(clock);
    let steps = number("SUIT_MODEL_STEPS").unwrap_or(STEPS);
    let began = Instant::now();
    println!("model test: SUIT_MODEL_SEED={seed} SUIT_MODEL_STEPS={steps}");
    let mut counted = Counted::new();
    let mut done = 0;
    while done < steps {
        let seed = seed.wrapping_add(done / EPISODE);
        let length = EPISODE.min(steps - done);
        episode(seed, length, &mut counted);
        done += length;
        if done % SAID == 0 {
            println!("model test: {done} calls in {:.0} s", began.elapsed().as_secs_f64());
        }
    }
    report(&counted);
    println!(
        "model test: {done} calls in {:.0} s, seed {seed}",
        began.elapsed().as_secs_f64()
    );
    if done >= STEPS {
        assert_reached(&counted);
    }
}

/// A number out of the environment.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} must be a number, not {text}")),
    )
}

/// A seed that is another every time. Episodes count on from it, so that it must not be close to the last one's.
fn clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Random::new(since.as_nanos() as u64).next() >> 16
}

/// One chain's life.
fn episode(seed: u64, length: u64, counted: &mut Counted) {
    let mut random = Random::new(seed);
    let open_admission = !random.percent(30);
    // One has plenty, one has little, and between them are those who have enough for some of what they want.
    let balances: Vec<(u64, u64)> = ACCOUNTS
        .into_iter()
        .zip([
            10_000_000,
            10_000_000,
            300 + random.next() % 2_000,
            2_000 + random.next() % 50_000,
        ])
        .collect();
    mock::chain(open_admission).execute_with(|| {
        let mut pair = Pair::new(open_admission, &balances);
        let mut generator = Generator::new(random);
        let mut shown: VecDeque<Call> = VecDeque::new();
        for step in 1..=length {
            let call = generator.next(&pair.model);
            if shown.len() == SHOWN {
                shown.pop_front();
            }
            shown.push_back(call.clone());
            let outcome = pair.step(&call).and_then(|outcome| {
                if step % COMPARED == 0 || step == length {
                    compare::all(&pair.model)?;
                }
                Ok(outcome)
            });
            match outcome {
                Ok(outcome) => count(counted, &call, &outcome),
                Err(difference) => fail(seed, step, &shown, &difference),
            }
        }
    });
}

fn count(counted: &mut Counted, call: &Call, outcome: &Outcome) {
    let outcome = match outcome {
        Ok(()) => "Ok".into(),
        Err(Refused::BadOrigin) => "BadOrigin".into(),
        Err(Refused::For(refusal)) => refusal.name().into(),
    };
    *counted.entry(call.name()).or_default().entry(outcome).or_default() += 1;
}

fn fail(seed: u64, step: u64, shown: &VecDeque<Call>, difference: &str) -> ! {
    let difference = world::named(difference.into());
    let calls: Vec<String> = shown.iter().map(|call| format!("  {call:?}\n")).collect();
    panic!(
        "after call {step}: {difference}\n\nthe last calls:\n{}\nto repeat it: SUIT_MODEL_SEED={seed} SUIT_MODEL_STEPS={step}",
        calls.concat()
    );
}

fn report(counted: &Counted) {
    for (call, outcomes) in counted {
        let outcomes: Vec<String> = outcomes.iter().map(|(name, times)| format!("{name} {times}")).collect();
        println!("{call}: {}", outcomes.join(", "));
    }
}

/// A test whose calls are all refused would find nothing.
fn assert_reached(counted: &Counted) {
    for (call, outcomes) in counted {
        let never = call == "PublishAuthorizedByAccount";
        assert!(never || outcomes.contains_key("Ok"), "no {call} was taken");
    }
}
