//! Tests under faults: what happens to messages when everything around them dies, stalls or lies.
//!
//! Not part of the product. The program `torture` runs the release binary as a child, with many clients that run
//! the shipped reducers, behind a proxy that breaks connections; then it compares what each client was told and
//! displayed with what the database holds. The design is in the crate's README.

#[cfg(feature = "sim")]
pub mod cut;
pub mod dice;
#[cfg(feature = "sim")]
pub mod disk;
pub mod ledger;
#[cfg(feature = "model")]
pub mod model;
#[cfg(feature = "sim")]
mod vfs;
