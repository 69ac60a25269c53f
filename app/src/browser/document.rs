//! The page itself.

use chat::mention::fold;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlInputElement, HtmlTextAreaElement,
    ScrollIntoViewOptions, ScrollLogicalPosition, VisibilityState, css,
};

/// So many characters of a text are looked at for its direction.
const FIRST: usize = 1_000;

/// The scheme, host and port the page came from.
pub fn origin() -> String {
    // Only an opaque document has none, and it runs no script of ours.
    window().location().origin().unwrap_or_default()
}

/// The element with this `id`.
pub fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Takes everything off the page that stands before the element with this `id`, and gives what was typed into its
/// fields, by their `id`.
pub fn clear_before(id: &str) -> Vec<(String, String)> {
    let mut typed = Vec::new();
    let Some(end) = element(id) else { return typed };
    while let Some(node) = end.previous_sibling() {
        if let Some(fields) = node
            .dyn_ref::<Element>()
            .and_then(|node| node.query_selector_all("textarea, input[type=text]").ok())
        {
            for at in 0..fields.length() {
                let field = fields.get(at).map(JsCast::unchecked_into::<HtmlTextAreaElement>);
                typed.extend(
                    field.map(|field| (field.id(), field.value())).filter(|(_, text)| !text.is_empty()),
                );
            }
        }
        if end.parent_node().is_none_or(|parent| parent.remove_child(&node).is_err()) {
            break;
        }
    }
    typed
}

/// Types into the fields of a new page what was in the same ones of the page before.
pub fn type_again(typed: &[(String, String)]) {
    for (id, text) in typed {
        set_value(id, text);
    }
}

/// The text of the element with this `id`.
pub fn text_of(id: &str) -> Option<String> {
    document().get_element_by_id(id)?.text_content()
}

/// The browser keeps cookies for this site.
pub fn keeps_cookies() -> bool {
    let enabled = js_sys::Reflect::get(&window().navigator(), &"cookieEnabled".into());
    // A browser that does not say is asked by the server.
    enabled.map_or(true, |enabled| enabled.as_bool().unwrap_or(true))
}

/// The reader can see the page.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// The reader can see the page, and it has the keyboard.
pub fn is_watched() -> bool {
    is_visible() && document().has_focus().unwrap_or(false)
}

/// Something is open over the page.
pub fn has_popover() -> bool {
    document().query_selector(":popover-open, dialog[open]").ok().flatten().is_some()
}

/// Says in the window's title and icon what calls for the reader.
pub fn set_title(title: &str, calls: bool) {
    document().set_title(title);
    let Some(icon) = document().get_element_by_id("icon") else { return };
    let usual = icon.get_attribute("data-usual").or_else(|| icon.get_attribute("href")).unwrap_or_default();
    // Setting an attribute cannot fail with these names.
    let _ = icon.set_attribute("data-usual", &usual);
    let href = if calls { icon.get_attribute("data-new").unwrap_or(usual) } else { usual };
    let _ = icon.set_attribute("href", &href);
}

/// The reader points with a finger: Enter is then a key for breaking lines, and focus opens a keyboard.
pub fn has_touch() -> bool {
    window().match_media(super::TOUCH).ok().flatten().is_some_and(|query| query.matches())
}

/// Goes to another page.
pub fn go(path: &str) {
    // The worst that can happen is that nothing happens.
    let _ = window().location().assign(path);
}

/// What is in the field with this `id`, one line or many.
pub fn value_of(id: &str) -> String {
    let Some(field) = document().get_element_by_id(id) else { return String::new() };
    // Both kinds of fields have a `value`, and so does nothing else that is asked for here.
    field.unchecked_into::<HtmlTextAreaElement>().value()
}

/// Writes into the field with this `id`.
pub fn set_value(id: &str, text: &str) {
    if let Some(field) = document().get_element_by_id(id) {
        field.unchecked_into::<HtmlTextAreaElement>().set_value(text);
    }
}

/// Gives the field with this `id` as many rows as its text has, where the style sheet cannot.
pub fn grow(id: &str, most: u32) {
    if css::supports_with_value("field-sizing", "content").unwrap_or_default() {
        return;
    }
    let Some(field) = document().get_element_by_id(id) else { return };
    let field: HtmlTextAreaElement = field.unchecked_into();
    field.set_rows(1);
    while field.scroll_height() > field.client_height() && field.rows() < most {
        field.set_rows(field.rows() + 1);
    }
}

/// Writes the field with this `id` in the direction of `text`: of the first letter that has one. The browser's own
/// rule looks at all of it, each time, and takes seconds for what somebody may paste.
pub fn set_direction(id: &str, text: &str) {
    let Some(field) = element(id) else { return };
    let direction = text.chars().take(FIRST).find_map(direction).unwrap_or("ltr");
    if field.get_attribute("dir").as_deref() != Some(direction) {
        // Setting an attribute cannot fail with these names.
        let _ = field.set_attribute("dir", direction);
    }
}

/// The direction of a letter, if it has one.
fn direction(c: char) -> Option<&'static str> {
    match c {
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' if c.is_alphabetic() => {
            Some("rtl")
        }
        '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}' if c.is_alphabetic() => Some("rtl"),
        c if c.is_alphabetic() => Some("ltr"),
        _ => None,
    }
}

