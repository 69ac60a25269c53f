//! A person, as a tile drawn from the person's id. The name is always near, so machines skip it.

use chat::Member;
use leptos::prelude::*;

use crate::tile::tile;

/// The tile of `member`.
#[component]
pub fn Avatar(
    /// Whose it is.
    member: Member,
    /// Beside words, as small as they are.
    #[prop(optional)]
    tiny: bool,
    /// In a line of a list.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let tile = tile(member.id.as_str());
    let mut class = classes(member.hue, tile.dark);
    for (word, applies) in [(" avatar--tiny", tiny), (" avatar--small", small)] {
        if applies {
            class.push_str(word);
        }
    }
    view! {
        <span class=class aria-hidden="true">
            <svg class="avatar__tile" viewBox="0 0 8 8">
                <path d=tile.path></path>
            </svg>
        </span>
    }
}

/// The classes of a tile: a closed set, nothing a person chose becomes a class.
pub(super) fn classes(hue: u8, dark: bool) -> String {
    let mut classes = String::from("avatar");
    if (1..=9).contains(&hue) {
        classes.push_str(" avatar--hue-");
        classes.push(char::from(b'0' + hue));
    }
    if dark {
        classes.push_str(" avatar--dark");
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hue_out_of_range_is_the_first_one() {
        assert_eq!(classes(0, false), "avatar");
        assert_eq!(classes(10, true), "avatar avatar--dark");
        assert_eq!(classes(9, false), "avatar avatar--hue-9");
    }
}
