//! The loop: what is next happens, and what follows from it is entered for later.

mod event;
mod serve;

pub(super) use event::Event;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use anyhow::Result;
use chat::Millis;
use socketio_client::{Generation, Input};

use super::Plan;
use super::agenda::Agenda;
use super::net::{Link, LinkId, Way};
use super::node::{From, Node};
use super::people::{People, TabId};
use super::story::Story;
use super::tab::{Do, Fact};
use crate::dice::Dice;
use crate::disk::{Health, Loss};

/// When every world begins.
pub(super) const ORIGIN: Millis = 1_700_000_000_000;

/// More than can happen in a world that is well.
const STORM: u64 = 60_000;

/// People of a world, as `node::prepared` has made them.
pub(super) const PEOPLE: usize = 5;

/// Everything there is.
pub(super) struct World {
    pub(super) now: Millis,
    /// When things begin to heal.
    pub(super) heal: Millis,
    pub(super) agenda: Agenda<Event>,
    pub(super) dice: Dice,
    pub(super) people: People,
    pub(super) node: Node,
    pub(super) links: BTreeMap<LinkId, Link>,
    next_link: LinkId,
    pub(super) story: Story,
    /// The connection that a page hears something on.
    hearing: Option<LinkId>,
    turn_due: bool,
    publish_due: bool,
    /// The server does not run on while this is `Some`, and what comes to it waits here.
    pub(super) paused: Option<VecDeque<Event>>,
    /// The server's process ends in the middle of its next turn.
    pub(super) doom: Option<Loss>,
    /// How far the server's clock is off.
    pub(super) skew: Millis,
    /// When a page's disk has done what was asked last.
    disks: BTreeMap<TabId, Millis>,
    pub(super) trace: u64,
    happened: u64,
    /// What happens is written to standard error, for whoever looks for a cause.
    told: bool,
}

impl World {
    pub(super) fn new(plan: &Plan, folder: &Path) -> Result<World> {
        let mut dice = Dice::new(plan.seed);
        let mut world = World {
            now: ORIGIN,
            heal: ORIGIN + Millis::try_from(plan.seconds * 1_000)?,
            agenda: Agenda::default(),
            people: People::new(PEOPLE, &mut dice),
            node: Node::new(folder, ORIGIN, dice.fork())?,
            links: BTreeMap::new(),
            next_link: 0,
            story: Story::default(),
            hearing: None,
            turn_due: false,
            publish_due: false,
            paused: None,
            doom: None,
            skew: 0,
            disks: BTreeMap::new(),
            happened: 0,
            told: plan.told,
            trace: 0xcbf2_9ce4_8422_2325,
            dice,
        };
        world.agenda.enter(ORIGIN, Event::Start(From::Disk));
        world.agenda.enter(ORIGIN, Event::Heads);
        world.agenda.enter(ORIGIN, Event::Relieve);
        for person in 0..PEOPLE {
            world.open_tab(person);
            world.agenda.enter(ORIGIN + 500, Event::Deed(person));
        }
        world.agenda.enter(ORIGIN + 2_000, Event::Strike);
        Ok(world)
    }

    /// Everything happens, until the time to heal.
    pub(super) fn live(&mut self) -> Result<()> {
        self.until(self.heal)
    }

    /// Everything up to `end` happens.
    pub(super) fn until(&mut self, end: Millis) -> Result<()> {
        while let Some((at, event)) = self.agenda.next(end) {
            self.happened += 1;
            if self.happened == STORM {
                self.story
                    .violations
                    .push(format!("I11: {STORM} things have happened: somebody asks for ever"));
            }
            if self.happened >= STORM {
                break;
            }
            self.now = self.now.max(at);
            self.node.set_clock(self.now + self.skew);
            self.note(&event);
            if self.told {
                self.tell(&event);
            }
            self.happen(event)?;
        }
        self.now = self.now.max(end);
        Ok(())
    }

    /// The server can do no more, which is its own fault: nothing happens any more.
    pub(super) fn stop(&mut self, why: &anyhow::Error) {
        self.story.violations.push(format!("{why:#}"));
        self.happened = STORM;
    }

    /// Ends the server without looking at it any more.
    pub(super) fn end(&mut self) {
        let _ = self.node.die(0, Loss::Process);
    }

