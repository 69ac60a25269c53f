//! What was sent by a plain form and refused, given back to be changed and sent again. It works without script.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::plain::form;

/// The `id` of the field.
const FIELD: &str = "given-back";

/// A message that was refused.
#[derive(Clone, Debug)]
pub struct GivenBack {
    /// Where the form goes.
    pub action: String,
    /// What was written.
    pub text: String,
    /// What names the intent: sent again, it is the same one.
    pub key: Option<String>,
    /// Where the form leads afterwards.
    pub next: Option<String>,
}

impl GivenBack {
    /// Its view.
    pub fn view(self, lang: Lang) -> impl IntoView {
        let GivenBack { action, text, key, next } = self;
        let label = lang.plain().trouble.yours;
        let field = view! {
            <div class="field">
                <label class="field__label" for=FIELD>
                    {label}
                </label>
                <textarea class="field__input" id=FIELD name="body" rows="8" required dir="auto">
                    {form::lines(&text)}
                </textarea>
            </div>
        };
        let silent = [("key", key), ("next", next)];
        let silent = silent.into_iter().filter_map(|(name, value)| Some(form::hidden(name, value?)));
        let fields = std::iter::once(field.into_any()).chain(silent).collect();
        form::form(action, fields, vec![form::main_button(lang.texts().send)])
    }
}
