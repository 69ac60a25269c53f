//! What an invite's link opens: who calls, where to, and one field. It works without script.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::plain::form::{self, Field};

/// An invite, as who was invited sees it.
#[derive(Clone, Debug)]
pub struct InvitePage {
    /// Where the form goes.
    pub action: String,
    /// Who invites.
    pub maker: String,
    /// The reader's name here, if there is one.
    pub me: Option<String>,
}

impl InvitePage {
    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let InvitePage { action, maker, me } = self;
        let desk = lang.desk();
        view! {
            <p dir="auto">{(desk.invited_by)(&maker)}</p>
            {come(lang, action, me)}
        }
    }
}

/// The link whose opener becomes the owner.
#[derive(Clone, Debug)]
pub struct ClaimPage {
    /// Where the form goes.
    pub action: String,
    /// The reader's name here, if there is one.
    pub me: Option<String>,
}

impl ClaimPage {
    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let ClaimPage { action, me } = self;
        let desk = lang.desk();
        let fields = if me.is_some() { Vec::new() } else { vec![name_field(lang)] };
        view! {
            <p>{desk.claim_text}</p>
            {form::form(action, fields, vec![form::main_button(desk.claim_it)])}
        }
    }
}

fn come(lang: Lang, action: String, me: Option<String>) -> AnyView {
    let Some(name) = me else {
        return form::form(action, vec![name_field(lang)], vec![form::main_button(lang.texts().enter)]);
    };
    view! {
        <form class="plain-form" action=action method="post">
            <button class="button button--main" type="submit">
                {(lang.desk().enter_as)(&name)}
            </button>
        </form>
    }
    .into_any()
}

fn name_field(lang: Lang) -> AnyView {
    Field { autocomplete: "nickname", ..Field::text("name", lang.texts().ask_name) }.view()
}
