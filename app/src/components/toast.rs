//! Says what became of something, offers to undo it, leaves.

use leptos::prelude::*;

use crate::app::Screen;
use crate::renewed;
use crate::state::people::Word;

/// What is being told. The region stands before its words come, or a screen reader would not tell them.
#[component]
pub fn Toast(screen: Screen) -> impl IntoView {
    let texts = &screen.texts().people;
    let (people, live) = (screen.room.people, screen.live);
    let words = move || match people.word() {
        None => String::new(),
        Some(Word::Done(deed)) => (texts.done)(&deed),
        Some(Word::Refused(problem)) => (texts.refused)(&problem),
        Some(Word::Unanswered) => texts.unanswered.to_owned(),
        Some(Word::Copied) => texts.copied.to_owned(),
    };
    let undo = move || match people.word() {
        Some(Word::Done(deed)) => deed.undo(),
        _ => None,
    };
    view! {
        <div class="toast__place" role="status" id="toast">
            <div class="toast" hidden=move || people.word().is_none()>
                <span class="toast__words">{move || renewed::words(words())}</span>
                <button
                    class="text-button"
                    type="button"
                    hidden=move || undo().is_none()
                    on:click=move |_| {
                        if let Some(deed) = undo() {
                            live.wants(deed);
                        }
                    }
                >
                    {texts.undo}
                </button>
            </div>
        </div>
    }
}
