//! The pages of accounts: one's own, signing in, and the way back in. Plain pages: only the server has them.

use chat::{Key, Member, Role};
use leptos::prelude::*;

use crate::calendar::Moment;
use crate::components::Avatar;
use crate::i18n::Lang;
use crate::plain::form::{self, Choice, Field};
use crate::plain::{Anchor, Frame, row, rows, section};
use crate::shell::{self, Appearance, Assets};

/// What one's own account page shows.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// Whose it is.
    pub me: Member,
    /// The name is kept with a password.
    pub kept: bool,
    /// The person's sessions.
    pub sessions: Vec<Line>,
    /// The day it is, as [`Moment::day`].
    pub today: i64,
    /// Others may learn how far the person has read.
    pub receipts: bool,
    /// The language the person chose; without one it is the browser's.
    pub language: Option<Lang>,
    /// Of the form that deletes the account: sent twice it is one wish.
    pub key: Key,
    /// What was wrong with a field.
    pub wrong: Wrong,
}

/// The `id` of a field, and what was wrong with it.
pub type Wrong = Option<(&'static str, String)>;

/// The field for the password in the form that deletes the account.
pub const GOODBYE_PASSWORD: &str = "goodbye-password";

/// What the form of the language says for no choice.
pub const BY_BROWSER: &str = "browser";

/// A session in the list.
#[derive(Clone, Debug)]
pub struct Line {
    /// What its form sends.
    pub id: String,
    /// It is a program's and no browser's.
    pub token: bool,
    /// Browser and system by name; empty if there is no telling.
    pub device: String,
    /// When it began.
    pub created: Moment,
    /// When it was used last.
    pub used: Moment,
    /// It is the one that asks.
    pub this: bool,
}

/// `/account`.
pub fn account(mut frame: Frame, page: AccountPage, assets: &Assets<'_>) -> String {
    let (lang, appearance) = (frame.lang, assets.appearance);
    let texts = &lang.plain().account;
    frame.nav = [
        ("profile", texts.name_section),
        ("appearance", texts.appearance),
        ("language", texts.language),
        ("reading", texts.reading),
        ("sessions", texts.sessions),
        ("leave", texts.leave),
        ("goodbye", texts.delete),
    ]
    .map(|(id, text)| Anchor { id, text })
    .to_vec();
    let author = page.me.id.to_string();
    shell::leaving(frame, assets, &author, move || {
        let AccountPage { me, kept, sessions, today, receipts, language: chosen, key, wrong } = page;
        let delete = delete(lang, me.role, kept, key, &wrong);
        let keeping = keeping(lang, me.role);
        let leave_text = if kept { texts.leave_text } else { texts.leave_guest };
        view! {
            {name(lang, me, kept, &wrong)} {keeping} {looks(lang, appearance)} {language(lang, chosen)} {reading(lang, receipts)} {devices(lang, sessions, today)}
            {section(
                "leave",
                texts.leave,
                Some(leave_text.to_owned()),
                form::act("/sign-out", Vec::new(), form::danger_button(texts.leave)),
            )}
            {delete}
        }
    })
}

/// Where those who keep the peace, or run the server, do so. Both pages ask again who comes.
fn keeping(lang: Lang, role: Role) -> Option<impl IntoView> {
    let link = |href: &'static str, text: &'static str| {
        view! {
            <a class="button" href=href>
                {text}
            </a>
        }
    };
    (role <= Role::Moderator).then(|| {
        let settings = (role <= Role::Admin).then(|| link("/settings", lang.desk().settings));
        section(
            "keeping",
            lang.plain().account.keeping,
            None,
            view! {
                <div class="settings-section__row">
                    {link("/moderation", lang.keeping().title)} {settings}
                </div>
            },
        )
    })
}

/// The name, and what keeps it.
fn name(lang: Lang, me: Member, kept: bool, wrong: &Wrong) -> impl IntoView + use<> {
    let texts = &lang.plain().account;
    let [owner, admin, moderator, ..] = lang.texts().roles;
    let role = match me.role {
        Role::Owner => owner,
        Role::Admin => admin,
        Role::Moderator => moderator,
        Role::Member => texts.member,
        Role::Guest => lang.texts().roles[4],
    };
    let (title, text) = match kept {
        true => (texts.name_section.to_owned(), None),
        false => ((texts.keep_title)(&me.name), Some(texts.keep_text.to_owned())),
    };
    let rename = rename(lang, me.name.clone(), wrong);
    let form = if kept { change_password(lang, wrong) } else { keep(lang, me.name.clone(), wrong) };
    let (shown, tile) = (me.name.clone(), me);
    let body = view! {
        <div class="settings-section__row">
            <Avatar member=tile />
            <div class="row-text">
                <b dir="auto">{shown}</b>
                <span>{role}</span>
            </div>
        </div>
        {rename}
        {form}
    };
    section("profile", title, text, body)
}

/// Another name: what was said keeps its author, and who has a password signs in with the new one.
fn rename(lang: Lang, name: String, wrong: &Wrong) -> AnyView {
    let texts = &lang.plain().account;
    let next = form::hidden("next", "/account?done=named");
    let field = Field { autocomplete: "nickname", value: name, ..Field::text("name", texts.name) };
    form::form("/name", vec![next, field.told(wrong).view()], vec![form::button(texts.change_name)])
}

fn keep(lang: Lang, name: String, wrong: &Wrong) -> AnyView {
    let texts = &lang.plain().account;
    let mut fields = vec![form::hidden("name", name)];
    fields.extend(new_password(lang, wrong));
    form::form("/account/keep", fields, vec![form::main_button(texts.keep)])
}

fn change_password(lang: Lang, wrong: &Wrong) -> AnyView {
    let texts = &lang.plain().account;
    let today = Field::password("today", texts.password_today, "current-password");
    let mut fields = vec![today.told(wrong).view()];
    fields.extend(new_password(lang, wrong));
    form::form("/account/password", fields, vec![form::button(texts.change_password)])
}

fn new_password(lang: Lang, wrong: &Wrong) -> Vec<AnyView> {
    let texts = &lang.plain().account;
    let first = Field::password("password", texts.password_new, "new-password");
    let again = Field::password("password_again", texts.password_again, "new-password");
    let first = Field { hint: Some(texts.password_hint), ..first };
    vec![first.told(wrong).view(), again.told(wrong).view()]
}

fn looks(lang: Lang, chosen: Appearance) -> impl IntoView {
    let texts = &lang.plain().account;
    let choices = Appearance::ALL.into_iter().zip(texts.appearances);
    let choices = choices.map(|(appearance, text)| Choice {
        value: appearance.code(),
        text,
        lang: None,
        chosen: appearance == chosen,
    });
    let group = form::choices("appearance", texts.appearance, choices.collect());
    let form = form::form("/account/appearance", vec![group], vec![form::button(texts.apply)]);
    section("appearance", texts.appearance, Some(texts.appearance_text.to_owned()), form)
}

/// The language of every page. Each is named in itself, so that whoever reads no other finds it.
fn language(lang: Lang, chosen: Option<Lang>) -> impl IntoView {
    let texts = &lang.plain().account;
    let browser =
        Choice { value: BY_BROWSER, text: texts.language_browser, lang: None, chosen: chosen.is_none() };
    let languages = Lang::ALL.map(|each| Choice {
        value: each.tag(),
        text: each.plain().account.language_own,
        lang: Some(each.tag()),
        chosen: chosen == Some(each),
    });
    let choices = [browser].into_iter().chain(languages).collect();
    let group = form::choices("language", texts.language, choices);
    let form = form::form("/account/language", vec![group], vec![form::button(texts.apply)]);
    section("language", texts.language, Some(texts.language_text.to_owned()), form)
}

/// Whether others see how far one has read.
fn reading(lang: Lang, shown: bool) -> impl IntoView {
    let texts = &lang.plain().account;
    let (text, button, to) = match shown {
        true => (texts.reading_shown, texts.reading_hide, "off"),
        false => (texts.reading_hidden, texts.reading_show, "on"),
    };
    let form = form::act("/account/receipts", vec![form::hidden("receipts", to)], form::button(button));
    section("reading", texts.reading, Some(text.to_owned()), form)
}

fn devices(lang: Lang, sessions: Vec<Line>, today: i64) -> impl IntoView {
    let texts = &lang.plain().account;
    let lines = sessions.into_iter().map(|line| device(lang, line, today)).collect();
    section("sessions", texts.sessions, Some(texts.sessions_text.to_owned()), rows(lines))
}

fn device(lang: Lang, line: Line, today: i64) -> AnyView {
    let texts = &lang.plain().account;
    let day = |moment: Moment| lang.texts().day(moment.day, today);
    let name = match (line.token, line.device) {
        (true, _) => texts.program.to_owned(),
        (false, device) if device.is_empty() => texts.browser.to_owned(),
        (false, device) => device,
    };
    let when = (texts.session_when)(&day(line.created), &day(line.used), &line.used.clock());
    let act = if line.this {
        view! { <span>{texts.this_one}</span> }.into_any()
    } else {
        form::act("/account/sessions", vec![form::hidden("id", line.id)], form::button(texts.revoke))
    };
    row(name, when, act)
}

/// The end of the account, which the owner's does not have.
fn delete(lang: Lang, role: Role, kept: bool, key: Key, wrong: &Wrong) -> impl IntoView + use<> {
    let texts = &lang.plain().account;
    if role == Role::Owner {
        return section("goodbye", texts.delete, Some(texts.delete_owner.to_owned()), ().into_any());
    }
    let meant = match kept {
        true => {
            let password = Field::password(GOODBYE_PASSWORD, texts.password, "current-password");
            password.sent_as("password").told(wrong).view()
        }
        false => form::tick("sure", texts.delete_sure),
    };
    let choices = ["kept", "removed"].into_iter().zip(texts.delete_choices);
    let choices = choices.map(|(value, text)| Choice { value, text, lang: None, chosen: value == "kept" });
    let fields = vec![
        form::hidden("key", key.to_string()),
        form::labelled(
            texts.delete_messages,
            form::choices("messages", texts.delete_messages, choices.collect()),
        ),
        meant,
    ];
    let form = form::form("/account/delete", fields, vec![form::danger_button(texts.delete)]);
    section("goodbye", texts.delete, Some(texts.delete_text.to_owned()), form)
}

/// What was typed before on `/sign-in`.
#[derive(Debug, Default)]
pub struct Tried {
    /// The name.
    pub name: String,
    /// Why it did not work.
    pub wrong: Option<String>,
}

/// `/sign-in`; `leaving` is the name of whoever is here already and would no longer be.
pub fn sign_in(
    frame: Frame,
    next: String,
    leaving: Option<String>,
    tried: Tried,
    assets: &Assets<'_>,
) -> String {
    let lang = frame.lang;
    let texts = &lang.plain().account;
    shell::plain(frame, assets, move || {
        let Tried { name, wrong } = tried;
        let name = Field { autocomplete: "username", value: name, ..Field::text("name", texts.name) };
        let password = Field::password("password", texts.password, "current-password");
        let password = Field { wrong, ..password };
        let fields = vec![form::hidden("next", next), name.view(), password.view()];
        let text = match leaving {
            Some(name) => (texts.sign_in_leaving)(&name),
            None => texts.sign_in_text.to_owned(),
        };
        let form = form::form("/sign-in", fields, vec![form::main_button(texts.sign_in)]);
        view! {
            {section("sign-in", texts.sign_in_title, Some(text), form)}
            <p class="field__hint">{texts.forgotten}</p>
        }
    })
}

/// `/recover/…`, for the person `name`.
pub fn recover(frame: Frame, name: String, action: String, assets: &Assets<'_>) -> String {
    let lang = frame.lang;
    let texts = &lang.plain().account;
    shell::plain(frame, assets, move || {
        let form =
            form::form(action, new_password(lang, &None), vec![form::main_button(texts.change_password)]);
        section("recover", (texts.recover_title)(&name), Some(texts.recover_text.to_owned()), form)
    })
}

/// The page that shows the link for somebody else, once.
pub fn offered(frame: Frame, link: String, assets: &Assets<'_>) -> String {
    let texts = &frame.lang.plain().account;
    shell::plain(frame, assets, move || {
        let field = view! {
            <input class="field__input" type="text" readonly aria-label=texts.offered_title value=link />
        };
        section("offered", texts.offered_title, Some(texts.offered_text.to_owned()), field)
    })
}

/// A page whose words about what happened are all there is to say.
pub fn empty(frame: Frame, assets: &Assets<'_>) -> String {
    shell::plain(frame, assets, || "")
}
