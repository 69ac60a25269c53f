//! One client's view of one room, against the room itself.

use std::collections::BTreeSet;

use chat::timeline::{Effect, Input, MAX_AHEAD, Timeline};
use chat::{Millis, RoomId, Seq};
use proptest::prelude::*;
use proptest::sample::Index;

use super::truth::{Truth, reader};
use super::{Failure, runner, told};

/// Messages of a page, as small as the server's are large.
const PAGE: usize = 8;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// Something is committed.
    Happen(u16),
    /// The next event that the line has not brought yet is brought.
    Next,
    /// Any event is brought, perhaps again.
    Any(Index),
    /// The next events on the line are lost.
    Skip(u8),
    /// A head is told, today's or a late one.
    Head(Index),
    /// The open question is answered, with at most so many events.
    Answer(u8),
    /// The open question gets no answer.
    Lose,
    /// Too far behind: the open question is answered with a reset.
    TooFar,
    /// The time asked for comes.
    Timer,
    /// The reader looks at what was before.
    Older,
    /// The database is restored, and everybody reconnects to it.
    Restore(Index),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => any::<u16>().prop_map(Step::Happen),
        8 => Just(Step::Next),
        4 => any::<Index>().prop_map(Step::Any),
        2 => (1..6_u8).prop_map(Step::Skip),
        2 => any::<Index>().prop_map(Step::Head),
        4 => (1..9_u8).prop_map(Step::Answer),
        2 => Just(Step::Lose),
        1 => Just(Step::TooFar),
        2 => Just(Step::Timer),
        1 => Just(Step::Older),
        1 => any::<Index>().prop_map(Step::Restore),
    ];
    prop::collection::vec(step, 0..80)
}

/// A client, and what is known of it from outside.
struct World {
    truth: Truth,
    timeline: Timeline,
    now: Millis,
    /// The next event of the line.
    line: Seq,
    question: Option<Effect>,
    timer: Option<Millis>,
    /// What a client that does what it must has applied.
    applied: Seq,
    /// What it has been told beyond.
    ahead: BTreeSet<Seq>,
    /// The last `seq` it has heard of, in whatever way.
    heard_of: Seq,
    /// It must ask for the latest page, or waits for it: until then what it shows is of no matter.
    resetting: bool,
}

/// Lives through `cases` lives.
///
/// # Errors
/// The first that went wrong.
pub fn run(seed: u64, cases: u32) -> Result<(), Failure> {
    told(runner(seed, cases).run(&(any::<u8>(), steps()), |(before, steps)| {
        let mut world = World::new(before % 20);
        for step in steps {
            world.take(step)?;
        }
        world.heal()
    }))
}

impl World {
    fn new(before: u8) -> World {
        let mut truth = Truth::default();
        (0..before).for_each(|what| truth.happen(u16::from(what) * 37));
        let mut timeline = Timeline::new(RoomId::lobby(), truth.page(PAGE));
        timeline.read_by(Some(reader()));
        let head = truth.head();
        World {
            truth,
            timeline,
            now: 0,
            line: head + 1,
            question: None,
            timer: None,
            applied: head,
            ahead: BTreeSet::new(),
            heard_of: head,
            resetting: false,
        }
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        self.now += 10;
        let head = self.truth.head();
        match step {
            Step::Happen(what) => {
                self.truth.happen(what);
                Ok(())
            }
            Step::Next if self.line <= head => {
                self.line += 1;
                self.event(self.line - 1)
            }
            Step::Any(index) if head > 0 => self.event(index.index(usize::try_from(head).unwrap_or(1)) as Seq + 1),
            Step::Skip(count) => {
                self.line = (self.line + Seq::from(count)).min(head + 1);
                Ok(())
            }
            Step::Head(index) => self.head(index.index(usize::try_from(head).unwrap_or(0) + 1) as Seq),
            Step::Answer(limit) => self.answer(usize::from(limit)),
            Step::Lose if self.question.take().is_some() => self.tell(Input::Unanswered),
            Step::TooFar => self.too_far(),
            Step::Timer => self.fire(),
            Step::Older => self.older(),
            Step::Restore(index) => self.restore(index.index(usize::try_from(head).unwrap_or(0) + 1) as Seq),
            Step::Next | Step::Any(_) | Step::Lose => Ok(()),
        }
    }

    fn event(&mut self, seq: Seq) -> Result<(), TestCaseError> {
        self.heard_of = self.heard_of.max(seq);
        if seq > self.applied {
            self.ahead.insert(seq);
        }
        self.advance();
        if self.ahead.len() > MAX_AHEAD {
            self.ahead.clear();
        }
        self.tell(Input::Event(self.truth.event(seq)))
    }

    /// What follows without a gap is applied.
    fn advance(&mut self) {
        while self.ahead.remove(&(self.applied + 1)) {
            self.applied += 1;
        }
        let applied = self.applied;
        self.ahead.retain(|seq| *seq > applied);
    }

    fn head(&mut self, seq: Seq) -> Result<(), TestCaseError> {
        self.heard_of = self.heard_of.max(seq);
        self.tell(Input::Head { epoch: self.truth.epoch(), seq })
    }

    fn answer(&mut self, limit: usize) -> Result<(), TestCaseError> {
        match self.question.take() {
            Some(Effect::AskSync(after)) => {
                let catchup = self.truth.replay(after, limit);
                let reached = catchup.events.last().map_or(after, |event| event.seq);
                // It says how far the log has come, so the client knows of that much.
                self.heard_of = self.heard_of.max(catchup.head);
                if self.timeline_epoch_is_old(&catchup.epoch) || catchup.head < after {
                    self.resetting = true;
                } else {
                    self.applied = self.applied.max(reached);
                    self.advance();
                }
                self.tell(Input::Synced(catchup))
            }
            Some(Effect::AskLatest) => {
                let page = self.truth.page(PAGE);
                self.heard_of = self.heard_of.max(page.head);
                let head = page.head;
                self.tell_page(page, head)
            }
            _ => Ok(()),
        }
    }

    fn tell_page(&mut self, page: chat::timeline::Page, head: Seq) -> Result<(), TestCaseError> {
        self.known_epoch = page.epoch.clone();
        let effects = self.timeline.step(Input::Latest(page), self.now, 7);
        self.resetting = false;
        // What came meanwhile may have been kept, or may not: it is only never believed too much.
        let most = (head..).find(|seq| !self.ahead.contains(&(seq + 1)) && *seq >= head).unwrap_or(head);
        prop_assert!((head..=most.max(self.truth.head())).contains(&self.timeline.applied()));
        self.applied = self.timeline.applied();
        self.advance();
        self.applied = self.timeline.applied();
        self.carry_out(effects)?;
        self.look()
    }
}
