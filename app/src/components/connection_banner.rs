//! The truth about the line, said calmly. The composer works on.

use leptos::either::EitherOf4;
use leptos::prelude::*;

use super::Icon;
use crate::app::{live, room, texts};
use crate::state::Line;

/// Says that there is no connection, and that there is one again.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let texts = texts();
    let (room, live) = (room(), live());
    let lost = move || {
        view! {
            <div class="connection-banner">
                <Icon href="#icon-cloud-off" />
                <p class="connection-banner__text">{texts.line_lost}</p>
                <button class="text-button" type="button" on:click=move |_| live.try_now()>
                    {texts.try_now}
                </button>
            </div>
        }
    };
    let ended = move || {
        view! {
            <div class="connection-banner">
                <Icon href="#icon-cloud-off" />
                <p class="connection-banner__text">{texts.line_ended}</p>
                <a class="text-button" href="">
                    {texts.reload}
                </a>
            </div>
        }
    };
    let back = move |sent, received| {
        view! {
            <div class="connection-banner connection-banner--back">
                <Icon href="#icon-check" />
                <p class="connection-banner__text">{(texts.line_back)(sent, received)}</p>
            </div>
        }
    };
    // The region stands before its words come, or a screen reader would not tell them.
    view! {
        <div role="status">
            {move || match room.line.get() {
                Line::Lost => EitherOf4::A(lost()),
                Line::Ended => EitherOf4::B(ended()),
                Line::Back { sent, received } => EitherOf4::C(back(sent, received)),
                Line::Waiting | Line::Up => EitherOf4::D(()),
            }}
        </div>
    }
}
