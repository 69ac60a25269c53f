//! The end of a world: everything works again, people wait until all is quiet, and then everything is compared.

use std::collections::BTreeSet;

use anyhow::Result;
use chat::outbox::{Intent, State};
use chat::{Key, MemberId, Message, Millis, RoomId, Seq};

use super::Outcome;
use super::node::{From, Sight};
use super::people::TabId;
use super::tab::Tab;
use super::world::World;
use crate::disk::Health;
use crate::ledger::Ledger;
use crate::model::truth::fold;

/// I11: after so long everybody sees everything.
const CONVERGED_MS: Millis = 15_000;
/// And after so long nothing waits any more: a request that was refused for now may wait for half a minute.
const DRAINED_MS: Millis = 90_000;

/// Heals the world, waits, and judges.
pub(super) fn judge(world: &mut World) -> Result<Outcome> {
    heal(world)?;
    settle(world, "everything healed")?;
    last_word(world)?;
    settle(world, "the last word")?;
    compare(world)?;
    let violations = std::mem::take(&mut world.story.violations);
    Ok(Outcome { violations, trace: world.trace, figures: world.story.figures })
}

/// The failure that only heads reveal: somebody says something, nobody is told, and then there is silence.
fn last_word(world: &mut World) -> Result<()> {
    let connected = world.people.open().find(|(id, tab)| tab.is_connected() && world.people.sends(*id));
    let Some((tab, _)) = connected else { return Ok(()) };
    world.node.lose(100);
    world.say_last_word(tab)?;
    world.until(world.now + 3_000)?;
    world.node.lose(0);
    Ok(())
}

/// Waits until everybody sees everything and nothing waits any more.
fn settle(world: &mut World, since: &str) -> Result<()> {
    let then = world.node.heads()?;
    let (converged, drained) = (world.now + CONVERGED_MS, world.now + DRAINED_MS);
    let mut told = false;
    while world.now < drained {
        world.until(world.now + 500)?;
        // What the owner wanted before may be done only now.
        pardon(world)?;
        let now = world.node.heads()?;
        if behind(world, &now).is_empty() && waiting(world).is_empty() {
            return Ok(());
        }
        let behind = behind(world, &then);
        if world.now >= converged && !told && !behind.is_empty() {
            told = true;
            world.story.violations.push(format!("I11: 15 s after {since}: {behind:?}"));
        }
    }
    let waiting = waiting(world);
    if !waiting.is_empty() {
        world.story.violations.push(format!("I13: 90 s after {since} there waits: {waiting:?}"));
    }
    Ok(())
}

/// From now on nothing goes wrong any more.
fn heal(world: &mut World) -> Result<()> {
    world.doom = None;
    world.skew = 0;
    world.node.lose(0);
    world.resume();
    world.node.set_health(Health::Well);
    // A start that is due comes by itself within three seconds.
    world.until(world.now + 3_000)?;
    if !world.node.is_up() {
        world.node.start(&From::Disk)?;
    }
    for link in world.links.keys().copied().collect::<Vec<_>>() {
        world.mend(link);
    }
    for person in 0..world.people.persons.len() {
        if world.people.persons[person].tabs.is_empty() {
            world.open_tab(person);
        }
    }
    pardon(world)?;
    Ok(())
}

/// Nobody is banned any more, and who was turned away comes again.
fn pardon(world: &mut World) -> Result<()> {
    if world.node.pardon()? {
        world.publish_soon();
    }
    let away: Vec<_> = world.people.open().filter(|(_, tab)| tab.turned_away).map(|(id, _)| id).collect();
    for tab in away {
        world.with_tab(tab, |tab, now| {
            tab.turned_away = false;
            tab.session(socketio_client::Input::Connect, now);
        })?;
    }
    Ok(())
}

/// Pages that do not see everything up to `heads`.
fn behind(world: &World, heads: &[(RoomId, Seq)]) -> Vec<String> {
    let mut behind = Vec::new();
    for (id, tab) in world.people.open() {
        if !tab.is_connected() {
            behind.push(format!("page {id} of {} has no connection", tab.me));
        }
        for (room, head) in heads {
            let Some(timeline) = tab.rooms.get(room).filter(|_| !tab.is_out(room)) else { continue };
            if timeline.applied() < *head || timeline.epoch() != world.node.epoch() {
                let at = timeline.applied();
                behind.push(format!("page {id} of {} is at {room}/{at} of {head}", tab.me));
            }
        }
    }
    behind
}

