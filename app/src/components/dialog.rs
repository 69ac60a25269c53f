//! Asks before what cannot be undone. The focus is on the button that does nothing.

use leptos::prelude::*;

use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::live::deeds::{QUESTION, REASON};
use crate::renewed;
use crate::state::Deed;

/// The one dialog, for whatever is asked.
#[component]
pub fn Dialog(screen: Screen) -> impl IntoView {
    let texts = &screen.texts().people;
    let (people, live) = (screen.room.people, screen.live);
    let words = move || people.question().map(|deed| (texts.question)(&deed));
    let title = move || words().map_or_else(String::new, |(title, _)| title);
    let text = move || words().map_or_else(String::new, |(_, text)| text.to_owned());
    let yes = move || people.question().map_or_else(String::new, |deed| (texts.deed)(&deed).to_owned());
    let reason = move || matches!(people.question(), Some(Deed::Report(_)));
    view! {
        <dialog class="dialog" id=QUESTION aria-labelledby="question-title">
            <h2 class="dialog__title" id="question-title">
                {move || renewed::words(title())}
            </h2>
            <p class="dialog__text">{move || renewed::words(text())}</p>
            <div class="dialog__body" hidden=move || !reason()>
                {frozen(|| {
                    view! {
                        <label class="dialog__label" for=REASON>
                            {texts.reason}
                        </label>
                    }
                })}
                {frozen(|| {
                    view! {
                        <textarea class="field__input" id=REASON rows="2" maxlength="500" dir="auto"></textarea>
                    }
                })}
            </div>
            <div class="dialog__acts">
                <button
                    class="button"
                    type="button"
                    autofocus
                    on:click=move |_| document::close_modal(QUESTION)
                >
                    {texts.cancel}
                </button>
                <button class="button button--danger-main" type="button" on:click=move |_| live.confirm()>
                    {move || renewed::words(yes())}
                </button>
            </div>
        </dialog>
    }
}
