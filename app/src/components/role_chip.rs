//! What a person may do here, beside the name. Most people need no word.

use chat::Role;
use leptos::prelude::*;

use crate::app::Screen;

/// The word for `role`; nothing for a member or a guest without more to say.
#[component]
pub fn RoleChip(
    /// What every component can reach.
    screen: Screen,
    /// The role.
    role: Role,
) -> impl IntoView {
    let [owner, admin, moderator, _, _] = screen.texts().roles;
    let chip = match role {
        Role::Owner => Some(("role-chip role-chip--owner", owner)),
        Role::Admin => Some(("role-chip", admin)),
        Role::Moderator => Some(("role-chip", moderator)),
        // Everybody is a guest until accounts can be kept: a chip on every line would say nothing.
        Role::Member | Role::Guest => None,
    };
    chip.map(|(class, word)| view! { <span class=class>{word}</span> })
}
