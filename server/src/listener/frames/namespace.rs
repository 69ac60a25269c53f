//! The namespace that a packet names. There is one here, `/`; of any other the engine says that it does not exist, and
//! repeats its name. So a name has an end, or a few bytes sent again and again would fill the queue of answers.

/// Longest name that is repeated, in bytes.
const LONGEST: u8 = 128;

/// A name is longer than any that an answer may repeat.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Where in a packet we are: `4`, its kind, how many attachments, and then the name from `/` to `,`.
#[derive(Default)]
pub(super) enum Namespace {
    #[default]
    Message,
    Kind,
    Attachments,
    Name(u8),
    Behind,
}

impl Namespace {
    /// One more byte of a packet.
    pub(super) fn push(&mut self, byte: u8) -> Result<(), TooLong> {
        *self = match (&*self, byte) {
            (Namespace::Message, b'4') => Namespace::Kind,
            (Namespace::Kind, b'0'..=b'9') => Namespace::Attachments,
            (Namespace::Attachments, b'0'..=b'9' | b'-') => Namespace::Attachments,
            (Namespace::Attachments, b'/') => Namespace::Name(1),
            (Namespace::Name(_), b',') => Namespace::Behind,
            (Namespace::Name(LONGEST), _) => return Err(TooLong),
            (Namespace::Name(length), _) => Namespace::Name(length + 1),
            _ => Namespace::Behind,
        };
        Ok(())
    }
}

/// The packet names no namespace that is longer than an answer may repeat.
pub(crate) fn names_briefly(packet: &[u8]) -> bool {
    let mut namespace = Namespace::default();
    packet.iter().try_for_each(|byte| namespace.push(*byte)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_name_is_too_long() {
        let name = |length: usize| format!("/{}", "n".repeat(length - 1));
        for packet in [
            "4".to_owned(),
            format!("42[\"message\",\"{}\"]", name(5_000)),
            format!("42/x,[\"{}\"]", name(5_000)),
            format!("4212{}", name(128)),
            format!("40{},{}", name(128), name(500)),
            format!("b{}", name(500)),
        ] {
            assert!(names_briefly(packet.as_bytes()), "{packet}");
        }
        for start in ["40", "41", "42", "451-", "4612345-", "4212"] {
            assert!(!names_briefly(format!("{start}{},{{}}", name(129)).as_bytes()), "{start}");
        }
    }
}
