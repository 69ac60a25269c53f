//! Every payload, byte for byte, as `tests/golden/*.json` holds it, read back and through the socket library's
//! own parser.
//!
//! A difference here is a change of the wire: old tabs talk to new servers, so it needs an entry in
//! `docs/PROTOCOL.md` and `CHANGELOG.md`. After a wanted change, `GOLDEN=write cargo test -p protocol` writes
//! the files anew.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use chat::{Change, Event, Key, MemberId, Role, RoomId};
use protocol::view::{Member, Notify, Room, RoomKind};
use protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use socketioxide_core::Value as PacketValue;
use socketioxide_core::parser::Parse;
use socketioxide_parser_common::CommonParser;

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(file: &str, value: T) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    let json = serde_json::to_string(&value).unwrap();
    if std::env::var_os("GOLDEN").is_some() {
        fs::write(&path, format!("{json}\n")).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap();
    assert_eq!(json, golden.trim_end(), "{file}");
    assert_eq!(serde_json::from_str::<T>(&golden).unwrap(), value, "{file}");
}

/// The arguments that the socket library puts on the wire for `value`, as JSON.
fn on_the_wire(event: &str, value: &impl Serialize) -> String {
    match CommonParser.encode_value(value, Some(event)).unwrap() {
        PacketValue::Str(json, None) => json.to_string(),
        other => panic!("{event}: {other:?}"),
    }
}

fn key() -> Key {
    "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f".parse().unwrap()
}

fn ana() -> Member {
    Member { id: "ana".parse().unwrap(), name: "Ana".into(), role: Role::Guest, hue: 3 }
}

fn record() -> SentRecord {
    SentRecord {
        room: RoomId::lobby(),
        seq: 1,
        at: 1_000,
        key: key(),
        author: ana(),
        rich_text: chat::rich_text::plain("Oi\ngente"),
        reply_to: None,
        attachments: vec![],
        deleted: false,
        deleted_by: None,
    }
}

fn id(name: &str) -> MemberId {
    name.parse().unwrap()
}

fn event(seq: u64, change: Change) -> RoomEvent {
    RoomEvent(Event { room: RoomId::lobby(), seq, at: 2_000, change })
}

/// One of every kind that is kept, beside `sent`.
fn kept() -> Vec<RoomEvent> {
    let (by, who) = (id("bia"), id("ana"));
    let rich_text = chat::rich_text::plain("Oi");
    let changes = [
        Change::Edited { by: by.clone(), target: 1, body: "Oi".into(), rich_text, deleted: false },
        Change::Deleted { by: by.clone(), target: 1 },
        Change::Reacted { by: by.clone(), target: 1, emoji: "🎉".into(), on: true },
        Change::Joined { by: who.clone(), who: ana().into() },
        Change::Left { by: who.clone(), who: who.clone() },
        Change::Kicked { by: by.clone(), who: who.clone() },
        Change::Muted { by: by.clone(), who: who.clone(), on: true },
        Change::Banned { by: by.clone(), who: who.clone(), on: false },
        Change::Renamed { by: who.clone(), who: who.clone(), name: "Anna".into(), was: Some("Ana".into()) },
        Change::RoleChanged { by: by.clone(), who: who.clone(), role: Role::Moderator },
        Change::TopicChanged { by: by.clone(), topic: "Provas".into() },
        Change::RoomRenamed { by: by.clone(), name: "Turma B".into() },
        Change::SlowModeChanged { by: by.clone(), seconds: 30 },
        Change::RoomLocked { by: by.clone(), on: true },
        Change::RoomArchived { by, on: true },
        Change::AccountDeleted { by: who.clone(), who },
    ];
    (2..).zip(changes).map(|(seq, change)| event(seq, change)).collect()
}

fn said_event() -> RoomEvent {
    let message = chat::Message {
        room: RoomId::lobby(),
        seq: 1,
        at: 1_000,
        key: key(),
        author: ana().into(),
        body: "Oi\ngente".into(),
        rich_text: chat::rich_text::plain("Oi\ngente"),
        reply_to: None,
        reactions: vec![],
        edited_at: None,
        deleted: false,
        deleted_by: None,
    };
    RoomEvent(Event::sent(message))
}

fn said() -> view::Message {
    view::Message {
        room: RoomId::lobby(),
        seq: 2,
        at: 2_000,
        key: key(),
        author: ana(),
        body: "Oi".into(),
        rich_text: chat::rich_text::plain("Oi"),
        reply_to: Some(1),
        attachments: vec![],
        reactions: vec![view::Reaction { emoji: "🎉".into(), count: 1, mine: true, by: vec![id("ana")] }],
        edited_at: Some(3_000),
        deleted: false,
        deleted_by: None,
    }
}

