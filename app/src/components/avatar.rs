//! A person, as a tile drawn from the person's id. The name is always near, so machines skip it.

use chat::Member;
use leptos::prelude::*;

use crate::tile::tile;

/// The tile of `member`. `class` is added to the avatar's own.
#[component]
pub fn Avatar(
    /// Whose it is.
    member: Member,
    /// More classes, for its size.
    #[prop(default = "")]
    class: &'static str,
    /// Whether the person is away, if that is to be said.
    #[prop(optional)]
    away: Option<Memo<bool>>,
) -> impl IntoView {
    let tile = tile(member.id.as_str());
    view! {
        <span class=classes(member.hue, tile.dark, class) aria-hidden="true">
            <svg class="avatar__tile" viewBox="0 0 8 8">
                <path d=tile.path></path>
            </svg>
            {away.map(|away| view! { <span class=move || presence(away.get())></span> })}
        </span>
    }
}

fn presence(away: bool) -> &'static str {
    if away { "avatar__presence avatar__presence--away" } else { "avatar__presence" }
}

/// A closed set: nothing a person chose becomes a class.
fn classes(hue: u8, dark: bool, class: &str) -> String {
    let mut classes = String::from("avatar");
    if (1..=9).contains(&hue) {
        classes.push_str(" avatar--hue-");
        classes.push(char::from(b'0' + hue));
    }
    if dark {
        classes.push_str(" avatar--dark");
    }
    if !class.is_empty() {
        classes.push(' ');
        classes.push_str(class);
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hue_out_of_range_is_the_first_one() {
        assert_eq!(classes(0, false, ""), "avatar");
        assert_eq!(classes(10, true, "avatar--small"), "avatar avatar--dark avatar--small");
        assert_eq!(classes(9, false, ""), "avatar avatar--hue-9");
    }
}
