//! The truth about the connection, as the banner tells it: calm, and never sooner than it matters.

use chat::Millis;

/// How long a lost connection is kept quiet: most come back by themselves.
pub const PATIENCE_MS: Millis = 2_000;

/// How long the return of the connection is told.
pub const BACK_MS: Millis = 3_000;

/// What is to be said of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// There is none yet or any more, but for less than [`PATIENCE_MS`]: nothing is said.
    Waiting,
    /// There is one: nothing is said.
    Up,
    /// There is none.
    Lost,
    /// There is one again; so many messages went and came since then.
    Back {
        /// Own messages that were stored.
        sent: u32,
        /// Messages of others.
        received: u32,
    },
    /// There will be none: the session is over.
    Ended,
}

/// Something that happened to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It stands.
    Connected,
    /// It fell, or an attempt failed.
    Disconnected,
    /// The server closed it for good.
    Ended,
    /// [`PATIENCE_MS`] are over.
    PatienceOver,
    /// [`BACK_MS`] are over.
    BackOver,
    /// An own message was stored.
    Sent,
    /// A message of somebody else came.
    Received,
}

impl Line {
    /// The line after `happening`.
    pub fn after(self, happening: Happening) -> Line {
        use Happening::{BackOver, Connected, Disconnected, Ended, PatienceOver, Received, Sent};
        match (self, happening) {
            (Line::Ended, _) | (_, Ended) => Line::Ended,
            (Line::Lost, Connected) => Line::Back { sent: 0, received: 0 },
            (Line::Back { .. }, Connected) => self,
            (_, Connected) => Line::Up,
            (Line::Up | Line::Back { .. }, Disconnected) => Line::Waiting,
            (Line::Waiting, PatienceOver) => Line::Lost,
            (Line::Back { .. }, BackOver) => Line::Up,
            (Line::Back { sent, received }, Sent) => Line::Back { sent: sent + 1, received },
            (Line::Back { sent, received }, Received) => Line::Back { sent, received: received + 1 },
            (line, _) => line,
        }
    }

    /// There is one.
    pub fn is_up(self) -> bool {
        matches!(self, Line::Up | Line::Back { .. })
    }

    /// What the person writes does not go out now, and the person has been told so.
    pub fn is_lost(self) -> bool {
        matches!(self, Line::Lost | Line::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(line: Line, happenings: &[Happening]) -> Line {
        happenings.iter().fold(line, |line, happening| line.after(*happening))
    }

    #[test]
    fn a_short_loss_is_never_mentioned() {
        use Happening::{Connected, Disconnected, PatienceOver};
        assert_eq!(after(Line::Up, &[Disconnected, Connected, PatienceOver]), Line::Up);
    }

    #[test]
    fn a_long_loss_is_told_and_so_is_its_end_with_what_went_and_came() {
        use Happening::{BackOver, Connected, Disconnected, PatienceOver, Received, Sent};
        let lost = after(Line::Waiting, &[Disconnected, PatienceOver, Disconnected]);
        assert_eq!(lost, Line::Lost);
        let back = after(lost, &[Connected, Sent, Received, Received]);
        assert_eq!(back, Line::Back { sent: 1, received: 2 });
        assert_eq!(after(back, &[BackOver, Sent]), Line::Up);
    }

    #[test]
    fn an_end_is_an_end() {
        assert_eq!(after(Line::Up, &[Happening::Ended, Happening::Connected]), Line::Ended);
    }
}
