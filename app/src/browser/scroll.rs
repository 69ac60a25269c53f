//! The list's scroller. It is a reversed column: 0 is the newest message, and the way to the past is negative.

use leptos::prelude::document;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

/// So near the end, in pixels, the view follows it.
const AT_END: i32 = 100;

/// So near an edge, in pixels, more is loaded.
const NEAR: i32 = 1_200;

/// The view is at the newest row.
pub fn at_end(log: &Element) -> bool {
    -log.scroll_top() < AT_END
}

/// The newest row drawn is near.
pub fn near_end(log: &Element) -> bool {
    -log.scroll_top() < NEAR
}

/// The oldest row drawn is near.
pub fn near_start(log: &Element) -> bool {
    log.scroll_height() - log.client_height() + log.scroll_top() < NEAR
}

/// Goes to the newest row.
pub fn to_end(log: &Element) {
    log.set_scroll_top(0);
}

/// Brings the element with this `id` into the middle of the view.
pub fn into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// A row and where it stands: what the reader looks at stays there while rows come and go around it.
pub struct Anchor {
    row: Element,
    top: f64,
}

impl Anchor {
    /// The row in the middle of the view.
    pub fn take(log: &Element) -> Option<Anchor> {
        let view = log.get_bounding_client_rect();
        let (x, y) = (view.x() + view.width() / 2.0, view.y() + view.height() / 2.0);
        let row = document().element_from_point(x as f32, y as f32)?.closest("li").ok()??;
        let top = row.get_bounding_client_rect().y();
        log.contains(Some(&row)).then_some(Anchor { row, top })
    }

    /// Moves the view so that the row stands where it stood.
    pub fn restore(&self, log: &Element) {
        if self.row.is_connected() {
            let moved = self.row.get_bounding_client_rect().y() - self.top;
            if moved.abs() >= 1.0 {
                log.set_scroll_top(log.scroll_top() + moved.round() as i32);
            }
        }
    }
}
