//! The reducers of `chat` against a reference that is too simple to be wrong: random lives of a room and of a queue,
//! in which everything comes late, twice, in the wrong order or not at all.
//!
//! The reference of a room is `model/truth.rs`: the log, folded anew from its beginning each time it is asked.

pub mod outbox;
pub mod timeline;
pub(crate) mod truth;

use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestError, TestRunner};

/// One life that went wrong, as small as it could be made.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was not as it must be.
    pub what: String,
    /// The steps of that life.
    pub steps: String,
}

/// A runner of `cases` lives, the same ones for the same seed.
fn runner(seed: u64, cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    })
}

fn told<T: std::fmt::Debug>(outcome: Result<(), TestError<T>>) -> Result<(), Failure> {
    match outcome {
        Ok(()) => Ok(()),
        Err(TestError::Fail(why, steps)) => {
            Err(Failure { what: why.message().to_owned(), steps: format!("{steps:?}") })
        }
        Err(TestError::Abort(why)) => Err(Failure { what: why.message().to_owned(), steps: String::new() }),
    }
}
