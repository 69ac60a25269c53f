//! How many: a plain number for what is unread, a filled shape for what calls the reader.

use leptos::prelude::*;

use crate::app::Screen;
use crate::renewed;

/// A number with its hidden words. Of zero nothing is shown.
#[component]
pub fn CountBadge(
    /// What every component can reach.
    screen: Screen,
    /// How many.
    count: u64,
    /// They call the reader.
    call: bool,
) -> impl IntoView {
    let texts = screen.texts();
    let words = if call { texts.calling } else { texts.unread };
    view! {
        <span class=if call { "count-badge count-badge--call" } else { "count-badge" } hidden=count == 0>
            <span>{renewed::words(count.to_string())}</span>
            <span class="u-hidden">{renewed::words(words(count))}</span>
        </span>
    }
}
