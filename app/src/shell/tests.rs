//! Tests of whole documents, as the server sends them.

use chat::rich_text::plain;
use chat::{Key, Role, RoomId, Seq};
use protocol::HistoryPage;
use protocol::view::{Member, Message, Notify, Room as Place, RoomKind};

use super::*;
use crate::page::{Frame as RoomFrame, Rooms};
use crate::plain::{Anchor, Told, form, section};

mod notes;

const ASSETS: Assets<'static> = Assets {
    css: "/pkg/style.css",
    js: "/pkg/page.js",
    wasm: "/pkg/page.wasm",
    icon: "/favicon.svg",
    icon_new: "/favicon-new.svg",
    touch_icon: "/touch.png",
    manifest: "/manifest.webmanifest",
    server: None,
    nonce: "N0NCE",
    reload: None,
    appearance: Appearance::System,
};

const START: i64 = 1_773_309_600_000; // 2026-03-12 10:00 UTC

fn member(id: &str, name: &str) -> Member {
    Member { id: id.parse().unwrap(), name: name.into(), role: Role::Guest, hue: 3 }
}

fn message(seq: Seq, author: &Member, body: &str) -> Message {
    Message {
        room: RoomId::lobby(),
        seq,
        at: START + seq as i64 * 60_000,
        key: Key::from_bytes([seq as u8; 16]),
        author: author.clone(),
        body: body.into(),
        rich_text: plain(body),
        reply_to: None,
        attachments: Vec::new(),
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    }
}

fn page(me: Option<Member>, messages: Vec<Message>) -> Page {
    let room = Place {
        id: RoomId::lobby(),
        name: "Praça".into(),
        kind: RoomKind::Public,
        topic: None,
        head: 9,
        read_up_to: 9,
        unread: 0,
        mentions: 0,
        notify: Notify::All,
        slow_mode: 0,
        locked: false,
        archived: false,
        keeper: false,
        muted: false,
    };
    Page {
        lang: Lang::PtBr,
        server: None,
        me,
        room: room.id.clone(),
        rooms: Rooms { mine: vec![room.clone()], open: Vec::new(), shown: room.clone() },
        keeper: false,
        direct: false,
        blocked: Vec::new(),
        frame: Some(RoomFrame {
            room,
            people: Vec::new(),
            key: Key::from_bytes([7; 16]),
            room_key: Key::from_bytes([8; 16]),
            typed: String::new(),
        }),
        history: HistoryPage { epoch: "e".into(), head: 9, messages, ..HistoryPage::default() },
        more_before: false,
        more_after: false,
        target: None,
        now: START + 3_600_000,
        utc_offset: -180,
        refused: None,
    }
}

/// The part of a document that a person sees.
fn body(document: &str) -> &str {
    let (_, body) = document.split_once("<body>").unwrap();
    body.split_once("<script").unwrap().0
}

