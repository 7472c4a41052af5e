//! Component index and strict order (§6.5, §6.7).

use super::manifests::{outcome, seq, set, Seq};
use suit_manifest::process::Cause;

const WRITE: i64 = 18;
const COPY: i64 = 22;
const SWAP: i64 = 31;

/// Every component has its own content, and each has the next as its source.
fn prepared(components: u8) -> Seq {
    let entries: Vec<_> = (0..components)
        .map(|index| {
            let source = u64::from((index + 1) % components);
            (index, set().bytes(18, &[0xc0 + index]).uint(22, source))
        })
        .collect();
    seq().index(0).set_multiple(&entries)
}

fn run(sequence: Seq) -> (Result<(), Cause>, Vec<String>) {
    outcome(3, sequence)
}

#[test]
fn a_list_and_true_repeat_a_command_in_their_order() {
    let (result, log) = run(prepared(3).list(&[2, 0]).run(WRITE).all().run(WRITE));
    assert_eq!(result, Ok(()));
    assert_eq!(
        log,
        [
            "write c2 -> 02",
            "write c0 -> 00",
            "write c0 -> 00",
            "write c1 -> 01",
            "write c2 -> 02"
        ]
    );
}

#[test]
fn override_multiple_leaves_the_last_component_chosen() {
    let (_, log) = run(prepared(3).run(WRITE));
    assert_eq!(log, ["write c2 -> 02"]);
}

#[test]
fn nested_sequences_run_once_for_each_component_with_one_index() {
    let (result, log) = run(prepared(3).list(&[1, 2]).nest(seq().run(WRITE).run(WRITE)));
    assert_eq!(result, Ok(()));
    assert_eq!(
        log,
        ["write c1 -> 01", "write c1 -> 01", "write c2 -> 02", "write c2 -> 02"]
    );
    let choice = [seq().run(8), seq().run(WRITE)];
    let (result, log) = run(prepared(3).all().try_each(&choice, false));
    assert_eq!(result, Ok(()));
    assert_eq!(log, ["write c0 -> 00", "write c1 -> 01", "write c2 -> 02"]);
}

#[test]
fn what_a_nested_sequence_chooses_ends_with_it() {
    let (_, log) = run(prepared(3).index(0).nest(seq().index(2).run(WRITE)).run(WRITE));
    assert_eq!(log, ["write c2 -> 02", "write c0 -> 00"]);
}

#[test]
fn each_section_begins_with_component_0() {
    let mut made = super::manifests::install(1, seq().run(WRITE));
    made.shared = Some(super::manifests::identity(1).set(set().bytes(18, &[1])));
    let mut device = super::device::Device::default();
    assert_eq!(made.update(&mut device), Ok(()));
    assert_eq!(device.log, ["write 01 -> 00"]);
}

fn free() -> Seq {
    prepared(3).set(set().bool(12, false))
}

#[test]
fn where_the_order_is_free_no_component_is_both_source_and_target() {
    // 0 from 1, then 1 from 2.
    let chain = |begin: Seq| begin.index(0).run(COPY).index(1).run(COPY);
    let filled = |begin: Seq| begin.all().run(WRITE);
    let strict = filled(prepared(3));
    assert_eq!(run(chain(strict)).0, Ok(()));
    let written_first = prepared(3).all().run(WRITE).set(set().bool(12, false));
    assert_eq!(run(chain(written_first.clone())).0, Err(Cause::StrictOrder));
    // Back in order, what came before is done.
    let back = written_first
        .index(0)
        .run(COPY)
        .set(set().bool(12, true))
        .index(1)
        .run(COPY);
    assert_eq!(run(back).0, Ok(()));
    // Written, then read.
    assert_eq!(
        run(free().index(1).run(WRITE).index(0).run(COPY)).0,
        Err(Cause::StrictOrder)
    );
    // Onto itself.
    let itself = prepared(3)
        .all()
        .run(WRITE)
        .index(0)
        .set(set().bool(12, false).uint(22, 0));
    assert_eq!(run(itself.run(COPY)).0, Err(Cause::StrictOrder));
    // A swap writes both.
    let swap = prepared(3)
        .all()
        .run(WRITE)
        .set(set().bool(12, false))
        .index(0)
        .run(SWAP);
    assert_eq!(run(swap.clone()).0, Ok(()));
    assert_eq!(run(swap.index(2).run(COPY)).0, Err(Cause::StrictOrder));
}

#[test]
fn parallel_sequences_must_not_meet_in_a_component() {
    let begin = prepared(3).all().run(WRITE).index(0).set(set().bool(12, false));
    let one = begin.clone().nest(seq().index(0).run(COPY));
    assert_eq!(run(one.clone()).0, Ok(()));
    assert_eq!(run(one.nest(seq().index(1).run(COPY))).0, Err(Cause::StrictOrder));
    // Within one of them the order is strict: the draft sets it so.
    let within = begin.nest(seq().index(0).run(WRITE).nest(seq().run(COPY)).run(WRITE));
    assert_eq!(run(within).0, Ok(()));
}

#[test]
fn a_parallel_sequence_begins_with_its_component_and_chooses_no_other() {
    let refused = Err(Cause::StrictOrder);
    assert_eq!(run(free().index(0).nest(seq().run(WRITE))).0, refused);
    assert_eq!(run(free().index(0).nest(seq().index(1).run(WRITE))).0, Ok(()));
    assert_eq!(run(free().index(0).nest(seq().index(1).run(WRITE).index(2))).0, refused);
    assert_eq!(run(free().all().nest(seq().run(WRITE))).0, Ok(()));
    assert_eq!(run(free().all().nest(seq().index(1).run(WRITE))).0, refused);
    // In strict order both may.
    assert_eq!(run(prepared(3).index(0).nest(seq().run(WRITE).index(2))).0, Ok(()));
    assert_eq!(run(prepared(3).all().nest(seq().index(1).run(WRITE))).0, Ok(()));
}
