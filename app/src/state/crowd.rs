//! Who the people of a room are and who of them is here, as the screen knows it. Pure.

use chat::room::MAX_RECEIPTS;
use chat::roster::{Changes, Here};
use chat::{Change, Member, MemberId, Role, Seq};
use protocol::MembersOk;

use super::reads::Reads;

/// Most people drawn of those who are here, and of those who are not.
const MOST_DRAWN: usize = 200;

/// Pages asked for by themselves until everybody who is here is known: in an old room most people are long gone.
const MOST_PAGES: u8 = 10;

/// What changes a crowd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody belongs to the room now.
    In(Member),
    /// Somebody, who then belongs to it, has said something.
    Said(Member, Seq),
    /// Somebody has read so far.
    Read(MemberId, Seq),
    /// Somebody does not any more.
    Out(MemberId),
    /// Somebody is called something else.
    Named(MemberId, String),
    /// Somebody has another role.
    Ranked(MemberId, Role),
    /// People came and went.
    Presence(Changes),
}

impl News {
    /// What an event of the room means for its people, if anything.
    pub fn of(change: &Change) -> Option<News> {
        Some(match change {
            Change::Sent(message) => News::Said(message.author.clone(), message.seq),
            Change::Joined { who, .. } => News::In(who.clone()),
            Change::Left { who, .. }
            | Change::Kicked { who, .. }
            | Change::Banned { who, on: true, .. }
            | Change::AccountDeleted { who, .. } => News::Out(who.clone()),
            Change::Renamed { who, name, .. } => News::Named(who.clone(), name.clone()),
            Change::RoleChanged { who, role, .. } => News::Ranked(who.clone(), *role),
            _ => return None,
        })
    }
}

/// The people of a room.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    /// In order of arrival on the server; who came since the last answer stands at the end.
    list: Vec<Member>,
    here: Here,
    reads: Reads,
    known: bool,
    /// The last person of the last page, if there are more after it.
    next: Option<MemberId>,
    pages: u8,
    /// What was heard since the question whose answer is still on its way: that answer may be older.
    heard: Option<Vec<News>>,
}

/// A person, as the panel shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub member: Member,
    /// The person has a connection now.
    pub here: bool,
}

impl Crowd {
    /// The first page, or the next one, is being asked for.
    pub fn asked(&mut self) {
        self.heard = Some(Vec::new());
    }

    /// No answer came.
    pub fn unanswered(&mut self) {
        self.heard = None;
    }

    /// A page was answered. `first`: it is the first one, and what was known before is forgotten.
    pub fn answered(&mut self, page: MembersOk, first: bool) {
        let heard = self.heard.take().unwrap_or_default();
        if first {
            *self = Crowd::default();
        }
        (self.known, self.pages) = (true, self.pages.saturating_add(1));
        let members: Vec<Member> = page.members.into_iter().map(Into::into).collect();
        self.next = members.last().filter(|_| page.more).map(|last| last.id.clone());
        self.here.answer(members.iter().map(|member| &member.id), &page.here, page.count);
        for member in members {
            self.put(member);
        }
        for (who, seq) in page.reads {
            self.reads.told(&who, seq);
        }
        for news in &heard {
            self.apply(news);
        }
    }

    /// Somebody came, went, or is another.
    pub fn hear(&mut self, news: News) {
        self.apply(&news);
        if let Some(heard) = &mut self.heard {
            heard.push(news);
        }
    }

    fn apply(&mut self, news: &News) {
        match news {
            News::In(member) => self.put(member.clone()),
            News::Said(member, seq) => {
                self.put(member.clone());
                self.reads.said(&member.id, *seq);
                // Of a crowd it is not told who comes.
                if self.is_crowd() {
                    self.here.show(&member.id);
                }
            }
            News::Read(id, seq) => self.reads.told(id, *seq),
            News::Out(id) => {
                self.list.retain(|member| member.id != *id);
                self.reads.forget(id);
            }
            News::Named(id, name) => self.change(id, |member| member.name.clone_from(name)),
            News::Ranked(id, role) => self.change(id, |member| member.role = *role),
            News::Presence(changes) => self.here.hear(changes),
        }
    }

    /// There are more people here than presence is told of.
    fn is_crowd(&self) -> bool {
        self.here.count() > chat::roster::CROWD
    }

    fn put(&mut self, member: Member) {
        match self.list.iter_mut().find(|known| known.id == member.id) {
            Some(known) => *known = member,
            None => self.list.push(member),
        }
    }

    fn change(&mut self, id: &MemberId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.list.iter_mut().find(|member| member.id == *id) {
            change(member);
        }
    }

