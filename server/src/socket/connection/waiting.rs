//! Messages of one connection that come too often: each waits until it may be said, for a while; and what was asked for
//! after it and changes something waits behind it, so that the order stays.

use std::collections::VecDeque;
use std::time::Duration;

use protocol::Problem;
use tokio::time::{Instant, sleep_until};

use super::Job;
use crate::config::Tuning;

/// A request, and since when it is here.
pub(super) type Late = (Job, Instant);

pub(super) struct Waiting {
    jobs: VecDeque<Late>,
    bytes: usize,
    /// When the first of them may be tried again.
    due: Instant,
    longest: Duration,
    most_bytes: usize,
}

impl Waiting {
    pub(super) fn new(tuning: &Tuning) -> Waiting {
        Waiting {
            jobs: VecDeque::new(),
            bytes: 0,
            due: Instant::now(),
            longest: tuning.patience,
            most_bytes: tuning.patience_bytes,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Has `job`, which is here since then and may not be done because of `problem`, wait as the first. The job back, if
    /// that would take too long or there is no room.
    pub(super) fn keep_first(&mut self, (job, since): Late, problem: &Problem) -> Result<(), Job> {
        let due = Instant::now() + Duration::from_millis(problem.retry_after_ms.unwrap_or(0));
        if problem.retry_after_ms.is_none() || due > since + self.longest || !self.has_room(&job) {
            return Err(job);
        }
        self.due = due;
        self.bytes += job.asked.bytes;
        self.jobs.push_front((job, since));
        Ok(())
    }

    /// Has a job wait behind the others. If there is no room, the job back, with why it is refused.
    pub(super) fn keep(&mut self, job: Job) -> Result<(), (Job, Problem)> {
        if !self.has_room(&job) {
            let left = self.due.saturating_duration_since(Instant::now());
            let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1);
            return Err((job, Problem::rate_limited(left)));
        }
        self.bytes += job.asked.bytes;
        self.jobs.push_back((job, Instant::now()));
        Ok(())
    }

    /// The first of them.
    pub(super) fn take(&mut self) -> Option<Late> {
        let late = self.jobs.pop_front()?;
        self.bytes -= late.0.asked.bytes;
        // What is behind it is tried at once.
        self.due = Instant::now();
        Some(late)
    }

    /// Resolves when the first of them may be tried again.
    pub(super) async fn due(&self) {
        sleep_until(self.due).await;
    }

    fn has_room(&self, job: &Job) -> bool {
        self.bytes + job.asked.bytes <= self.most_bytes
    }
}
