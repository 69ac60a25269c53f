//! Under `cargo leptos watch` a page looks itself up again after each change. No other mode writes this.

use super::Assets;

/// The script that listens to the watcher: a new sheet takes the old one's place, anything else loads the page anew.
/// When the watcher starts the server again it hangs up, so the script comes back by itself.
pub(super) fn script(assets: &Assets<'_>) -> String {
    let (Some(port), css, nonce) = (assets.reload, assets.css, assets.nonce) else { return String::new() };
    format!(
        r#"<script type="module" nonce="{nonce}">const listen = () => {{
  const socket = new WebSocket(`ws://${{location.hostname}}:{port}/live_reload`);
  socket.onmessage = ({{ data }}) => {{
    const news = JSON.parse(data);
    if (news.css) document.querySelector('link[rel="stylesheet"]').href = `{css}?${{Date.now()}}`;
    else if (news.all || news.view) location.reload();
  }};
  socket.onclose = () => setTimeout(listen, 1000);
}};
listen();</script>"#
    )
}