/// Whether the element of this class is not hidden.
fn shown(html: &str, class: &str) -> bool {
    let (before, _) = html.split_once(&format!(r#"class="{class}""#)).unwrap();
    let (_, tag) = before.rsplit_once('<').unwrap();
    !tag.contains(" hidden")
}

#[test]
fn a_newcomer_reads_the_messages_and_is_asked_for_a_name() {
    let html = room(page(None, vec![message(1, &member("a", "Bia"), "Oi!\nTudo bem?")]), &ASSETS);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"pt-BR\""));
    assert!(html.contains("<title>Praça · Chat Moderno</title>"));
    let body = body(&html);
    for part in [
        "Oi!",
        "Tudo bem?",
        "Bia",
        "07:01",
        "2026-03-12T10:01Z",
        "Hoje, quinta-feira, 12 de março",
        "Aqui começa Praça",
        r#"id="m-1""#,
        r##"href="/r/lobby/1#m-1""##,
        r#"aria-label="Bia, 07:01""#,
        r#"action="/name""#,
        r#"name="name""#,
    ] {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
    assert!(shown(body, "join-card") && !shown(body, "composer"));
}

#[test]
fn a_room_begins_with_the_wall_of_its_people() {
    let mut page = page(None, vec![message(1, &member("a", "Bia"), "Oi")]);
    page.frame.as_mut().unwrap().people = vec![member("a", "Bia"), member("b", "Caio")];
    let html = room(page, &ASSETS);
    let (_, wall) = html.split_once(r#"class="message-log__mural""#).unwrap();
    let (wall, _) = wall.split_once("Aqui começa").unwrap();
    for id in ["a", "b"] {
        assert!(wall.contains(&crate::tile::tile(id).path), "{wall}");
    }
    assert!(!wall.contains("Caio"), "decoration only");
}

#[test]
fn somebody_with_a_name_gets_a_form_that_works_without_script() {
    let me = member("me", "Marina");
    let html = room(page(Some(me.clone()), vec![message(1, &me, "Olá")]), &ASSETS);
    let body = body(&html);
    for part in [
        r#"action="/r/lobby""#,
        r#"method="post""#,
        r#"name="body""#,
        r#"name="key""#,
        "07070707-0707-0707-0707-070707070707",
        "Escreva para Praça",
        "message-item--own",
        r#"aria-label="Você, 07:01""#,
        "Enviada",
    ] {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
    assert!(shown(body, "composer") && !shown(body, "join-card"));
}

#[test]
fn what_people_write_stays_text_in_the_view_and_in_the_data() {
    let evil = "</script><script>alert(1)</script><!--\u{2028}\u{2029}&amp;\"'";
    let html = room(page(Some(member("me", evil)), vec![message(1, &member("a", evil), evil)]), &ASSETS);
    let scripts = html.matches("<script").count();
    assert_eq!((scripts, html.matches("</script>").count()), (5, 5), "the data, its parts and three of ours");
    assert!(!html.contains("<!--\u{2028}"));
    let (_, data) = html.split_once(r#"id="page-data">"#).unwrap();
    let data: Page = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(data.history.messages[0].body, evil);
    assert_eq!(data.me.unwrap().name, evil);
}

#[test]
fn a_room_named_like_markup_does_not_break_the_head() {
    let mut page = page(None, Vec::new());
    page.rooms.shown.name = "</title><b>&".into();
    page.rooms.mine.clear();
    assert!(room(page, &ASSETS).contains("<title>&lt;/title>&lt;b>&amp; · Chat Moderno</title>"));
}

#[test]
fn names_and_texts_turn_by_their_own_direction_only() {
    let author = member("a", "يوسف حداد");
    let html = room(page(Some(author.clone()), vec![message(1, &author, "صباح الخير")]), &ASSETS);
    assert!(html.contains(r#"<bdi class="message-item__author">يوسف حداد</bdi>"#), "{html}");
    assert!(html.contains(r#"<p dir="auto">صباح الخير"#), "{html}");
    assert!(html.contains(r#"<span dir="auto" class="me-card__name">يوسف حداد"#), "{html}");
}

#[test]
fn nothing_in_a_document_needs_more_than_the_content_policy_gives() {
    let html = room(page(None, vec![message(1, &member("a", "Bia"), "oi")]), &ASSETS);
    assert!(!html.contains(" style="), "{html}");
    assert!(!html.contains("<style"), "{html}");
    assert!(!html.contains(" onclick="), "{html}");
    for tag in html.split("<script").skip(1) {
        let tag = tag.split_once('>').unwrap().0;
        assert!(tag.contains(r#"nonce="N0NCE""#) || tag.contains("application/json"), "{tag}");
    }
    assert!(html.contains(r#"<link rel="modulepreload" href="/pkg/page.js" nonce="N0NCE">"#));
}

#[test]
fn an_address_points_at_its_message_and_there_is_a_way_in_both_directions() {
    let author = member("a", "Bia");
    let mut page = page(None, (3..=5).map(|seq| message(seq, &author, "oi")).collect());
    (page.target, page.more_before, page.more_after) = (Some(4), true, true);
    let html = room(page, &ASSETS);
    assert_eq!(body(&html).matches("message-item--pointed").count(), 1);
    for part in ["/r/lobby?before=3", "/r/lobby?after=5", "Voltar ao presente", "autofocus"] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!shown(&html, "message-log__start"));
}

#[test]
fn an_empty_room_says_how_to_begin_and_a_refusal_why_not() {
    let mut page = page(Some(member("me", "Dara")), Vec::new());
    page.refused = Some("too_long".into());
    let html = room(page, &ASSETS);
    assert!(shown(&html, "message-log__empty"));
    for part in ["Praça: tudo pronto", "Diga a primeira palavra", r#"role="alert""#, "comprido demais"] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn a_page_that_is_not_there_says_so_and_runs_nothing() {
    let html = notice(Notice::NotFound, Lang::PtBr, &ASSETS);
    assert!(html.contains("<h1"), "{html}");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn every_icon_that_is_used_is_in_the_sprite() {
    let sprite = sprite::svg();
    for icon in [
        "archive",
        "arrow-down",
        "arrow-up",
        "bell-off",
        "check",
        "circle-alert",
        "clock",
        "cloud-off",
        "door-open",
        "ellipsis",
        "lock",
        "log-out",
        "menu",
        "mic-off",
        "plus",
        "search",
        "settings",
    ] {
        assert!(sprite.contains(&format!("\"icon-{icon}\"")), "{icon}");
    }
}

#[test]
fn only_a_watched_page_listens_for_changes() {
    let lang = Lang::default();
    assert!(!notice(Notice::NotFound, lang, &ASSETS).contains("WebSocket"));
    let watched = Assets { reload: Some(5001), ..ASSETS };
    assert!(
        notice(Notice::NotFound, lang, &watched)
            .contains(r#"<script type="module" nonce="N0NCE">const listen"#)
    );
}

#[test]
fn a_plain_page_runs_nothing_and_shows_what_people_wrote_as_text() {
    let mut frame = Frame::new(Lang::PtBr, "<b>", "</title><script>");
    frame.nav = vec![Anchor { id: "profile", text: "Perfil" }];
    frame.told = Some(Told::Refused("<i>".to_owned()));
    let html =
        super::plain(frame, &ASSETS, || section("profile", "<u>", None, form::hidden("key", "\"><script>")));
    assert!(!html.contains("<script") && !html.contains("modulepreload"), "{html}");
    for tag in ["<b>", "<i>", "<u>"] {
        assert!(!html.contains(tag) && html.contains(&tag.replace('<', "&lt;")[..5]), "{tag} {html}");
    }
    for part in [r##"href="#profile""##, r#"id="profile""#, r#"role="alert""#, r##"href="/""##] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("style="), "{html}");
}

#[test]
fn the_chosen_appearance_stands_in_the_document() {
    let frame = || Frame::new(Lang::PtBr, "T", "S");
    let html = super::plain(frame(), &ASSETS, || "");
    assert!(
        html.contains(r#"data-appearance="system""#) && html.contains(r#"content="light dark""#),
        "{html}"
    );
    let dark = Assets { appearance: Appearance::Dark, ..ASSETS };
    let html = super::plain(frame(), &dark, || "");
    assert!(html.contains(r#"data-appearance="dark""#) && html.contains(r#"content="dark""#), "{html}");
    assert_eq!(Appearance::of("dark"), Some(Appearance::Dark));
    assert_eq!(Appearance::of("\"x"), None);
}

#[test]
fn the_rail_says_what_is_unread_and_who_calls_in_words_too() {
    let mut page = page(Some(member("me", "Dara")), Vec::new());
    let place = |id: &str, unread, mentions, notify| Place {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        unread,
        mentions,
        notify,
        ..page.rooms.shown.clone()
    };
    let mine = vec![
        page.rooms.shown.clone(),
        place("one", 1, 0, Notify::All),
        place("many", 12, 2, Notify::All),
        place("muted", 5, 1, Notify::None),
    ];
    page.rooms.mine = mine;
    let html = room(page, &ASSETS);
    let link = |id: &str| {
        let (before, after) = html.split_once(&format!("href=\"/r/{id}\"")).unwrap();
        let start = before.rsplit_once("<a").unwrap().1;
        format!("{start}{}", after.split_once("</a>").unwrap().0)
    };
    assert!(link("one").contains("room-link--unread") && link("one").contains(" nova<"), "{}", link("one"));
    for part in ["room-link--called", "room-sign--call", "count-badge--call", " chamam você<"] {
        assert!(link("many").contains(part), "{part} in {}", link("many"));
    }
    let muted = link("muted");
    assert!(muted.contains("room-link--muted") && muted.contains("icon-bell-off"), "{muted}");
    assert!(!muted.contains("room-link--unread"), "{muted}");
    assert!(html.contains("Salas e conversas, 2 chamados"), "{html}");
}

#[test]
fn who_is_outside_of_a_room_is_offered_the_way_in_and_no_composer() {
    let mut page = page(Some(member("me", "Dara")), Vec::new());
    page.rooms.mine.clear();
    page.rooms.open.push(protocol::OpenRoom {
        id: "farol".parse().unwrap(),
        name: "<Farol>".into(),
        topic: None,
        people: 3,
    });
    let html = room(page, &ASSETS);
    assert!(shown(&html, "composer composer--closed") && !shown(&html, "composer"));
    for part in
        ["Entre para falar", r#"action="/r/lobby/join""#, r#"action="/r/farol/join""#, "&lt;Farol&gt;"]
    {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn the_panel_lists_people_without_saying_who_is_here_before_anybody_has_told() {
    let mut page = page(Some(member("me", "Ana")), Vec::new());
    page.frame.as_mut().unwrap().people = vec![member("me", "Ana"), member("b", "Bia")];
    let html = room(page, &ASSETS);
    let (_, panel) = body(&html).split_once(r#"id="people""#).unwrap();
    let (panel, _) = panel.split_once("</aside>").unwrap();
    assert!(panel.contains("Bia") && panel.contains("Visitante · você"), "{panel}");
    assert!(!panel.contains("avatar__presence"), "{panel}");
}

#[test]
fn what_somebody_blocked_has_said_is_folded() {
    let said = vec![message(1, &member("b", "Bia"), "Oi"), message(2, &member("c", "Caio"), "Olá")];
    let mut page = page(Some(member("me", "Ana")), said);
    page.blocked = vec!["b".parse().unwrap()];
    let html = room(page, &ASSETS);
    let (_, folded) = body(&html).split_once("<details").unwrap();
    let (folded, after) = folded.split_once("</details>").unwrap();
    assert!(folded.contains("que você bloqueou") && folded.contains("Oi") && folded.contains("Bia"));
    assert!(after.contains("Caio") && !after.contains("<details"));
}
