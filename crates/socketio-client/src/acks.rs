//! Acknowledgements that this side waits for: their ids and deadlines.

use crate::Millis;

/// Ids run from 0 and are never reused in a session, so a late answer can never meet another request.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    next: u64,
    /// In the order of ids.
    pending: Vec<(u64, Millis)>,
}

impl Acks {
    pub(crate) fn next_id(&self) -> u64 {
        self.next
    }

    pub(crate) fn register(&mut self, deadline: Millis) {
        self.pending.push((self.next, deadline));
        self.next += 1;
    }

    /// Takes the request off the list; `false` if it is not there (unknown, answered or given up).
    pub(crate) fn take(&mut self, id: u64) -> bool {
        let found = self.pending.binary_search_by_key(&id, |(id, _)| *id);
        if let Ok(index) = found {
            self.pending.remove(index);
        }
        found.is_ok()
    }

    /// Takes the requests for which `over(id, deadline)` is true.
    pub(crate) fn take_where(&mut self, mut over: impl FnMut(u64, Millis) -> bool) -> Vec<u64> {
        let mut taken = Vec::new();
        self.pending.retain(|&(id, deadline)| {
            let over = over(id, deadline);
            if over {
                taken.push(id);
            }
            !over
        });
        taken
    }

    pub(crate) fn earliest(&self) -> Option<Millis> {
        self.pending.iter().map(|(_, deadline)| *deadline).min()
    }

    /// The clock went back by this much.
    pub(crate) fn rebase(&mut self, back: Millis) {
        for (_, deadline) in &mut self.pending {
            *deadline = deadline.saturating_sub(back);
        }
    }
}