    /// Adds what happens to the trace. Lengths and not texts: an epoch, which is drawn, is always as long.
    fn note(&mut self, event: &Event) {
        let (kind, a, b) = match event {
            Event::Accept(link) => (1, *link, 0),
            Event::Up(link, text) => (2, *link, text.len()),
            Event::UpEnd(link) => (3, *link, 0),
            Event::Down(link, text) => (4, *link, text.len()),
            Event::DownEnd(link) => (5, *link, 0),
            Event::Wake(tab, _) => (6, *tab, 0),
            Event::Written(tab, ..) => (7, *tab, 0),
            Event::Deed(person) => (8, *person, 0),
            _ => (9, 0, 0),
        };
        for part in [self.now as u64, kind, a as u64, b as u64] {
            self.trace = (self.trace ^ part).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// One line, cut where texts would go on for long.
    fn tell(&self, event: &Event) {
        let of = |link: &LinkId| self.links.get(link).map_or(usize::MAX, |link| link.tab);
        let page = match event {
            Event::Up(link, _) | Event::Down(link, _) | Event::Accept(link) | Event::DownEnd(link) => {
                of(link)
            }
            Event::Refused(tab, _) | Event::Wake(tab, _) | Event::Written(tab, ..) => *tab,
            _ => usize::MAX,
        };
        let page = if page == usize::MAX { String::new() } else { format!("page {page}") };
        let line: String = format!("{event:?}").chars().take(300).collect();
        eprintln!("{:>6} {page:8} {line}", self.now - ORIGIN);
    }

    fn happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Accept(_)
            | Event::Up(..)
            | Event::UpEnd(_)
            | Event::Turn
            | Event::Publish
            | Event::Heads
            | Event::Relieve
            | Event::Ping(_)
            | Event::Flush => self.at_server(event),
            Event::Down(link, text) => {
                self.story.figures.deliveries += 1;
                self.told_by_server(link, |generation| Input::Text(generation, &text));
                Ok(())
            }
            Event::DownEnd(link) => {
                self.told_by_server(link, |generation| Input::Closed(generation, 1_006));
                self.links.remove(&link);
                Ok(())
            }
            Event::Refused(tab, generation) => {
                self.with_tab(tab, |tab, now| tab.session(Input::Failed(generation), now))
            }
            Event::Start(from) => self.start(&from),
            Event::Resume => {
                self.resume();
                Ok(())
            }
            Event::Mend => {
                self.node.set_health(Health::Well);
                Ok(())
            }
            Event::Wake(tab, timer) => self.with_tab(tab, |tab, now| tab.woken(&timer, now)),
            Event::Written(tab, key, row) => {
                self.people.written(tab, key, row, self.now);
                self.after(tab)
            }
            Event::Told(tab, key, row) => {
                self.people.told(tab, key, row.as_deref(), self.now);
                self.after(tab)
            }
            Event::Load(tab) => {
                if let Some(open) = self.people.tab(tab) {
                    let known = open.outbox.on_disk();
                    let later = self.now + 3;
                    self.agenda.enter(later, Event::Loaded(tab, known));
                }
                Ok(())
            }
            Event::Loaded(tab, known) => {
                self.people.load(tab, known, self.now);
                self.people.drain(tab, self.now);
                self.after(tab)
            }
            Event::Elect(person) => self.elect(person),
            Event::Deed(person) => self.deed(person),
            Event::Strike => self.strike(),
            Event::Doom => match self.doom.take() {
                Some(loss) => self.die(self.node.now(), loss),
                None => Ok(()),
            },
        }
    }

    /// Does something to a page that is open, and what follows from it.
    pub(super) fn with_tab(
        &mut self,
        id: TabId,
        act: impl FnOnce(&mut super::tab::Tab, Millis),
    ) -> Result<()> {
        let now = self.now;
        if let Some(tab) = self.people.tab(id) {
            act(tab, now);
        }
        self.after(id)
    }

