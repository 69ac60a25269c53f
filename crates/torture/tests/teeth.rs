//! The planted bugs (docs/delivery.md section 9): each must be found.

#![cfg(feature = "plant")]

use std::path::Path;

use chat::plant::Bug;
use torture::teeth::{hunt, layer};

/// Seeds after which a bug has survived.
const MOST: u64 = 150;

#[test]
fn every_planted_bug_is_found() {
    let mut survivors = Vec::new();
    for bug in Bug::ALL.iter().copied() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("teeth-{}", bug.name()));
        match hunt(bug, layer(bug), MOST, &folder).unwrap() {
            Some(caught) => {
                let (layer, seed, time) = (caught.layer, caught.seed, caught.time);
                let symptom: String = caught.symptom.chars().take(150).collect();
                eprintln!("{:32} {layer:?}, seed {seed}, {:.1} s: {symptom}", bug.name(), time.as_secs_f32());
            }
            None => {
                eprintln!("{:32} SURVIVED", bug.name());
                survivors.push(bug);
            }
        }
    }
    assert!(survivors.is_empty(), "{survivors:?}");
}
