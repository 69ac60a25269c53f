//! What people do: say things, change them, come and go, keep the peace, and treat their pages badly.

use anyhow::Result;
use chat::outbox::{Input, Intent, Pending, Target};
use chat::{Key, MemberId, MessageBody, Millis, RoomId};
use protocol::{Ban, Join, Kick, Leave, Mute, Rename};

use super::people::TabId;
use super::story::Wish;
use super::tab::Tab;
use super::world::{Event, PEOPLE, World};

/// The rooms of `node::prepared`.
pub(super) const ROOMS: [&str; 3] = ["lobby", "hall", "den"];

const EMOJI: [&str; 3] = ["👍", "🎉", "❤️"];

/// Ends of texts that have broken programs before.
const NOISE: [&str; 6] =
    ["", "🫖", "e\u{301}\u{200d}", "\u{202e}abc", "line\nline\r\n", "\"}]<b>&amp;\\u0000"];

impl World {
    /// Somebody does something, and will again.
    pub(super) fn deed(&mut self, person: usize) -> Result<()> {
        if self.now >= self.heal {
            return Ok(());
        }
        let next = self.now + Millis::try_from(self.dice.between(100, 2_500))?;
        self.agenda.enter(next, Event::Deed(person));
        let tabs = self.people.persons[person].tabs.clone();
        if tabs.is_empty() {
            self.open_tab(person);
            return Ok(());
        }
        let tab = *self.dice.pick(&tabs);
        match self.dice.below(100) {
            0..52 => self.say(tab, 1),
            52..57 => self.say(tab, 12),
            57..69 => self.change(tab, |_, target, body| Intent::Edit { target, body }),
            69..74 => self.change(tab, |_, target, _| Intent::Delete { target }),
            74..80 => self.react(tab),
            80..82 => self.discard_or_again(tab),
            82..85 => self.come_or_go(tab),
            85..92 => match self.people.persons[0].tabs.first().copied() {
                Some(owners) => self.keep_peace(owners),
                None => Ok(()),
            },
            92..94 => self.rename(tab),
            94..96 => self.crash(person, tab),
            96..98 if tabs.len() < 2 => {
                self.open_tab(person);
                Ok(())
            }
            96..98 => self.crash(person, tab),
            98 => {
                self.agenda.enter(self.now, Event::Elect(person));
                Ok(())
            }
            _ => self.look_again(tab),
        }
    }

    fn room(&mut self) -> RoomId {
        let room = if self.dice.chance(50) { ROOMS[0] } else { *self.dice.pick(&ROOMS) };
        room.parse().expect("invariant: letters")
    }

    fn key(&mut self) -> Key {
        let bytes = (u128::from(self.dice.roll()) << 64) | u128::from(self.dice.roll());
        Key::from_bytes(bytes.to_be_bytes())
    }

    /// Something wanted by the owner of a page.
    fn want(&mut self, id: TabId, room: RoomId, intent: Intent) -> Result<()> {
        let key = self.key();
        let Some(who) = self.people.tab(id).map(|tab| tab.me.clone()) else { return Ok(()) };
        let wish = Wish {
            who: who.clone(),
            tab: id,
            room: room.clone(),
            intent: intent.clone(),
            at: self.now,
            lost: false,
            restored_away: false,
        };
        self.story.wish(key, wish);
        self.in_outbox(id, Some(key), |tab, now| {
            let pending = Pending::new(key, who, room, intent, now + tab.clock);
            tab.outbox(Input::Push(pending), now);
        })
    }

    /// Tells an outbox something of its person's, and notes what is no longer in it for that reason, or was not taken.
    fn in_outbox(&mut self, id: TabId, new: Option<Key>, act: impl FnOnce(&mut Tab, Millis)) -> Result<()> {
        let keys = |world: &mut World| -> Vec<Key> {
            let tab = world.people.tab(id);
            tab.map(|tab| tab.outbox.items().iter().map(|p| p.key).collect()).unwrap_or_default()
        };
        let before = keys(self);
        self.with_tab(id, act)?;
        let after = keys(self);
        self.story.discarded.extend(before.into_iter().filter(|key| !after.contains(key)));
        self.story.taken_up.extend(new.filter(|key| !after.contains(key)));
        Ok(())
    }

    /// No two things said are the same, so a copy can be told.
    fn body(&mut self) -> MessageBody {
        let number = self.story.order.len();
        let noise = *self.dice.pick(&NOISE);
        let length = if self.dice.chance(5) { self.dice.below(3_000) } else { self.dice.below(40) };
        let filling = "á".repeat(usize::try_from(length).unwrap_or(0));
        MessageBody::parse(format!("{number} {filling}{noise}")).expect("invariant: short and not empty")
    }

    fn say(&mut self, tab: TabId, most: u64) -> Result<()> {
        let room = self.room();
        for _ in 0..self.dice.between(1, most) {
            let body = self.body();
            self.want(tab, room.clone(), Intent::Message { body, reply_to: None })?;
        }
        Ok(())
    }

    /// Something said in the room that everybody is in.
    pub(super) fn say_last_word(&mut self, tab: TabId) -> Result<()> {
        let body = self.body();
        self.want(tab, RoomId::lobby(), Intent::Message { body, reply_to: None })
    }