fn room() -> Room {
    Room {
        id: RoomId::lobby(),
        name: "Praça".into(),
        kind: RoomKind::Public,
        topic: Some("Tudo".into()),
        head: 2,
        read_up_to: 2,
        unread: 0,
        mentions: 0,
        notify: Notify::All,
        slow_mode: 0,
        locked: false,
        archived: false,
        keeper: false,
        muted: false,
    }
}

fn strict_room() -> Room {
    Room { slow_mode: 30, locked: true, archived: true, keeper: true, muted: true, ..room() }
}

#[test]
fn requests_stand_as_written() {
    let options = MessageOptions {
        room: Some(RoomId::lobby()),
        key: Some(key()),
        reply_to: Some(1),
        attachments: Some(vec!["a".into()]),
    };
    check("auth.json", Auth { v: Some(VERSION), lang: Some("pt-BR".into()), token: Some("t".into()) });
    check("message.json", Message { body: "Oi".into(), options });
    check("message.short.json", Message { body: "Oi".into(), options: MessageOptions::default() });
    let (room, key) = (RoomId::lobby, || Some(key()));
    check("edit.json", Edit { room: room(), target: 1, body: "Oi".into(), key: key() });
    check("delete.json", Delete { room: room(), target: 1, key: key() });
    check("react.json", React { room: room(), target: 1, emoji: "🎉".into(), on: true, key: key() });
    let (name, members) = ("Turma".into(), Some(vec![id("ana")]));
    check("createRoom.json", CreateRoom { name, kind: RoomKind::Private, members, key: key() });
    check("leave.json", Leave { room: room(), key: key() });
    check("addMember.json", AddMember { room: room(), member: Some(id("ana")), name: None, key: key() });
    check("kick.json", Kick { room: room(), member: id("ana"), key: key() });
    check("mute.json", Mute { room: room(), member: id("ana"), on: true, key: key() });
    check("ban.json", Ban { member: id("ana"), on: true, key: key() });
    check("rename.json", Rename { name: "Anna".into(), key: key() });
    check("join.json", Join { room: RoomId::lobby() });
    check("history.json", History { before: Some(51), limit: Some(50), ..History::default() });
    check("sync.json", Sync { cursors: PerRoom::from([(RoomId::lobby(), 7)]) });
}

#[test]
fn requests_about_people_and_rooms_stand_as_written() {
    let (room, key) = (RoomId::lobby, || Some(key()));
    check("setTopic.json", SetTopic { room: room(), topic: "Provas".into(), key: key() });
    check("renameRoom.json", RenameRoom { room: room(), name: "Turma B".into(), key: key() });
    check("slowMode.json", SlowMode { room: room(), seconds: 30, key: key() });
    check("lockRoom.json", LockRoom { room: room(), on: true, key: key() });
    check("archiveRoom.json", ArchiveRoom { room: "turma".parse().unwrap(), on: true, key: key() });
    check("setRole.json", SetRole { member: id("ana"), role: Role::Moderator, key: key() });
    check("deleteAll.json", DeleteAll { member: id("ana"), key: key() });
    check("report.json", Report { room: room(), target: 1, reason: "spam".into(), key: key() });
    check("block.json", Block { member: id("ana"), on: true, key: key() });
    check("read.json", Read { room: room(), seq: 7 });
    check("typing.json", Typing { room: room(), on: true });
    check("setNotify.json", SetNotify { room: room(), notify: Notify::Mentions });
    check("listRooms.json", ListRooms::default());
    check("members.json", Members { room: room(), after: Some(id("ana")), find: None });
}

#[test]
fn replies_about_people_and_rooms_stand_as_written() {
    check("done.ok.json", Reply::Ok(Done {}));
    let open = OpenRoom { id: "turma".parse().unwrap(), name: "Turma".into(), topic: None, people: 3 };
    check("listRooms.ok.json", Reply::Ok(ListRoomsOk { rooms: vec![strict_room()], open: vec![open] }));
    check(
        "members.ok.json",
        Reply::Ok(MembersOk {
            members: vec![ana()],
            more: false,
            here: vec![id("ana")],
            count: 1,
            reads: PerMember::from([(id("ana"), 7)]),
        }),
    );
}

