//! What the page does before it is awake, and where it never wakes: Enter in the composer sends, as it does later.

use super::Assets;
use crate::browser::TOUCH;

/// The script. What the living page has done with the key, it leaves alone.
pub(super) fn script(assets: &Assets<'_>) -> String {
    let nonce = assets.nonce;
    format!(
        r#"<script nonce="{nonce}">addEventListener("keydown", (event) => {{
  const {{ key, target, shiftKey, ctrlKey, metaKey, isComposing, keyCode, defaultPrevented }} = event;
  if (key !== "Enter" || defaultPrevented || isComposing || keyCode === 229) return;
  if (!target.matches(".composer__input") || (!ctrlKey && !metaKey && (shiftKey || matchMedia("{TOUCH}").matches))) return;
  event.preventDefault();
  if (target.value.trim()) target.form.requestSubmit();
}});</script>"#
    )
}
