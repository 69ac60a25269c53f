//! Who is on the server, and what they may be.

use leptos::either::Either;
use leptos::prelude::*;
use protocol::view::{Member, Rank};

use crate::i18n::{Desk, Lang};
use crate::plain::form;
use crate::state::Deed;
use crate::tile::tile;

/// Somebody, as those who run the server see them.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who it is.
    pub member: Member,
    /// May not be here.
    pub banned: bool,
    /// The roles the reader may give them; none of whom the reader may not change.
    pub roles: Vec<chat::Role>,
    /// The reader may ban and pardon them.
    pub bannable: bool,
    /// The reader may make a link for them to sign in with.
    pub recoverable: bool,
}

pub(super) fn view(lang: Lang, people: Vec<Person>, find: String) -> AnyView {
    let desk = lang.desk();
    let nobody = people.is_empty().then(|| view! { <p>{desk.nobody}</p> });
    let people: Vec<_> = people.into_iter().map(|person| row(lang, person)).collect();
    view! {
        <div class="member-list">
            <form class="member-list__tools" action="/settings" method="get">
                <input
                    class="field__input"
                    type="search"
                    name="find"
                    aria-label=desk.find
                    placeholder=desk.find
                    maxlength="80"
                    dir="auto"
                    value=find
                />
                <button class="button" type="submit">
                    {desk.search}
                </button>
            </form>
            <ul>{people}</ul>
            {nobody}
        </div>
    }
    .into_any()
}

fn row(lang: Lang, person: Person) -> impl IntoView + use<> {
    let Person { member, banned, roles, bannable, recoverable } = person;
    let desk = lang.desk();
    let role = if banned { desk.banned } else { role_name(lang, member.role) };
    let avatar = ["avatar avatar--hue-", &member.hue.to_string()].concat();
    let id = member.id.as_str().to_owned();
    let appoint = (!roles.is_empty()).then(|| appoint(lang, &member, &id, roles));
    let recovery = recoverable.then(|| recover(desk, &member, &id));
    let ban = bannable.then(|| ban(lang, &member, &id, banned));
    view! {
        <li class="member-list__member">
            <span class=avatar aria-hidden="true">
                <svg class="avatar__tile" viewBox="0 0 8 8">
                    <path d=tile(member.id.as_str()).path></path>
                </svg>
            </span>
            <span class="member-list__who">
                <b dir="auto">{member.name.clone()}</b>
                <span>{role}</span>
            </span>
            <span class="member-list__acts">{appoint} {recovery} {ban}</span>
        </li>
    }
}

fn role_name(lang: Lang, role: chat::Role) -> &'static str {
    match role {
        chat::Role::Member => lang.desk().member,
        role => lang.texts().roles[role as usize],
    }
}

fn appoint(lang: Lang, member: &Member, id: &str, roles: Vec<chat::Role>) -> impl IntoView + use<> {
    let options: Vec<_> = roles
        .into_iter()
        .map(|role| {
            let code = Rank(role).code();
            view! {
                <option value=code selected=role == member.role>
                    {role_name(lang, role)}
                </option>
            }
        })
        .collect();
    view! {
        <form class="member-list__act" action="/settings/role" method="post">
            {form::hidden("member", id)}
            <select class="member-list__role" name="role" aria-label=(lang.desk().role_of)(&member.name)>
                {options}
            </select>
            {form::button(lang.desk().save)}
        </form>
    }
}

fn recover(desk: &'static Desk, member: &Member, id: &str) -> impl IntoView + use<> {
    let text = (desk.recovery)(&member.name);
    view! {
        <form class="member-list__act" action="/settings/recovery" method="post">
            {form::hidden("member", id)}
            <button class="button" type="submit">
                {text}
            </button>
        </form>
    }
}

fn ban(lang: Lang, member: &Member, id: &str, banned: bool) -> impl IntoView + use<> {
    let desk = lang.desk();
    let form = |class: &'static str, text: String, on: &'static str| {
        view! {
            <form class="member-list__act" action="/settings/ban" method="post">
                {form::hidden("member", id)} {form::hidden("on", on)}
                <button class=class type="submit">
                    {text}
                </button>
            </form>
        }
    };
    if banned {
        return Either::Left(form("button", (desk.pardon)(&member.name), "off"));
    }
    // It is asked first, as everywhere.
    let deed = Deed::Ban(member.clone().into(), true);
    let words = &lang.texts().people;
    let (title, text) = (words.question)(&deed);
    Either::Right(view! {
        <details class="member-list__ask">
            <summary class="button button--danger">{(desk.ban)(&member.name)}</summary>
            <p>
                <b dir="auto">{title}</b>
                " "
                {text}
            </p>
            {form("button button--danger-main", (words.deed)(&deed).to_owned(), "on")}
        </details>
    })
}
