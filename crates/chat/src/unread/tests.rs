//! A room's log and what a person makes of it, against a recount.

use proptest::prelude::*;

use super::*;

const SAID: Step = Step::Said { own: false, calls: false };
const CALL: Step = Step::Said { own: false, calls: true };
const OWN: Step = Step::Said { own: true, calls: false };

fn told(head: Seq, read_up_to: Seq, unread: u64, mentions: u64) -> Counts {
    Counts { head, read_up_to, unread, mentions }
}

fn numbers(room: &Unread) -> (u64, u64, bool) {
    let Now { counts, certain } = room.now();
    (counts.unread, counts.mentions, certain)
}

#[test]
fn messages_of_others_count_until_they_are_read() {
    let mut room = Unread::new(told(2, 2, 0, 0));
    room.step(3, SAID);
    room.step(4, CALL);
    room.step(4, CALL);
    room.step(5, Step::Other);
    assert_eq!(numbers(&room), (2, 1, true));
    room.read(3);
    assert_eq!(numbers(&room), (1, 1, true));
    room.read(2);
    assert_eq!(numbers(&room), (1, 1, true), "it never goes back");
    room.read(5);
    assert_eq!(numbers(&room), (0, 0, true));
}

#[test]
fn who_says_something_has_read_up_to_there() {
    let mut room = Unread::new(told(9, 4, 3, 2));
    room.step(10, SAID);
    room.step(11, OWN);
    assert_eq!((numbers(&room), room.now().counts.read_up_to), ((0, 0, true), 11));
}

#[test]
fn a_deleted_message_counts_no_longer_and_an_edited_one_calls_as_it_stands() {
    let mut room = Unread::new(told(0, 0, 0, 0));
    room.step(1, SAID);
    room.step(2, CALL);
    room.step(3, Step::Edited { target: 1, calls: true });
    assert_eq!(numbers(&room), (2, 2, true));
    room.step(4, Step::Deleted { target: 2 });
    assert_eq!(numbers(&room), (1, 1, true));
}

#[test]
fn what_cannot_be_known_without_the_server_says_so() {
    let mut room = Unread::new(told(9, 4, 3, 1));
    room.step(10, Step::Deleted { target: 7 });
    assert_eq!(numbers(&room), (2, 1, false), "was it the one that calls?");
    room.tell(told(10, 4, 2, 1));
    assert_eq!(numbers(&room), (2, 1, true));
    room.read(8);
    assert!(!room.now().certain, "how many of the two were before?");
    room.tell(told(10, 8, 1, 0));
    room.heads(11);
    assert_eq!(numbers(&room), (1, 0, false), "something has not been heard");
    room.step(11, SAID);
    assert_eq!(numbers(&room), (2, 0, true));
}

#[test]
fn a_word_of_the_server_counts_from_its_own_moment_on() {
    let mut room = Unread::new(told(0, 0, 0, 0));
    for seq in 1..=4 {
        room.step(seq, SAID);
    }
    room.tell(told(2, 1, 1, 0));
    assert_eq!(numbers(&room), (3, 0, true));
    room.tell(told(6, 1, 5, 0));
    room.step(5, SAID);
    assert_eq!(numbers(&room), (5, 0, true));
}

#[test]
fn a_long_absence_is_summed_up() {
    let mut room = Unread::new(told(0, 0, 0, 0));
    for seq in 1..=3_000 {
        room.step(seq, if seq % 10 == 0 { CALL } else { SAID });
    }
    assert_eq!(numbers(&room), (3_000, 300, true));
    assert!(room.since.len() <= MAX_SINCE);
}

/// The log and the person's reading, as the server has them.
#[derive(Default)]
struct Server {
    log: Vec<Step>,
    read: Seq,
}

impl Server {
    fn head(&self) -> Seq {
        self.log.len() as Seq
    }

    /// By definition: what stands of others after the last read.
    fn recount(&self) -> Counts {
        let (mut unread, mut mentions) = (0, 0);
        for seq in self.read + 1..=self.head() {
            let Step::Said { own: false, mut calls } = self.log[seq as usize - 1] else { continue };
            if self.log.contains(&Step::Deleted { target: seq }) {
                continue;
            }
            for step in &self.log {
                if let Step::Edited { target, calls: now } = step
                    && *target == seq
                {
                    calls = *now;
                }
            }
            unread += 1;
            mentions += u64::from(calls);
        }
        Counts { head: self.head(), read_up_to: self.read, unread, mentions }
    }

