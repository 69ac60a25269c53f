//! The icons, once in each document, for `<use>`. From Lucide (ISC); only those that are used.

const SYMBOLS: [(&str, &str); 7] = [
    ("arrow-down", r#"<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>"#),
    ("arrow-up", r#"<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>"#),
    ("check", r#"<path d="M20 6 9 17l-5-5"/>"#),
    (
        "circle-alert",
        r#"<circle cx="12" cy="12" r="10"/><line x1="12" x2="12" y1="8" y2="12"/><line x1="12" x2="12.01" y1="16" y2="16"/>"#,
    ),
    ("clock", r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>"#),
    (
        "cloud-off",
        r#"<path d="M10.94 5.274A7 7 0 0 1 15.71 10h1.79a4.5 4.5 0 0 1 4.222 6.057"/><path d="M18.796 18.81A4.5 4.5 0 0 1 17.5 19H9A7 7 0 0 1 5.79 5.78"/><path d="m2 2 20 20"/>"#,
    ),
    ("menu", r#"<path d="M4 5h16"/><path d="M4 12h16"/><path d="M4 19h16"/>"#),
];

/// The sprite. It stands after the application, outside of what is hydrated.
pub(super) fn svg() -> String {
    let symbols: String = SYMBOLS
        .iter()
        .map(|(name, shape)| format!(r#"<symbol id="icon-{name}" viewBox="0 0 24 24">{shape}</symbol>"#))
        .collect();
    format!(r#"<svg aria-hidden="true" hidden>{symbols}</svg>"#)
}
