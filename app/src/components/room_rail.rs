//! The left rail: the house, its rooms, and you at its foot. A drawer on a phone, by `popover`, without script.

use chat::RoomId;
use leptos::prelude::*;
use protocol::view::Room;

use super::{AppMark, MeCard, RoomLink};
use crate::app::texts;

/// The rail.
#[component]
pub fn RoomRail(
    /// The rooms one may go to.
    rooms: Vec<Room>,
    /// The one on the screen.
    here: RoomId,
) -> impl IntoView {
    let texts = texts();
    let links = rooms
        .into_iter()
        .map(|room| {
            let here = room.id == here;
            view! {
                <li>
                    <RoomLink room here />
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="room-rail" id="rooms" popover="auto" aria-label=texts.rail>
            <div class="room-rail__top">
                <a class="room-rail__home" href="/">
                    <AppMark />
                    <span class="u-truncate">{texts.product}</span>
                </a>
            </div>
            <div class="room-rail__rooms">
                <div class="room-rail__heading">
                    <h2 id="rooms-title">{texts.rooms}</h2>
                </div>
                <ul aria-labelledby="rooms-title">{links}</ul>
            </div>
            <div class="room-rail__foot">
                <MeCard />
            </div>
        </nav>
    }
}
