//! A finger that stays on a message: it calls the message's menu, as the button beside it does.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

use super::{clock, task};

/// So long a finger stays, in milliseconds.
const HOLD_MS: i64 = 400;

/// So far it may move, in pixels.
const SLOP: i32 = 10;

/// A finger on the glass.
#[derive(Clone, Copy, PartialEq)]
struct Finger {
    id: i32,
    x: i32,
    y: i32,
    /// Tells one touch from the next.
    turn: u32,
}

/// Watches for as long as the page lives. `button` is the one that calls the menu `menu`.
pub fn watch(button: &'static str, menu: &'static str) {
    let finger = Rc::new(Cell::new(None::<Finger>));
    let opened = Rc::new(Cell::new(false));
    let turn = Cell::new(0_u32);
    let down = {
        let (finger, opened) = (finger.clone(), opened.clone());
        move |event: &PointerEvent| {
            finger.set(None);
            opened.set(false);
            turn.set(turn.get().wrapping_add(1));
            let row = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let row = row.and_then(|target| target.closest("article").ok().flatten());
            let Some(row) = row.filter(|_| event.pointer_type() == "touch" && event.is_primary()) else {
                return;
            };
            let id = event.pointer_id();
            let now = Finger { id, x: event.client_x(), y: event.client_y(), turn: turn.get() };
            finger.set(Some(now));
            let (finger, opened) = (finger.clone(), opened.clone());
            clock::after(HOLD_MS, move || {
                if finger.get() == Some(now) {
                    opened.set(open(&row, button, menu, id));
                }
            });
        }
    };
    listen("pointerdown", down);
    let held = finger.clone();
    listen("pointermove", move |event| {
        let moved = |Finger { x, y, .. }: &Finger| {
            (event.client_x() - x).abs() > SLOP || (event.client_y() - y).abs() > SLOP
        };
        held.set(held.get().filter(|finger| !moved(finger)));
    });
    for end in ["pointerup", "pointercancel"] {
        let held = finger.clone();
        listen(end, move |_| held.set(None));
    }
    // The browser's own menu would come a moment later, and a click on what now is under the finger.
    for after in ["contextmenu", "touchend"] {
        let opened = opened.clone();
        listen(after, move |event| {
            if opened.get() {
                event.prevent_default();
            }
        });
    }
}

/// Presses the row's button. False if it has none.
fn open(row: &Element, button: &str, menu: &str, finger: i32) -> bool {
    let Ok(Some(button)) = row.query_selector(button) else { return false };
    button.unchecked_ref::<HtmlElement>().click();
    // Lifting the finger from what is under the menu would close it again.
    if let Some(menu) = document().get_element_by_id(menu) {
        // A finger that is gone closes nothing.
        let _ = menu.set_pointer_capture(finger);
    }
    true
}

fn listen(name: &str, mut heard: impl FnMut(&PointerEvent) + 'static) {
    let handler = task::listener(move |event| heard(event.unchecked_ref()));
    // It does not fail with these arguments.
    let _ = document().add_event_listener_with_callback(name, &handler);
}
