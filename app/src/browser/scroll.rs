//! The list's scroller. It is a reversed column: 0 is the newest message, and the way to the past is negative.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, Storage};

/// The scroller's `id`.
pub const LOG: &str = "log";

/// So near the end, in pixels, the view follows it.
const AT_END: i32 = 100;

/// So near an edge, in pixels, more is loaded.
const NEAR: i32 = 1_200;

fn log() -> Option<Element> {
    document().get_element_by_id(LOG)
}

/// Where the view is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// At the newest row.
    pub at_end: bool,
    /// The newest row drawn is near.
    pub near_end: bool,
    /// The oldest row drawn is near.
    pub near_start: bool,
}

/// Where the view is now.
pub fn place() -> Place {
    let Some(log) = log() else { return Place::default() };
    let below = -log.scroll_top();
    let above = log.scroll_height() - log.client_height() - below;
    Place { at_end: below < AT_END, near_end: below < NEAR, near_start: above < NEAR }
}

/// The element with this `id` is in the view.
pub fn is_seen(id: &str) -> bool {
    let (Some(log), Some(row)) = (log(), document().get_element_by_id(id)) else { return false };
    let (view, row) = (log.get_bounding_client_rect(), row.get_bounding_client_rect());
    row.y() >= view.y() && row.y() <= view.y() + view.height()
}

/// Brings the element with this `id` into the view. False if there is none.
pub fn show(id: &str) -> bool {
    let row = document().get_element_by_id(id);
    row.inspect(Element::scroll_into_view).is_some()
}

/// Goes to the newest row.
pub fn to_end() {
    if let Some(log) = log() {
        log.set_scroll_top(0);
    }
}

/// Brings the row the address points at into the view. The browser does it by itself, but only with its first
/// picture, and the page may be alive before that: then the view would still be at the end, and more be loaded.
pub fn to_pointed() {
    if let Some(log) = log()
        && log.scroll_top() == 0
        && let Ok(Some(row)) = log.query_selector("[autofocus]")
    {
        row.scroll_into_view();
    }
}

/// A row and where it stands: what the reader looks at stays there while rows come and go around it.
pub struct Anchor {
    log: Element,
    row: Element,
    top: f64,
}

impl Anchor {
    /// The row in the middle of the view.
    pub fn take() -> Option<Anchor> {
        let log = log()?;
        let view = log.get_bounding_client_rect();
        let (x, y) = (view.x() + view.width() / 2.0, view.y() + view.height() / 2.0);
        let row = document().element_from_point(x as f32, y as f32)?.closest("li").ok()??;
        let top = row.get_bounding_client_rect().y();
        log.contains(Some(&row)).then_some(Anchor { log, row, top })
    }

    /// Moves the view so that the row stands where it stood.
    pub fn restore(&self) {
        if self.row.is_connected() {
            let moved = self.row.get_bounding_client_rect().y() - self.top;
            // By fractions: rows have them, and what is rounded each time adds up.
            self.log.scroll_by_with_x_and_y(0.0, moved);
        }
    }
}

/// Where the list with this `id` stands is kept for the next page of this tab.
pub fn keep_place(id: &str) {
    if let (Some(list), Some(storage)) = (document().get_element_by_id(id), session()) {
        // A full storage forgets a place.
        let _ = storage.set_item(id, &list.scroll_top().to_string());
    }
}

/// Puts the list with this `id` where it stood on the page before.
pub fn take_place(id: &str) {
    let kept = session().and_then(|storage| storage.get_item(id).ok().flatten());
    if let (Some(list), Some(top)) = (document().get_element_by_id(id), kept.and_then(|top| top.parse().ok()))
    {
        list.set_scroll_top(top);
    }
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// The first of these parts of the list with this `id` that stands below what is seen of it.
fn below(id: &str, parts: &str) -> Option<Element> {
    let list = document().get_element_by_id(id)?;
    let end = list.get_bounding_client_rect().bottom();
    let found = list.query_selector_all(parts).ok()?;
    let mut parts = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<Element>().ok());
    parts.find(|part| part.get_bounding_client_rect().top() >= end)
}

/// Some of these parts of the list stand below what is seen of it.
pub fn is_below(id: &str, parts: &str) -> bool {
    below(id, parts).is_some()
}

/// Brings the first of these parts that stands below into the view.
pub fn show_below(id: &str, parts: &str) {
    if let Some(part) = below(id, parts) {
        part.scroll_into_view();
    }
}
