//! English of the plain pages.

mod account;

use crate::i18n::Plain;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    skip: "Skip to the settings",
    back: "Back to the chat",
    sections: "Sections",
    account: account::ACCOUNT,
};
