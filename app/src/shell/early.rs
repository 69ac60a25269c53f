//! What the page does before it is awake, and where it never wakes: it tells the server its zone, and Enter in the
//! composer sends, as it does later.

use super::Assets;
use crate::browser::TOUCH;

/// The cookie in which the page tells how many minutes east of UTC its reader is.
pub const ZONE_COOKIE: &str = "cm_zone";

/// The script. What the living page has done with the key, it leaves alone.
pub(super) fn script(assets: &Assets<'_>) -> String {
    let nonce = assets.nonce;
    format!(
        r#"<script nonce="{nonce}">document.cookie = `{ZONE_COOKIE}=${{-new Date().getTimezoneOffset()}}; Path=/; SameSite=Lax; Max-Age=31536000${{location.protocol === "https:" ? "; Secure" : ""}}`;
addEventListener("keydown", (event) => {{
  const {{ key, target, shiftKey, ctrlKey, metaKey, isComposing, keyCode, defaultPrevented }} = event;
  if (key !== "Enter" || defaultPrevented || isComposing || keyCode === 229) return;
  if (!target.matches(".composer__input") || (!ctrlKey && !metaKey && (shiftKey || matchMedia("{TOUCH}").matches))) return;
  event.preventDefault();
  if (target.value.trim()) target.form.requestSubmit();
}});</script>"#
    )
}
