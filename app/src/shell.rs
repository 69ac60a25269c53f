//! The document around a page, as the server sends it. It is never in the browser's program.

mod early;
mod reload;
mod shape;
mod sign_out;
mod sprite;

pub use early::ZONE_COOKIE;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::tachys::view::RenderHtml;
use serde::Serialize;

use crate::app::App;
use crate::frozen::{self, PARTS_ID};
use crate::i18n::Lang;
use crate::live::Live;
use crate::page::{DATA_ID, Page};
use crate::pages::Notice;
use crate::plain::Frame;
use crate::state::rail::Rooms;
use crate::state::{Rail, Room};

/// Addresses of the files a document needs, and what lets its scripts run.
#[derive(Clone, Copy, Debug)]
pub struct Assets<'a> {
    /// The style sheet.
    pub css: &'a str,
    /// The module that starts the page.
    pub js: &'a str,
    /// The WebAssembly it loads.
    pub wasm: &'a str,
    /// The icon, as SVG.
    pub icon: &'a str,
    /// The same when something calls for the reader.
    pub icon_new: &'a str,
    /// The same for devices that draw it on their home screen.
    pub touch_icon: &'a str,
    /// The web app manifest.
    pub manifest: &'a str,
    /// What the server is called, if it has a name of its own.
    pub server: Option<&'a str>,
    /// The nonce of the content policy.
    pub nonce: &'a str,
    /// Port of the watcher's reload socket, if there is a watcher.
    pub reload: Option<u16>,
    /// Light or dark.
    pub appearance: Appearance,
}

/// The colours a person chose for every page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Appearance {
    /// As the person's device says.
    #[default]
    System,
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

impl Appearance {
    /// Every choice there is.
    pub const ALL: [Appearance; 3] = [Appearance::System, Appearance::Light, Appearance::Dark];

    /// The word it travels under, in forms and cookies.
    pub fn code(self) -> &'static str {
        match self {
            Appearance::System => "system",
            Appearance::Light => "light",
            Appearance::Dark => "dark",
        }
    }

    /// The choice of that word.
    pub fn of(code: &str) -> Option<Appearance> {
        Appearance::ALL.into_iter().find(|appearance| appearance.code() == code)
    }

    /// What the document says to the browser before its sheet has come.
    fn metas(self) -> &'static str {
        match self {
            Appearance::System => concat!(
                r##"<meta name="color-scheme" content="light dark">"##,
                r##"<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f4f0">"##,
                r##"<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d0f14">"##
            ),
            Appearance::Light => concat!(
                r##"<meta name="color-scheme" content="light">"##,
                r##"<meta name="theme-color" content="#f5f4f0">"##
            ),
            Appearance::Dark => concat!(
                r##"<meta name="color-scheme" content="dark">"##,
                r##"<meta name="theme-color" content="#0d0f14">"##
            ),
        }
    }
}

/// The document of a room's page.
pub fn room(mut page: Page, assets: &Assets<'_>) -> String {
    let lang = page.lang;
    let title = Rooms::of(&page).title(lang.texts());
    let data = data_block(DATA_ID, &page);
    // Whatever was made on this thread before belongs to another page.
    frozen::take_parts();
    let body = rendered(move || {
        let room = Room::new(&mut page);
        let rail = Rail::new(&page);
        let live = Live::new(lang, room, rail);
        view! { <App page room rail live /> }
    });
    let parts = data_block(PARTS_ID, &frozen::take_parts());
    let start = start(assets, shape::of(&body));
    let head = [preload(assets), early::script(assets)].concat();
    let body = [body, sprite::svg(), asleep(lang), data, parts, start].concat();
    document(lang, &title, assets, &head, &body)
}

/// The document of a page that only says why there is nothing else on it.
pub fn notice(notice: Notice, lang: Lang, assets: &Assets<'_>) -> String {
    let texts = lang.texts();
    let title = (texts.title)(notice.title(lang), assets.server.unwrap_or(texts.product));
    let body = rendered(move || notice.view(lang));
    document(lang, &title, assets, "", &body)
}

/// The document of a plain page: it runs no script.
pub fn plain<V: IntoView>(frame: Frame, assets: &Assets<'_>, body: impl FnOnce() -> V) -> String {
    let lang = frame.lang;
    let title = (lang.texts().title)(&frame.title, &frame.server);
    let html = rendered(move || frame.view(body()));
    document(lang, &title, assets, "", &[html, sprite::svg()].concat())
}

