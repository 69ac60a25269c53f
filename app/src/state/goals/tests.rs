//! Tests of what is found by typing.

use chat::Role;
use protocol::OpenRoom;

use super::*;
use crate::state::rail::tests::{room, rooms};

/// An identifier out of a name.
fn address(name: &str) -> String {
    fold(name).replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

fn seen(name: &str, here: bool) -> Seen {
    let id = address(name);
    Seen { member: Member { id: id.parse().unwrap(), name: name.into(), role: Role::Guest, hue: 0 }, here }
}

fn me(role: Role) -> Member {
    Member { role, ..seen("me", true).member }
}

fn named(name: &str, kind: RoomKind, unread: u64) -> Room {
    let id = address(name);
    Room { name: name.into(), kind, ..room(&id, 9, 9 - unread, unread) }
}

fn called(deed: Deed, typed: &str) -> String {
    match deed {
        Deed::MakeRoom => ["Criar sala", typed].concat(),
        Deed::ReadAll => "Marcar tudo como lido".into(),
        Deed::Account => "Sua conta".into(),
        Deed::Moderation => "Moderação".into(),
        Deed::Settings => "Servidor".into(),
    }
}

fn hall() -> Rooms {
    let mut hall = rooms(vec![
        named("Praça", RoomKind::Public, 0),
        named("Café da manhã", RoomKind::Private, 0),
        named("Farol", RoomKind::Public, 2),
        named("Fátima Luz", RoomKind::Direct, 0),
        named("Dara, Léo", RoomKind::Direct, 0),
    ]);
    hall.open.push(OpenRoom { id: "d".parse().unwrap(), name: "Faísca".into(), topic: None, people: 1 });
    hall
}

fn found(typed: &str, role: Role) -> Vec<Goal> {
    let people = vec![seen("Rafa", true), seen("Fátima Luz", false), seen("Bia", false)];
    goals(typed, &hall(), people, Some(&me(role)), called)
}

fn names(typed: &str) -> Vec<String> {
    found(typed, Role::Guest).into_iter().map(|goal| goal.name).collect()
}

#[test]
fn rooms_come_first_then_people_then_deeds_and_no_accents_count() {
    assert_eq!(names("FA"), ["Farol", "Faísca", "Fátima Luz", "Rafa", "Criar salaFA"]);
    assert_eq!(names("manha cafe"), ["Café da manhã", "Criar salamanha cafe"]);
    let groups: Vec<_> = found("", Role::Guest).iter().map(Goal::group).collect();
    let (rooms, people, deeds) = (Group::Rooms, Group::People, Group::Deeds);
    let all = [rooms, rooms, rooms, rooms, people, people, people, people, deeds, deeds, deeds];
    assert_eq!(groups, all);
    assert_eq!(names("")[0], "Farol", "what is new");
}

#[test]
fn a_sign_before_it_asks_for_people_or_for_deeds_alone() {
    assert_eq!(names("@fa"), ["Fátima Luz", "Rafa"]);
    assert_eq!(names("@"), ["Fátima Luz", "Dara, Léo", "Rafa", "Bia"]);
    assert_eq!(names(" > conta"), ["Sua conta"]);
    assert_eq!(names(">"), ["Marcar tudo como lido", "Sua conta", "Criar sala"]);
    assert_eq!(names(">Fa"), [""; 0]);
}

#[test]
fn whom_one_talks_with_already_is_one_goal_with_a_face() {
    let goals = found("@fatima", Role::Guest);
    let [Goal { to: To::Room(place, Some(member)), .. }] = &goals[..] else { panic!("{goals:?}") };
    assert_eq!((place.id.as_str(), member.name.as_str()), ("fatima-luz", "Fátima Luz"));
    assert!(matches!(&found("rafa", Role::Guest)[0].to, To::Person(seen) if seen.here));
}

#[test]
fn what_is_offered_to_do_is_what_one_may() {
    let deeds = |role| found(">", role).into_iter().map(|goal| goal.name).collect::<Vec<_>>();
    assert!(!deeds(Role::Member).contains(&"Moderação".to_owned()));
    assert!(deeds(Role::Moderator).contains(&"Moderação".to_owned()));
    assert!(!deeds(Role::Moderator).contains(&"Servidor".to_owned()));
    assert!(deeds(Role::Admin).contains(&"Servidor".to_owned()));
    let nobody = goals("conta", &hall(), Vec::new(), None, called);
    assert!(nobody.is_empty(), "who has no name has nothing to do");
    let read = rooms(vec![named("Praça", RoomKind::Public, 0)]);
    let left = goals(">", &read, Vec::new(), Some(&me(Role::Guest)), called);
    assert_eq!(left.len(), 2, "everything is read");
}

#[test]
fn what_was_typed_is_marked_in_the_name_as_it_is_written() {
    let parts = |name: &str, typed: &str| {
        let goal = |marks| Goal { to: To::Deed(Deed::Account), name: name.to_owned(), marks };
        let text =
            |(part, marked): (&str, bool)| if marked { ["[", part, "]"].concat() } else { part.into() };
        marks(name, &fold(typed)).map(|marks| goal(marks).parts().into_iter().map(text).collect::<String>())
    };
    assert_eq!(parts("Café", "fe").unwrap(), "Ca[fé]");
    assert_eq!(parts("Cafe\u{301} novo", "fe").unwrap(), "Ca[fe\u{301}] novo");
    assert_eq!(parts("Straße", "ss").unwrap(), "Stra[ß]e");
    assert_eq!(parts("Straße", "s").unwrap(), "[S]traße");
    assert_eq!(parts("Projeto Farol", "farol pro").unwrap(), "[Pro]jeto [Farol]");
    assert_eq!(parts("Farol", "far aro").unwrap(), "[Faro]l");
    assert_eq!(parts("Farol", "").unwrap(), "Farol");
    assert_eq!(parts("Farol", "xyz"), None);
}
