//! What one person has not read of one room: the server's last word, and what was heard since.
//!
//! Own messages are never unread: who says something has read up to there. Deleted ones count no longer. Whatever the
//! order in which notices and answers come, the numbers are those of a recount; where that cannot be known without
//! the server, they say so.

use crate::{Change, Event, Member, Seq, mention};

/// Most events remembered since the server's last word; beyond, they are summed up.
const MAX_SINCE: usize = 512;

/// The numbers of one moment, as the server gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The room's last event then.
    pub head: Seq,
    /// The last event read.
    pub read_up_to: Seq,
    /// Messages after it that still stand.
    pub unread: u64,
    /// Those of them that call the person.
    pub mentions: u64,
}

/// What an event does to the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message.
    Said {
        /// The person's own.
        own: bool,
        /// It calls the person.
        calls: bool,
    },
    /// A message that may call the person by the first name: only the server knows.
    MayCall {
        /// The message, if it was there before and has another text.
        edited: Option<Seq>,
    },
    /// A message has another text.
    Edited {
        /// The message.
        target: Seq,
        /// Now it calls the person.
        calls: bool,
    },
    /// A message is gone.
    Deleted {
        /// The message.
        target: Seq,
    },
    /// Nothing.
    Other,
}

impl Step {
    /// What `change` does to the numbers of `me`, by the name of this moment.
    pub fn of(change: &Change, me: &Member) -> Step {
        match change {
            Change::Sent(message) => {
                let own = message.author.id == me.id;
                if !own && may_call(&message.body, &me.name) {
                    return Step::MayCall { edited: None };
                }
                Step::Said { own, calls: !own && mention::calls(&message.body, &me.name) }
            }
            Change::Edited { target, body, by, .. } if *by != me.id && may_call(body, &me.name) => {
                Step::MayCall { edited: Some(*target) }
            }
            Change::Edited { target, body, by, .. } => {
                Step::Edited { target: *target, calls: *by != me.id && mention::calls(body, &me.name) }
            }
            Change::Deleted { target, .. } => Step::Deleted { target: *target },
            _ => Step::Other,
        }
    }
}

/// It does not call the person for certain, and may.
fn may_call(text: &str, name: &str) -> bool {
    !mention::calls(text, name) && mention::may_call(text, name)
}

/// The numbers of one room for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    told: Counts,
    /// The furthest that is known to be read.
    read: Seq,
    /// After `told.head`, ascending.
    since: Vec<(Seq, Step)>,
    /// The last event known to exist.
    head: Seq,
}

/// The numbers, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The numbers, of the last event heard of.
    pub counts: Counts,
    /// They are those of a recount. If not, the server has to be asked (`listRooms`), and meanwhile they are near.
    pub certain: bool,
}

impl Unread {
    /// The numbers as the server told them.
    pub fn new(told: Counts) -> Unread {
        Unread { told, read: told.read_up_to, since: Vec::new(), head: told.head }
    }

    /// The server's word of the moment `counts.head`, which may be over or still to come.
    pub fn tell(&mut self, counts: Counts) {
        self.read = self.read.max(counts.read_up_to);
        self.head = self.head.max(counts.head);
        if counts.head >= self.told.head {
            self.told = counts;
            self.since.retain(|(seq, _)| *seq > counts.head);
        }
        self.sum_up();
    }

    /// An event of the room.
    pub fn hear(&mut self, event: &Event, me: &Member) {
        self.step(event.seq, Step::of(&event.change, me));
    }

    /// The event `seq`, by what it does. Heard twice it does nothing.
    pub fn step(&mut self, seq: Seq, step: Step) {
        self.head = self.head.max(seq);
        if seq <= self.told.head {
            return;
        }
        if let Err(at) = self.since.binary_search_by_key(&seq, |(seq, _)| *seq) {
            self.since.insert(at, (seq, step));
            self.sum_up();
        }
    }

