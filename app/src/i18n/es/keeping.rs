//! Spanish of the page of those who keep the peace.

use chat::settings;
use protocol::Request as _;
use protocol::event::DELETE_ACCOUNT;
use protocol::report::SETTLE;

use crate::i18n::{Keeping, join, parts};

pub(in crate::i18n) const KEEPING: Keeping = Keeping {
    title: "Moderación",

    reports: "Denuncias",
    reports_text: "Lo que señalaron las personas, de lo más nuevo a lo más antiguo. Solo lo ve quien modera.",
    no_reports: "Ninguna denuncia abierta.",
    said_in: |room, when| join(&["en ", room, " · ", when]),
    gone: "Mensaje ya borrado.",
    reported_by: |name| join(&["Denuncia de ", name]),
    reported_because: |name, reason| join(&["Denuncia de ", name, ": ", reason]),
    reported_by_others: |n| {
        join(&["Y ", &n.to_string(), if n == 1 { " denuncia más" } else { " denuncias más" }])
    },
    older_reports: "Ver lo que se denunció antes",
    look: "Ver en la conversación",
    dismiss: "No es nada",
    delete: "Borrar",
    mute: "Silenciar",
    ban: "Expulsar",

    banned: "Personas expulsadas",
    banned_text: "No entran, ni con otro nombre desde la misma dirección. A quien se le deja volver, vuelve como era.",
    nobody_banned: "No hay nadie con expulsión.",
    banned_person: "Fuera del servidor",
    pardon: "Dejar volver",

    audit: "Registro",
    audit_text: "Quién hizo qué. Nadie borra esta lista.",
    no_audit: "Aún no se hizo nada.",
    audit_people: "Personas",
    audit_rooms: "Salas",
    audit_server: "Servidor",
    older: "Ver lo que se hizo antes",
    operator: "Quien cuida el servidor",
    when: parts::comma,
    deed,
    role: |role| join(&["Función: ", role]),

    done: |code| {
        Some(match code {
            "dismissed" => "Denuncia cerrada.",
            "deleted" => "Mensaje borrado.",
            "muted" => "Quien escribió está en silencio en la sala.",
            "banned" => "Se expulsó a quien escribió.",
            "pardoned" => "Puede volver como era.",
            _ => return None,
        })
    },
};

fn deed(act: &str, on: bool) -> &'static str {
    match (act, on) {
        (protocol::Kick::EVENT, _) => "{by} sacó a {who} de {room}",
        (protocol::Mute::EVENT, true) => "{by} silenció a {who} en {room}",
        (protocol::Mute::EVENT, false) => "{by} dejó a {who} hablar de nuevo en {room}",
        (protocol::Ban::EVENT, true) => "{by} expulsó a {who}",
        (protocol::Ban::EVENT, false) => "{by} dejó volver a {who}",
        (protocol::Delete::EVENT, _) => "{by} borró un mensaje de {who} en {room}",
        (protocol::DeleteAll::EVENT, _) => "{by} borró todo lo que dijo {who}",
        (DELETE_ACCOUNT, _) => "Alguien eliminó su propia cuenta",
        (SETTLE, _) => "{by} cerró una denuncia sobre {who} en {room}",
        (protocol::SetRole::EVENT, _) => "{by} cambió la función de {who}",
        (protocol::SetTopic::EVENT, _) => "{by} cambió el tema de {room}",
        (protocol::RenameRoom::EVENT, _) => "{by} dio otro nombre a {room}",
        (protocol::SlowMode::EVENT, _) => "{by} cambió el modo lento de {room}",
        (protocol::LockRoom::EVENT, true) => "{by} cerró {room}",
        (protocol::LockRoom::EVENT, false) => "{by} abrió {room} de nuevo",
        (protocol::ArchiveRoom::EVENT, true) => "{by} archivó {room}",
        (protocol::ArchiveRoom::EVENT, false) => "{by} sacó {room} del archivo",
        (settings::CHANGED, _) => "{by} cambió ajustes del servidor",
        (settings::INVITED, _) => "{by} hizo una invitación a {room}",
        (settings::REVOKED, _) => "{by} revocó una invitación a {room}",
        _ => "{by} cambió algo en el servidor",
    }
}
