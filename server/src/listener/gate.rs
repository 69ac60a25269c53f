//! Whether more is taken from a client: who sends faster than it can be carried out, or does not fetch the answers, is
//! not read from until there is room. Nothing is lost by it, and nothing piles up here.
//!
//! One gate for one session of the engine, whatever carries it. Shut, the WebSocket is not read ([`super::io`]), the
//! packets of a post are not handed on and the next request is not taken in hand ([`crate::socket`]).

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::config::Tuning;

/// Most bytes of requests that wait while a client becomes a WebSocket.
const UPGRADING_BYTES: usize = 1024 * 1024;

/// What is known of one client's requests and answers.
pub struct Gate {
    requests: usize,
    request_bytes: usize,
    packets: usize,
    unread: usize,
    /// The client has something to fetch: what was only told to it is not counted, and takes no lock.
    owing: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Requests that wait for their turn, and their bytes.
    waiting: usize,
    waiting_bytes: usize,
    /// Answers that have not been fetched, and their bytes.
    answers: usize,
    answer_bytes: usize,
    /// What the client's messages have it hear, and has not been fetched.
    echoes: usize,
    /// A write to it has to wait.
    stalled: bool,
    /// The packets of a post are being handed on.
    posting: bool,
    /// What was read from its WebSocket is being handed on.
    reading: bool,
    /// It is about to become a WebSocket: until then its answers cannot be fetched, and its posts have to come to an end.
    upgrading: bool,
    /// The client has gone: nothing is held back any more.
    gone: bool,
    wakers: Vec<Waker>,
}

impl Gate {
    /// An open one.
    pub fn new(tuning: &Tuning) -> Gate {
        Gate {
            requests: tuning.inbox.max(1),
            request_bytes: tuning.inbox_bytes,
            // Half of the queue is left to what others say.
            packets: (tuning.outbox / 2).max(1),
            unread: tuning.unread,
            owing: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// A request of so many bytes waits for its turn.
    pub fn queue(&self, bytes: usize) {
        let mut state = self.state();
        state.waiting += 1;
        state.waiting_bytes += bytes;
    }

    /// A request of so many bytes waits no longer.
    pub fn unqueue(&self, bytes: usize) {
        let mut state = self.state();
        state.waiting = state.waiting.saturating_sub(1);
        state.waiting_bytes = state.waiting_bytes.saturating_sub(bytes);
        wake(state);
    }

    /// The client is owed an answer of so many bytes.
    pub fn answer(&self, bytes: usize) {
        let mut state = self.state();
        self.owing.store(true, Ordering::Release);
        state.answers += 1;
        state.answer_bytes += bytes;
    }

    /// The client hears of what it has done itself.
    pub fn echo(&self) {
        let mut state = self.state();
        self.owing.store(true, Ordering::Release);
        state.echoes += 1;
    }

    /// The client has fetched so many answers, of so many bytes, and so much else.
    pub fn fetched(&self, answers: usize, bytes: usize, others: usize) {
        let mut state = self.state();
        state.answers = state.answers.saturating_sub(answers);
        state.answer_bytes = if state.answers == 0 { 0 } else { state.answer_bytes.saturating_sub(bytes) };
        state.echoes = state.echoes.saturating_sub(others);
        wake(state);
    }

    /// Everything that waited for the client has been written to it.
    pub fn fetched_all(&self) {
        if self.owing.load(Ordering::Acquire) {
            let mut state = self.state();
            self.owing.store(false, Ordering::Release);
            (state.answers, state.answer_bytes, state.echoes) = (0, 0, 0);
            wake(state);
        }
    }

    /// A write to the client has to wait, or has gone on.
    pub fn stall(&self, stalled: bool) {
        let mut state = self.state();
        if std::mem::replace(&mut state.stalled, stalled) && !stalled {
            wake(state);
        }
    }

    /// The packets of a post are being handed on, or have been: a WebSocket is not read meanwhile.
    pub fn post(&self, posting: bool) {
        let mut state = self.state();
        state.posting = posting;
        if !posting {
            wake(state);
        }
    }

    /// What was read from its WebSocket is being handed on, or has been: more is asked for.
    pub fn read(&self, reading: bool) {
        let mut state = self.state();
        if std::mem::replace(&mut state.reading, reading) && !reading {
            wake(state);
        }
    }

    /// The client is about to become a WebSocket, or has become one.
    pub fn upgrade(&self, upgrading: bool) {
        let mut state = self.state();
        if state.upgrading != upgrading {
            state.upgrading = upgrading;
            wake(state);
        }
    }

    /// The client has gone: whoever waits here goes on.
    pub fn leave(&self) {
        let mut state = self.state();
        state.gone = true;
        wake(state);
    }

    /// Ready when the client's WebSocket may be read.
    pub fn poll_read(&self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, |state| self.has_place(state) && self.is_fetched(state) && !state.posting)
    }

    /// Ready when the next packet of a post may be handed on.
    pub fn poll_post(&self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, |state| self.may_post(state))
    }

    /// Resolves when the client has fetched enough of its answers.
    pub async fn room(&self) {
        poll_fn(|cx| self.poll(cx, |state| self.is_fetched(state))).await;
    }

