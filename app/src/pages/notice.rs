//! A page that only says why there is nothing else on it, and where to go. It runs no script.

use leptos::prelude::*;

use crate::components::TileWall;
use crate::i18n::Lang;

/// What the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// There is nothing at this address, or nothing for this person.
    NotFound,
    /// The person may not be on this server.
    Banned,
    /// Whoever has no session may not take part.
    InviteOnly,
    /// The link opens nothing any more, or never did.
    DeadLink,
    /// The page cannot be made now.
    Broken,
}

impl Notice {
    /// Its heading.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Notice::NotFound => lang.texts().not_found_title,
            Notice::Banned => lang.texts().banned_title,
            Notice::InviteOnly => lang.texts().invite_only_title,
            Notice::DeadLink => lang.texts().dead_link_title,
            Notice::Broken => lang.texts().broken_title,
        }
    }

    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let texts = lang.texts();
        let text = match self {
            Notice::NotFound => texts.not_found_text,
            Notice::Banned => texts.banned_text,
            Notice::InviteOnly => texts.invite_only_text,
            Notice::DeadLink => texts.dead_link_text,
            Notice::Broken => texts.broken_text,
        };
        let way_out = match self {
            // Where the way home would lead back here there is none.
            Notice::Banned => None,
            Notice::InviteOnly => Some(("/sign-in", lang.plain().account.sign_in)),
            _ => Some(("/", texts.go_home)),
        };
        let way_out = way_out.map(|(href, text)| {
            view! {
                <div class="empty-state__acts">
                    <a class="button button--main" href=href>
                        {text}
                    </a>
                </div>
            }
        });
        view! {
            <main class="stage">
                <div class="empty-state">
                    <TileWall />
                    <h1 class="empty-state__title">{self.title(lang)}</h1>
                    <p class="empty-state__text">{text}</p>
                    {way_out}
                </div>
            </main>
        }
    }
}
