//! The tab's outbox: the shipped reducer, a file that is synced before anything is emitted, and the wire.

use std::collections::VecDeque;
use std::io;
use std::sync::PoisonError;

use chat::outbox::{Effect, Input, Intent, Pending, State, Target};
use chat::{Key, Seq};
use protocol::{Delete, Edit, Message, MessageOptions, React, Refusal};

use super::tab::{Answer, Gossip, Tab, Wake};
use crate::history::{Fact, now};
use crate::wire::{Undone, ask, wait_of};

impl Tab {
    /// Gives the reducer its input, and carries out what it asks for, in order.
    pub(super) fn outbox(&mut self, input: Input) -> io::Result<()> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let roll = self.roll();
            for effect in self.outbox.step(input, now(), roll) {
                self.carry(effect, &mut inputs)?;
            }
        }
        Ok(())
    }

    fn carry(&mut self, effect: Effect, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        match effect {
            Effect::Save(key) => self.save(key, inputs)?,
            Effect::Remove(key) => self.with_disk(|disk| disk.remove(key))?,
            Effect::Send(key) => self.send(key),
            Effect::Changed(key) if self.outbox.get(key).is_some_and(|row| row.saving == 0) => {
                self.read_refusal(key, inputs)?;
            }
            Effect::Changed(_) | Effect::Gone(_) => {}
            Effect::Tell(key) => {
                let row = self.outbox.get(key).cloned();
                self.gossip(row.map_or(Gossip::Gone(key), |row| Gossip::Row(Box::new(row))));
            }
            Effect::Rejected(key, _) => self.history.write(Fact::TakenBack { key })?,
            Effect::WakeAt(at) => self.wake(at, Wake::Outbox),
        }
        Ok(())
    }

    fn with_disk<T>(&self, act: impl FnOnce(&mut super::disk::Disk) -> io::Result<T>) -> io::Result<T> {
        let mut disk = self.disk().lock().unwrap_or_else(PoisonError::into_inner);
        // A sync takes its time, and the others in this process have theirs.
        tokio::task::block_in_place(|| act(&mut disk))
    }

    fn save(&mut self, key: Key, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        inputs.push_back(Input::Saved(key));
        if let Some(row) = self.outbox.get(key).cloned() {
            self.with_disk(|disk| disk.put(&row))?;
            self.history.write(Fact::Saved { key })?;
            self.read_refusal(key, inputs)?;
        }
        Ok(())
    }

    /// A refused row is read by its person, once the disk has the refusal, and thrown away.
    fn read_refusal(&mut self, key: Key, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        let Some(State::Refused(code)) = self.outbox.get(key).map(|row| row.state.clone()) else {
            return Ok(());
        };
        if self.refused.insert(key) {
            self.history.write(Fact::Refused { key, code })?;
        }
        inputs.push_back(Input::Discard(key));
        Ok(())
    }

    fn send(&mut self, key: Key) {
        let Some(Pending { room, intent, .. }) = self.outbox.get(key).cloned() else { return };
        let (key, answers) = (Some(key), self.answers.clone());
        let target = match intent.target() {
            Some(Target::Stored(seq)) => seq,
            // The reducer does not send what has no number yet.
            Some(Target::Waiting(_)) => return,
            None => 0,
        };
        match intent {
            Intent::Message { body, reply_to } => {
                let options = MessageOptions { room: Some(room), key, reply_to, attachments: None };
                let answer = ask(&self.io, &Message { body: body.into(), options });
                self.report(key, answers, async move { answer.await.map(|ok| (ok.seq, ok.duplicate)) });
            }
            Intent::Edit { body, .. } => {
                let answer = ask(&self.io, &Edit { room, target, body: body.into(), key });
                self.report(key, answers, async move { answer.await.map(|ok| (ok.seq, ok.duplicate)) });
            }
            Intent::Delete { .. } => {
                let answer = ask(&self.io, &Delete { room, target, key });
                self.report(key, answers, async move { answer.await.map(|ok| (ok.seq, ok.duplicate)) });
            }
            Intent::React { emoji, on, .. } => {
                let answer = ask(&self.io, &React { room, target, emoji, on, key });
                self.report(key, answers, async move { answer.await.map(|ok| (ok.seq, ok.duplicate)) });
            }
        }
    }

    fn report(
        &self,
        key: Option<Key>,
        answers: tokio::sync::mpsc::UnboundedSender<Answer>,
        answer: impl Future<Output = Result<(Seq, bool), Undone>> + Send + 'static,
    ) {
        if let Some(key) = key {
            tokio::spawn(async move { answers.send(Answer::Kept(key, answer.await)).ok() });
        }
    }

    /// The server has answered a request, or has not.
    pub(super) fn kept(&mut self, key: Key, answer: Result<(Seq, bool), Undone>) -> io::Result<()> {
        match answer {
            Ok((seq, duplicate)) => {
                self.history.write(Fact::Acked { key, seq, duplicate })?;
                if let Some(row) = self.outbox.get(key)
                    && matches!(row.intent, Intent::Message { .. })
                {
                    self.own.push((row.room.clone(), seq));
                }
                self.outbox(Input::Accepted(key, seq))
            }
            Err(Undone::Refused(problem)) if problem.code == Refusal::Unauthorized => {
                self.outbox(Input::Unauthorized(key))
            }
            Err(Undone::Refused(problem)) if problem.retryable => {
                self.outbox(Input::Later(key, wait_of(&problem)))
            }
            Err(Undone::Refused(problem)) => self.outbox(Input::Refused(key, problem.code.code().to_owned())),
            Err(Undone::Silence) => self.outbox(Input::Later(key, None)),
            // The end of the connection is told by itself.
            Err(Undone::Lost) => Ok(()),
        }
    }

    /// An own message is on the display.
    pub(super) fn seen(&mut self, key: Key, seq: Seq) -> io::Result<()> {
        if self.outbox.get(key).is_some() {
            self.history.write(Fact::Seen { key, seq })?;
        }
        self.outbox(Input::Seen(key, seq))
    }

    /// The storm is over: what was given up for a while is tried at once, as a person would.
    pub(super) fn calm_down(&mut self) -> io::Result<()> {
        if !self.first {
            self.ending = Some(0);
        }
        let poisonous: Vec<_> =
            self.outbox.items().iter().filter(|row| row.is_poison()).map(|row| row.key).collect();
        poisonous.into_iter().try_for_each(|key| self.outbox(Input::Retry(key)))
    }
}
