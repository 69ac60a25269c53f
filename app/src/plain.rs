//! The frame of a plain page: forms and lists that work without script and are never taken over by the browser.
//!
//! Only the server has this module. A page is a [`Frame`] and a body made of [`section`]s; what it answers to a form is
//! a redirect with `?done=` or `?refused=`, which becomes the frame's [`Told`].

pub mod form;
pub mod moderation;

use leptos::prelude::*;

use crate::components::{AppMark, SmallIcon};
use crate::i18n::Lang;

/// The `id` of the part that the skip link leads to.
const BODY_ID: &str = "settings";

/// What is around the body of a plain page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language of its sentences.
    pub lang: Lang,
    /// Its heading, and the beginning of the document's title.
    pub title: String,
    /// The server's name.
    pub server: String,
    /// Where the way back leads: a path of this site.
    pub back: String,
    /// The sections one may jump to; a short page has none.
    pub nav: Vec<Anchor>,
    /// What became of the form that was sent last.
    pub told: Option<Told>,
}

/// A section one may jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The section's `id`.
    pub id: &'static str,
    /// Its heading.
    pub text: &'static str,
}

/// What became of a form, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was done.
    Done(String),
    /// It was not, and why.
    Refused(String),
}

impl Frame {
    /// A page without sections to jump to, from which one goes back to the chat.
    pub fn new(lang: Lang, title: impl Into<String>, server: impl Into<String>) -> Frame {
        let (title, server) = (title.into(), server.into());
        Frame { lang, title, server, back: "/".to_owned(), nav: Vec::new(), told: None }
    }

    /// The whole page around `body`.
    pub fn view(self, body: impl IntoView) -> impl IntoView {
        let Frame { lang, title, server, back, nav, told } = self;
        let texts = lang.plain();
        let target = ["#", BODY_ID].concat();
        let alone = if nav.is_empty() {
            "settings-page__layout settings-page__layout--alone"
        } else {
            "settings-page__layout"
        };
        view! {
            <a class="skip-link" href=target>
                {texts.skip}
            </a>
            <div class="app-shell app-shell--plain">
                <main class="sheet">
                    <header class="room-header">
                        <div class="room-header__bar column">
                            <AppMark />
                            <div class="room-header__titles">
                                <h1 class="room-header__name">
                                    <span dir="auto">{title}</span>
                                </h1>
                                <p class="room-header__topic" dir="auto">
                                    {server}
                                </p>
                            </div>
                            <a class="button button--quiet" href=back>
                                {texts.back}
                            </a>
                        </div>
                    </header>
                    <div class="settings-page" id=BODY_ID tabindex="-1">
                        <div class=alone>
                            {navigation(lang, nav)}
                            <div class="settings-page__body">
                                {told.map(Told::view)} {body.into_view()}
                            </div>
                        </div>
                    </div>
                </main>
            </div>
        }
    }
}

fn navigation(lang: Lang, nav: Vec<Anchor>) -> Option<impl IntoView> {
    (!nav.is_empty()).then(|| {
        let links: Vec<_> = nav
            .into_iter()
            .map(|Anchor { id, text }| {
                view! {
                    <a class="settings-page__link" href=["#", id].concat()>
                        {text}
                    </a>
                }
            })
            .collect();
        view! {
            <nav class="settings-page__nav" aria-label=lang.plain().sections>
                {links}
            </nav>
        }
    })
}

impl Told {
    /// The words, where a reader of the screen hears them first.
    fn view(self) -> AnyView {
        match self {
            Told::Done(text) => notice("notice", "status", "#icon-check", text),
            Told::Refused(text) => notice("notice notice--danger", "alert", "#icon-circle-alert", text),
        }
    }
}

fn notice(class: &'static str, role: &'static str, icon: &'static str, text: String) -> AnyView {
    view! {
        <div class=class role=role>
            <SmallIcon href=icon />
            <p class="notice__body">{text}</p>
        </div>
    }
    .into_any()
}

/// One subject: its heading, a sentence about it, and what belongs to it.
pub fn section(
    id: &'static str,
    title: impl Into<String>,
    text: Option<String>,
    body: impl IntoView,
) -> impl IntoView {
    let heading = ["title-", id].concat();
    view! {
        <section class="settings-section" id=id aria-labelledby=heading.clone()>
            <div class="settings-section__head">
                <h2 id=heading.clone() dir="auto">
                    {title.into()}
                </h2>
                {text.map(|text| view! { <p>{text}</p> })}
            </div>
            {body.into_view()}
        </section>
    }
}

/// A box of rows, one below the other.
pub fn rows(rows: Vec<AnyView>) -> impl IntoView {
    view! { <div class="settings-section__rows">{rows}</div> }
}

/// One row: what it is, what there is to know, and what one can do.
pub fn row(name: impl Into<String>, text: impl Into<String>, act: impl IntoView) -> AnyView {
    view! {
        <div class="settings-section__row">
            <div class="row-text">
                <b dir="auto">{name.into()}</b>
                <span dir="auto">{text.into()}</span>
            </div>
            {act.into_view()}
        </div>
    }
    .into_any()
}