#[test]
fn notices_about_people_and_rooms_stand_as_written() {
    let (room, member) = (RoomId::lobby, || id("ana"));
    check(
        "read.notice.json",
        ReadUpTo {
            room: room(),
            member: member(),
            seq: 7,
            unread: Some(2),
            mentions: Some(1),
            head: Some(9),
        },
    );
    check("typing.notice.json", TypingNow { room: room(), member: member(), name: "Ana".into(), on: true });
    check("presence.json", Presence { room: room(), count: 2, came: vec![member()], went: vec![id("bia")] });
    check("notify.json", Notified { room: room(), notify: Notify::None });
    let (event, code) = ("message".into(), Refusal::RateLimited);
    check("refused.json", RefusedRequest { event, code, retry_after_ms: Some(800) });
    let opened = OpenRoom { id: "prova".parse().unwrap(), name: "Prova".into(), topic: None, people: 1 };
    check("opened.json", opened);
}

#[test]
fn replies_stand_as_written() {
    let accepted = Accepted { room: RoomId::lobby(), seq: 1, at: 1_000, key: key(), duplicate: false };
    check("message.ok.json", Reply::Ok(accepted));
    check("error.json", Reply::<()>::Error(Refusal::BadRequest.into()));
    check("error.later.json", Reply::<()>::Error(Problem::rate_limited(800)));
    check("stored.ok.json", Reply::Ok(Stored { seq: 2, at: 2_000, duplicate: true }));
    check("createRoom.ok.json", Reply::Ok(CreateRoomOk { room: room() }));
    check("leave.ok.json", Reply::Ok(LeaveOk { seq: 3 }));
    check("rename.ok.json", Reply::Ok(RenameOk { you: ana() }));
    let (events, people) = (kept().split_off(3), vec![ana()]);
    let (members, messages) = (people.clone(), vec![said()]);
    let join = JoinOk { room: room(), members, messages, more: false, events: vec![], people: vec![] };
    check("join.ok.json", Reply::Ok(join));
    let (epoch, messages) = ("e".into(), vec![said()]);
    check("history.ok.json", Reply::Ok(HistoryPage { epoch, head: 2, messages, more: true, events, people }));
    let part = SyncRoom {
        after: 0,
        events: std::iter::once(said_event()).chain(kept()).collect(),
        head: 10,
        more: false,
        reset: false,
    };
    let gone = SyncRoom { after: 9_000, head: 9_000, reset: true, ..SyncRoom::default() };
    let rooms = PerRoom::from([(RoomId::lobby(), part), ("other".parse().unwrap(), gone)]);
    check("sync.ok.json", Reply::Ok(SyncReply { epoch: "e".into(), rooms }));
}

#[test]
fn notices_stand_as_written() {
    let heads = PerRoom::from([(RoomId::lobby(), 2)]);
    check(
        "hello.json",
        Hello {
            v: VERSION,
            epoch: "e".into(),
            welcome: "Oi cliente!".into(),
            you: ana(),
            token: Some("t".into()),
            rooms: vec![room()],
            heads: heads.clone(),
            blocked: vec![],
        },
    );
    check::<Sent>("sent.json", ("Oi\ngente".into(), record()));
    check("sent.welcome.json", Welcome("Oi cliente!".into()));
    let names: Vec<_> = kept().into_iter().map(|event| event.into_notice().unwrap().0).collect();
    assert_eq!(names, event::kind::ALL);
    for kept in kept() {
        let Some((name, event::Arguments::Record(record))) = kept.clone().into_notice() else { panic!() };
        check(&format!("{name}.json"), *record.clone());
        let again = RoomEvent::from_notice(name, vec![serde_json::to_value(record).unwrap()]);
        assert_eq!(again, Some(kept));
    }
    check("heads.json", Heads { epoch: "e".into(), rooms: heads });
    check("ended.json", Ended { code: notice::EndCode::Banned });
}

