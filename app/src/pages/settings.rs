//! The settings of the server, for those who run it. It works without script.

mod invites;
mod people;

use chat::settings::{self, Access};
use chat::{RoomMakers, Settings};
use leptos::prelude::*;

pub use invites::{Invite, Made};
pub use people::Person;

use crate::i18n::{Desk, Lang};
use crate::plain::form::{self, Field};
use crate::plain::{Anchor, section};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct SettingsPage {
    /// What holds now.
    pub settings: Settings,
    /// Some of the people.
    pub people: Vec<Person>,
    /// What was looked for among them.
    pub find: String,
    /// The invites that work.
    pub invites: Vec<Invite>,
    /// The link that was made a moment ago.
    pub made: Option<Made>,
    /// The rooms that one may invite to: id and name.
    pub rooms: Vec<(String, String)>,
}

/// The sections one may jump to.
pub fn anchors(lang: Lang) -> Vec<Anchor> {
    let desk = lang.desk();
    [("invites", desk.invites), ("server", desk.server), ("people", desk.people)]
        .map(|(id, text)| Anchor { id, text })
        .to_vec()
}

impl SettingsPage {
    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let desk = lang.desk();
        let SettingsPage { settings, people, find, invites, made, rooms } = self;
        let text = |text: &str| Some(text.to_owned());
        view! {
            {section("invites", desk.invites, text(desk.invites_text), invites::view(lang, made, invites, rooms))}
            {section("server", desk.server, text(desk.server_text), server(desk, &settings))}
            {section("people", desk.people, text(desk.people_text), people::view(lang, people, find))}
        }
    }
}

fn server(desk: &'static Desk, settings: &Settings) -> AnyView {
    let name = Field {
        hint: Some(desk.name_hint),
        value: settings.name.as_ref().map_or("", |name| name.as_str()).to_owned(),
        required: false,
        max: 120,
        ..Field::text(settings::NAME, desk.name)
    };
    let retention = Field {
        hint: Some(desk.retention_hint),
        value: settings.retention_days.to_string(),
        kind: "number",
        max: 4,
        ..Field::text(settings::RETENTION, desk.retention)
    };
    let access = Access::ALL.map(Access::code).into_iter().zip(desk.accesses);
    let creators = RoomMakers::ALL.map(RoomMakers::code).into_iter().zip(desk.creator_groups);
    let fields = vec![
        name.view(),
        welcome(desk, &settings.welcome),
        select(settings::ACCESS, desk.access, access, settings.access.code()),
        select(settings::CREATORS, desk.creators, creators, settings.creators.code()),
        retention.view(),
        switch(settings::RECEIPTS, desk.receipts, settings.receipts),
    ];
    form::form("/settings/server", fields, vec![form::main_button(desk.save)])
}

fn welcome(desk: &'static Desk, text: &str) -> AnyView {
    view! {
        <div class="field">
            <label class="field__label" for=settings::WELCOME>
                {desk.welcome}
            </label>
            <textarea
                class="field__input"
                id=settings::WELCOME
                name=settings::WELCOME
                rows="3"
                maxlength=settings::MAX_WELCOME_CHARS.to_string()
                dir="auto"
            >
                {form::lines(text)}
            </textarea>
        </div>
    }
    .into_any()
}

/// A list of which one is chosen.
fn select<T: Into<String>, L: Into<String>>(
    id: &'static str,
    label: &'static str,
    options: impl IntoIterator<Item = (T, L)>,
    chosen: &str,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, text)| {
            let value = value.into();
            view! {
                <option value=value.clone() selected=value == chosen>
                    {text.into()}
                </option>
            }
        })
        .collect();
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <select class="field__input" id=id name=id>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn switch(id: &'static str, label: &'static str, on: bool) -> AnyView {
    view! {
        <label class="switch">
            <span class="switch__label">{label}</span>
            <input class="switch__input" type="checkbox" role="switch" name=id value="on" checked=on />
        </label>
    }
    .into_any()
}
