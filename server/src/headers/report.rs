//! `/csp-report`: browsers say what the content policy refused. Counted by directive, never echoed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::App;
use crate::guard::Client;

/// Directives counted by name; a report may name anything, and a counter per anything would grow for ever.
const DIRECTIVES: [&str; 14] = [
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "media-src",
    "font-src",
    "connect-src",
    "worker-src",
    "form-action",
    "frame-ancestors",
    "base-uri",
];

/// How often each directive refused something.
#[derive(Clone, Default)]
pub struct Reports(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Reports {
    /// The counts so far, by directive; `other` for the rest.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, directive: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(directive).or_default() += 1;
    }
}

/// Takes one report, in either of the two forms browsers send.
pub async fn take(State(app): State<App>, client: Client, body: Bytes) -> StatusCode {
    if !app.limits.report(client) {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let Ok(report) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let reports = report.as_array().map_or(std::slice::from_ref(&report), Vec::as_slice);
    for report in reports {
        let directive = directive(report);
        tracing::debug!(directive, "the content policy refused something");
        app.reports.count(directive);
    }
    StatusCode::NO_CONTENT
}

fn directive(report: &Value) -> &'static str {
    let old = &report["csp-report"];
    let named =
        [&old["effective-directive"], &old["violated-directive"], &report["body"]["effectiveDirective"]];
    let named = named.into_iter().find_map(Value::as_str).and_then(|text| text.split(' ').next());
    named.and_then(|named| DIRECTIVES.into_iter().find(|known| *known == named)).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_their_directive_and_anything_else_is_other() {
        for (report, expected) in [
            (serde_json::json!({"csp-report": {"effective-directive": "img-src"}}), "img-src"),
            (serde_json::json!({"csp-report": {"violated-directive": "style-src 'self'"}}), "style-src"),
            (
                serde_json::json!({"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem"}}),
                "script-src-elem",
            ),
            (serde_json::json!({"body": {"effectiveDirective": "<b>"}}), "other"),
            (serde_json::json!(7), "other"),
        ] {
            assert_eq!(directive(&report), expected, "{report}");
        }
    }
}
