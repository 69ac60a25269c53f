//! What will happen when: virtual time, and nothing of the machine's.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use chat::Millis;

/// Things to come, each at its time; of one time, in the order in which they were entered.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    heap: BinaryHeap<Entry<T>>,
    entered: u64,
}

#[derive(Debug)]
struct Entry<T> {
    at: Millis,
    number: u64,
    what: T,
}

impl<T> Default for Agenda<T> {
    fn default() -> Agenda<T> {
        Agenda { heap: BinaryHeap::new(), entered: 0 }
    }
}

impl<T> Agenda<T> {
    /// Enters something.
    pub(super) fn enter(&mut self, at: Millis, what: T) {
        self.entered += 1;
        self.heap.push(Entry { at, number: self.entered, what });
    }

    /// Takes out what is next, if it is not after `end`.
    pub(super) fn next(&mut self, end: Millis) -> Option<(Millis, T)> {
        if self.heap.peek()?.at > end {
            return None;
        }
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Entry<T>) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Entry<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    /// The heap gives the greatest first, so the earliest is the greatest.
    fn cmp(&self, other: &Entry<T>) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_first_comes_first_at_the_same_time() {
        let mut agenda = Agenda::default();
        for (at, what) in [(2, 'c'), (1, 'a'), (1, 'b'), (9, 'd')] {
            agenda.enter(at, what);
        }
        let order: Vec<_> = std::iter::from_fn(|| agenda.next(5)).collect();
        assert_eq!(order, [(1, 'a'), (1, 'b'), (2, 'c')]);
    }
}
