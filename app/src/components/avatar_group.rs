//! Some people standing together, as tiny tiles. Their names are near, so machines skip it.

use chat::Member;
use leptos::prelude::*;

use super::Avatar;

/// Most tiles of a group.
const MOST: usize = 3;

/// The first of `members`.
#[component]
pub fn AvatarGroup<'a>(
    /// Who stands together.
    members: &'a [Member],
) -> impl IntoView + use<> {
    let tiles = members.iter().take(MOST).map(|member| view! { <Avatar member=member.clone() tiny=true /> });
    view! {
        <span class="avatar-group" aria-hidden="true">
            {tiles.collect::<Vec<_>>()}
        </span>
    }
}
