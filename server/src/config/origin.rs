//! An origin: scheme, host and port, compared exactly (RFC 6454).

use std::fmt;
use std::str::FromStr;

/// `http` or `https`, a host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    secure: bool,
    host: String,
    port: u16,
}

/// It is not `http://host` or `https://host`, with or without a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an origin is http:// or https://, a host and perhaps a port, without a path")]
pub struct OriginError;

impl Origin {
    /// The origin of an `authority` (`host` or `host:port`) spoken to over TLS or not.
    pub fn of(secure: bool, authority: &str) -> Result<Origin, OriginError> {
        let parsed: http::uri::Authority = authority.parse().map_err(|_| OriginError)?;
        if authority.contains('@') || parsed.host().is_empty() {
            return Err(OriginError);
        }
        let port = match parsed.as_str().strip_prefix(parsed.host()) {
            Some("") => {
                if secure {
                    443
                } else {
                    80
                }
            }
            Some(port) => port.strip_prefix(':').and_then(|port| port.parse().ok()).ok_or(OriginError)?,
            None => return Err(OriginError),
        };
        Ok(Origin { secure, host: parsed.host().to_ascii_lowercase(), port })
    }

    /// The host alone, in lower case; an IPv6 address in its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, whether it was named or is the usual one.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// TLS protects it.
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Origin, OriginError> {
        let (scheme, rest) = text.split_once("://").ok_or(OriginError)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError),
        };
        Origin::of(secure, rest.strip_suffix('/').unwrap_or(rest))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.secure { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_and_port_make_an_origin() {
        let same: Origin = "https://Chat.Example".parse().unwrap();
        assert_eq!(same, "https://chat.example:443/".parse().unwrap());
        assert_ne!(same, "http://chat.example:443".parse().unwrap());
        assert_ne!(same, "https://chat.example:444".parse().unwrap());
        assert_eq!(same, Origin::of(true, "chat.example").unwrap());
        assert_eq!("http://[::1]:5000".parse::<Origin>().unwrap().to_string(), "http://[::1]:5000");
    }

    #[test]
    fn anything_else_is_none() {
        for bad in [
            "",
            "null",
            "chat.example",
            "ws://a",
            "http://",
            "http://a/b",
            "http://u@a",
            "http://a:b",
            "http://a:99999",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError), "{bad}");
        }
    }
}
