//! What the people who run a server decide about it, while it runs.

use std::fmt;

use crate::name::{NameError, ServerName};
use crate::role::RoomMakers;
use crate::text;

/// Longest greeting, in Unicode scalar values.
pub const MAX_WELCOME_CHARS: usize = 500;

/// Longest time that messages are kept for, if not for ever: ten years, in days.
pub const MAX_RETENTION_DAYS: u32 = 3_650;

/// Key of [`Settings::name`].
pub const NAME: &str = "name";
/// Key of [`Settings::access`].
pub const ACCESS: &str = "access";
/// Key of [`Settings::creators`].
pub const CREATORS: &str = "creators";
/// Key of [`Settings::welcome`].
pub const WELCOME: &str = "welcome";
/// Key of [`Settings::retention_days`].
pub const RETENTION: &str = "retention";
/// Key of [`Settings::receipts`].
pub const RECEIPTS: &str = "receipts";

/// Under what name the audit log keeps that settings were changed.
pub const CHANGED: &str = "settings";
/// The same, that an invite was made.
pub const INVITED: &str = "invite";
/// The same, that one was revoked.
pub const REVOKED: &str = "revokeInvite";

/// Who may take part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everybody who comes.
    #[default]
    Open,
    /// Who has a session, or an invite to get one with.
    Invite,
}

impl Access {
    /// Both, the default first.
    pub const ALL: [Access; 2] = [Access::Open, Access::Invite];

    /// Its name in forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Access::Open => "open",
            Access::Invite => "invite",
        }
    }
}

impl RoomMakers {
    /// All of them, the default first.
    pub const ALL: [RoomMakers; 3] = [RoomMakers::Everybody, RoomMakers::Members, RoomMakers::Moderators];

    /// Its name in forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            RoomMakers::Everybody => "everybody",
            RoomMakers::Members => "members",
            RoomMakers::Moderators => "moderators",
        }
    }

    /// The group of that name.
    pub fn from_code(code: &str) -> Option<RoomMakers> {
        RoomMakers::ALL.into_iter().find(|makers| makers.code() == code)
    }
}

/// The settings of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the server is called; `None` is the product's own name.
    pub name: Option<ServerName>,
    /// Who may take part.
    pub access: Access,
    /// Who may make rooms.
    pub creators: RoomMakers,
    /// The first words to every client.
    pub welcome: String,
    /// Days after which a message's text is taken away; 0 keeps it for ever.
    pub retention_days: u32,
    /// People see how far others have read.
    pub receipts: bool,
}

/// Why a text is no value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingError {
    /// The server's name.
    Name(NameError),
    /// The greeting is over its limit.
    TooLong,
    /// No such setting, or no such value of it.
    Unknown,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingError::Name(error) => error.fmt(f),
            SettingError::TooLong => f.write_str("the greeting is too long"),
            SettingError::Unknown => f.write_str("there is no such setting"),
        }
    }
}

impl std::error::Error for SettingError {}

impl Settings {
    /// What holds until somebody decides otherwise, with the operator's greeting.
    pub fn new(welcome: String) -> Settings {
        Settings {
            name: None,
            access: Access::default(),
            creators: RoomMakers::default(),
            welcome: text::cleaned(welcome),
            retention_days: 0,
            receipts: true,
        }
    }

    /// Every setting with its value as a text, as [`Settings::set`] reads it.
    pub fn entries(&self) -> [(&'static str, String); 6] {
        let receipts = if self.receipts { "on" } else { "off" };
        [
            (NAME, self.name.clone().map(String::from).unwrap_or_default()),
            (ACCESS, self.access.code().to_owned()),
            (CREATORS, self.creators.code().to_owned()),
            (WELCOME, self.welcome.clone()),
            (RETENTION, self.retention_days.to_string()),
            (RECEIPTS, receipts.to_owned()),
        ]
    }

    /// Gives one setting a value, cleaned. An empty name is none.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SettingError> {
        let value = &*text::clean(value);
        match key {
            NAME if value.trim().is_empty() => self.name = None,
            NAME => self.name = Some(ServerName::parse(value).map_err(SettingError::Name)?),
            ACCESS => self.access = coded(Access::ALL, Access::code, value)?,
            CREATORS => self.creators = coded(RoomMakers::ALL, RoomMakers::code, value)?,
            WELCOME if value.chars().count() > MAX_WELCOME_CHARS => return Err(SettingError::TooLong),
            WELCOME => value.clone_into(&mut self.welcome),
            RETENTION => {
                let days = value.trim().parse().ok().filter(|days| *days <= MAX_RETENTION_DAYS);
                self.retention_days = days.ok_or(SettingError::Unknown)?;
            }
            RECEIPTS => self.receipts = coded([true, false], |on| if on { "on" } else { "off" }, value)?,
            _ => return Err(SettingError::Unknown),
        }
        Ok(())
    }
}

fn coded<T: Copy, const N: usize>(
    all: [T; N],
    code: impl Fn(T) -> &'static str,
    value: &str,
) -> Result<T, SettingError> {
    all.into_iter().find(|one| code(*one) == value).ok_or(SettingError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let settings = Settings {
            name: Some(ServerName::parse("Turma 9B").unwrap()),
            access: Access::Invite,
            creators: RoomMakers::Moderators,
            welcome: "Oi\nturma".to_owned(),
            retention_days: 90,
            receipts: false,
        };
        let mut read = Settings::new("Oi cliente!".to_owned());
        for (key, value) in settings.entries() {
            read.set(key, &value).unwrap();
        }
        assert_eq!(read, settings);
    }

    #[test]
    fn a_greeting_is_clean_wherever_it_comes_from() {
        let mut settings = Settings::new("Oi\u{0}\r\ncliente".to_owned());
        assert_eq!(settings.welcome, "Oi\ncliente");
        let lines = "a\r\n".repeat(MAX_WELCOME_CHARS / 2);
        settings.set(WELCOME, &lines).unwrap();
        assert_eq!(settings.welcome, "a\n".repeat(MAX_WELCOME_CHARS / 2));
        settings.set(NAME, "Turma\u{7f} 9B\r").unwrap();
        assert_eq!(settings.name, Some(ServerName::parse("Turma 9B").unwrap()));
    }

    #[test]
    fn a_value_that_is_none_changes_nothing() {
        let mut settings = Settings::new(String::new());
        let before = settings.clone();
        let long = "a".repeat(MAX_WELCOME_CHARS + 1);
        for (key, value) in [
            (NAME, "a\u{202e}b"),
            (ACCESS, "closed"),
            (CREATORS, ""),
            (WELCOME, long.as_str()),
            (RETENTION, "-1"),
            (RETENTION, "3651"),
            (RETENTION, "soon"),
            (RECEIPTS, "1"),
            ("colour", "red"),
        ] {
            assert!(settings.set(key, value).is_err(), "{key} {value}");
        }
        assert_eq!(settings, before);
    }
}
