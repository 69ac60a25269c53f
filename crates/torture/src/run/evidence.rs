//! Gathers what is left of a run: the database, the histories, the log, the times.

use anyhow::Result;
use chat::Millis;

use super::setting::Setting;
use super::{Kind, Run};
use crate::check::{Evidence, GREETED, Kind as Witnessing, Witness};
use crate::history::{self, Fact, Line};
use crate::truth::{self, FILE};

/// What the log says of a client that does not read.
const OVERFLOWED: &str = "queue full, connection ended";
/// What the log may say while the disk is full.
const FULL: [&str; 3] = ["database or disk is full", "disk I/O error", "No space left"];

/// Reads everything. The server and the clients have ended.
pub(super) async fn gather(run: &Run, setting: &Setting, convergence: Vec<Millis>) -> Result<Evidence> {
    let scene = &setting.scene;
    let mut truth = truth::read(&scene.host.lock().await.data().join(FILE)).await?;
    for (room, founders) in &setting.founders {
        if let Some(log) = truth.rooms.get_mut(room) {
            log.founders.clone_from(founders);
        }
    }
    let mut witnesses = Vec::new();
    for (number, person) in setting.people.iter().enumerate() {
        let native = number < scene.people.len();
        let kind = if native { Witnessing::Tab } else { Witnessing::Stock };
        let read = |kind, file: &str| -> Result<Witness> {
            let lines = history::read(&setting.history(person, file))?;
            Ok(Witness { name: person.name.clone(), me: person.me.clone(), kind, lines })
        };
        witnesses.push(read(kind, "history")?);
        if setting.history(person, "twin").exists() {
            let mut twin = read(Witnessing::Helper, "twin")?;
            twin.name.push('b');
            witnesses.push(twin);
        }
    }
    let (memory, starts, log) = {
        let host = scene.host.lock().await;
        (host.memory, host.starts.clone(), std::fs::read_to_string(host.log())?)
    };
    let mut complaints = complaints(&log, run.kind == Kind::SmallDisk);
    for number in 0..scene.crew.len() {
        let said = std::fs::read_to_string(run.folder.join(format!("clients-{number}.log")))?;
        complaints.extend(said.lines().map(|line| format!("client process {number}: {line}")));
    }
    let (kills, gone, disturbed) = {
        let mut notes = scene.notes();
        (std::mem::take(&mut notes.kills), notes.gone.clone(), notes.disturbed.clone())
    };
    let restores = setting.restores.lock().map(|restores| restores.clone()).unwrap_or_default();
    let outages = Outages { starts, gone, disturbed };
    let tabs = witnesses.iter().filter(|witness| witness.kind == Witnessing::Tab);
    let reconnects = tabs.enumerate().flat_map(|(link, tab)| outages.reconnects(link, &tab.lines)).collect();
    Ok(Evidence { truth, witnesses, kills, restores, complaints, memory, convergence, reconnects })
}

/// How many connections the server cut because nobody read.
pub(super) async fn overflowed(setting: &Setting) -> Result<u64> {
    let log = std::fs::read_to_string(setting.scene.host.lock().await.log())?;
    Ok(log.lines().filter(|line| line.contains(OVERFLOWED)).count() as u64)
}

/// Panics, and errors that nothing explains.
fn complaints(log: &str, full: bool) -> Vec<String> {
    let explained = |line: &&str| full && FULL.iter().any(|words| line.contains(words));
    let bad = log.lines().filter(|line| line.contains("panicked at") || line.contains(" ERROR "));
    bad.filter(|line| !explained(line)).map(str::to_owned).collect()
}

/// When the server was away, and who had troubles of their own.
struct Outages {
    starts: Vec<Millis>,
    gone: Vec<Millis>,
    disturbed: Vec<(usize, Millis, Millis)>,
}

impl Outages {
    /// For each start after which the client should have come back by itself: how long that took. Where the server
    /// went away again before, and there had been time enough, so long at least.
    fn reconnects(&self, link: usize, lines: &[Line]) -> Vec<Millis> {
        let mut times = Vec::new();
        for gone in &self.gone {
            let Some(start) = self.starts.iter().find(|start| *start > gone) else { continue };
            let again = self.gone.iter().find(|other| *other > gone).copied().unwrap_or(Millis::MAX);
            if again < *start || !was_connected(lines, *gone) {
                continue;
            }
            let hello =
                lines.iter().find(|line| line.at >= *start && matches!(line.fact, Fact::Hello { .. }));
            let back = hello.map(|line| line.at).filter(|at| *at < again).unwrap_or(again);
            if back == again && again - start < GREETED {
                continue;
            }
            let own =
                |(of, from, until): &(usize, Millis, Millis)| *of == link && *from <= back && *until >= *gone;
            if back != Millis::MAX && !self.disturbed.iter().any(own) {
                times.push(back - start);
            }
        }
        times
    }
}

/// The client's last word before `at` was a greeting.
fn was_connected(lines: &[Line], at: Millis) -> bool {
    let word = lines.iter().take_while(|line| line.at < at).filter(|line| {
        matches!(line.fact, Fact::Hello { .. } | Fact::Lost | Fact::Began | Fact::Ended { .. })
    });
    word.last().is_some_and(|line| matches!(line.fact, Fact::Hello { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(at: Millis) -> Line {
        let fact = Fact::Hello { epoch: "e".to_owned(), you: "ana".parse().unwrap(), heads: Vec::new() };
        Line { at, fact }
    }

    fn outages() -> Outages {
        Outages { starts: vec![0, 120, 1_020], gone: vec![100, 1_000], disturbed: vec![(7, 90, 300)] }
    }

    #[test]
    fn a_client_comes_back_after_each_start() {
        let lines = [hello(10), Line { at: 101, fact: Fact::Lost }, hello(220), hello(1_030)];
        assert_eq!(outages().reconnects(1, &lines), [100, 10]);
    }

    #[test]
    fn whoever_had_troubles_of_its_own_is_not_counted() {
        assert_eq!(outages().reconnects(7, &[hello(10), hello(220), hello(1_050)]), [30]);
    }

    #[test]
    fn whoever_was_still_away_when_the_server_went_again_is_counted() {
        assert_eq!(outages().reconnects(1, &[hello(10), hello(1_050)]), [30], "it had no time");
        let patient = Outages { gone: vec![100, 9_000], starts: vec![0, 120, 9_020], disturbed: Vec::new() };
        assert_eq!(patient.reconnects(1, &[hello(10), hello(9_050)]), [8_880, 30]);
    }

    #[test]
    fn a_panic_is_a_complaint_and_a_full_disk_is_none_where_it_was_filled() {
        let log = "x INFO y\nthread 'a' panicked at b\nx ERROR store: database or disk is full\n";
        assert_eq!(complaints(log, true).len(), 1);
        assert_eq!(complaints(log, false).len(), 2);
    }
}
