//! Nothing waits for ever: every wait runs against a deadline.

use crate::error::{Error, Result};
use std::{future::Future, time::Duration};
use tokio::time::Instant;

/// A moment after which waiting ends with [`Error::Timeout`].
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
    seconds: u64,
}

impl Deadline {
    /// So many seconds from now.
    pub fn after(seconds: u64) -> Self {
        Self {
            at: Instant::now() + Duration::from_secs(seconds),
            seconds,
        }
    }

    /// The same time again, from now: for the next step.
    pub fn again(&self) -> Self {
        Self::after(self.seconds)
    }

    /// Runs the future until the deadline. `what` completes "… did not happen within".
    pub async fn run<T>(&self, what: &str, future: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout_at(self.at, future).await {
            Ok(result) => result,
            Err(_) => Err(self.passed(what)),
        }
    }

    /// The error for having passed.
    pub fn passed(&self, what: &str) -> Error {
        Error::Timeout {
            what: what.to_owned(),
            seconds: self.seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_that_never_ends_becomes_a_timeout_that_names_what_was_waited_for() {
        let result: Result<()> = Deadline::after(0).run("the release", std::future::pending()).await;
        match result {
            Err(Error::Timeout { what, seconds: 0 }) => assert_eq!(what, "the release"),
            other => panic!("{other:?}"),
        }
    }
}
