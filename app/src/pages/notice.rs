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
    /// The request could not be read.
    Unreadable,
    /// The session is over.
    SignedOut,
    /// Another site sent the form.
    Elsewhere,
    /// The form is too long.
    TooLarge,
    /// The server is asked under a name it does not know.
    Misdirected,
    /// A proxy leaves the port out of the server's name.
    Port,
    /// There were too many tries.
    TooMany,
}

impl Notice {
    /// Its heading.
    pub fn title(self, lang: Lang) -> &'static str {
        self.texts(lang)[0]
    }

    fn texts(self, lang: Lang) -> [&'static str; 2] {
        let (texts, trouble) = (lang.texts(), &lang.plain().trouble);
        match self {
            Notice::NotFound => [texts.not_found_title, texts.not_found_text],
            Notice::Banned => [texts.banned_title, texts.banned_text],
            Notice::InviteOnly => [texts.invite_only_title, texts.invite_only_text],
            Notice::DeadLink => [texts.dead_link_title, texts.dead_link_text],
            Notice::Broken => [texts.broken_title, texts.broken_text],
            Notice::Unreadable => trouble.unreadable,
            Notice::SignedOut => trouble.signed_out,
            Notice::Elsewhere => trouble.elsewhere,
            Notice::TooLarge => trouble.too_large,
            Notice::Misdirected => trouble.misdirected,
            Notice::Port => trouble.port,
            Notice::TooMany => trouble.too_many,
        }
    }

    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let texts = lang.texts();
        let [title, text] = self.texts(lang);
        let way_out = match self {
            // Where the way home would lead back here there is none.
            Notice::Banned | Notice::Misdirected | Notice::Port => None,
            Notice::InviteOnly | Notice::SignedOut => Some(("/sign-in", lang.plain().account.sign_in)),
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
                    <h1 class="empty-state__title">{title}</h1>
                    <p class="empty-state__text">{text}</p>
                    {way_out}
                </div>
            </main>
        }
    }
}
