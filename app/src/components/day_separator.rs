//! The heading of a day in the list.

use leptos::prelude::*;

use crate::app::{room, texts};
use crate::calendar::Date;

/// Heads the messages of a day.
#[component]
pub fn DaySeparator(
    /// Days since 1 January 1970.
    day: i64,
) -> impl IntoView {
    let texts = texts();
    let today = room().today;
    view! {
        <li class="day-separator">
            <h2 class="day-separator__day">
                <time datetime=Date::of(day).iso()>{move || texts.day(day, today.get())}</time>
            </h2>
        </li>
    }
}
