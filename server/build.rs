//! Puts the site and the stock client's bundle into the binary: `cargo xtask` has laid both under `target/`.
//!
//! A missing folder is made, so that the server also builds alone; it then answers 404 for what is not there.

use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let folders = ["site", "client-bundle"].map(|name| (name, root.join(name)));
    for (_, folder) in &folders {
        std::fs::create_dir_all(folder).expect("the target folder is writable");
    }
    // Debug builds read the disk: what `cargo leptos watch` rebuilds is then seen without a restart.
    let embed = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    memory_serve::load_names_directories(folders, embed);
}
