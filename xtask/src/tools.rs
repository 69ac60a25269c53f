//! What the build and the tests need beyond Cargo, each found or installed where it is missing.
//!
//! Nothing here comes from anywhere but the registries (crates.io, npm, PyPI, the system's packages), and
//! nothing is installed outside the project except system packages, which only the tests need.

pub(crate) mod apt;
pub(crate) mod browser;
pub(crate) mod crates;
pub(crate) mod npm;
pub(crate) mod proxies;
pub(crate) mod python;
pub(crate) mod wasm_target;
