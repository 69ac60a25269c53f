//! Links that let people in.

use leptos::prelude::*;
use qrcode::{Color, QrCode};

use super::select;
use crate::i18n::{Desk, Lang};
use crate::plain::form;

/// An invite that works.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Its number.
    pub id: i64,
    /// Who made it.
    pub maker: String,
    /// Where it leads.
    pub room: String,
    /// The day it ends, as a date of the reader's language.
    pub until: Option<String>,
    /// How many came by it.
    pub uses: u32,
    /// How many may.
    pub most_uses: Option<u32>,
}

/// A link that was made a moment ago. It is shown once: nobody can look it up again.
#[derive(Clone, Debug)]
pub struct Made {
    /// The whole address.
    pub link: String,
}

/// Hours an invite may last, as the form says it; the empty one is for ever.
const LIFETIMES: [&str; 5] = ["1", "24", "168", "720", ""];

/// How many may come by an invite, as the form says it.
const USES: [&str; 4] = ["1", "5", "20", "100"];

pub(super) fn view(
    lang: Lang,
    made: Option<Made>,
    invites: Vec<Invite>,
    rooms: Vec<(String, String)>,
) -> AnyView {
    let desk = lang.desk();
    let none = invites.is_empty().then(|| view! { <p>{desk.no_invites}</p> });
    let invites: Vec<_> = invites.into_iter().map(|invite| row(desk, invite)).collect();
    let rows = (!invites.is_empty()).then(|| view! { <ul class="settings-section__rows">{invites}</ul> });
    view! {
        {made.map(|made| card(desk, made))}
        <form class="plain-form" action="/settings/invites" method="post">
            {select("room", desk.invite_room, rooms, chat::LOBBY)}
            <div class="invite-card__limits">
                {select("hours", desk.lasts, LIFETIMES.into_iter().zip(desk.lifetimes), "168")}
                {select("uses", desk.uses, USES.map(|count| (count, count)).into_iter().chain([("", desk.unlimited)]), "20")}
            </div>
            <div class="settings-section__acts">{form::main_button(desk.make)}</div>
        </form>
        {rows}
        {none}
    }
    .into_any()
}

fn row(desk: &'static Desk, invite: Invite) -> impl IntoView + use<> {
    let until = invite.until.map_or(desk.forever.to_owned(), |date| (desk.until)(&date));
    view! {
        <li class="settings-section__row">
            <div class="row-text">
                <b dir="auto">{invite.room}</b>
                <span dir="auto">{(desk.made_by)(&invite.maker)}</span>
                <span>{until}</span>
                <span>{(desk.used)(invite.uses, invite.most_uses)}</span>
            </div>
            {form::act(
                "/settings/invites/revoke",
                vec![form::hidden("invite", invite.id.to_string())],
                form::danger_button(desk.revoke),
            )}
        </li>
    }
}

/// The link, to copy or to point a camera at.
fn card(desk: &'static Desk, made: Made) -> impl IntoView + use<> {
    let code = picture(&made.link).map(|(size, path)| {
        let size = size.to_string();
        view! {
            <div class="invite-card__code">
                <svg
                    class="invite-card__qr"
                    viewBox=["0 0 ", &size, " ", &size].concat()
                    role="img"
                    aria-label=desk.code
                >
                    <path d=path></path>
                </svg>
                <span>{desk.scan}</span>
            </div>
        }
    });
    view! {
        <div class="invite-card">
            <div class="invite-card__main">
                <div class="field">
                    <label class="field__label" for="link">
                        {desk.link}
                    </label>
                    <input class="field__input" id="link" readonly value=made.link aria-describedby="link-hint" />
                    <p class="field__hint" id="link-hint">
                        {desk.link_once}
                    </p>
                </div>
            </div>
            {code}
        </div>
    }
}

/// The dark modules of the code for `text`, and how many there are on a side. A link is never too long for one; if it
/// were, it could still be copied.
fn picture(text: &str) -> Option<(usize, String)> {
    let code = QrCode::new(text).ok()?;
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(width).enumerate() {
        for (x, colour) in row.iter().enumerate() {
            if *colour == Color::Dark {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Some((width, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_square_with_its_three_eyes() {
        let (size, path) = picture("https://chat.example/i/AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert_eq!((size - 17) % 4, 0, "a side of {size}");
        for (x, y) in [(0, 0), (size - 1, 0), (0, size - 1)] {
            assert!(path.contains(&format!("M{x} {y}h1")), "no eye at {x}, {y}");
        }
        assert!(!path.contains(&format!("M{} {}h1v1h-1zM{} {}h1", 7, 0, 7, 1)), "the eye has its rim");
    }
}
