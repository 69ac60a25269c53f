//! Brazilian Portuguese of the plain pages.

mod account;

use crate::i18n::Plain;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    skip: "Ir para os ajustes",
    back: "Voltar à conversa",
    sections: "Seções",
    account: account::ACCOUNT,
};
