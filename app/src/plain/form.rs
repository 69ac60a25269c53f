//! The parts of a plain form. Every `id` and `name` is the page's own, never a person's word.

use leptos::prelude::*;

use crate::components::SmallIcon;

/// A field for a line of text.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its `id`, unique on the page.
    pub id: &'static str,
    /// The name it is sent under.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// What stands below it.
    pub hint: Option<&'static str>,
    /// `type` of the input.
    pub kind: &'static str,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
    /// What is in it.
    pub value: String,
    /// Most UTF-16 units the browser takes.
    pub max: usize,
    /// The form cannot be sent without it.
    pub required: bool,
    /// What is wrong with what was sent.
    pub wrong: Option<String>,
}

impl Field {
    /// A required line of text, sent under its `id`.
    pub fn text(id: &'static str, label: &'static str) -> Field {
        Field {
            id,
            name: id,
            label,
            hint: None,
            kind: "text",
            autocomplete: "off",
            value: String::new(),
            max: 80,
            required: true,
            wrong: None,
        }
    }

    /// The same with what is wrong, if that is told of the field with this `id`.
    pub fn told(self, wrong: &Option<(&'static str, String)>) -> Field {
        let wrong = wrong.iter().find(|(id, _)| *id == self.id).map(|(_, why)| why.clone());
        Field { wrong, ..self }
    }

    /// A required password; `autocomplete` says whether it is a new one.
    pub fn password(id: &'static str, label: &'static str, autocomplete: &'static str) -> Field {
        Field { kind: "password", autocomplete, max: 256, ..Field::text(id, label) }
    }

    /// The same, sent under another name than its `id`.
    pub fn sent_as(self, name: &'static str) -> Field {
        Field { name, ..self }
    }

    /// Its view.
    pub fn view(self) -> AnyView {
        let hint_id = self.hint.map(|_| [self.id, "-hint"].concat());
        let wrong_id = self.wrong.as_ref().map(|_| [self.id, "-wrong"].concat());
        let invalid = self.wrong.is_some();
        let described: Vec<_> = [wrong_id.clone(), hint_id].into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let wrong = self.wrong.map(|why| {
            view! {
                <p class="field__error" id=wrong_id>
                    <SmallIcon href="#icon-circle-alert" />
                    {why}
                </p>
            }
        });
        let hint = self.hint.map(|hint| {
            view! {
                <p class="field__hint" id=[self.id, "-hint"].concat()>
                    {hint}
                </p>
            }
        });
        view! {
            <div class="field">
                <label class="field__label" for=self.id>
                    {self.label}
                </label>
                <input
                    class="field__input"
                    id=self.id
                    name=self.name
                    type=self.kind
                    autocomplete=self.autocomplete
                    maxlength=self.max.to_string()
                    required=self.required
                    dir="auto"
                    value=self.value
                    aria-describedby=described
                    aria-invalid=invalid.then_some("true")
                    // The browser brings it into the view.
                    autofocus=invalid
                />
                {wrong}
                {hint}
            </div>
        }
        .into_any()
    }
}

/// What stands in a `textarea`: the library writes it as it is, and browsers take a line break at its beginning away.
pub fn lines(text: &str) -> String {
    ["\n", &text.replace('&', "&amp;").replace('<', "&lt;")].concat()
}

/// One of a few answers.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What is sent for it.
    pub value: &'static str,
    /// What it is called.
    pub text: &'static str,
    /// The language of that word, if it is another than the page's.
    pub lang: Option<&'static str>,
    /// It is the one that holds.
    pub chosen: bool,
}

/// A few answers in a row, of which one holds.
pub fn choices(name: &'static str, label: &'static str, choices: Vec<Choice>) -> AnyView {
    let choices: Vec<_> = choices
        .into_iter()
        .map(|Choice { value, text, lang, chosen }| {
            view! {
                <label class="choice-group__choice" lang=lang>
                    <input type="radio" name=name value=value checked=chosen />
                    {text}
                </label>
            }
        })
        .collect();
    view! {
        <div class="choice-group" role="radiogroup" aria-label=label>
            {choices}
        </div>
    }
    .into_any()
}

/// A value the form sends without showing it.
pub fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name value=value.into() /> }.into_any()
}

/// Something that has its name from `label` already, with the same word above it.
pub fn labelled(label: &'static str, inside: AnyView) -> AnyView {
    view! {
        <div class="field">
            <span class="field__label" aria-hidden="true">
                {label}
            </span>
            {inside}
        </div>
    }
    .into_any()
}

/// What has to be ticked before the form can be sent.
pub fn tick(name: &'static str, label: &'static str) -> AnyView {
    view! {
        <label class="switch">
            <span class="switch__label">{label}</span>
            <input class="switch__input" type="checkbox" name=name value="on" required />
        </label>
    }
    .into_any()
}

/// The button that sends the form it stands in, as the main thing to do there.
pub fn main_button(text: &'static str) -> AnyView {
    view! {
        <button class="button button--main" type="submit">
            {text}
        </button>
    }
    .into_any()
}

/// A button among others.
pub fn button(text: &'static str) -> AnyView {
    view! {
        <button class="button" type="submit">
            {text}
        </button>
    }
    .into_any()
}

/// The button of something that cannot be undone.
pub fn danger_button(text: &'static str) -> AnyView {
    view! {
        <button class="button button--danger" type="submit">
            {text}
        </button>
    }
    .into_any()
}

/// A form: its fields one below the other, and at its foot what sends it.
pub fn form(action: impl Into<String>, fields: Vec<AnyView>, buttons: Vec<AnyView>) -> AnyView {
    view! {
        <form class="plain-form" action=action.into() method="post">
            {fields}
            <div class="settings-section__acts">{buttons}</div>
        </form>
    }
    .into_any()
}

/// A form that is one button and what it says silently: for rows.
pub fn act(action: impl Into<String>, silent: Vec<AnyView>, button: AnyView) -> AnyView {
    view! {
        <form action=action.into() method="post">
            {silent}
            {button}
        </form>
    }
    .into_any()
}
