//! The people on the screen: the room's crowd, who is writing, whom the reader looks at, and what is being asked or
//! told about them. Everything behind one handle; a counter a topic tells that it is another.

use std::ops::DerefMut;

use chat::typing::Typists;
use chat::{Member, MemberId, Millis, Seq};
use leptos::prelude::*;
use protocol::Problem;

use super::crowd::{Crowd, News, Seen};
use super::deed::{Deed, Standing};
use crate::page::Page;

/// A handle to the people; copies share them.
#[derive(Clone, Copy)]
pub struct People {
    core: StoredValue<Core>,
    /// Counts the changes of the crowd and of what the reader knows of each.
    crowd: RwSignal<i64>,
    /// Counts the changes of who is writing.
    typing: RwSignal<i64>,
    /// Counts the changes of whom the reader hears nothing of.
    blocks: RwSignal<i64>,
    /// Counts the changes of what is asked, told and looked at.
    desk: RwSignal<i64>,
    /// The reader may not be on this server any more.
    pub banned: RwSignal<bool>,
}

#[derive(Default)]
struct Core {
    crowd: Crowd,
    typists: Typists,
    muted: Vec<MemberId>,
    blocked: Vec<MemberId>,
    keeper: bool,
    leavable: bool,
    /// Since when there is no line, Unix milliseconds.
    lost_at: Option<Millis>,
    card: Option<Member>,
    /// The card was called from the talk.
    card_in_talk: bool,
    /// The message whose acts are offered.
    pointed: Option<Seq>,
    question: Option<Deed>,
    word: Option<Word>,
    words: u32,
}

/// What became of something the reader did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is done.
    Done(Deed),
    /// It is not, and why.
    Refused(Problem),
    /// Nobody answered.
    Unanswered,
    /// A text is on the clipboard.
    Copied,
}

impl People {
    /// Nobody known yet.
    pub(super) fn new(page: &Page) -> People {
        let leavable = page.room.as_str() != chat::LOBBY && !page.direct;
        let blocked = page.blocked.clone();
        let core = Core { keeper: page.keeper, leavable, blocked, ..Core::default() };
        People {
            core: StoredValue::new(core),
            crowd: RwSignal::new(0),
            typing: RwSignal::new(0),
            blocks: RwSignal::new(0),
            desk: RwSignal::new(0),
            banned: RwSignal::new(false),
        }
    }

    /// Looks at the crowd, and again when it is another.
    pub fn crowd<T>(&self, look: impl FnOnce(&Crowd) -> T) -> T {
        self.crowd.track();
        look(&self.core().crowd)
    }

    /// Changes the crowd.
    pub fn change<T>(&self, change: impl FnOnce(&mut Crowd) -> T) -> T {
        let changed = change(&mut self.core().crowd);
        bump(self.crowd);
        changed
    }

    /// Something happened to somebody of this room.
    pub fn hear(&self, news: News) {
        if let News::Out(who) = &news {
            self.ends_writing(who);
        }
        self.change(|crowd| crowd.hear(news));
    }

    /// Somebody may not speak here, or may again.
    pub fn mute(&self, who: &MemberId, on: bool) {
        put(&mut self.core().muted, who, on);
        bump(self.crowd);
    }

    /// The reader hears nothing of somebody any more, or again.
    pub fn block(&self, who: &MemberId, on: bool) {
        put(&mut self.core().blocked, who, on);
        bump(self.blocks);
    }

    /// Whom the reader hears nothing of, as the server knows it.
    pub fn blocks(&self, all: Vec<MemberId>) {
        if self.core().blocked != all {
            self.core().blocked = all;
            bump(self.blocks);
        }
    }

    /// The reader hears nothing of `who`.
    pub fn is_blocked(&self, who: &MemberId) -> bool {
        self.blocks.track();
        self.core().blocked.contains(who)
    }

    /// The line is gone since `at`, or there again.
    pub fn lost(&self, at: Option<Millis>) {
        if self.core().lost_at.is_some() != at.is_some() {
            self.core().lost_at = at;
            bump(self.crowd);
        }
    }

    /// Since when there is no line, Unix milliseconds.
    pub fn lost_at(&self) -> Option<Millis> {
        self.crowd.track();
        self.core().lost_at
    }

    /// Changes who is writing; `change` says whether that is news.
    pub fn type_on(&self, change: impl FnOnce(&mut Typists) -> bool) {
        if change(&mut self.core().typists) {
            bump(self.typing);
        }
    }

    /// Somebody has said it, or is gone.
    pub fn ends_writing(&self, who: &MemberId) {
        self.type_on(|typists| {
            let before = typists.iter().len();
            typists.end(who);
            typists.iter().len() != before
        });
    }

