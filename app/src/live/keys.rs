//! What keys do on the whole page.

use super::Live;
use crate::browser::document;
use crate::browser::keys::Pressed;
use crate::components::switcher;
use crate::i18n::join;

impl Live {
    /// A key was pressed. True if it did something, and so does nothing else.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser has keys"))]
    pub(super) fn pressed(self, pressed: &Pressed) -> bool {
        if pressed.ctrl && !pressed.alt && !pressed.shift && pressed.is("k", "KeyK") {
            switcher::open();
            return true;
        }
        let step = match pressed.key.as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            // What is open is closed first, by the browser.
            "Escape" if !pressed.composing && !document::has_popover() => {
                self.catch_up();
                return true;
            }
            _ => return false,
        };
        if !pressed.alt || pressed.ctrl {
            return false;
        }
        let path = self.rail.look().beside(step, pressed.shift).map(|room| join(&["/r/", room.id.as_str()]));
        path.inspect(|path| document::go(path)).is_some()
    }
}
