//! What the writer does with bugs planted in it (`crate::plant`).

use super::{Request, Writer};
use crate::plant::{Bug, planted};
use crate::store::command::{Answer, Command};
use crate::store::post::Posted;

impl Writer {
    /// Answers, or announces, before COMMIT. The requests back, if they are to be settled as they should.
    pub(super) async fn settle_wrongly(&mut self, requests: Vec<Request>) -> Option<Vec<Request>> {
        let (answers_first, announces_first) =
            (planted(Bug::AckBeforeCommit), planted(Bug::PublishBeforeCommit));
        if !answers_first && !announces_first {
            return Some(requests);
        }
        let begun = self.run_sql("BEGIN IMMEDIATE").await.is_ok();
        let Some((answers, events)) = (if begun { self.carry_out(&requests).await.ok() } else { None })
        else {
            self.roll_back().await;
            return Some(requests);
        };
        if announces_first {
            self.announcer.announce(events.clone());
            if self.run_sql("COMMIT").await.is_err() {
                self.roll_back().await;
                return Some(requests);
            }
            self.tell(requests, (answers, Vec::new()));
        } else {
            self.tell(requests, (answers, Vec::new()));
            match self.run_sql("COMMIT").await {
                Ok(()) => self.announcer.announce(events),
                Err(_) => self.roll_back().await,
            }
        }
        None
    }
}

/// What could not be stored is answered as if it were. The other requests back.
pub(super) fn accept(requests: Vec<Request>) -> Vec<Request> {
    if !planted(Bug::DiskFullOk) {
        return requests;
    }
    let mut others = Vec::new();
    for request in requests {
        match &request.command {
            Command::Post(post) => {
                let posted = Posted::Stored {
                    room: post.room.clone(),
                    seq: 1,
                    at: 0,
                    duplicate: false,
                    author: post.author.clone(),
                };
                // Whoever asked may have left.
                let _ = request.reply.send(Ok(Answer::Posted(posted)));
            }
            _ => others.push(request),
        }
    }
    others
}
