//! A place with nothing in it yet: a wall with a gap, a title, one sentence, a way out.

use leptos::prelude::*;

use super::TileWall;

/// Says what is missing and what to do. The title is the page's own if the page holds nothing else.
#[component]
pub fn EmptyState(
    /// The heading.
    title: String,
    /// Below it.
    text: &'static str,
    /// It is the whole page.
    #[prop(default = false)]
    page: bool,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = if page {
        view! { <h1 class="empty-state__title">{title}</h1> }.into_any()
    } else {
        view! { <h2 class="empty-state__title">{title}</h2> }.into_any()
    };
    let acts = children.map(|children| view! { <div class="empty-state__acts">{children()}</div> });
    view! {
        <div class="empty-state">
            <TileWall />
            {heading}
            <p class="empty-state__text">{text}</p>
            {acts}
        </div>
    }
}