/// The document of the page where one signs out, of the person `author`: its one script takes away what this browser
/// keeps for that person.
pub fn leaving<V: IntoView>(
    frame: Frame,
    assets: &Assets<'_>,
    author: &str,
    body: impl FnOnce() -> V,
) -> String {
    let script = sign_out::script(frame.lang, author, assets);
    plain(frame, assets, body).replace("</body>", &[&script, "</body>"].concat())
}

/// Renders on this thread, at once: everything a page needs is in it already, so there is nothing to stream.
fn rendered<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| view().into_view().to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// Says that the page does not live. What is written in it is sent by its forms.
fn asleep(lang: Lang) -> String {
    let plain = lang.plain();
    format!(
        r#"<p class="asleep" id="asleep" role="alert" hidden><span>{}</span> <a class="text-button" href="">{}</a></p>"#,
        escaped(plain.asleep),
        escaped(lang.texts().reload)
    )
}

/// Data for the browser. A data block is no script: it needs no nonce, and it runs nothing.
fn data_block(id: &str, data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).expect("invariant: a page has no map with keys that are no text");
    // `<` is the one character that could end the block, and inside of strings is the only place it occurs.
    format!(r#"<script type="application/json" id="{id}">{}</script>"#, json.replace('<', "\\u003c"))
}

fn preload(assets: &Assets<'_>) -> String {
    let Assets { js, nonce, .. } = assets;
    format!(r#"<link rel="modulepreload" href="{js}" nonce="{nonce}">"#)
}

/// Not leptos' own tags: theirs lack the nonce on the preload and know no hashed names. The program is asked for at
/// once and not when its module has come; a preload would do the same and warn where script is off.
///
/// A document that is not of the server's shape, because another program has changed it, is built anew. So is one that
/// could not be taken over: a program that has failed is dead, so another one does it. If that fails, too, the page says
/// so, and its forms work without script. A program that fails later loads the page again, once a minute.
fn start(assets: &Assets<'_>, shape: u32) -> String {
    let Assets { js, wasm, nonce, .. } = assets;
    let count = shape::script();
    format!(
        r#"<script type="module" nonce="{nonce}">{count} const wake = async (js, program) => {{ const page = await import(js); await page.default({{ module_or_path: program }}); return page; }};
const say = () => {{ for (let node = document.body.firstElementChild; node.id !== "icons"; node = node.nextElementSibling) {{ const copy = node.cloneNode(true); node.replaceWith(copy); node = copy; }} document.getElementById("asleep").hidden = false; }};
const anew = (page) => {{ page.render(); performance.mark("built anew"); }};
let awake = false;
const failed = (error) => {{ if (!awake || !(error instanceof WebAssembly.RuntimeError)) return; awake = false; try {{ const last = Number(sessionStorage.getItem("failed")); sessionStorage.setItem("failed", Date.now()); if (Date.now() - last > 60000) return location.reload(); }} catch {{ }} say(); }};
addEventListener("error", ({{ error }}) => failed(error));
addEventListener("unhandledrejection", ({{ reason }}) => failed(reason));
try {{ const page = await wake("{js}", fetch("{wasm}")); if (shape() === {shape}) page.hydrate(); else anew(page); awake = true; }}
catch {{ try {{ anew(await wake("{js}?again", fetch("{wasm}"))); awake = true; }} catch (error) {{ say(); throw error; }} }}</script><script nomodule nonce="{nonce}">document.getElementById("asleep").hidden = false;</script>"#
    )
}

fn document(lang: Lang, title: &str, assets: &Assets<'_>, head: &str, body: &str) -> String {
    let Assets { css, icon, icon_new, touch_icon, manifest, appearance, .. } = assets;
    let (tag, title, reload) = (lang.tag(), escaped(title), reload::script(assets));
    let (chosen, metas) = (appearance.code(), appearance.metas());
    format!(
        r##"<!DOCTYPE html><html lang="{tag}" dir="ltr" data-appearance="{chosen}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">{metas}<title>{title}</title><link rel="icon" id="icon" href="{icon}" data-new="{icon_new}" type="image/svg+xml"><link rel="apple-touch-icon" href="{touch_icon}"><link rel="manifest" href="{manifest}"><link rel="stylesheet" href="{css}">{head}{reload}</head><body>{body}</body></html>"##
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests;
