//! Dialogs that are in the document as popovers, so that they open without script: with it they are modal.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, MouseEvent};

use super::task;

/// Watches for as long as the page lives: a button of such a dialog opens or closes it, and so does a click beside it.
pub fn watch() {
    let handler = task::listener(|event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        if let Some(dialog) = target.dyn_ref::<HtmlDialogElement>() {
            if dialog.has_attribute("popover") && is_beside(event.unchecked_ref(), dialog) {
                dialog.close();
            }
            return;
        }
        let button = target.closest("[popovertarget]").ok().flatten();
        let id = button.as_ref().and_then(|button| button.get_attribute("popovertarget"));
        let dialog = id.and_then(|id| document().get_element_by_id(&id));
        let (Some(button), Some(Ok(dialog))) = (button, dialog.map(JsCast::dyn_into::<HtmlDialogElement>))
        else {
            return;
        };
        event.prevent_default();
        if dialog.open() {
            return dialog.close();
        }
        // What it was opened from closes first: the focus later goes back to the button of that.
        if let Ok(Some(menu)) = button.closest(":popover-open") {
            let _ = menu.unchecked_ref::<HtmlElement>().hide_popover();
        }
        // One that is open already stays open.
        let _ = dialog.show_modal();
    });
    // It does not fail with these arguments.
    let _ = document().add_event_listener_with_callback("click", &handler);
}

/// The click was on the veil: to the browser that belongs to the dialog.
fn is_beside(event: &MouseEvent, dialog: &HtmlDialogElement) -> bool {
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let place = dialog.get_bounding_client_rect();
    x < place.left() || x > place.right() || y < place.top() || y > place.bottom()
}
