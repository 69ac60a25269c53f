//! The heading of a day in the list.

use leptos::prelude::*;

use crate::app::Screen;
use crate::calendar::Date;
use crate::renewed::words;

/// Heads the messages of a day.
#[component]
pub fn DaySeparator(
    /// What every component can reach.
    screen: Screen,
    /// Days since 1 January 1970.
    day: i64,
) -> impl IntoView {
    let texts = screen.texts();
    let today = screen.room.today;
    view! {
        <li class="day-separator">
            <h2 class="day-separator__day">
                <time datetime=Date::of(day).iso()>{move || words(texts.day(day, today.get()))}</time>
            </h2>
        </li>
    }
}