/// What waits in an outbox although it could be sent. A poisonous request waits for five minutes, in sight.
fn waiting(world: &World) -> Vec<(TabId, Key)> {
    let open = world.people.open().flat_map(|(id, tab)| {
        let sending = world.people.sends(id);
        let waits = tab.outbox.items().iter().filter(move |p| sending && !p.is_poison() && p.is_open());
        waits.map(move |p| (id, p.key))
    });
    open.collect()
}

fn compare(world: &mut World) -> Result<()> {
    let ledger = world.node.ledger()?;
    let mut found = ledger.faults.clone();
    answers(world, &ledger, &mut found);
    contents(world, &ledger, &mut found);
    fates(world, &ledger, &mut found);
    order(world, &ledger, &mut found);
    deletions(&ledger, &mut found);
    rights(&ledger, &mut found);
    for person in 0..world.people.persons.len() {
        let who = world.people.persons[person].id.clone();
        let sight = world.node.sees(&who)?;
        itself(&who, &sight, &mut found);
        for tab in world.people.persons[person].tabs.clone() {
            if let Some(open) = world.people.tab(tab) {
                displays(tab, open, &sight, &mut found);
            }
        }
    }
    world.story.violations.extend(found);
    Ok(())
}

/// I1: what was answered is there. What changed nothing has the number of the event that made it so.
fn answers(world: &World, ledger: &Ledger, found: &mut Vec<String>) {
    for (key, (room, seq)) in &world.story.acked {
        let wish = &world.story.wishes[key];
        let place = ledger.keys.get(&(wish.who.clone(), *key));
        let there = match &wish.intent {
            Intent::Message { .. } => place == Some(&(room.clone(), *seq)),
            _ => ledger.rows.contains_key(&(room.clone(), *seq)),
        };
        if !there {
            let (who, what) = (&wish.who, &wish.intent);
            found.push(format!(
                "I1: {key} of {who} was answered as {room}/{seq} and is at {place:?}: {what:?}"
            ));
        }
    }
}

/// I6: everything in the log was sent, as it is there.
fn contents(world: &World, ledger: &Ledger, found: &mut Vec<String>) {
    let mut bodies = BTreeSet::new();
    for ((room, seq), row) in ledger.rows.iter().filter(|(_, row)| row.kind == Ledger::SENT) {
        let Some((wanted, Intent::Message { body, .. })) = world.story.emitted.get(&row.key) else {
            found.push(format!("I6: {room}/{seq} of {} was never sent", row.author));
            continue;
        };
        let there = ledger.body(room, *seq);
        if wanted != room || there.as_deref().is_some_and(|there| there != body.as_str()) {
            found.push(format!("I6: {room}/{seq} of {} is {there:?} and was sent as {body:?}", row.author));
        }
        if !bodies.insert(body.as_str()) {
            found.push(format!("G4: {room}/{seq} of {} is there twice: {body:?}", row.author));
        }
    }
}

/// I8 and I13: everything wanted has come to an end that its person knows, or is still in sight.
fn fates(world: &World, ledger: &Ledger, found: &mut Vec<String>) {
    for (key, wish) in &world.story.wishes {
        let pages = world.people.persons.iter().filter(|person| person.id == wish.who).flat_map(|p| &p.tabs);
        let pages = pages.filter_map(|id| world.people.tabs[*id].as_ref());
        let states: Vec<_> = pages.filter_map(|tab| tab.outbox.get(*key)).map(|p| p.state.clone()).collect();
        let stored = ledger.keys.contains_key(&(wish.who.clone(), *key));
        let refused = states.iter().any(|state| matches!(state, State::Refused(_)));
        if stored && refused {
            found.push(format!("I8: {key} of {} was refused and is there", wish.who));
        }
        let known = stored
            || !states.is_empty()
            || wish.lost
            || wish.restored_away
            || world.story.acked.contains_key(key)
            || world.story.discarded.contains(key)
            || world.story.taken_up.contains(key);
        if !known {
            found.push(format!("I13: nobody knows what became of {key} of {}: {:?}", wish.who, wish.intent));
        }
    }
}

/// I5: what one page said in a room is there in the order in which it was said.
fn order(world: &World, ledger: &Ledger, found: &mut Vec<String>) {
    let mut last: std::collections::BTreeMap<(TabId, &RoomId), (Seq, Key)> = Default::default();
    for key in &world.story.order {
        let wish = &world.story.wishes[key];
        if !matches!(wish.intent, Intent::Message { .. }) {
            continue;
        }
        let Some((_, seq)) = ledger.keys.get(&(wish.who.clone(), *key)) else { continue };
        if let Some((before, other)) = last.insert((wish.tab, &wish.room), (*seq, *key))
            && before > *seq
        {
            found.push(format!(
                "I5: {other} was said before {key} in {} and is after it: {before}, {seq}",
                wish.room
            ));
        }
    }
}