    /// The server has told who is here.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// How many of the room's people are here.
    pub fn count(&self) -> u64 {
        self.here.count()
    }

    /// A person who belongs to the room, as far as the screen knows.
    pub fn get(&self, id: &MemberId) -> Option<&Member> {
        self.list.iter().find(|member| member.id == *id)
    }

    /// Somebody is known to be here.
    pub fn is_here(&self, id: &MemberId) -> bool {
        self.here.has(id)
    }

    /// Those who have read `seq`, in order of arrival; of a room with too many people nobody.
    pub fn readers(&self, seq: Seq) -> impl Iterator<Item = &Member> {
        let shown = self.list.len() <= MAX_RECEIPTS;
        self.list.iter().filter(move |member| shown && self.reads.has(&member.id, seq))
    }

    /// Where to go on asking: somebody is here who is not on the list.
    pub fn wanted(&self) -> Option<MemberId> {
        let drawn = self.list.iter().filter(|member| self.here.has(&member.id)).count();
        let missing = u64::try_from(drawn).is_ok_and(|drawn| drawn < self.here.count());
        self.next.clone().filter(|_| missing && self.pages < MOST_PAGES)
    }

    /// Somebody came whom the list does not have: newcomers stand at its end, where nobody has to be skipped.
    pub fn newcomers_after(&self, came: &[MemberId]) -> Option<MemberId> {
        let strange = self.next.is_none() && came.iter().any(|id| self.get(id).is_none());
        self.list.last().filter(|_| self.known && strange).map(|last| last.id.clone())
    }

    /// Those who are here, or those who are not, in order of arrival.
    pub fn drawn(&self, here: bool) -> Vec<Seen> {
        let those = self.list.iter().filter(|member| self.here.has(&member.id) == here);
        those.take(MOST_DRAWN).map(|member| Seen { member: member.clone(), here }).collect()
    }

    /// Whether all who are not here are known, so that they may be counted.
    pub fn away(&self) -> Option<usize> {
        let away = self.list.iter().filter(|member| !self.here.has(&member.id)).count();
        Some(away).filter(|_| self.next.is_none())
    }
}

#[cfg(test)]
mod tests {
    use protocol::PerMember;

    use super::*;

    fn member(id: &str) -> Member {
        Member { id: id.parse().unwrap(), name: id.to_uppercase(), role: Role::Guest, hue: 0 }
    }

    fn page(ids: &[&str], here: &[&str], count: u64, more: bool) -> MembersOk {
        let members = ids.iter().map(|id| member(id).into()).collect();
        let here = here.iter().map(|id| id.parse().unwrap()).collect();
        MembersOk { members, more, here, count, reads: PerMember::default() }
    }

    fn ids(crowd: &Crowd, here: bool) -> Vec<String> {
        crowd.drawn(here).into_iter().map(|seen| seen.member.id.to_string()).collect()
    }

    fn presence(came: &[&str], went: &[&str], count: u64) -> News {
        let ids = |list: &[&str]| list.iter().map(|id| id.parse().unwrap()).collect();
        News::Presence(Changes { count, came: ids(came), went: ids(went) })
    }

    #[test]
    fn people_stand_with_those_who_are_here_or_with_those_who_are_not() {
        let mut crowd = Crowd::default();
        assert!(!crowd.is_known());
        crowd.asked();
        crowd.answered(page(&["ana", "bia", "caio"], &["ana"], 1, false), true);
        crowd.hear(presence(&["caio"], &["ana"], 1));
        assert_eq!(
            (ids(&crowd, true), ids(&crowd, false)),
            (vec!["caio".into()], vec!["ana".into(), "bia".into()])
        );
        assert_eq!((crowd.count(), crowd.away()), (1, Some(2)));
    }

    #[test]
    fn in_a_crowd_who_speaks_is_shown_to_be_here() {
        let mut crowd = Crowd::default();
        crowd.answered(page(&["ana", "bia"], &["ana"], 201, true), true);
        crowd.hear(News::Said(member("bia"), 7));
        assert_eq!((ids(&crowd, true), crowd.count()), (vec!["ana".into(), "bia".into()], 201));
        let mut few = Crowd::default();
        few.answered(page(&["ana", "bia"], &["ana"], 1, false), true);
        few.hear(News::Said(member("bia"), 7));
        assert_eq!(ids(&few, true), ["ana"], "where it is told who comes, it is told");
    }