    fn standing(&self) -> Vec<Seq> {
        let said = self.log.iter().enumerate().filter(|(_, step)| matches!(step, Step::Said { .. }));
        said.map(|(at, _)| at as Seq + 1)
            .filter(|seq| !self.log.contains(&Step::Deleted { target: *seq }))
            .collect()
    }

    fn append(&mut self, step: Step) {
        self.log.push(step);
        if matches!(step, Step::Said { own: true, .. }) {
            self.read = self.head();
        }
    }
}

#[test]
fn who_may_be_called_by_a_first_name_is_known_once_the_server_has_told() {
    let mut room = Unread::new(Counts::default());
    room.step(1, Step::MayCall { edited: None });
    assert_eq!((room.now().counts.unread, room.now().certain), (1, false));
    room.tell(Counts { head: 1, read_up_to: 0, unread: 1, mentions: 1 });
    assert_eq!((room.now().counts.mentions, room.now().certain), (1, true));
    room.step(2, Step::MayCall { edited: Some(1) });
    assert!(!room.now().certain);
    room.read(2);
    assert_eq!((room.now().counts.unread, room.now().certain), (0, true), "what is read is not asked about");
}

#[derive(Clone, Debug)]
enum Deed {
    Say {
        own: bool,
        calls: bool,
    },
    Edit(prop::sample::Index, bool),
    Delete(prop::sample::Index),
    Other,
    Read(prop::sample::Index),
    /// The server is asked; the answer comes after so many more events.
    Ask(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (prop::bool::weighted(0.1), any::<bool>()).prop_map(|(own, calls)| Deed::Say { own, calls }),
        2 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(at, calls)| Deed::Edit(at, calls)),
        2 => any::<prop::sample::Index>().prop_map(Deed::Delete),
        1 => Just(Deed::Other),
        2 => any::<prop::sample::Index>().prop_map(Deed::Read),
        1 => (0_usize..4).prop_map(Deed::Ask),
    ]
}

/// Does `deed` on the server; whether its log has grown.
fn act(server: &mut Server, deed: &Deed) {
    let standing = server.standing();
    match deed {
        Deed::Say { own, calls } => server.append(Step::Said { own: *own, calls: *calls && !own }),
        Deed::Edit(at, calls) if !standing.is_empty() => {
            server.append(Step::Edited { target: *at.get(&standing), calls: *calls });
        }
        Deed::Delete(at) if !standing.is_empty() => {
            server.append(Step::Deleted { target: *at.get(&standing) });
        }
        Deed::Other => server.append(Step::Other),
        _ => {}
    }
}

proptest! {
    #[test]
    fn after_any_sequence_the_numbers_are_those_of_a_recount(
        before in prop::collection::vec(deed(), 0..20),
        deeds in prop::collection::vec(deed(), 0..60),
    ) {
        let mut server = Server::default();
        for deed in &before {
            act(&mut server, deed);
        }
        let mut room = Unread::new(server.recount());
        let mut answers: Vec<(usize, Counts)> = Vec::new();
        for deed in &deeds {
            let head = server.head();
            act(&mut server, deed);
            match deed {
                Deed::Read(at) if server.head() > 0 => {
                    let seq = at.index(server.head() as usize) as Seq + 1;
                    server.read = server.read.max(seq);
                    room.read(seq);
                }
                Deed::Ask(after) => answers.push((*after, server.recount())),
                _ => {}
            }
            if server.head() > head {
                room.step(server.head(), *server.log.last().unwrap());
                answers.iter_mut().for_each(|(after, _)| *after = after.saturating_sub(1));
            }
            for (_, counts) in answers.extract_if(.., |(after, _)| *after == 0) {
                room.tell(counts);
            }
            let Now { counts, certain } = room.now();
            if certain {
                prop_assert_eq!(counts, server.recount());
            }
        }
        room.tell(server.recount());
        prop_assert_eq!(room.now(), Now { counts: server.recount(), certain: true });
    }

    #[test]
    fn who_has_heard_everything_needs_no_server(deeds in prop::collection::vec(deed(), 0..80)) {
        let (mut server, mut room) = (Server::default(), Unread::default());
        for deed in &deeds {
            let head = server.head();
            act(&mut server, deed);
            if let Deed::Read(_) = deed {
                server.read = server.head();
                room.read(server.head());
            }
            if server.head() > head {
                room.step(server.head(), *server.log.last().unwrap());
            }
            let Now { counts, certain } = room.now();
            prop_assert!(certain);
            prop_assert_eq!(counts, server.recount());
        }
    }
}
