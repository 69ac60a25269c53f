//! Tests under faults: what happens to messages when everything around them dies, stalls or lies.
//!
//! Not part of the product. The program `torture` runs the release binary as a child, with many clients that run
//! the shipped reducers, behind a proxy that breaks connections; then it compares what each client was told and
//! displayed with what the database holds. The design is in the crate's README.

pub mod check;
pub mod client;
pub mod crew;
#[cfg(feature = "sim")]
pub mod cut;
pub mod dice;
#[cfg(feature = "sim")]
pub mod disk;
pub mod history;
pub mod host;
#[cfg(feature = "sim")]
pub mod layers;
pub mod ledger;
#[cfg(feature = "model")]
pub mod model;
pub mod nemesis;
pub mod order;
#[cfg(feature = "sim")]
pub mod probe;
pub mod proxy;
pub mod report;
pub mod run;
#[cfg(feature = "sim")]
pub mod sim;
pub mod stall;
pub mod steward;
pub mod storm;
#[cfg(feature = "plant")]
pub mod teeth;
pub mod truth;
#[cfg(feature = "sim")]
mod vfs;
pub mod wire;
