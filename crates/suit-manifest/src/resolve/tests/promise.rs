//! The resolver's promise, against an interpreter that really runs: whatever a device fetches was listed.

use super::dsl::{self, and, C, P};
use crate::{
    digest::Digest,
    envelope::Mode,
    error::ErrorKind,
    manifest::Manifest,
    resolve::{resolve, Resolved},
};
use proptest::{collection::vec, prelude::*};
use std::{collections::BTreeMap, vec, vec::Vec};

/// Numbers out of arbitrary bytes; 0 when they are used up.
struct Dice<'b>(core::slice::Iter<'b, u8>);

impl Dice<'_> {
    fn below(&mut self, bound: u8) -> u8 {
        self.0.next().map_or(0, |byte| byte % bound)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }
}

const URIS: [&str; 4] = ["a", "b", "c", "#d"];

fn parameter(dice: &mut Dice<'_>, nested: bool, components: u8) -> P {
    match dice.below(if nested { 11 } else { 9 }) {
        0 => P::Uri(URIS[usize::from(dice.below(4))]),
        1 => P::Digest(dice.below(2)),
        2 => P::Slot(dice.below(2).into()),
        3 => P::Class(2 + dice.below(2)),
        4 => P::Size(dice.below(2).into()),
        5 => P::Encryption(dice.below(2)),
        6 => P::Source(dice.below(components).into()),
        7 => P::Content,
        8 => P::Vendor(1),
        _ => P::Soft(dice.coin()),
    }
}

fn parameters(dice: &mut Dice<'_>, nested: bool, components: u8) -> Vec<P> {
    let count = 1 + dice.below(3);
    let mut list: Vec<P> = (0..count).map(|_| parameter(dice, nested, components)).collect();
    list.sort_by_key(P::number);
    list.dedup_by_key(|p| p.number());
    list
}

fn choice(dice: &mut Dice<'_>, components: u8) -> C {
    match dice.below(4) {
        0 => C::All,
        1 => C::List((0..1 + dice.below(3)).map(|_| dice.below(components).into()).collect()),
        _ => C::One(dice.below(components).into()),
    }
}

/// Conditions that always fail are rare, so that what comes after them is reached.
fn condition(dice: &mut Dice<'_>) -> C {
    C::If(match dice.below(24) {
        0..=3 => 2,
        4..=8 => 3,
        9..=13 => 5,
        14..=18 => 27,
        19..=21 => 25,
        22 => 14,
        _ => 8,
    })
}

fn command(dice: &mut Dice<'_>, depth: u8, components: u8, shared: bool) -> C {
    let nested = depth < 3;
    match dice.below(if shared { 10 } else { 21 }) {
        // A choice in a nested sequence mostly makes what follows undecidable.
        0 if !nested || dice.below(4) == 0 => choice(dice, components),
        0..=3 => C::Override(parameters(dice, nested, components)),
        4 | 5 if nested => condition(dice),
        4 => C::If(27),
        5..=8 if depth > 0 => {
            let count = 2 + dice.below(2);
            let inner = (0..count)
                .map(|_| sequence(dice, depth - 1, components, shared))
                .collect();
            C::Try(inner, dice.coin())
        }
        9 if depth > 0 => C::Run(sequence(dice, depth - 1, components, shared)),
        5..=9 => condition(dice),
        10 => C::Set(parameters(dice, false, components)),
        11 => C::CopyParams(vec![(dice.below(components).into(), vec![21, 3])]),
        12 if !nested => C::Multiple(vec![(
            dice.below(components).into(),
            parameters(dice, nested, components),
        )]),
        13 | 14 => C::Do([22, 31, 18][usize::from(dice.below(3))]),
        _ => dsl::FETCH,
    }
}

fn sequence(dice: &mut Dice<'_>, depth: u8, components: u8, shared: bool) -> Vec<C> {
    (0..1 + dice.below(4))
        .map(|_| command(dice, depth, components, shared))
        .collect()
}

