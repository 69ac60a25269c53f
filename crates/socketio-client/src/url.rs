//! The addresses of both transports. The origin is checked by whoever opens it: there is no URL parser here.

use crate::Options;

/// Where a session connects to.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The address of a WebSocket.
    pub(crate) websocket: String,
    /// The address of requests by HTTP, without the session's id.
    pub(crate) polling: String,
    /// The host is `localhost`, which is reached without a network.
    pub(crate) local: bool,
}

/// `None` if the address has another scheme than `http`, `https`, `ws`, `wss`, or no host.
pub(crate) fn endpoint(options: &Options) -> Option<Endpoint> {
    // By one character: searching for a text brings a searcher into the page that nothing else needs.
    let (scheme, rest) = options.url.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let secure = match scheme {
        "http" | "ws" => false,
        "https" | "wss" => true,
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.is_empty() {
        return None;
    }
    let mut query = String::new();
    for (key, value) in &options.query {
        if !["EIO", "transport", "sid", "t"].contains(&key.as_str()) {
            query.push('&');
            escape(key, &mut query);
            query.push('=');
            escape(value, &mut query);
        }
    }
    let path = if path.is_empty() { "socket.io" } else { path.trim_end_matches('/') };
    let address = |scheme: &str, transport: &str| {
        let tls = if secure { "s" } else { "" };
        [scheme, tls, "://", authority, "/", path, "/?EIO=4&transport=", transport, &query].concat()
    };
    let (websocket, polling) = (address("ws", "websocket"), address("http", "polling"));
    Some(Endpoint { websocket, polling, local: host(authority).eq_ignore_ascii_case("localhost") })
}

fn host(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') { host } else { host.split(':').next().unwrap_or(host) }
}

/// As `encodeURIComponent` does.
pub(crate) fn escape(text: &str, url: &mut String) {
    const HEX: [u8; 16] = *b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(HEX[usize::from(byte >> 4)]));
            url.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(origin: &str) -> Option<String> {
        endpoint(&Options::new(origin)).map(|endpoint| endpoint.websocket)
    }

    fn is_local(origin: &str) -> bool {
        endpoint(&Options::new(origin)).unwrap().local
    }

    #[test]
    fn an_origin_becomes_the_websocket_address_of_the_default_path() {
        let tail = "/socket.io/?EIO=4&transport=websocket";
        for (origin, start) in [
            ("http://chat.example", "ws://chat.example"),
            ("https://chat.example/", "wss://chat.example"),
            ("ws://127.0.0.1:5000", "ws://127.0.0.1:5000"),
            ("wss://[::1]:5000/?a=b#c", "wss://[::1]:5000"),
        ] {
            assert_eq!(url(origin), Some(format!("{start}{tail}")), "{origin}");
        }
    }

    #[test]
    fn a_path_is_kept_and_ends_in_one_slash() {
        let expected = Some("ws://h/a/b/?EIO=4&transport=websocket".to_owned());
        assert_eq!(url("http://h/a/b"), expected);
        assert_eq!(url("http://h/a/b/"), expected);
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in ["", "chat.example", "ftp://chat.example", "http://", "http:///socket.io/"] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    #[test]
    fn the_query_is_escaped_and_cannot_replace_the_protocol() {
        let mut options = Options::new("http://h");
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        options.query =
            vec![pair("EIO", "3"), pair("transport", "polling"), pair("sid", "x"), pair("a b", "é&=~")];
        let endpoint = endpoint(&options).unwrap();
        assert_eq!(endpoint.websocket, "ws://h/socket.io/?EIO=4&transport=websocket&a%20b=%C3%A9%26%3D~");
        assert_eq!(endpoint.polling, "http://h/socket.io/?EIO=4&transport=polling&a%20b=%C3%A9%26%3D~");
    }

    #[test]
    fn only_the_host_localhost_is_local() {
        assert!(is_local("http://localhost:5000"));
        assert!(is_local("http://me@LOCALHOST"));
        assert!(!is_local("http://127.0.0.1:5000"));
        assert!(!is_local("http://localhost.example"));
        assert!(!is_local("http://[::1]:5000"));
    }
}