    fn told_by_server<'a>(&mut self, link: LinkId, input: impl FnOnce(Generation) -> Input<'a>) {
        let Some(Link { tab, generation, .. }) = self.links.get(&link) else { return };
        let (tab, generation) = (*tab, *generation);
        self.hearing = Some(link);
        // An error here would be the machine's; there is none that a page could have.
        let _ = self.with_tab(tab, |tab, now| tab.session(input(generation), now));
        self.hearing = None;
    }

    /// Carries out what a page wants done, and notes what a judge has to know.
    pub(super) fn after(&mut self, id: TabId) -> Result<()> {
        let Some(tab) = self.people.tab(id) else { return Ok(()) };
        let (todo, facts) = (std::mem::take(&mut tab.todo), std::mem::take(&mut tab.facts));
        for fact in facts {
            if matches!(fact, Fact::Hole(_)) && !self.node_lost_nothing() {
                continue;
            }
            if let Fact::Emitted(key, ..) = &fact
                && !self.people.owner(id).kept(*key)
            {
                self.story.violations.push(format!("G6: {key} was sent before it was on a disk"));
            }
            self.story.take(fact);
        }
        for one in todo {
            match one {
                Do::Open(generation) => self.connect(id, generation),
                Do::Send(generation, text) => {
                    if let Some(link) = self.link_of(id, generation) {
                        self.carry(link, Way::Up, |link| Event::Up(link, text));
                    }
                }
                Do::Close(generation) => {
                    if let Some(link) = self.link_of(id, generation) {
                        self.story.figures.disconnects += 1;
                        self.carry(link, Way::Up, Event::UpEnd);
                        self.end_way(link, Way::Down);
                    }
                }
                Do::Wake(timer, at) => self.agenda.enter(at.max(self.now + 1), Event::Wake(id, timer)),
                Do::Write(key, row) => {
                    let done = self.disks.entry(id).or_default();
                    *done = (*done).max(self.now + Millis::try_from(self.dice.below(20))?);
                    self.agenda.enter(*done, Event::Written(id, key, row));
                }
                Do::Tell(key, row) => {
                    for other in self.people.siblings(id) {
                        self.agenda.enter(self.now + 2, Event::Told(other, key, row.clone()));
                    }
                }
            }
        }
        Ok(())
    }

    /// The engine has lost nothing on the connection that is being heard.
    fn node_lost_nothing(&self) -> bool {
        self.hearing.zip(self.node.hall()).is_some_and(|(link, hall)| !hall.has_lost(link))
    }

    fn link_of(&self, tab: TabId, generation: Generation) -> Option<LinkId> {
        let of = |link: &&LinkId| {
            let link = &self.links[*link];
            (link.tab, link.generation) == (tab, generation)
        };
        self.links.keys().rev().find(of).copied()
    }

    fn connect(&mut self, tab: TabId, generation: Generation) {
        if !self.node.is_up() {
            let at = self.now + 1 + Millis::try_from(self.dice.below(50)).unwrap_or(0);
            return self.agenda.enter(at, Event::Refused(tab, generation));
        }
        let id = self.next_link;
        self.next_link += 1;
        self.links.insert(id, Link::new(tab, generation, &mut self.dice));
        // A network that swallows everything: the page gives up by itself.
        if self.now < self.heal && self.dice.chance(3) {
            self.end_way(id, Way::Up);
            self.end_way(id, Way::Down);
        }
        self.carry(id, Way::Up, Event::Accept);
    }

    /// Sends something over a connection, if it can still arrive.
    pub(super) fn carry(&mut self, link: LinkId, way: Way, event: impl FnOnce(LinkId) -> Event) {
        let (now, dice) = (self.now, &mut self.dice);
        if let Some(at) = self.links.get_mut(&link).and_then(|open| open.send(way, now, dice)) {
            self.agenda.enter(at, event(link));
        }
    }

    pub(super) fn end_way(&mut self, link: LinkId, way: Way) {
        if let Some(link) = self.links.get_mut(&link) {
            link.end(way);
        }
    }

    fn start(&mut self, from: &From) -> Result<()> {
        self.node.start(from)?;
        if matches!(from, From::Backup) {
            let ledger = self.node.ledger()?;
            self.story.restored(&ledger);
            self.story.figures.restores += 1;
        }
        Ok(())
    }

    fn elect(&mut self, person: usize) -> Result<()> {
        let old = self.people.persons[person].holder;
        if let Some(new) = self.people.elect(person, &mut self.dice, self.now) {
            self.agenda.enter(self.now + 1, Event::Load(new));
        }
        old.map_or(Ok(()), |old| self.after(old))
    }

    /// A new page, which reads its disk and connects.
    pub(super) fn open_tab(&mut self, person: usize) -> TabId {
        let clock = if self.dice.chance(20) { 3_600_000 } else { 0 };
        let dice = self.dice.fork();
        let id = self.people.open_tab(person, clock, dice);
        self.agenda.enter(self.now, Event::Load(id));
        if self.people.persons[person].holder.is_none() {
            self.agenda.enter(self.now + 1, Event::Elect(person));
        }
        // An error here would be the machine's; there is none that a page could have.
        let _ = self.with_tab(id, |tab, now| tab.session(Input::Connect, now));
        id
    }
}