/// A manifest's sequences: shared, and by key what else it has.
fn sequences(dice: &mut Dice<'_>, components: u8) -> (Vec<C>, Vec<(u64, Vec<C>)>) {
    let defaults = [P::Class(2), P::Digest(0), P::Slot(0), P::Source(0), P::Uri("a")];
    let shared = vec![C::All, C::Override(defaults.into())];
    let shared = [shared, and(sequence(dice, 2, components, true))].concat();
    let mut members = Vec::new();
    for key in [7, 8, 16, 20] {
        if key == 20 || dice.below(4) == 1 {
            let list = [vec![choice(dice, components)], sequence(dice, 3, components, false)].concat();
            members.push((key, list));
        }
    }
    (shared, members)
}

/// A device that runs the commands as §6.4 has them. What the draft leaves open is settled by `dice`: the outcome of
/// conditions, whether a nested sequence's component index outlasts it, whether a failed fetch counts as a failed
/// condition.
struct Device<'d, 'b> {
    dice: &'d mut Dice<'b>,
    components: u64,
    index_outlasts: bool,
    fetch_fails_softly: bool,
    class: u8,
    slot: u64,
    current: Vec<u64>,
    parameters: Vec<BTreeMap<i64, P>>,
    fetched: Vec<(u64, &'static str, Option<u8>)>,
    steps: usize,
}

enum Failure {
    Hard,
    Soft,
}

impl Device<'_, '_> {
    fn get(&self, index: u64, number: i64) -> Option<&P> {
        self.parameters[index as usize].get(&number)
    }

    fn sequence(&mut self, commands: &[C], mut soft: Option<bool>) -> Result<(), Failure> {
        for command in commands {
            if !self.command(command, &mut soft) {
                return Err(if soft == Some(true) {
                    Failure::Soft
                } else {
                    Failure::Hard
                });
            }
        }
        Ok(())
    }

    fn set(&mut self, index: u64, list: &[P], soft: &mut Option<bool>, overriding: bool) -> bool {
        for p in list {
            match (p, &soft) {
                (P::Soft(_), None) => return false,
                (P::Soft(value), Some(_)) => *soft = Some(*value),
                _ if overriding || self.get(index, p.number()).is_none() => {
                    self.parameters[index as usize].insert(p.number(), p.clone());
                }
                _ => {}
            }
        }
        true
    }

    fn command(&mut self, command: &C, soft: &mut Option<bool>) -> bool {
        self.steps += 1;
        match command {
            C::One(index) => self.current = vec![*index],
            C::All => self.current = (0..self.components).collect(),
            C::List(list) => self.current = list.clone(),
            C::Multiple(entries) => {
                for (index, list) in entries {
                    if !self.set(*index, list, soft, true) {
                        return false;
                    }
                    self.current = vec![*index];
                }
            }
            _ => {
                let current = self.current.clone();
                for index in &current {
                    if !self.one(command, *index, soft) {
                        return false;
                    }
                }
                let nested = matches!(command, C::Try(..) | C::Run(_));
                let moved = nested && self.current.len() == 1 && self.current != [*current.last().unwrap()];
                if nested && !(moved && self.index_outlasts) {
                    self.current = current;
                }
            }
        }
        true
    }

    fn one(&mut self, command: &C, index: u64, soft: &mut Option<bool>) -> bool {
        match command {
            C::Override(list) => self.set(index, list, soft, true),
            C::Set(list) => self.set(index, list, soft, false),
            C::CopyParams(entries) => {
                for (from, numbers) in entries {
                    for number in numbers {
                        if let Some(value) = self.get(*from, *number).cloned() {
                            self.parameters[index as usize].insert(*number, value);
                        }
                    }
                }
                true
            }
            C::If(code) => self.condition(*code, index),
            C::Do(21) => self.fetch(index),
            C::Do(22 | 31) => self.get(index, 22).is_some(),
            C::Do(_) => true,
            C::Try(alternatives, optional) => {
                self.current = vec![index];
                for inner in alternatives {
                    if !self.index_outlasts {
                        self.current = vec![index];
                    }
                    match self.sequence(inner, Some(true)) {
                        Ok(()) => return true,
                        Err(Failure::Soft) => {}
                        Err(Failure::Hard) => return false,
                    }
                }
                *optional
            }
            C::Run(inner) => {
                self.current = vec![index];
                !matches!(self.sequence(inner, Some(false)), Err(Failure::Hard))
            }
            C::One(_) | C::All | C::List(_) | C::Multiple(_) => unreachable!(),
        }
    }