/// The box or choice with this `id` is chosen.
pub fn is_checked(id: &str) -> bool {
    let Some(field) = document().get_element_by_id(id) else { return false };
    field.unchecked_into::<HtmlInputElement>().checked()
}

/// Brings the element with this `id` into the view of its list, as little as it takes.
pub fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The parts of the element with this `id` that can be seen.
fn seen(id: &str, parts: &str) -> Vec<HtmlElement> {
    let Some(element) = document().get_element_by_id(id) else { return Vec::new() };
    let Ok(found) = element.query_selector_all(parts) else { return Vec::new() };
    (0..found.length())
        .filter_map(|at| found.get(at).map(JsCast::unchecked_into))
        .filter(|part: &HtmlElement| part.offset_height() > 0)
        .collect()
}

/// Moves the focus to the next of those parts whose words begin with this letter; around at the end. False if none does.
pub fn focus_lettered(id: &str, parts: &str, letter: &str) -> bool {
    let mut parts = seen(id, parts);
    let active = document().active_element();
    let at = parts.iter().position(|part| active.as_ref() == Some(part.as_ref()));
    parts.rotate_left(at.map_or(0, |at| at + 1));
    let wanted = fold(letter);
    let found =
        parts.iter().find(|part| fold(part.text_content().unwrap_or_default().trim()).starts_with(&wanted));
    // Focusing cannot fail.
    found.map(|part| part.focus()).is_some()
}

/// Moves the focus by `step` among the parts of the element with this `id` that can be seen; around at the ends.
pub fn focus_among(id: &str, parts: &str, step: i32) {
    let parts = seen(id, parts);
    let Some(last) = parts.len().checked_sub(1) else { return };
    let active = document().active_element();
    let at = parts.iter().position(|part| active.as_ref() == Some(part.as_ref()));
    let to = match (step, at) {
        (i32::MIN, _) | (1, None) => 0,
        (i32::MAX, _) | (_, None) => last,
        (1, Some(at)) => {
            if at == last {
                0
            } else {
                at + 1
            }
        }
        (_, Some(at)) => at.checked_sub(1).unwrap_or(last),
    };
    // Focusing cannot fail.
    let _ = parts[to].focus();
}

/// Moves the focus to the element with this `id`.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        // Focusing cannot fail; an element that takes no focus ignores it.
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Puts a text on the clipboard, where the browser allows it.
pub fn copy(text: &str) {
    // Nothing is waited for: a clipboard that is denied stays as it was.
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        copy_selected(text);
    } else {
        let _ = clipboard.write_text(text);
    }
}

/// The old way: a page that came without TLS from another machine has no clipboard.
fn copy_selected(text: &str) {
    let (Some(body), Ok(field)) = (document().body(), document().create_element("textarea")) else { return };
    let field: HtmlTextAreaElement = field.unchecked_into();
    field.set_value(text);
    if body.append_child(&field).is_ok() {
        field.select();
        let _ = document().unchecked_into::<HtmlDocument>().exec_command("copy");
        field.remove();
    }
}

/// Opens the dialog with this `id` over everything else.
pub fn show_modal(id: &str) {
    if let Some(dialog) = document().get_element_by_id(id) {
        // One that is open already stays open.
        let _ = dialog.unchecked_into::<HtmlDialogElement>().show_modal();
    }
}

/// Closes the dialog with this `id`; the focus goes back to where it was.
pub fn close_modal(id: &str) {
    if let Some(dialog) = document().get_element_by_id(id) {
        dialog.unchecked_into::<HtmlDialogElement>().close();
    }
}

/// Hides the popover with this `id`, a dialog's too.
pub fn hide_popover(id: &str) {
    if let Some(popover) = document().get_element_by_id(id) {
        if let Some(dialog) = popover.dyn_ref::<HtmlDialogElement>() {
            dialog.close();
        }
        // One that is not open stays closed.
        let _ = popover.unchecked_into::<HtmlElement>().hide_popover();
    }
}

/// The popover or the modal dialog with this `id` is open.
pub fn is_open(id: &str) -> bool {
    let opened = document().get_element_by_id(id);
    opened.is_some_and(|opened| opened.matches(":popover-open, :modal").unwrap_or_default())
}

/// The reader came by a link or a form of our own, and nothing on the page has the focus.
pub fn has_arrived() -> bool {
    let (referrer, origin) = (document().referrer(), origin());
    let ours = referrer.strip_prefix(&origin).is_some_and(|path| path.starts_with('/'));
    ours && document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}

/// The pointer or the focus is within the element with this `id`.
pub fn is_attended(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    element.is_some_and(|element| element.matches(":hover, :focus-within").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_runs_as_its_first_letter_does() {
        let of = |text: &str| text.chars().find_map(direction);
        for (text, direction) in [
            ("oi שלום", Some("ltr")),
            ("123 - שלום oi", Some("rtl")),
            ("(مرحبا)", Some("rtl")),
            ("🎉 123", None),
            ("", None),
            ("你好", Some("ltr")),
        ] {
            assert_eq!(of(text), direction, "{text}");
        }
    }
}
