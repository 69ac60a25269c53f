//! Spanish of the plain pages.

mod account;

use crate::i18n::Plain;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    skip: "Ir a los ajustes",
    back: "Volver al chat",
    sections: "Secciones",
    account: account::ACCOUNT,
};