    fn condition(&mut self, code: i64, index: u64) -> bool {
        match code {
            1 => self.get(index, 1) == Some(&P::Vendor(1)),
            2 => self.get(index, 2) == Some(&P::Class(self.class)),
            3 | 25 => self.get(index, 3).is_some() && self.dice.coin(),
            5 => self.get(index, 5) == Some(&P::Slot(self.slot)),
            27 => self.dice.coin(),
            _ => false,
        }
    }

    fn fetch(&mut self, index: u64) -> bool {
        let Some(P::Uri(uri)) = self.get(index, 21).cloned() else {
            return false;
        };
        let digest = match (self.get(index, 3), self.get(index, 19)) {
            (Some(P::Digest(digest)), None) => Some(*digest),
            _ => None,
        };
        self.fetched.push((index, uri, digest));
        !(self.fetch_fails_softly && self.dice.coin())
    }

    /// Runs these members, each after the shared sequence.
    fn run(&mut self, shared: &[C], members: &[(u64, Vec<C>)], keys: &[u64]) -> bool {
        for (_, list) in keys
            .iter()
            .flat_map(|key| members.iter().filter(move |(k, _)| k == key))
        {
            for commands in [shared, list] {
                self.current = vec![0];
                if self.sequence(commands, None).is_err() {
                    return false;
                }
            }
        }
        true
    }
}

fn is_listed(resolved: &Resolved<'_>, (index, uri, digest): &(u64, &str, Option<u8>)) -> bool {
    let bytes = digest.map(|byte| [byte; 32]);
    resolved.payloads.iter().any(|payload| {
        u64::from(payload.component_index) == *index
            && payload.uri == Some(uri)
            && bytes.is_none_or(|bytes| payload.digest.is_some_and(|d: Digest<'_>| d.bytes == bytes))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_device_fetches_was_listed(
        script in vec(any::<u8>(), 20..240),
        chances in vec(vec(any::<u8>(), 0..24), 12),
    ) {
        let dice = &mut Dice(script.iter());
        let components = 1 + dice.below(3);
        let (shared, members) = sequences(dice, components);
        let bytes = dsl::manifest(components.into(), &shared, &members);
        let manifest = Manifest::decode(&bytes, Mode::Strict).unwrap();
        let resolved = resolve(&manifest);
        let lists = match &resolved {
            Ok(_) => true,
            Err(error) if error.kind == ErrorKind::InstallsNowhere => false,
            Err(_) => return Ok(()),
        };
        for chance in &chances {
            let dice = &mut Dice(chance.iter());
            let mut device = Device {
                components: components.into(),
                index_outlasts: dice.coin(),
                fetch_fails_softly: dice.coin(),
                class: 2 + dice.below(2),
                slot: dice.below(2).into(),
                current: Vec::new(),
                parameters: vec![BTreeMap::new(); components.into()],
                fetched: Vec::new(),
                steps: 0,
                dice,
            };
            let class = device.class;
            let installed = device.run(&shared, &members, &[16, 20]);
            if installed && device.dice.coin() {
                // Restarted: nothing is set.
                device.parameters.iter_mut().for_each(BTreeMap::clear);
            }
            if installed {
                device.run(&shared, &members, &[7, 8]);
            }
            let Ok(resolved) = &resolved else {
                prop_assert!(!installed, "{shared:?} {members:?} installs");
                continue;
            };
            prop_assert!(lists);
            for fetched in &device.fetched {
                prop_assert!(is_listed(resolved, fetched), "{fetched:?} {members:?} {resolved:?}");
            }
            if installed {
                let product = ([1; 16], [class; 16]);
                prop_assert!(resolved.open || resolved.products.contains(&product), "{shared:?} {members:?}");
            }
        }
    }

    #[test]
    fn no_manifest_makes_it_panic(script in vec(any::<u8>(), 0..600), flip in any::<(u16, u8)>()) {
        let dice = &mut Dice(script.iter());
        let components = 1 + dice.below(16);
        let (shared, members) = sequences(dice, components);
        let mut bytes = dsl::manifest(components.into(), &shared, &members);
        let place = usize::from(flip.0) % bytes.len();
        bytes[place] ^= flip.1;
        if let Ok(manifest) = Manifest::decode(&bytes, Mode::Lenient) {
            let _ = resolve(&manifest);
        }
    }
}
