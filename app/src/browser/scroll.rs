//! The list's scroller. It is a reversed column: 0 is the newest message, and the way to the past is negative.

use leptos::prelude::document;
use web_sys::Element;

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
