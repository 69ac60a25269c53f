//! A line between the messages: what happened in the room, as a sentence with names in it.

use chat::Role;
use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::SmallIcon;
use crate::app::Screen;
use crate::i18n::{You, span};
use crate::renewed::renewed;
use crate::state::{Happened, Note, Who};

/// What happened between two messages.
#[component]
pub fn SystemLine(
    /// What every component can reach.
    screen: Screen,
    /// What it tells.
    note: ArcRwSignal<Note>,
) -> impl IntoView {
    let href = icon(note.with_untracked(|note| note.happened));
    let told = Memo::new(move |_| pieces(screen, &note.get()));
    view! {
        <li class="system-line" hidden=move || told.with(Vec::is_empty)>
            <SmallIcon href />
            {move || {
                let told = told.get();
                let sentence = told.clone().into_iter().map(view).collect_view();
                renewed(told, view! { <p>{sentence}</p> })
            }}
        </li>
    }
}

/// A part of a sentence.
#[derive(Clone, PartialEq)]
enum Piece {
    Words(&'static str),
    Name(String),
    Text(String),
}

fn view(piece: Piece) -> impl IntoView {
    match piece {
        Piece::Words(words) => EitherOf3::A(words),
        Piece::Name(name) => EitherOf3::B(view! { <b dir="auto">{name}</b> }),
        Piece::Text(text) => EitherOf3::C(view! { <bdi>{text}</bdi> }),
    }
}

/// Most renamings that are told in one line; the others are counted.
const MOST_NAMES: usize = 3;

/// The sentences of a line, the same of several people one after the other.
fn pieces(screen: Screen, note: &Note) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let each = [note].into_iter().chain(&note.also);
    let mut told = each.map(|note| sentence(screen, note)).filter(|pieces| !pieces.is_empty());
    for sentence in told.by_ref().take(MOST_NAMES) {
        if !pieces.is_empty() {
            pieces.push(Piece::Words(", "));
        }
        pieces.extend(sentence);
    }
    match told.count() {
        0 => {}
        more => pieces.extend([Piece::Words(", +"), Piece::Text(more.to_string())]),
    }
    pieces
}

/// The sentence, with its gaps filled; nothing if it is about somebody the reader hears nothing of.
fn sentence(screen: Screen, note: &Note) -> Vec<Piece> {
    let notes = &screen.texts().notes;
    let people = screen.room.people;
    let heard = |who: &&Who| !people.is_blocked(&who.id);
    let who: Vec<&Who> = note.who.iter().filter(heard).collect();
    let Some(first) = who.first().copied().or(Some(&note.by).filter(|by| note.who.is_empty() && heard(by)))
    else {
        return Vec::new();
    };
    let template = match who.len() {
        0 | 1 => (notes.told)(happened(screen, note), of_reader(note, first)),
        count => {
            let several = if note.happened == Happened::Went { notes.went } else { notes.came };
            several[count.min(4) - 2]
        }
    };
    let mut pieces = Vec::new();
    for part in template.split_inclusive('}') {
        let (words, gap) = part.split_once('{').unwrap_or((part, ""));
        let begins = pieces.is_empty() && words.is_empty();
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        let nth = |at: usize| who.get(at).map(|who| person(screen, who, begins));
        pieces.extend(match gap {
            "by}" => Some(person(screen, &note.by, begins)),
            "who}" => Some(person(screen, first, begins)),
            "was}" => Some(named(screen, &note.was, begins)),
            "name}" => Some(Piece::Name(note.what.clone())),
            "what}" => Some(Piece::Text(what(note))),
            "1}" => nth(0),
            "2}" => nth(1),
            "3}" => nth(2),
            "more}" => Some(Piece::Text((who.len() - 2).to_string())),
            _ => None,
        });
    }
    pieces
}

/// What happened, as far as there is a name for it: an invite of nobody knows whom is not worth a word. Nor is how each
/// one came, where there were several.
fn happened(screen: Screen, note: &Note) -> Happened {
    match note.happened {
        Happened::Came { .. } if note.who.len() > 1 => Happened::Came { guest: false, invited: false },
        Happened::Came { guest, invited } => {
            Happened::Came { guest, invited: invited && (note.by.me || name(screen, &note.by).is_some()) }
        }
        other => other,
    }
}

fn of_reader(note: &Note, first: &Who) -> You {
    if first.me && !note.who.is_empty() {
        You::Concerned
    } else if note.by.me {
        You::Doer
    } else {
        You::Aside
    }
}

fn person(screen: Screen, who: &Who, begins: bool) -> Piece {
    if who.me {
        let texts = screen.texts();
        return Piece::Words(if begins { texts.you } else { texts.people.you });
    }
    named(screen, &name(screen, who).unwrap_or_default(), begins)
}

fn named(screen: Screen, name: &str, begins: bool) -> Piece {
    if name.is_empty() {
        let [alone, within] = screen.texts().notes.someone;
        return Piece::Words(if begins { alone } else { within });
    }
    Piece::Name(name.to_owned())
}

/// As the log tells it, or as it is known who is in the room.
fn name(screen: Screen, who: &Who) -> Option<String> {
    if !who.name.is_empty() {
        return Some(who.name.clone());
    }
    let name = screen.room.people.crowd(|crowd| crowd.get(&who.id).map(|member| member.name.clone()))?;
    Some(name).filter(|name| !name.is_empty())
}

/// A topic, a room's name, or a time.
fn what(note: &Note) -> String {
    match note.happened {
        Happened::Slow(seconds) => span(seconds),
        _ => note.what.clone(),
    }
}

fn icon(happened: Happened) -> &'static str {
    match happened {
        Happened::Came { .. } | Happened::Banned(false) | Happened::Locked(false) => "#icon-door-open",
        Happened::Went | Happened::Kicked | Happened::Gone => "#icon-log-out",
        Happened::Muted(true) => "#icon-mic-off",
        Happened::Muted(false) | Happened::Became(Role::Member | Role::Guest) => "#icon-check",
        Happened::Banned(true) => "#icon-ban",
        Happened::Renamed | Happened::Topic(_) | Happened::RoomRenamed => "#icon-pencil",
        Happened::Appointed(_) | Happened::Became(_) => "#icon-shield",
        Happened::Slow(_) => "#icon-timer",
        Happened::Locked(true) => "#icon-lock",
        Happened::Archived(_) => "#icon-archive",
    }
}
