//! Thin wrappers over what a browser offers, one topic a file. Called from effects and event handlers only:
//! on the server there is no browser.

/// How a style sheet asks whether the reader points with a finger.
pub const TOUCH: &str = "(pointer: coarse)";

pub mod clock;
pub mod dialogs;
pub mod disk;
pub mod document;
pub mod forms;
pub mod keys;
pub mod lifecycle;
pub mod press;
pub mod scroll;
pub mod store;
pub mod tabs;
pub mod task;