    /// Resolves when what has come from the client has been handed on, all of it or as much as may be before it fetches
    /// its answers.
    pub async fn handed_on(&self) {
        let handed_on = |state: &State| !(state.reading || state.posting) || !self.is_fetched(state);
        poll_fn(|cx| self.poll(cx, handed_on)).await;
    }

    /// Resolves when everything the client asked for has been carried out and answered, and the answers fetched.
    pub async fn idle(&self) {
        poll_fn(|cx| self.poll(cx, |state| state.waiting == 0 && state.answers == 0)).await;
    }

    /// There is room for so many packets to the client beside what it has not fetched.
    pub fn has_room(&self, packets: usize) -> bool {
        let state = self.state();
        state.gone || (self.is_fetched(&state) && state.answers + state.echoes + packets < self.packets)
    }

    fn may_post(&self, state: &State) -> bool {
        if state.upgrading {
            return state.waiting_bytes < UPGRADING_BYTES;
        }
        self.has_place(state) && self.is_fetched(state)
    }

    fn has_place(&self, state: &State) -> bool {
        state.waiting < self.requests && state.waiting_bytes < self.request_bytes
    }

    fn is_fetched(&self, state: &State) -> bool {
        !state.stalled && state.answers + state.echoes < self.packets && state.answer_bytes < self.unread
    }

    fn poll(&self, cx: &Context<'_>, open: impl FnOnce(&State) -> bool) -> Poll<()> {
        let mut state = self.state();
        if state.gone || open(&state) {
            return Poll::Ready(());
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has everybody look again who waits at the gate.
fn wake(mut state: MutexGuard<'_, State>) {
    let wakers = std::mem::take(&mut state.wakers);
    drop(state);
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_immediate;

    use super::*;

    fn gate() -> Gate {
        Gate::new(&Tuning { inbox: 2, inbox_bytes: 100, outbox: 8, unread: 1_000, ..Tuning::default() })
    }

    fn reads(gate: &Gate) -> bool {
        gate.poll_read(&Context::from_waker(Waker::noop())).is_ready()
    }

    fn posts(gate: &Gate) -> bool {
        gate.poll_post(&Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn so_many_requests_wait_and_so_many_bytes_of_them() {
        let gate = gate();
        gate.queue(10);
        assert!(reads(&gate) && posts(&gate));
        gate.queue(10);
        assert!(!reads(&gate) && !posts(&gate) && gate.has_room(3));
        gate.unqueue(10);
        assert!(reads(&gate));
        gate.queue(90);
        gate.unqueue(10);
        gate.queue(10);
        gate.unqueue(10);
        assert!(reads(&gate), "90 bytes");
        gate.unqueue(90);
        gate.queue(100);
        assert!(!reads(&gate), "100 bytes");
    }

    #[test]
    fn answers_are_fetched_before_more_is_taken() {
        let gate = gate();
        (0..3).for_each(|_| gate.answer(10));
        assert!(reads(&gate));
        gate.echo();
        assert!(!reads(&gate) && !gate.has_room(0), "half of the queue");
        gate.fetched(0, 0, 1);
        assert!(reads(&gate));
        gate.fetched(3, 30, 0);
        gate.answer(1_000);
        assert!(!reads(&gate), "bytes count, too");
        gate.fetched_all();
        assert!(reads(&gate));
        gate.stall(true);
        assert!(!reads(&gate) && !posts(&gate));
        gate.stall(false);
        assert!(reads(&gate));
    }

    #[test]
    fn a_websocket_waits_for_the_posts_before_it_and_they_do_not() {
        let gate = gate();
        gate.post(true);
        assert!(!reads(&gate) && posts(&gate));
        gate.post(false);
        assert!(reads(&gate));
    }

    #[tokio::test]
    async fn what_came_at_once_is_waited_for_until_it_is_handed_on() {
        let gate = gate();
        let is_handed_on = async || poll_immediate(gate.handed_on()).await.is_some();
        assert!(is_handed_on().await);
        gate.read(true);
        assert!(!is_handed_on().await);
        (0..4).for_each(|_| gate.answer(10));
        assert!(is_handed_on().await, "more is not taken before the answers are fetched");
        gate.fetched_all();
        assert!(!is_handed_on().await);
        gate.read(false);
        assert!(is_handed_on().await);
        gate.post(true);
        assert!(!is_handed_on().await);
        gate.leave();
        assert!(is_handed_on().await);
    }

    #[test]
    fn a_post_does_not_wait_while_its_client_becomes_a_websocket() {
        let gate = gate();
        (0..2).for_each(|_| gate.queue(10));
        (0..9).for_each(|_| gate.answer(10));
        assert!(!posts(&gate));
        gate.upgrade(true);
        assert!(posts(&gate) && !reads(&gate));
        gate.queue(UPGRADING_BYTES);
        assert!(!posts(&gate));
        gate.upgrade(false);
        gate.unqueue(UPGRADING_BYTES);
        assert!(!posts(&gate) && !reads(&gate));
    }

    #[test]
    fn nobody_waits_for_a_client_that_has_gone() {
        let gate = gate();
        (0..9).for_each(|_| gate.queue(100));
        assert!(!reads(&gate));
        gate.leave();
        assert!(reads(&gate) && posts(&gate) && gate.has_room(9));
    }
}