    /// The room's log has come to `head`; what is missing up to there makes the numbers uncertain.
    pub fn heads(&mut self, head: Seq) {
        self.head = self.head.max(head);
    }

    /// The person has read up to `seq`, here or on another device. It never goes back.
    pub fn read(&mut self, seq: Seq) {
        self.read = self.read.max(seq);
        self.sum_up();
    }

    /// The numbers now.
    pub fn now(&self) -> Now {
        let own = self.since.iter().rev().find(|(_, step)| matches!(step, Step::Said { own: true, .. }));
        let read = own.map_or(0, |(seq, _)| *seq).max(self.read);
        let mut sum = Sum::begin(self.told, read);
        for (seq, step) in &self.since {
            sum.add(*seq, *step);
        }
        let complete = self.since.len() as u64 == self.head - self.told.head.min(self.head);
        let late = sum.late.len() as u64;
        let calls = sum.late.iter().filter(|(_, calls)| *calls).count() as u64;
        let counts = Counts {
            head: self.head,
            read_up_to: read,
            unread: sum.unread + late,
            mentions: sum.mentions + calls,
        };
        Now { counts, certain: sum.certain && complete }
    }

    /// Forgets the single events where only the sum counts.
    fn sum_up(&mut self) {
        if self.since.is_empty() {
            return;
        }
        let Now { counts, certain } = self.now();
        if certain && (counts.unread == 0 || self.since.len() > MAX_SINCE) {
            (self.told, self.read) = (counts, counts.read_up_to);
            self.since.clear();
        } else if self.since.len() > MAX_SINCE {
            // With a hole in it, the server has to be asked anyway.
            self.since.remove(0);
        }
    }
}

/// A count on its way through the events.
struct Sum {
    told: Counts,
    read: Seq,
    /// Of the messages up to `told.head`.
    unread: u64,
    mentions: u64,
    certain: bool,
    /// The messages after it, and whether each calls.
    late: Vec<(Seq, bool)>,
}

impl Sum {
    fn begin(told: Counts, read: Seq) -> Sum {
        let (mut unread, mut mentions) = (told.unread, told.mentions);
        if read >= told.head {
            (unread, mentions) = (0, 0);
        }
        // Read half of what was only told as a number.
        let certain = read <= told.read_up_to || unread == 0;
        Sum { told, read, unread, mentions, certain, late: Vec::new() }
    }

    fn add(&mut self, seq: Seq, step: Step) {
        match step {
            Step::Said { own, calls } if seq > self.read && !own => self.late.push((seq, calls)),
            Step::MayCall { edited } if edited.unwrap_or(seq) > self.read => {
                self.certain = false;
                if edited.is_none() {
                    self.late.push((seq, false));
                }
            }
            Step::Deleted { target } if target > self.told.head => {
                self.late.retain(|(seq, _)| *seq != target);
            }
            Step::Deleted { target } if target > self.read => self.delete(),
            Step::Edited { target, calls } if target > self.told.head => {
                let late = self.late.iter_mut().find(|(seq, _)| *seq == target);
                late.into_iter().for_each(|late| late.1 = calls);
            }
            Step::Edited { target, calls } if target > self.read => self.edit(calls),
            _ => {}
        }
    }

    /// One of the messages that were only told as a number is gone.
    fn delete(&mut self) {
        let all_call = self.mentions == self.unread;
        self.unread = self.unread.saturating_sub(1);
        if all_call {
            self.mentions = self.unread;
        } else if self.mentions > 0 {
            self.certain = false;
        }
    }

    /// One of them calls, or does not.
    fn edit(&mut self, calls: bool) {
        match (calls, self.mentions) {
            (true, 0) if self.unread > 0 => self.mentions = 1,
            (true, all) if all == self.unread => {}
            (false, 0) => {}
            (false, all) if all == self.unread => self.mentions -= 1,
            _ => self.certain = false,
        }
    }
}

#[cfg(test)]
mod tests;
