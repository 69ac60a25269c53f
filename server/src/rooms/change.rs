//! What becomes of a message after it was said: another text, none, and what people answer with one emoji.

use chat::message::MAX_EMOJI_BYTES;
use chat::{MessageBody, rich_text};
use protocol::{Delete, Edit, Problem, React, Refusal, Stored};

use super::Rooms;
use crate::session::Author;
use crate::store::Content;

impl Rooms {
    /// Gives one's own message another text.
    ///
    /// # Errors
    /// `empty`, `too_long`, `not_found`, `forbidden` (somebody else's, or not in the room), `muted`, `banned`,
    /// `key_conflict`, `storage`, `restarting`.
    pub async fn edit(&self, author: &Author, request: Edit) -> Result<Stored, Problem> {
        let body = MessageBody::parse(request.body).map_err(Refusal::from)?;
        let rich_text = rich_text::plain(body.as_str());
        let content = Content::Edited { target: request.target, body, rich_text };
        Ok(self.post(author, request.room, request.key, content).await?.into())
    }

    /// Takes a message's text away: one's own, or as [`chat::Role::may`] says.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn delete(&self, author: &Author, request: Delete) -> Result<Stored, Problem> {
        let content = Content::Deleted { target: request.target };
        Ok(self.post(author, request.room, request.key, content).await?.into())
    }

    /// Puts an emoji under a message, or takes it back.
    ///
    /// # Errors
    /// `bad_request` (not one emoji), `not_found`, `forbidden` (not in the room, or too many kinds under the message),
    /// `muted`, `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn react(&self, author: &Author, request: React) -> Result<Stored, Problem> {
        let content =
            Content::Reacted { target: request.target, emoji: emoji(&request.emoji)?, on: request.on };
        Ok(self.post(author, request.room, request.key, content).await?.into())
    }
}

/// The emoji in its one written form, so that the same picture is one kind.
fn emoji(text: &str) -> Result<String, Refusal> {
    let known = if text.len() <= MAX_EMOJI_BYTES { emojis::get(text) } else { None };
    known.map(|emoji| emoji.as_str().to_owned()).ok_or(Refusal::BadRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_in_any_written_form_is_one_kind() {
        assert_eq!(emoji("❤").unwrap(), emoji("❤\u{fe0f}").unwrap());
        for one in ["🎉", "👍🏽", "🇧🇷", "1\u{fe0f}\u{20e3}", "👩‍👩‍👧‍👦"] {
            assert_eq!(emoji(one).unwrap(), one, "{one}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for other in ["", "a", "1", "🎉🎉", "🎉 ", "<b>", ":tada:", &"🎉".repeat(17)] {
            assert_eq!(emoji(other), Err(Refusal::BadRequest), "{other}");
        }
    }
}