    #[test]
    fn an_answer_that_is_older_than_what_was_heard_undoes_none_of_it() {
        let mut crowd = Crowd::default();
        crowd.asked();
        crowd.hear(News::Out("bia".parse().unwrap()));
        crowd.hear(News::In(member("eva")));
        crowd.hear(News::Named("ana".parse().unwrap(), "Ana Maria".into()));
        crowd.hear(presence(&["eva"], &["ana"], 1));
        crowd.answered(page(&["ana", "bia"], &["ana", "bia"], 2, false), true);
        assert_eq!((ids(&crowd, true), ids(&crowd, false)), (vec!["eva".into()], vec!["ana".into()]));
        assert_eq!(crowd.get(&"ana".parse().unwrap()).unwrap().name, "Ana Maria");
        assert_eq!(crowd.count(), 1);
    }

    #[test]
    fn it_goes_on_asking_until_everybody_who_is_here_is_on_the_list() {
        let mut crowd = Crowd::default();
        crowd.asked();
        crowd.answered(page(&["ana"], &[], 1, true), true);
        assert_eq!((crowd.wanted(), crowd.away()), (Some("ana".parse().unwrap()), None));
        crowd.asked();
        crowd.answered(page(&["bia"], &["bia"], 1, true), false);
        assert_eq!(crowd.wanted(), None, "the one who is here is there");
    }

    #[test]
    fn a_stranger_who_comes_is_looked_for_at_the_end_of_the_list() {
        let mut crowd = Crowd::default();
        let came = ["eva".parse().unwrap()];
        assert_eq!(crowd.newcomers_after(&came), None, "nothing is known yet");
        crowd.answered(page(&["ana"], &[], 0, false), true);
        assert_eq!(crowd.newcomers_after(&came), Some("ana".parse().unwrap()));
        assert_eq!(crowd.newcomers_after(&["ana".parse().unwrap()]), None);
    }

    fn readers(crowd: &Crowd, seq: Seq) -> Vec<&str> {
        crowd.readers(seq).map(|member| member.id.as_str()).collect()
    }

    fn read(who: &str, seq: Seq) -> News {
        News::Read(who.parse().unwrap(), seq)
    }

    #[test]
    fn who_has_read_a_message_is_known_in_whatever_order_it_is_told() {
        let mut crowd = Crowd::default();
        crowd.asked();
        crowd.hear(read("bia", 7));
        crowd.hear(read("bia", 4));
        let mut first = page(&["ana", "bia", "caio"], &[], 0, false);
        first.reads =
            [("ana", 7), ("bia", 5), ("caio", 6)].map(|(who, seq)| (who.parse().unwrap(), seq)).into();
        crowd.answered(first, true);
        assert_eq!(
            (readers(&crowd, 6), readers(&crowd, 7)),
            (vec!["ana", "bia", "caio"], vec!["ana", "bia"])
        );
        crowd.hear(News::Said(member("caio"), 7));
        crowd.hear(News::Said(member("dora"), 8));
        assert_eq!(readers(&crowd, 7), ["ana", "bia", "caio"], "of Dora nothing is known");
        crowd.hear(News::Out("ana".parse().unwrap()));
        crowd.hear(read("ana", 9));
        assert_eq!(readers(&crowd, 7), ["bia", "caio"], "who is out counts no more");
        crowd.asked();
        crowd.answered(page(&["bia", "caio"], &[], 0, false), true);
        assert!(readers(&crowd, 1).is_empty(), "nor does who does not want it any more");
    }

    #[test]
    fn of_a_room_with_more_than_fifty_people_nobody_is_shown_to_have_read() {
        let mut crowd = Crowd::default();
        for n in 0..50 {
            let id = format!("p{n}");
            crowd.hear(News::In(member(&id)));
            crowd.hear(read(&id, 1));
        }
        assert_eq!(readers(&crowd, 1).len(), 50);
        crowd.hear(News::In(member("p50")));
        assert!(readers(&crowd, 1).is_empty());
    }

    #[test]
    fn who_is_banned_is_gone_and_who_has_another_role_shows_it() {
        let mut crowd = Crowd::default();
        crowd.answered(page(&["ana", "bia"], &[], 0, false), true);
        let (by, who): (MemberId, MemberId) = ("ana".parse().unwrap(), "bia".parse().unwrap());
        let role = Change::RoleChanged { by: by.clone(), who: who.clone(), role: Role::Moderator };
        crowd.hear(News::of(&role).unwrap());
        assert_eq!(crowd.get(&who).unwrap().role, Role::Moderator);
        crowd.hear(News::of(&Change::Banned { by: by.clone(), who: who.clone(), on: true }).unwrap());
        assert_eq!(crowd.get(&who), None);
        assert_eq!(News::of(&Change::Banned { by, who, on: false }), None);
    }
}
