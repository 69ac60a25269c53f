//! The left rail: the house, its rooms, and you at its foot. A drawer on a phone, by `popover`, without script.

use leptos::prelude::*;

use super::{AppMark, MeCard, RoomLink};
use crate::app::Screen;
use crate::frozen::frozen;
use crate::page::{Frame, Page};

/// The rail.
#[component]
pub fn RoomRail<'a>(
    /// What every component can reach.
    screen: Screen,
    /// What it leads to.
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    view! {
        <nav class="room-rail" id="rooms" popover="auto" aria-label=texts.rail>
            {frozen(|| {
                view! {
                    <div class="room-rail__top">
                        <a class="room-rail__home" href="/">
                            <AppMark />
                            <span class="u-truncate">{texts.product}</span>
                        </a>
                    </div>
                }
            })}
            {frozen(|| view! { <Rooms screen frame=page.frame().clone() /> })}
            <div class="room-rail__foot">
                <MeCard screen />
            </div>
        </nav>
    }
}

#[component]
fn Rooms(
    /// What every component can reach.
    screen: Screen,
    frame: Frame,
) -> impl IntoView {
    let here = frame.room.id;
    let links = frame.rooms.into_iter().map(|room| {
        let here = room.id == here;
        view! {
            <li>
                <RoomLink room here />
            </li>
        }
    });
    view! {
        <div class="room-rail__rooms">
            <div class="room-rail__heading">
                <h2 id="rooms-title">{screen.texts().rooms}</h2>
            </div>
            <ul aria-labelledby="rooms-title">{links.collect_view()}</ul>
        </div>
    }
}
