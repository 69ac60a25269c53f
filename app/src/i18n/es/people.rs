//! Spanish about people.

use chat::Role;

use super::refusal;
use crate::i18n::parts::{self, Writing};
use crate::i18n::{People, join};
use crate::state::Deed;

pub(super) const PEOPLE: People = People {
    title: "Personas",
    close: "Cerrar personas",
    here: |count| join(&["Aquí ahora · ", &count.to_string()]),
    here_at: |when, count| join(&["Aquí a las ", when, " · ", &count.to_string()]),
    away: |count| match count {
        Some(count) => join(&["Lejos · ", &count.to_string()]),
        None => "Lejos".to_owned(),
    },
    all: "En esta sala",
    you: "tú",
    card: |who| join(&["Sobre ", who]),
    is_here: "Aquí ahora",
    is_away: "Lejos",
    is_blocked: "Bloqueaste a esta persona",
    writing: |names| parts::writing(names, &WRITING),
    seen_by: |count| join(&["Visto por ", &count.to_string()]),
    deed,
    question,
    done,
    cancel: "Cancelar",
    undo: "Deshacer",
    reason: "¿Qué está mal? (si quieres decirlo)",
    refused: |problem| parts::refused(problem, "Un momento: puedes intentarlo de nuevo en ", refusal),
    unanswered: "El servidor no respondió. Mira si hay conexión e inténtalo de nuevo.",
    copied: "Texto copiado",
    more: "Más sobre el mensaje",
    add: "Traer a alguien a la sala",
    add_now: "Traer",
    nobody: "Nadie aquí tiene ese nombre.",
    blocked_message: "Mensaje de alguien que bloqueaste.",
    gone: "Cuenta eliminada",
};

const WRITING: Writing = Writing {
    one: " está escribiendo…",
    and: " y ",
    many: " están escribiendo…",
    crowd: "Varias personas están escribiendo…",
};

fn deed(deed: &Deed) -> &'static str {
    match deed {
        Deed::Talk(_) => "Conversar",
        Deed::Mute(_, true) => "Silenciar en esta sala",
        Deed::Mute(_, false) => "Devolver la palabra",
        Deed::Kick(_) => "Sacar de la sala",
        Deed::Ban(_, true) => "Expulsar",
        Deed::Ban(_, false) => "Dejar volver",
        Deed::DeleteAll(_) => "Borrar todo lo que dijo",
        Deed::SetRole(_, Role::Admin) => "Dar la administración",
        Deed::SetRole(_, Role::Moderator) => "Dar la moderación",
        Deed::SetRole(..) => "Quitar la función",
        Deed::Block(_, true) => "Bloquear",
        Deed::Block(_, false) => "Desbloquear",
        Deed::Report(_) => "Denunciar",
        Deed::Delete(_) => "Borrar",
    }
}

fn question(deed: &Deed) -> (String, &'static str) {
    match deed {
        Deed::Ban(who, _) => (
            parts::named("¿Expulsar a ", &who.name, "?"),
            "La persona sale ahora y no vuelve, ni con otra invitación. Queda en el registro.",
        ),
        Deed::DeleteAll(who) => (
            parts::named("¿Borrar todo lo que dijo ", &who.name, "?"),
            "Desaparece de todas las salas, para todo el mundo, y no vuelve. Queda en el registro.",
        ),
        Deed::Report(_) => (
            "¿Denunciar este mensaje?".to_owned(),
            "Quien modera verá el mensaje y quién lo denunció. Quien lo escribió no se entera.",
        ),
        _ => ("¿Borrar este mensaje?".to_owned(), "El texto desaparece para todo el mundo y no vuelve."),
    }
}

fn done(deed: &Deed) -> String {
    let said = |before, who: &chat::Member, after| parts::named(before, &who.name, after);
    match deed {
        Deed::Mute(m, true) => said("", m, " ya no habla en esta sala."),
        Deed::Mute(m, false) => said("", m, " puede hablar de nuevo."),
        Deed::Kick(m) => said("", m, " salió de la sala."),
        Deed::Ban(m, true) => said("", m, " ya no entra aquí."),
        Deed::Ban(m, false) => said("", m, " puede volver."),
        Deed::DeleteAll(m) => said("Se está borrando lo que dijo ", m, "."),
        Deed::SetRole(m, _) => said("", m, " tiene otra función ahora."),
        Deed::Block(m, true) => said("Ya no oyes a ", m, "."),
        Deed::Block(m, false) => said("Oyes a ", m, " de nuevo."),
        Deed::Report(_) => "Denuncia enviada. Gracias por avisar.".to_owned(),
        Deed::Delete(_) => "Mensaje borrado.".to_owned(),
        Deed::Talk(_) => String::new(),
    }
}
