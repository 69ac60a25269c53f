//! One client's view of one room, against the room itself.

use std::collections::BTreeSet;

use chat::timeline::{Catchup, Effect, Input, Page, Timeline};
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
    /// The server looks up what it is asked, at most so many events; its answer is on the way.
    Serve(u8),
    /// The answer to the open question is here.
    Answer(u8),
    /// The open question gets no answer.
    Lose,
    /// Too far behind: the open question is answered with a reset.
    TooFar,
    /// The time asked for comes.
    Timer,
    /// The reader looks at what was before.
    Older,
    /// The reader wants the present, as it is now; the page is here the next time.
    Present,
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
        2 => (1..9_u8).prop_map(Step::Serve),
        4 => (1..9_u8).prop_map(Step::Answer),
        2 => Just(Step::Lose),
        1 => Just(Step::TooFar),
        2 => Just(Step::Timer),
        1 => Just(Step::Older),
        1 => Just(Step::Present),
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
    /// The answer to it, on its way.
    answer: Option<Input>,
    /// A page that the reader has asked for, on its way.
    present: Option<Page>,
    timer: Option<Millis>,
    /// Beyond `applied`, what the client has been told and must have kept.
    kept: BTreeSet<Seq>,
    /// What it has been told of this database's life.
    told: BTreeSet<Seq>,
    /// The last `seq` it has heard of, in whatever way.
    heard_of: Seq,
    /// It has to load the latest page: until it has, what it shows is of no matter.
    resetting: bool,
}

type Outcome = Result<(), TestCaseError>;

/// Lives through `cases` lives.
///
/// # Errors
/// The first that went wrong.
pub fn run(seed: u64, cases: u32) -> Result<(), Failure> {
    told(runner(seed, cases).run(&(0..20_u16, steps()), |(before, steps)| {
        let mut world = World::new(before);
        steps.into_iter().try_for_each(|step| world.take(step))?;
        world.heal()
    }))
}

impl World {
    fn new(before: u16) -> World {
        let mut truth = Truth::default();
        (0..before).for_each(|what| truth.happen(what * 37));
        let mut timeline = Timeline::new(RoomId::lobby(), truth.page(PAGE));
        timeline.read_by(Some(reader()));
        World {
            line: truth.head() + 1,
            heard_of: truth.head(),
            truth,
            timeline,
            now: 0,
            question: None,
            answer: None,
            present: None,
            timer: None,
            kept: BTreeSet::new(),
            told: BTreeSet::new(),
            resetting: false,
        }
    }

    fn take(&mut self, step: Step) -> Outcome {
        self.now += 10;
        let head = self.truth.head();
        let any = |index: Index, from: Seq| {
            from + index.index(usize::try_from(head - from).unwrap_or(0) + 1) as Seq
        };
        match step {
            Step::Happen(what) => {
                self.truth.happen(what);
                Ok(())
            }
            Step::Next if self.line <= head => {
                self.line += 1;
                self.event(self.line - 1)
            }
            Step::Any(index) if head > 0 => self.event(any(index, 1)),
            Step::Skip(count) => {
                self.line = (self.line + Seq::from(count)).min(head + 1);
                Ok(())
            }
            Step::Head(index) => self.head(any(index, 0)),
            Step::Serve(limit) => {
                self.serve(usize::from(limit));
                Ok(())
            }
            Step::Answer(limit) => self.answered(usize::from(limit)),
            Step::TooFar => self.too_far(),
            Step::Lose if self.question.take().is_some() => {
                self.answer = None;
                self.tell(Input::Unanswered, None)
            }
            Step::Present => self.go_to_present(),
            Step::Timer => self.fire(),
            Step::Older => self.older(),
            Step::Restore(index) => self.restore(any(index, 0)),
            Step::Next | Step::Any(_) | Step::Lose => Ok(()),
        }
    }

