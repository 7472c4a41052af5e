//! Whether other people's tools take what `suit-manifest` makes, and the other way round; `scripts/interop` starts this.
//!
//! A limit of a peer that we know is a check too: it fails when the peer no longer has it, so that what we say of it
//! stays true.

mod crates;
mod taylor;

use std::{
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

/// What a check finds wrong.
type Outcome = Result<(), String>;

/// One thing that is compared.
struct Check {
    peer: &'static str,
    what: &'static str,
    run: fn() -> Outcome,
}

/// Fails with a text unless it holds.
fn ensure(holds: bool, otherwise: impl Into<String>) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(otherwise.into())
    }
}

fn main() -> ExitCode {
    // A peer's panic is an outcome like others; the check that expects it says so.
    panic::set_hook(Box::new(|_| {}));
    let (mut passed, mut failed) = (0, 0);
    for check in taylor::CHECKS.iter().chain(crates::CHECKS) {
        let outcome = panic::catch_unwind(AssertUnwindSafe(check.run));
        let outcome = outcome.unwrap_or_else(|panic| Err(format!("panicked: {}", message(&*panic))));
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("ok      {:<21} {}", check.peer, check.what);
            }
            Err(error) => {
                failed += 1;
                println!("FAILED  {:<21} {}\n        {error}", check.peer, check.what);
            }
        }
    }
    println!("{passed} hold, {failed} do not");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
