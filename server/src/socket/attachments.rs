//! Binary arguments. No event takes any; a stock client that sends one is told so, with its line still open.

use std::convert::Infallible;
use std::sync::Arc;

use socketioxide::handler::FromMessageParts;
use socketioxide_core::Value;

use super::adapter::Node;

/// Most binary arguments of an event that are waited for, to answer it.
pub(super) const MOST: usize = 10;

/// How many binary arguments came with an event.
pub(super) struct Attachments(usize);

impl Attachments {
    /// There are none.
    pub(super) fn are_none(&self) -> bool {
        self.0 == 0
    }
}

impl FromMessageParts<Node> for Attachments {
    type Error = Infallible;

    fn from_message_parts(
        _: &Arc<socketioxide::socket::Socket<Node>>,
        value: &mut Value,
        _: &Option<i64>,
    ) -> Result<Attachments, Infallible> {
        Ok(Attachments(match value {
            Value::Str(_, attached) => attached.as_ref().map_or(0, |attached| attached.len()),
            // Another parser's packets are binary as a whole.
            Value::Bytes(_) => 1,
        }))
    }
}