    fn event(&mut self, seq: Seq) -> Outcome {
        self.heard_of = self.heard_of.max(seq);
        self.told.insert(seq);
        if !self.resetting && seq > self.timeline.applied() {
            self.kept.insert(seq);
        }
        self.tell(Input::Event(self.truth.event(seq)), None)
    }

    fn head(&mut self, seq: Seq) -> Outcome {
        self.heard_of = self.heard_of.max(seq);
        self.tell(Input::Head { epoch: self.truth.epoch(), seq }, None)
    }

    /// Looks up the answer to the open question, unless that was done before.
    fn serve(&mut self, limit: usize) {
        if self.answer.is_none() {
            self.answer = match self.question {
                Some(Effect::AskSync(after)) => Some(Input::Synced(self.truth.replay(after, limit))),
                Some(_) => Some(Input::Latest(self.truth.page(PAGE))),
                None => None,
            };
        }
    }

    fn answered(&mut self, limit: usize) -> Outcome {
        self.serve(limit);
        self.question = None;
        match self.answer.take() {
            Some(Input::Synced(catchup)) => {
                self.heard_of = self.heard_of.max(catchup.head);
                let reached = catchup.events.last().map(|event| event.seq);
                self.tell(Input::Synced(catchup), reached)
            }
            Some(Input::Latest(page)) => self.latest(page),
            _ => Ok(()),
        }
    }

    fn latest(&mut self, page: Page) -> Outcome {
        self.heard_of = self.heard_of.max(page.head);
        self.resetting = false;
        let head = page.head;
        self.tell(Input::Latest(page), Some(head))
    }

    /// A `sync` is answered that too much was missed.
    fn too_far(&mut self) -> Outcome {
        let Some(Effect::AskSync(_)) = self.question else { return Ok(()) };
        (self.question, self.answer) = (None, None);
        let head = self.truth.head();
        self.heard_of = self.heard_of.max(head);
        self.begin_again();
        let catchup =
            Catchup { epoch: self.truth.epoch(), after: head, head, reset: true, ..Catchup::default() };
        self.tell(Input::Synced(catchup), None)
    }

    /// The page of the present is asked for, or is here. It does not come in the place of one that is asked for.
    fn go_to_present(&mut self) -> Outcome {
        match self.present.take() {
            Some(page) if !self.resetting && self.question.is_none() => self.latest(page),
            Some(_) => Ok(()),
            None => {
                self.present = Some(self.truth.page(PAGE));
                Ok(())
            }
        }
    }

    fn begin_again(&mut self) {
        self.resetting = true;
        self.kept.clear();
    }

    fn fire(&mut self) -> Outcome {
        let Some(at) = self.timer.take() else { return Ok(()) };
        self.now = self.now.max(at);
        self.tell(Input::Timer, None)
    }

    fn older(&mut self) -> Outcome {
        match self.timeline.first() {
            Some(first) if self.timeline.has_more_before() && !self.resetting => {
                self.tell(Input::Older(self.truth.page_before(first, PAGE)), None)
            }
            _ => Ok(()),
        }
    }

    /// The server comes back with an older state; clients find out when they are greeted.
    fn restore(&mut self, keep: Seq) -> Outcome {
        self.truth.restore(keep);
        self.told.clear();
        (self.heard_of, self.line) = (keep, keep + 1);
        (self.question, self.answer, self.present) = (None, None, None);
        self.tell(Input::Unanswered, None)?;
        self.begin_again();
        self.head(keep)
    }

    /// Tells the client, and looks at what it does. `reached`: how far the input itself brings it.
    fn tell(&mut self, input: Input, reached: Option<Seq>) -> Outcome {
        let before = self.timeline.applied();
        let again = matches!(input, Input::Latest(_));
        let effects = self.timeline.step(input, self.now, 7);
        let applied = self.timeline.applied();
        if !self.resetting {
            self.look_at_cursor(if again { 0 } else { before }, applied, reached)?;
        }
        self.kept.retain(|seq| *seq > applied);
        let shown = effects.iter().any(|effect| !matches!(effect, Effect::AskSync(_) | Effect::WakeAt(_)));
        for effect in effects {
            self.carry_out(effect)?;
        }
        if shown && !self.resetting { self.look_at_messages() } else { Ok(()) }
    }

