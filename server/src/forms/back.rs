//! Where a form goes back to: a path of this site, whatever the request says (docs/threats.md attack 10).

/// Longest path followed, in bytes.
const MAX_LEN: usize = 200;

/// `next` if it is a path of this site, else `usual`.
pub(crate) fn page(next: Option<&str>, usual: &str) -> String {
    match next {
        Some(next) if is_path(next) => next.to_owned(),
        _ => usual.to_owned(),
    }
}

/// `page` with the code of a refusal.
pub(crate) fn refused(page: &str, code: &str) -> String {
    let path = page.split(['?', '#']).next().unwrap_or(page);
    format!("{path}?refused={code}")
}

/// Most bytes of what was typed that go back.
pub(crate) const MAX_TYPED: usize = 256;

/// The same with what was typed, to be changed and sent again: the page's field holds it.
pub(crate) fn refused_typed(page: &str, code: &str, typed: &str) -> String {
    let mut back = refused(page, code);
    if (1..=MAX_TYPED).contains(&typed.len()) {
        back.push_str("&typed=");
        back.extend(form_urlencoded::byte_serialize(typed.as_bytes()));
    }
    back
}

/// One slash and then neither a second one nor anything a browser would read as one.
fn is_path(text: &str) -> bool {
    text.len() <= MAX_LEN
        && text.starts_with('/')
        && !text[1..].starts_with(['/', '\\'])
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_site_is_followed() {
        for path in ["/", "/r/lobby", "/r/lobby/7?a=b#c"] {
            assert_eq!(page(Some(path), "/x"), path);
        }
    }

    #[test]
    fn anything_else_is_not() {
        let long = format!("/{}", "a".repeat(MAX_LEN));
        for bad in ["", "r", "//evil", "/\\evil", "\\evil", "https://evil", "/\t/evil", "/a\nb", "/ç", &long]
        {
            assert_eq!(page(Some(bad), "/x"), "/x", "{bad:?}");
        }
        assert_eq!(page(None, "/x"), "/x");
    }

    #[test]
    fn what_was_typed_goes_back_and_ends_nothing() {
        assert_eq!(
            refused_typed("/r/x", "empty", "á &\r\n#"),
            "/r/x?refused=empty&typed=%C3%A1+%26%0D%0A%23"
        );
        assert_eq!(refused_typed("/r/x", "too_long", &"x".repeat(257)), "/r/x?refused=too_long");
    }

    #[test]
    fn a_refusal_takes_the_place_of_an_earlier_one() {
        assert_eq!(refused("/r/lobby?refused=empty#end", "too_long"), "/r/lobby?refused=too_long");
    }
}