    /// Something is to be done with an own message: one that is stored, or one that still waits.
    fn change(&mut self, id: TabId, intent: fn(&mut World, Target, MessageBody) -> Intent) -> Result<()> {
        let own = self.people.tab(id).map(|tab| own(tab)).unwrap_or_default();
        if own.is_empty() {
            return Ok(());
        }
        let (room, target) = self.dice.pick(&own).clone();
        let body = self.body();
        let intent = intent(self, target, body);
        self.want(id, room, intent)
    }

    fn react(&mut self, id: TabId) -> Result<()> {
        let Some(tab) = self.people.tab(id) else { return Ok(()) };
        let messages = tab.rooms.iter().flat_map(|(room, timeline)| {
            timeline.messages().rev().take(5).map(|message| (room.clone(), message.seq, message.deleted))
        });
        let messages: Vec<_> = messages.filter(|(.., deleted)| !deleted).collect();
        if messages.is_empty() {
            return Ok(());
        }
        let (room, seq, _) = self.dice.pick(&messages).clone();
        let emoji = (*self.dice.pick(&EMOJI)).to_owned();
        let on = self.dice.chance(70);
        self.want(id, room, Intent::React { target: Target::Stored(seq), emoji, on })
    }

    /// What was refused is thrown away, or sent again as something new.
    fn discard_or_again(&mut self, id: TabId) -> Result<()> {
        let refused = |p: &&Pending| matches!(p.state, chat::outbox::State::Refused(_));
        let refused = self.people.tab(id).and_then(|tab| tab.outbox.items().iter().find(refused).cloned());
        let Some(old) = refused else { return Ok(()) };
        if self.dice.chance(50) {
            return self.in_outbox(id, None, |tab, now| tab.outbox(Input::Discard(old.key), now));
        }
        let key = self.key();
        let (at, lost, restored_away) = (self.now, false, false);
        let wish =
            Wish { who: old.author, tab: id, room: old.room, intent: old.intent, at, lost, restored_away };
        self.story.wish(key, wish);
        self.in_outbox(id, Some(key), |tab, now| tab.outbox(Input::Again(old.key, key), now))
    }

    fn come_or_go(&mut self, tab: TabId) -> Result<()> {
        let room: RoomId = ROOMS[1 + self.dice.index(2)].parse()?;
        let key = Some(self.key());
        if self.dice.chance(35) {
            self.with_tab(tab, |tab, now| tab.ask_once(&Leave { room, key }, now))
        } else {
            self.with_tab(tab, |tab, now| tab.ask_once(&Join { room }, now))
        }
    }

    /// The owner takes somebody out, silences or bans somebody, or takes that back; often just as that person speaks.
    fn keep_peace(&mut self, tab: TabId) -> Result<()> {
        let number = 1 + self.dice.index(PEOPLE - 1);
        let member = MemberId::try_from(format!("p{number}"))?;
        let (mut room, key) = (self.room(), Some(self.key()));
        let on = self.dice.chance(50);
        match self.dice.below(6) {
            0..2 => {
                room = ROOMS[1 + self.dice.index(2)].parse()?;
                let kick = Kick { room: room.clone(), member, key };
                self.with_tab(tab, |tab, now| tab.ask_once(&kick, now))?;
            }
            2..5 => {
                let mute = Mute { room: room.clone(), member, on, key };
                self.with_tab(tab, |tab, now| tab.ask_once(&mute, now))?;
            }
            _ => self.with_tab(tab, |tab, now| tab.ask_once(&Ban { member, on, key }, now))?,
        }
        match self.people.persons[number].tabs.first().copied() {
            Some(theirs) if self.dice.chance(70) => {
                let body = self.body();
                self.want(theirs, room, Intent::Message { body, reply_to: None })
            }
            _ => Ok(()),
        }
    }

    fn rename(&mut self, tab: TabId) -> Result<()> {
        let (name, key) = (format!("Nome {}", self.dice.below(1_000)), Some(self.key()));
        self.with_tab(tab, |tab, now| tab.ask_once(&Rename { name, key }, now))
    }

    /// A page ends without a word; sooner or later there is another.
    fn crash(&mut self, person: usize, tab: TabId) -> Result<()> {
        self.story.figures.crashes += 1;
        self.leave_links(tab);
        if self.people.crash(tab, &mut self.story, self.now) {
            let later = self.now + Millis::try_from(self.dice.between(5, 500))?;
            self.agenda.enter(later, Event::Elect(person));
        }
        Ok(())
    }

    /// The page can be seen again, or the network is back; and who was sent away tries again.
    fn look_again(&mut self, tab: TabId) -> Result<()> {
        let online = self.dice.chance(50);
        self.with_tab(tab, |tab, now| {
            tab.session(
                if online { socketio_client::Input::Online } else { socketio_client::Input::Visible },
                now,
            );
            tab.session(socketio_client::Input::Connect, now);
        })
    }
}

/// A page's own messages that something can be done with.
fn own(tab: &Tab) -> Vec<(RoomId, Target)> {
    let stored = tab.rooms.iter().flat_map(|(room, timeline)| {
        let mine =
            timeline.messages().rev().filter(|message| message.author.id == tab.me && !message.deleted);
        mine.take(5).map(|message| (room.clone(), Target::Stored(message.seq)))
    });
    let waits = |p: &&Pending| p.is_open() && matches!(p.intent, Intent::Message { .. });
    let waiting = tab.outbox.items().iter().filter(waits).map(|p| (p.room.clone(), Target::Waiting(p.key)));
    stored.chain(waiting).collect()
}
