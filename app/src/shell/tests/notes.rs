//! Tests of what a document tells between the messages.

use chat::{Change, Event};
use protocol::RoomEvent;

use super::*;

fn event(seq: Seq, change: Change) -> RoomEvent {
    RoomEvent(Event { room: RoomId::lobby(), seq, at: START + seq as i64 * 60_000, change })
}

/// What a person reads in the lines between the messages.
fn lines(page: Page) -> Vec<String> {
    let html = room(page, &ASSETS);
    let lines = body(&html).split(r#"<li class="system-line">"#).skip(1);
    let inside = lines.map(|line| line.split_once("<p>").unwrap().1.split_once("</p>").unwrap().0);
    inside
        .map(|html| html.replace("<!>", "").replace(r#"<b dir="auto">"#, "[").replace("</b>", "]"))
        .collect()
}

fn told(me: Option<Member>, changes: Vec<Change>, people: Vec<Member>) -> Page {
    let mut page = page(me, vec![message(1, &member("a", "Inês"), "oi")]);
    page.history.events = (2..).zip(changes).map(|(seq, change)| event(seq, change)).collect();
    page.history.people = people;
    page
}

fn id(who: &str) -> chat::MemberId {
    who.parse().unwrap()
}

#[test]
fn without_script_one_reads_who_came_by_whose_invite_and_what_became_of_the_room() {
    let (by, who) = (id("a"), id("b"));
    let changes = vec![
        Change::Joined { by: by.clone(), who: member("b", "Jo").into() },
        Change::TopicChanged { by: by.clone(), topic: "<b>Provas".into() },
        Change::SlowModeChanged { by: by.clone(), seconds: 120 },
        Change::Renamed { by: who.clone(), who: who.clone(), name: "Joana".into(), was: Some("Jo".into()) },
        Change::Muted { by: by.clone(), who: who.clone(), on: true },
        Change::Muted { by: id("nobody"), who: who.clone(), on: false },
        Change::Kicked { by, who },
    ];
    let people = vec![member("a", "Inês"), member("b", "Joana")];
    assert_eq!(
        lines(told(None, changes.clone(), people.clone())),
        [
            "[Joana] entrou como visitante, pelo convite de [Inês]",
            "[Inês] mudou o assunto para “<bdi>&lt;b&gt;Provas</bdi>”",
            "[Inês] ligou o modo lento: uma mensagem a cada <bdi>2 min</bdi>",
            "[Jo] agora se chama [Joana]",
            "[Inês] silenciou [Joana]",
            "Alguém devolveu a palavra a [Joana]",
            "[Inês] tirou [Joana] da sala",
        ]
    );
    assert_eq!(
        lines(told(Some(member("b", "Joana")), changes.clone(), people.clone())),
        [
            "Você chegou pelo convite de [Inês]",
            "[Inês] mudou o assunto para “<bdi>&lt;b&gt;Provas</bdi>”",
            "[Inês] ligou o modo lento: uma mensagem a cada <bdi>2 min</bdi>",
            "Agora você se chama [Joana]",
            "[Inês] silenciou você",
            "Alguém devolveu a palavra a você",
            "[Inês] tirou você da sala",
        ]
    );
    let own = lines(told(Some(member("a", "Inês")), changes, people));
    assert_eq!(own[0], "[Joana] entrou como visitante, pelo seu convite");
    assert_eq!(own[6], "Você tirou [Joana] da sala");
}

#[test]
fn many_who_come_at_once_are_one_line() {
    let crowd = ["b", "c", "d", "e", "f"];
    let joined = |who: &&str| Change::Joined { by: id(who), who: member(who, &who.to_uppercase()).into() };
    let people = crowd.map(|who| member(who, &who.to_uppercase())).into();
    let mut page = told(None, crowd.iter().map(joined).collect(), people);
    page.history.events.iter_mut().for_each(|event| event.0.at = START);
    assert_eq!(lines(page.clone()), ["[B], [C] e mais <bdi>3</bdi> entraram"]);
    page.blocked = vec![id("b"), id("d"), id("e")];
    assert_eq!(lines(page.clone()), ["[C] e [F] entraram"], "nothing of whom one hears nothing");
    page.blocked = vec![id("b"), id("c"), id("d"), id("e")];
    assert_eq!(lines(page), ["[F] entrou"]);
}

#[test]
fn of_somebody_the_reader_hears_nothing_of_no_line_is_shown() {
    let left = Change::Left { by: id("b"), who: id("b") };
    let mut page = told(Some(member("a", "Inês")), vec![left], vec![member("b", "Bia")]);
    page.blocked = vec![id("b")];
    let html = room(page, &ASSETS);
    assert!(html.contains(r#"<li hidden class="system-line">"#) && !body(&html).contains("Bia"), "{html}");
}

#[test]
fn who_has_deleted_the_account_is_told_of_without_a_name() {
    let gone = || member("b", "");
    let changes = vec![
        Change::Joined { by: id("a"), who: gone().into() },
        Change::Renamed { by: id("b"), who: id("b"), name: String::new(), was: None },
        Change::AccountDeleted { by: id("b"), who: id("b") },
        Change::Left { by: id("b"), who: id("b") },
    ];
    let page = told(None, changes, vec![member("a", "Inês"), gone()]);
    let [joined, deleted, left] =
        ["entrou como visitante, pelo convite de [Inês]", "apagou a própria conta", "saiu"];
    assert_eq!(lines(page), [joined, deleted, left].map(|what| format!("Alguém {what}")));
}

#[test]
fn a_room_without_messages_is_empty_and_tells_what_happened_all_the_same() {
    let mut page = told(None, vec![Change::Left { by: id("b"), who: id("b") }], vec![member("b", "Bia")]);
    page.history.messages.clear();
    assert_eq!(lines(page.clone()), ["[Bia] saiu"]);
    assert!(shown(&room(page, &ASSETS), "message-log__empty"));
}