    /// When the next one who is writing is not believed any more.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.core().typists.next_expiry()
    }

    /// The names of those who are writing and whom the reader hears.
    pub fn writing(&self) -> Vec<String> {
        self.typing.track();
        self.blocks.track();
        let core = self.core();
        let heard = core.typists.iter().filter(|typist| !core.blocked.contains(&typist.member));
        heard.map(|typist| typist.name.clone()).collect()
    }

    /// Who but `me` has read what `me` said at `seq`, of those whom the reader hears.
    pub fn readers(&self, me: &MemberId, seq: Seq) -> Vec<Member> {
        self.crowd.track();
        self.blocks.track();
        let core = self.core();
        let others = core.crowd.readers(seq).filter(|who| who.id != *me && !core.blocked.contains(&who.id));
        others.cloned().collect()
    }

    /// Those whom `me` may talk with: who is here comes first.
    /// `more`: others than those of the room.
    pub fn others(&self, me: Option<&Member>, more: &[Seen]) -> Vec<Seen> {
        self.crowd.track();
        self.blocks.track();
        let core = self.core();
        let Some(me) = me else { return Vec::new() };
        let mut others = core.crowd.drawn(true);
        others.extend(core.crowd.drawn(false));
        let known = others.len();
        for seen in more {
            if others[..known].iter().all(|other| other.member.id != seen.member.id) {
                others.push(seen.clone());
            }
        }
        let one = |who: &Member| who.id != me.id && !who.name.is_empty() && !core.blocked.contains(&who.id);
        others.retain(|seen| one(&seen.member));
        others
    }

    /// The reader looks at somebody, who may have left the room since; `in_talk`: from the conversation, and not from
    /// the list beside it.
    pub fn look_at(&self, who: Member, in_talk: bool) {
        {
            let mut core = self.core();
            (core.card, core.card_in_talk) = (Some(who), in_talk);
        }
        bump(self.desk);
    }

    /// The card was called from the conversation.
    pub fn is_card_in_talk(&self) -> bool {
        self.desk.track();
        self.core().card_in_talk
    }

    /// The reader wants to do something with a message.
    pub fn point_at(&self, seq: Seq) {
        self.core().pointed = Some(seq);
        bump(self.desk);
    }

    /// The message whose acts are offered.
    pub fn pointed(&self) -> Option<Seq> {
        self.desk.track();
        self.core().pointed
    }

    /// Whom the reader looks at, whether that person is here, and from where.
    pub fn card(&self, me: Option<Member>) -> Option<(Member, bool, Standing)> {
        self.desk.track();
        self.crowd.track();
        self.blocks.track();
        let core = self.core();
        let looked_at = core.card.as_ref()?;
        let member = core.crowd.get(&looked_at.id).unwrap_or(looked_at).clone();
        let here = core.crowd.is_here(&member.id) && core.lost_at.is_none();
        let standing = core.standing(me, &member.id);
        Some((member, here, standing))
    }

    /// From where the reader looks at somebody, or at what that person said.
    pub fn standing(&self, me: Option<Member>, to: &MemberId) -> Standing {
        self.core().standing(me, to)
    }

    /// Something is to be confirmed.
    pub fn ask(&self, deed: Deed) {
        self.core().question = Some(deed);
        bump(self.desk);
    }

    /// What is to be confirmed.
    pub fn question(&self) -> Option<Deed> {
        self.desk.track();
        self.core().question.clone()
    }

    /// Tells the reader what became of something; returns its number.
    pub fn tell(&self, word: Word) -> u32 {
        let mut core = self.core();
        core.word = Some(word);
        core.words = core.words.wrapping_add(1);
        let number = core.words;
        drop(core);
        bump(self.desk);
        number
    }

    /// What was told under this number was told for long enough.
    pub fn hush(&self, number: u32) {
        if self.core().words == number {
            self.core().word = None;
            bump(self.desk);
        }
    }

    /// What is being told.
    pub fn word(&self) -> Option<Word> {
        self.desk.track();
        self.core().word.clone()
    }

    /// The one way in, for a line or two: what is generic would be in the page once for each use.
    #[inline(never)]
    fn core(&self) -> impl DerefMut<Target = Core> {
        self.core.write_value()
    }
}

impl Core {
    fn standing(&self, me: Option<Member>, to: &MemberId) -> Standing {
        let (muted, blocked) = (self.muted.contains(to), self.blocked.contains(to));
        Standing { me, keeper: self.keeper, leavable: self.leavable, muted, blocked }
    }
}

fn put(list: &mut Vec<MemberId>, who: &MemberId, on: bool) {
    list.retain(|known| known != who);
    if on {
        list.push(who.clone());
    }
}

fn bump(counter: RwSignal<i64>) {
    counter.update(|count| *count = count.wrapping_add(1));
}
