//! Tests of the drawn part of a room, without a browser.

use chat::outbox::{Intent, Pending};
use chat::{MemberId, MessageBody, Role};
use leptos::reactive::owner::Owner;
use protocol::HistoryPage;
use protocol::view;

use super::*;
use crate::i18n::Lang;

fn member(id: &str) -> view::Member {
    let id: MemberId = id.parse().unwrap();
    view::Member { name: id.to_string(), id, role: Role::Guest, hue: 0 }
}

fn message(seq: Seq) -> view::Message {
    view::Message {
        room: RoomId::lobby(),
        seq,
        at: seq as i64,
        key: Key::from_bytes([0; 16]),
        author: member("a"),
        body: "oi".into(),
        rich_text: chat::rich_text::plain("oi"),
        reply_to: None,
        attachments: Vec::new(),
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    }
}

fn history(seqs: std::ops::RangeInclusive<Seq>, more: bool) -> HistoryPage {
    let messages = seqs.map(message).collect();
    HistoryPage { epoch: String::new(), head: 1_000, messages, more, ..HistoryPage::default() }
}

fn rooms() -> crate::page::Rooms {
    let shown = view::Room {
        id: RoomId::lobby(),
        name: "Praça".into(),
        kind: view::RoomKind::Public,
        topic: None,
        head: 1_000,
        read_up_to: 1_000,
        unread: 0,
        mentions: 0,
        notify: view::Notify::All,
        slow_mode: 0,
        locked: false,
        archived: false,
        keeper: false,
        muted: false,
    };
    crate::page::Rooms { mine: vec![shown.clone()], open: Vec::new(), shown }
}

fn page(history: HistoryPage, more_after: bool) -> Page {
    Page {
        lang: Lang::PtBr,
        server: None,
        me: Some(member("me")),
        room: RoomId::lobby(),
        rooms: rooms(),
        more_before: history.more,
        more_after,
        keeper: false,
        direct: false,
        blocked: Vec::new(),
        history,
        target: None,
        now: 0,
        utc_offset: 0,
        refused: None,
        frame: None,
    }
}

/// The first and last drawn message, and how many rows there are without the headings.
fn drawn(room: Room) -> (Seq, Seq, usize) {
    let seqs: Vec<Seq> = room.rows.with_untracked(|rows| {
        rows.iter().filter_map(|row| if let RowId::Message(seq) = row { Some(*seq) } else { None }).collect()
    });
    (seqs[0], seqs[seqs.len() - 1], seqs.len())
}

fn with_owner(test: impl FnOnce()) {
    let owner = Owner::new_root(None);
    owner.with(test);
}

#[test]
fn reading_far_back_draws_a_window_and_coming_back_moves_it() {
    with_owner(|| {
        let room = Room::new(&mut page(history(951..=1_000, true), false));
        room.at_end.set(false);
        for first in (601..=901).rev().step_by(50) {
            assert!(!room.older(0), "the memory ends at {}", first + 50);
            room.timeline(timeline::Input::Older(history(first..=first + 49, true).into()), 0, 0);
            assert!(room.older(0));
        }
        assert_eq!(drawn(room), (601, 900, MOST_DRAWN));
        assert!(room.cut.get_untracked());
        assert!(room.newer(0));
        assert_eq!(drawn(room), (651, 950, MOST_DRAWN));
        assert!(room.newer(0));
        assert_eq!(drawn(room), (701, 1_000, MOST_DRAWN));
        assert!(!room.cut.get_untracked());
        assert!(!room.newer(0));
    });
}

#[test]
fn at_the_newest_message_the_oldest_ones_are_not_drawn_for_ever() {
    with_owner(|| {
        let room = Room::new(&mut page(history(1..=1_000, false), false));
        room.draw(0);
        let (_, last, count) = drawn(room);
        assert_eq!((last, count), (1_000, MOST_DRAWN - STEP));
        assert!(room.more_before.get_untracked());
    });
}

#[test]
fn a_page_of_the_past_shows_nothing_of_the_present() {
    with_owner(|| {
        let room = Room::new(&mut page(history(1..=50, false), true));
        let body = MessageBody::parse("oi").unwrap();
        let intent = Intent::Message { body, reply_to: None };
        let me = "me".parse().unwrap();
        let pending = Pending::new(Key::from_bytes([1; 16]), me, RoomId::lobby(), intent, 0);
        room.outbox(outbox::Input::Push(pending), 0, 0);
        room.draw(0);
        assert_eq!(drawn(room).2, 50);
        assert!(!room.to_present(0));
    });
}
