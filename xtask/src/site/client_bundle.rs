//! The stock Socket.IO client, as its authors publish it, licence banner and all.
//!
//! It is for other people's pages (`<script src="/socket.io/socket.io.js">`); our own page has a client of
//! its own. It lies outside the site folder because it is not served under `/`.

use std::path::Path;

use anyhow::Result;

use super::tree::{self, Tree};

const FILES: [&str; 3] = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"];

/// The bundle's files, from the installed package.
pub(crate) fn collect(root: &Path) -> Result<Tree> {
    let dist = root.join("node_modules/socket.io-client/dist");
    let mut bundle = Tree::default();
    for name in FILES {
        bundle.add(name, tree::read(&dist.join(name))?);
    }
    Ok(bundle)
}