    /// I4: it goes on by events that were told, without a hole, and as far as they reach.
    fn look_at_cursor(&self, before: Seq, applied: Seq, reached: Option<Seq>) -> Outcome {
        prop_assert!(applied >= before, "the cursor went back from {} to {}", before, applied);
        let by = |seq: Seq| self.told.contains(&seq) || reached.is_some_and(|reached| seq <= reached);
        prop_assert!((before + 1..=applied).all(by), "{} to {} was not told", before, applied);
        let must = before.max(reached.unwrap_or(0));
        let must = (must..).find(|seq| !self.kept.contains(&(seq + 1))).unwrap_or(must);
        prop_assert!(applied >= must, "it applied up to {} and has all up to {}", applied, must);
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) -> Outcome {
        match effect {
            Effect::AskSync(after) => {
                prop_assert_eq!(after, self.timeline.applied(), "asked from elsewhere");
                prop_assert!(self.question.is_none(), "two questions at once");
                self.question = Some(effect);
            }
            Effect::AskLatest => {
                prop_assert!(self.resetting, "began again without a reason");
                prop_assert!(self.question.is_none(), "two questions at once");
                self.question = Some(effect);
            }
            Effect::WakeAt(at) => self.timer = Some(at),
            _ => {}
        }
        Ok(())
    }

    /// I3, on the way: nothing is missing, nothing is there twice, and each message is as it once was since the
    /// cursor. A page, or a replay, may know more of a message than the cursor does.
    fn look_at_messages(&self) -> Outcome {
        let (applied, head) = (self.timeline.applied(), self.truth.head());
        let now = self.truth.messages(head);
        let first = self.timeline.first().unwrap_or(Seq::MAX);
        let must = now.keys().copied().filter(|seq| (first..=applied).contains(seq));
        let seqs = self.timeline.messages().map(|message| message.seq);
        prop_assert!(
            seqs.eq(must),
            "shown up to {}: {:?}",
            applied,
            self.timeline.messages().collect::<Vec<_>>()
        );
        let since: Vec<_> = (applied..=head).map(|seq| self.truth.messages(seq)).collect();
        for message in self.timeline.messages() {
            let states = since.iter().map(|messages| &messages[&message.seq]);
            let was = states.clone().any(|state| {
                // A replayed edit tells that a text is gone before the deletion tells who took it.
                let deleted_by = message.deleted_by.or(state.deleted_by.filter(|_| message.deleted));
                chat::Message { author: state.author.clone(), deleted_by, ..message.clone() } == *state
            });
            let named = states.clone().any(|state| state.author == message.author);
            prop_assert!(was && named, "never since {} was it {:?}", applied, message);
        }
        Ok(())
    }

    /// The line works from now on: the client finds out by itself what it has heard of, and with a head the rest.
    fn heal(&mut self) -> Outcome {
        self.settle()?;
        let applied = self.timeline.applied();
        prop_assert!(!self.resetting, "it never loaded the latest page");
        prop_assert!(applied >= self.heard_of, "it stays at {} and has heard of {}", applied, self.heard_of);
        self.head(self.truth.head())?;
        self.settle()?;
        prop_assert_eq!(self.timeline.applied(), self.truth.head());
        let first = self.timeline.first().unwrap_or(Seq::MAX);
        let now = self.truth.messages(self.truth.head());
        prop_assert!(
            self.timeline.messages().eq(now.range(first..).map(|(_, message)| message)),
            "in the end: {:?}",
            self.timeline.messages().collect::<Vec<_>>()
        );
        Ok(())
    }

    fn settle(&mut self) -> Outcome {
        for _ in 0..200 {
            if self.question.is_some() {
                self.answered(5)?;
            } else if self.timer.is_some() {
                self.fire()?;
            } else {
                return Ok(());
            }
        }
        Err(TestCaseError::fail("it asks for ever"))
    }
}
