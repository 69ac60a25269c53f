//! One outbox in several tabs: one of them holds the lock and sends, the others show what it tells them.
//!
//! A hidden page has slow timers, so the tab that sends lets another one do it when that one can be seen.

use chat::outbox::{Drain, Input, Pending, Row};
use chat::{Key, MemberId, Millis};
use leptos::prelude::*;
use protocol::json;

use super::Live;
use crate::browser::lifecycle::Turn;
use crate::browser::{clock, disk, document, scroll, tabs, task};
use crate::components::room_rail::ROOMS;
use crate::i18n::join;

/// Told by a tab that can be seen and waits for the lock.
const I_WAIT: &str = "?";

/// Told by the tab that holds the lock and cannot be seen any more.
const WHO_WAITS: &str = "!";

/// Where tabs without a name hear that another one of this browser has one.
const NAMED: &str = "named";

/// How long a disk that did not answer is left alone.
const ASK_DISK_AGAIN_MS: Millis = 5_000;

/// How far this tab is on the way to be the one that sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lock {
    /// It has not asked for the lock.
    #[default]
    None,
    /// It has asked.
    Asked,
    /// It sends.
    Held,
}

impl Live {
    /// Takes up the outbox of this person: from the disk, and with the other tabs.
    pub(super) fn open_outbox(self, author: &MemberId) {
        if self.author().as_ref() != Some(author) {
            self.inner().author = Some(author.clone());
            self.release();
            tabs::listen(&name(author), move |text| self.told_by_tab(&text));
            // Shown at once, whoever will send it.
            task::spawn(self.load_outbox());
            self.ask_for_lock();
        }
    }

    /// Learns from other tabs of this browser that the reader has said a name there, or tells them.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser has tabs"))]
    pub(super) fn meet_tabs(self) {
        if self.room.me.with_untracked(Option::is_some) {
            tabs::tell_all(NAMED, NAMED);
        } else {
            tabs::listen(NAMED, move |_| self.named_elsewhere());
        }
    }

    /// The reader has said a name. By the channel this tab listens to: another one of its own would be heard here, too,
    /// and the socket would come back twice.
    pub(super) fn tell_named(self) {
        tabs::tell(NAMED);
    }

    fn named_elsewhere(self) {
        if self.room.me.with_untracked(Option::is_none) {
            self.come_back_named();
        }
    }

    /// The page has come, or gone.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser has turns"))]
    pub(super) fn turned(self, turn: Turn) {
        let lock = self.lock();
        match turn {
            Turn::Back => {
                self.draw_soon();
                self.probe();
                self.see();
                if lock == Lock::None {
                    self.ask_for_lock();
                } else if lock == Lock::Asked {
                    tabs::tell(I_WAIT);
                }
            }
            Turn::Watched => self.see(),
            Turn::Hidden if lock == Lock::Held => tabs::tell(WHO_WAITS),
            Turn::Hidden => {}
            // A page that sleeps must not keep others from sending.
            Turn::Left => {
                scroll::keep_place(ROOMS);
                self.release();
            }
        }
    }

    fn ask_for_lock(self) {
        let Some(author) = self.author() else { return };
        self.set_lock(Lock::Asked);
        let asked = tabs::lock(&name(&author), move || self.elected(&author));
        if !asked {
            // Every tab sends: the keys make that harmless.
            task::spawn(async move {
                self.load_outbox().await;
                self.outbox(Input::Drain(Drain::Together));
            });
        } else if document::is_visible() {
            tabs::tell(I_WAIT);
        }
    }

    fn elected(self, author: &MemberId) {
        let wanted = self.author().as_ref() == Some(author);
        if !wanted || self.lock() != Lock::Asked {
            // Asked for in an earlier life of this page.
            return tabs::unlock();
        }
        self.set_lock(Lock::Held);
        task::spawn(async move {
            self.load_outbox().await;
            if self.lock() == Lock::Held {
                self.outbox(Input::Drain(Drain::Alone));
            }
        });
    }

    /// Lets another tab send.
    fn release(self) {
        self.outbox(Input::Drain(Drain::No));
        self.set_lock(Lock::None);
        tabs::unlock();
    }

    fn told_by_tab(self, text: &str) {
        let hidden_holder = self.lock() == Lock::Held && !document::is_visible();
        match text {
            I_WAIT if hidden_holder => {
                self.release();
                // Back into the queue, behind the one that waits.
                self.ask_for_lock();
            }
            WHO_WAITS if document::is_visible() => tabs::tell(I_WAIT),
            I_WAIT | WHO_WAITS => {}
            text => {
                let input = match text.parse::<Key>() {
                    Ok(key) => Some(Input::HeardGone(key)),
                    Err(_) => row(text).map(Input::Heard),
                };
                if let Some(input) = input {
                    self.outbox(input);
                    self.settle();
                }
            }
        }
    }

    /// Takes up the rows on disk.
    async fn load_outbox(self) {
        let Some(author) = self.author() else { return };
        let known = self.room.waiting(|outbox| outbox.on_disk());
        let Some(rows) = disk::rows().await else {
            // A disk that does not answer has lost nothing: what is known stays, and it is asked again.
            return clock::after(ASK_DISK_AGAIN_MS, move || task::spawn(self.load_outbox()));
        };
        let rows = rows.iter().filter_map(|text| row(text)).filter(|row| row.author == author).collect();
        self.outbox(Input::Loaded { rows, known });
        self.settle();
    }

    fn author(self) -> Option<MemberId> {
        self.inner().author.clone()
    }

    fn lock(self) -> Lock {
        self.inner().lock
    }

    fn set_lock(self, lock: Lock) {
        self.inner().lock = lock;
    }
}

/// The name of the lock and of the channel.
fn name(author: &MemberId) -> String {
    join(&["outbox:", author.as_str()])
}

/// `None` for what a newer version of this page has written.
fn row(text: &str) -> Option<Pending> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    json::read::<Row>(value)?.open()
}
