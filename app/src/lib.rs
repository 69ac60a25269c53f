//! The screen: one Leptos application, compiled for the server (`ssr`) and for the browser (`hydrate`).
//!
//! The server renders a page from a [`page::Page`]; the browser reads the same value out of the document and
//! takes the page over. Nothing here talks to a database, and only [`live`] talks to the socket.

// A view is a type as deep as its markup.
#![recursion_limit = "256"]
// `#[component]` writes public property structs whose docs are the function's.
#![allow(missing_docs, reason = "the macros of leptos generate items that carry none")]

pub mod app;
pub mod browser;
pub mod calendar;
pub mod components;
pub mod frozen;
pub mod i18n;
pub mod live;
pub mod page;
pub mod pages;
pub mod renewed;
pub mod state;
pub mod tile;

#[cfg(feature = "ssr")]
pub mod plain;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "hydrate")]
mod wake;
#[cfg(feature = "hydrate")]
pub use wake::{hydrate, render};
