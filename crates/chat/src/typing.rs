//! Who is writing: what to tell of oneself, and whom to believe for how long.

use crate::{MemberId, Millis};

/// How long somebody's writing is believed.
pub const HOLDS_MS: Millis = 5_000;

/// One's own writing is told again after so long, not sooner. The server takes one in three seconds; what is told a
/// little later is not early when the line is slow once.
pub const AGAIN_MS: Millis = 3_500;

/// Those who are writing in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typists(Vec<Typist>);

/// Somebody who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    /// Who.
    pub member: MemberId,
    /// What the person is called.
    pub name: String,
    until: Millis,
}

impl Typists {
    /// Somebody writes, or has stopped.
    pub fn hear(&mut self, member: MemberId, name: String, on: bool, now: Millis) {
        if !on {
            return self.end(&member);
        }
        let until = now + HOLDS_MS;
        match self.0.iter_mut().find(|typist| typist.member == member) {
            Some(typist) => (typist.name, typist.until) = (name, until),
            None => self.0.push(Typist { member, name, until }),
        }
    }

    /// Somebody has said it, or is gone.
    pub fn end(&mut self, member: &MemberId) {
        self.0.retain(|typist| typist.member != *member);
    }

    /// Forgets who has not been heard of for too long; whether anybody was forgotten.
    pub fn expire(&mut self, now: Millis) -> bool {
        let before = self.0.len();
        self.0.retain(|typist| typist.until > now);
        self.0.len() < before
    }

    /// When to [`Typists::expire`] next.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.0.iter().map(|typist| typist.until).min()
    }

    /// Those who are writing, in the order in which they began.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Typist> {
        self.0.iter()
    }
}

/// What of one's own writing is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keystrokes {
    told: Option<Millis>,
    /// Others believe that one is writing.
    on: bool,
}

impl Keystrokes {
    /// A key was pressed, and there is a text: whether to tell that one is writing.
    pub fn press(&mut self, now: Millis) -> bool {
        let due = self.told.is_none_or(|told| now - told >= AGAIN_MS);
        if due {
            (self.told, self.on) = (Some(now), true);
        }
        due
    }

    /// There is no text any more: whether to tell that one has stopped. Having said it tells by itself: see
    /// [`Keystrokes::said`].
    pub fn stop(&mut self) -> bool {
        std::mem::take(&mut self.on)
    }

    /// The text was said.
    pub fn said(&mut self) {
        self.on = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(typists: &mut Typists, name: &str, on: bool, now: Millis) {
        typists.hear(name.to_lowercase().parse().unwrap(), name.to_owned(), on, now);
    }

    fn names(typists: &Typists) -> Vec<&str> {
        typists.iter().map(|typist| typist.name.as_str()).collect()
    }

    #[test]
    fn who_writes_is_believed_for_five_seconds_after_the_last_word_of_it() {
        let mut typists = Typists::default();
        hear(&mut typists, "Ana", true, 0);
        hear(&mut typists, "Bia", true, 1_000);
        hear(&mut typists, "Ana", true, 3_000);
        assert_eq!((names(&typists), typists.next_expiry()), (vec!["Ana", "Bia"], Some(6_000)));
        assert!(!typists.expire(5_999));
        assert!(typists.expire(6_000));
        assert_eq!(names(&typists), ["Ana"]);
        hear(&mut typists, "Ana", false, 6_500);
        assert_eq!((names(&typists), typists.next_expiry()), (vec![], None));
    }

    #[test]
    fn one_tells_of_ones_writing_no_more_often_than_the_server_takes_it() {
        let mut keys = Keystrokes::default();
        let told = (0..=90).filter(|n| keys.press(n * 100)).count();
        assert_eq!(told, 3);
        assert!(keys.stop() && !keys.stop(), "that one has stopped is told once");
        assert!(!keys.press(9_100) && !keys.stop(), "not again so soon, and so there is nothing to stop");
        assert!(keys.press(13_000));
        keys.said();
        assert!(!keys.stop());
    }
}
