//! What a browser keeps for a person goes with the person: drafts, and messages that wait to be sent. Those are asked
//! about first. The account page does it, where one signs out; without script nothing is kept that could wait.

use crate::i18n::Lang;
use crate::shell::Assets;

/// The script, for the person `author`, whose sign-out is the form at `/sign-out`.
///
/// The names are those of `browser::disk`, `browser::store` and `live::tabs`. A database that does not answer in three
/// seconds keeps nobody here; one that is not there is not made.
pub(super) fn script(lang: Lang, author: &str, assets: &Assets<'_>) -> String {
    let words =
        serde_json::to_string(&lang.plain().account.waiting).unwrap_or_default().replace('<', "\\u003c");
    let author = serde_json::to_string(author).unwrap_or_default().replace('<', "\\u003c");
    let nonce = assets.nonce;
    format!(
        r#"<script type="module" nonce="{nonce}">const author = {author}, words = {words};
const own = (text) => {{ try {{ const row = JSON.parse(text); return row.author === author ? row : undefined; }} catch {{ }} }};
const each = (act) => new Promise((done) => {{
  setTimeout(done, 3000);
  try {{
    const opening = indexedDB.open("chat-moderno");
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = done;
    opening.onsuccess = () => {{ try {{
      const work = opening.result.transaction("outbox", "readwrite");
      work.oncomplete = work.onabort = done;
      work.objectStore("outbox").openCursor().onsuccess = ({{ target: {{ result: cursor }} }}) => {{
        if (!cursor) return;
        const row = own(cursor.value);
        if (row) act(row, () => cursor.delete());
        cursor.continue();
      }};
    }} catch {{ done(); }} }};
  }} catch {{ done(); }}
  try {{ for (const [key, text] of Object.entries(localStorage)) {{
    const row = key.startsWith("outbox:") ? own(text) : undefined;
    if (row) act(row, () => localStorage.removeItem(key));
  }} }} catch {{ }}
}});
let sure = false;
addEventListener("submit", async (event) => {{
  const form = event.target;
  if (form.getAttribute("action") !== "/sign-out" || sure) return;
  event.preventDefault();
  const waiting = new Set();
  await each((row) => {{ if (row.accepted === undefined && row.refused === undefined) waiting.add(row.key); }});
  const many = waiting.size;
  if (many > 0 && !confirm(words[many > 1 ? 1 : 0].replace("{{}}", many))) return;
  let tabs; try {{ tabs = new BroadcastChannel(`outbox:${{author}}`); }} catch {{ }}
  await each((row, remove) => {{ remove(); tabs?.postMessage(row.key); }});
  for (const kind of ["localStorage", "sessionStorage"]) try {{
    const kept = window[kind];
    for (const key of Object.keys(kept)) if (key.startsWith(`draft:${{author}}:`)) kept.removeItem(key);
  }} catch {{ }}
  sure = true;
  form.requestSubmit();
}});</script>"#
    )
}
