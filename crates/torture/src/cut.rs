//! Power cuts: one recording of a server at work, cut at many points; each time a database is rebuilt from what a
//! disk would hold, and everything that had been answered must be in it (docs/delivery.md section 9).
//!
//! What it does not prove: that kernel, file system and drive keep what a sync promises.

mod record;

use std::path::Path;

use anyhow::{Context as _, Result};
use server::rooms::Rooms;
use server::store::{Clock, Store};

use crate::dice::Dice;
use crate::disk::{Disk, Loss};
use crate::ledger::Ledger;
use record::{Recording, Said};

/// How much to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Chooses everything.
    pub seed: u64,
    /// Batches of requests in the recording.
    pub batches: usize,
    /// Points to cut it at.
    pub cuts: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Points cut at.
    pub cuts: usize,
    /// Requests answered in the recording.
    pub acked: usize,
    /// Answers looked for over all cuts.
    pub checked: usize,
    /// Writes, syncs and so on in the recording.
    pub operations: usize,
    /// Cuts while a checkpoint was writing into the database.
    pub in_checkpoints: usize,
    /// What must not be.
    pub violations: Vec<String>,
}

/// Records and cuts, below `folder`, which is made and left to the caller to remove. It ends with the first cut that
/// shows a violation.
///
/// # Errors
/// If the recording itself fails, which says nothing about power cuts.
pub fn run(plan: &Plan, folder: &Path) -> Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut dice = Dice::new(plan.seed);
    let recording =
        runtime.block_on(record::record(&mut dice.fork(), plan.batches, &folder.join("recorded")))?;
    let mut report =
        Report { acked: recording.acked.len(), operations: recording.disk.now(), ..Report::default() };
    let points = Points::of(&recording.disk);
    for number in 0..plan.cuts {
        if !report.violations.is_empty() {
            break;
        }
        let mut dice = dice.fork();
        let (cut, in_checkpoint) = points.choose(&mut dice);
        report.in_checkpoints += usize::from(in_checkpoint);
        let image = folder.join(format!("cut-{number}"));
        runtime.block_on(one(&recording, cut, &image, &mut dice, &mut report))?;
        std::fs::remove_dir_all(&image)?;
        report.cuts += 1;
    }
    report.violations.extend(early_answers(&recording));
    Ok(report)
}

/// I12: no answer leaves before its batch is synced. A few are enough.
fn early_answers(recording: &Recording) -> impl Iterator<Item = String> {
    let early = recording.disk.marks_before_their_sync().into_iter().take(5);
    early.map(|index| format!("I12: {} was answered before its sync", recording.acked[index]))
}

/// Where cutting is most telling.
struct Points {
    all: usize,
    answers: Vec<usize>,
    checkpoints: Vec<usize>,
}

impl Points {
    fn of(disk: &Disk) -> Points {
        Points { all: disk.now(), answers: disk.marked(), checkpoints: disk.writes_of(".db") }
    }

    /// A point, and whether it is one of a checkpoint.
    fn choose(&self, dice: &mut Dice) -> (usize, bool) {
        match dice.below(4) {
            0 | 1 if !self.answers.is_empty() => (*dice.pick(&self.answers), false),
            2 if !self.checkpoints.is_empty() => (*dice.pick(&self.checkpoints), true),
            _ => (1 + dice.index(self.all), false),
        }
    }
}

/// Cuts once, rebuilds, and looks.
async fn one(
    recording: &Recording,
    cut: usize,
    folder: &Path,
    dice: &mut Dice,
    report: &mut Report,
) -> Result<()> {
    let sector = *dice.pick(&[512, 4_096]);
    recording.disk.image(cut, Loss::Power(sector), dice).put(folder)?;
    let acked: Vec<_> = recording.disk.marks(cut).into_iter().map(|index| &recording.acked[index]).collect();
    let mut found = after(folder, &acked, dice).await;
    found.iter_mut().for_each(|violation| violation.insert_str(0, &format!("cut at {cut}, {sector} B: ")));
    report.violations.append(&mut found);
    report.checked += acked.len();
    Ok(())
}

/// What is wrong with the database of `folder`, in which everything `acked` must be.
async fn after(folder: &Path, acked: &[&Said], dice: &mut Dice) -> Vec<String> {
    match look(folder, acked, dice).await {
        Ok(violations) => violations,
        // Before the first answer there may be nothing yet; after it the database must open.
        Err(_) if acked.is_empty() && !folder.join("chat.db").exists() => Vec::new(),
        Err(error) => vec![format!("it cannot be used: {error:#}")],
    }
}

async fn look(folder: &Path, acked: &[&Said], dice: &mut Dice) -> Result<Vec<String>> {
    let store = Store::open_with(folder, Clock::from_fn(|| record::LATER)).await.context("opening")?;
    let ledger = Ledger::read(folder).await.context("reading")?;
    let mut violations = ledger.faults.clone();
    for said in acked {
        let place = ledger.keys.get(&(said.author.member.id.clone(), said.key));
        if place != Some(&(said.room.clone(), said.seq)) {
            violations.push(format!("I1: {said} was answered and is at {place:?}"));
        } else if ledger.body(&said.room, said.seq).as_deref() != Some(&said.body) {
            violations.push(format!("I1: {said} has another body"));
        }
    }
    violations.extend(goes_on(&Rooms::new(&store), &ledger, acked, dice).await?);
    store.close().await;
    Ok(violations)
}

/// The database works: it knows its keys, and counts on from its head.
async fn goes_on(rooms: &Rooms, ledger: &Ledger, acked: &[&Said], dice: &mut Dice) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    for _ in 0..3.min(acked.len()) {
        let said = dice.pick(acked);
        match said.again(rooms).await {
            Ok(answer) if (answer.seq, answer.duplicate) == (said.seq, true) => {}
            other => violations.push(format!("I2: {said} said again is {other:?}")),
        }
    }
    let new = record::new(dice, Said::first_key(usize::MAX >> 1));
    let answer = new.say(rooms).await.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    if answer.seq != ledger.head(&new.room) + 1 {
        violations.push(format!("I2: after {} comes {}", ledger.head(&new.room), answer.seq));
    }
    Ok(violations)
}