/// What was deleted is nowhere in the log any more.
fn deletions(ledger: &Ledger, found: &mut Vec<String>) {
    let deleted: BTreeSet<_> = ledger
        .rows
        .iter()
        .filter(|(_, row)| row.kind == Ledger::DELETED)
        .filter_map(|((room, _), row)| Some((room.clone(), row.target?)))
        .collect();
    for (place, row) in &ledger.rows {
        let edit = row.kind == Ledger::EDITED
            && row.target.is_some_and(|target| deleted.contains(&(place.0.clone(), target)));
        if (edit || deleted.contains(place)) && !row.payload.is_empty() {
            found.push(format!("the deleted text of {}/{} is still in the log", place.0, place.1));
        }
    }
}

/// I9, from the other side: nobody speaks who is out, silent or banned at that point of the log.
fn rights(ledger: &Ledger, found: &mut Vec<String>) {
    let mut out: BTreeSet<(RoomId, String)> = [("hall", "p4"), ("den", "p3"), ("den", "p4")]
        .iter()
        .filter_map(|(r, p)| Some((r.parse().ok()?, (*p).to_owned())))
        .collect();
    let (mut silent, mut banned) = (BTreeSet::new(), BTreeSet::new());
    for ((room, seq), row) in &ledger.rows {
        let payload: serde_json::Value = serde_json::from_slice(&row.payload).unwrap_or_default();
        let who = payload["who"].as_str().unwrap_or_default().to_owned();
        let (place, on) = ((room.clone(), who), payload["on"].as_bool().unwrap_or_default());
        let switch =
            |set: &mut BTreeSet<_>, on| if on { set.insert(place.clone()) } else { set.remove(&place) };
        match row.kind {
            Ledger::JOINED => {
                switch(&mut out, false);
                // Nobody banned is let in; the end of a ban is told in the rooms one is in, which this was not.
                switch(&mut banned, false);
            }
            Ledger::LEFT | Ledger::KICKED => drop(switch(&mut out, true)),
            Ledger::MUTED => drop(switch(&mut silent, on)),
            Ledger::BANNED => drop(switch(&mut banned, on)),
            Ledger::SENT => {
                let author = (room.clone(), row.author.to_string());
                if [&out, &silent, &banned].into_iter().any(|set| set.contains(&author)) {
                    found.push(format!("I9: {} speaks in {room}/{seq} and may not", row.author));
                }
            }
            _ => {}
        }
    }
}

/// The server's state is what its log leads to.
fn itself(who: &MemberId, sight: &Sight, found: &mut Vec<String>) {
    for (room, (events, messages)) in &sight.rooms {
        let folded = fold(events.iter(), who);
        let first = events.first().map_or(0, |event| event.seq);
        let shown = || messages.iter().filter(|message| message.seq >= first).map(nameless);
        let must = || folded.values().map(nameless);
        if !shown().eq(must()) {
            let differs = shown().zip(must()).find(|(a, b)| a != b);
            found.push(format!("the history of {room} is not what its log leads to, for {who}: {differs:?}"));
        }
    }
}

/// Without the author's name: who takes another one while out of a room keeps the old one on the pages open there.
fn nameless(message: &Message) -> Message {
    let mut message = message.clone();
    message.author.name.clear();
    message
}

/// I3: what a page shows is what the log leads to.
fn displays(id: TabId, tab: &Tab, sight: &Sight, found: &mut Vec<String>) {
    for (room, (events, _)) in &sight.rooms {
        let Some(timeline) = tab.rooms.get(room) else {
            found.push(format!("I3: page {id} of {} does not know of {room}", tab.me));
            continue;
        };
        let folded = fold(events.iter(), &tab.me);
        let first = timeline.first().unwrap_or(Seq::MAX);
        let must = || folded.range(first..).map(|(_, message)| nameless(message));
        let shown = || timeline.messages().map(nameless);
        if !shown().eq(must()) {
            let differs = shown().zip(must()).find(|(a, b)| a != b);
            let counts = (shown().count(), must().count());
            found.push(format!("I3: page {id} of {} shows another {room}: {counts:?} {differs:?}", tab.me));
        }
        let keys: BTreeSet<_> =
            timeline.messages().map(|message| (&message.author.id, message.key)).collect();
        if keys.len() != timeline.messages().count() {
            found.push(format!("I4: page {id} of {} shows something twice in {room}", tab.me));
        }
    }
}