#[test]
fn the_socket_library_spreads_arguments_as_the_contract_says() {
    let sent: Sent = ("Oi".into(), record());
    assert!(on_the_wire("sent", &sent).starts_with(r#"["sent","Oi",{"room":"lobby","seq":1,"#));
    assert_eq!(on_the_wire("sent", &Welcome("Oi cliente!".into())), r#"["sent","Oi cliente!"]"#);
    assert_eq!(
        on_the_wire("ended", &Ended { code: notice::EndCode::Banned }),
        r#"["ended",{"code":"banned"}]"#
    );
    let heads = Heads { epoch: "e".into(), rooms: PerRoom::default() };
    assert_eq!(on_the_wire("heads", &heads), r#"["heads",{"epoch":"e","rooms":{}}]"#);
    for event in std::iter::once(said_event()).chain(kept()) {
        let list = serde_json::to_string(&event).unwrap();
        let (name, arguments) = event.into_notice().unwrap();
        assert_eq!(on_the_wire(name, &arguments), list, "live and replayed are the same");
    }
}

/// Reads `packet` as the server's handler for a request `T` does.
fn received<T: DeserializeOwned>(packet: &'static str) -> Result<T, String> {
    let mut value = PacketValue::Str(packet.into(), None);
    CommonParser.decode_value::<T>(&mut value, true).map_err(|e| e.to_string())
}

#[test]
fn a_message_may_come_with_and_without_options_and_with_arguments_of_the_future() {
    for packet in [
        r#"["message","Oi"]"#,
        r#"["message","Oi",null]"#,
        r#"["message","Oi",{}]"#,
        r#"["message","Oi",{},1]"#,
    ] {
        let message: Message = received(packet).unwrap();
        assert_eq!((message.body.as_str(), &message.options), ("Oi", &MessageOptions::default()), "{packet}");
    }
}

#[test]
fn a_request_of_another_shape_is_an_error_and_never_half_read() {
    for packet in [
        r#"["message"]"#,
        r#"["message",1]"#,
        r#"["message",null]"#,
        r#"["message",["Oi"]]"#,
        r#"["message","Oi","x"]"#,
        r#"["message","Oi",{"authorId":"x"}]"#,
        r#"["message","Oi",{"seq":1}]"#,
        r#"["message","Oi",{"key":"not-a-uuid"}]"#,
        r#"["message","Oi",{"replyTo":-1}]"#,
        r#"["message","Oi",{"room":"../x"}]"#,
    ] {
        assert!(received::<Message>(packet).is_err(), "{packet}");
    }
    assert!(received::<History>(r#"["history",{"room":"lobby","limit":"x"}]"#).is_err());
    assert!(received::<History>(r#"["history",{"page":1}]"#).is_err());
    assert!(received::<History>(r#"["history",{}]"#).is_ok());
    assert!(received::<Sync>(r#"["sync",{}]"#).is_err());
    assert!(received::<Rename>(r#"["rename",{"name":"a","role":"owner"}]"#).is_err());
    assert!(received::<Edit>(r#"["edit",{"target":1,"body":"a","authorId":"x"}]"#).is_err());
    assert!(received::<React>(r#"["react",{"target":1,"emoji":"🎉"}]"#).is_err());
    assert!(received::<CreateRoom>(r#"["createRoom",{"name":"a","kind":"secret"}]"#).is_err());
    assert!(received::<Leave>(r#"["leave",{}]"#).is_err(), "there is no default to go out of");
    assert!(received::<Ban>(r#"["ban",{"member":"a b","on":true}]"#).is_err());
}

#[test]
fn files_of_a_newer_server_are_read() {
    let json = r#"{"id":"f","name":"a.png","type":"image/png","size":3,"url":"/f","x":1}"#;
    let file: view::Attachment = serde_json::from_str(json).unwrap();
    assert_eq!((file.media_type.as_str(), file.size, file.width), ("image/png", 3, None));
}

#[test]
fn an_event_of_a_newer_server_keeps_its_place() {
    let json = r#"["waved",{"room":"lobby","seq":4,"at":9,"by":"ana","emoji":"x"}]"#;
    let event: RoomEvent = serde_json::from_str(json).unwrap();
    assert_eq!((event.room().as_str(), event.seq()), ("lobby", 4));
    assert_eq!(event.0.change, Change::Unknown);
}

#[test]
fn an_event_that_lacks_a_field_of_its_kind_keeps_its_place_too() {
    let json = r#"["edited",{"room":"lobby","seq":4,"at":9,"by":"ana","target":1}]"#;
    let event: RoomEvent = serde_json::from_str(json).unwrap();
    assert_eq!((event.seq(), event.0.change), (4, Change::Unknown));
}

#[test]
fn what_is_no_kept_event_is_not_taken_for_one() {
    assert_eq!(RoomEvent::from_notice("sent", vec!["Oi cliente!".into()]), None);
    assert_eq!(RoomEvent::from_notice("heads", vec![serde_json::json!({"epoch":"e","rooms":{}})]), None);
    assert_eq!(RoomEvent::from_notice("typing", vec![]), None);
}
