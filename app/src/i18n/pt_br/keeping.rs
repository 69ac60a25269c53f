//! Brazilian Portuguese of the page of those who keep the peace.

use chat::settings;
use protocol::Request as _;
use protocol::event::DELETE_ACCOUNT;
use protocol::report::SETTLE;

use crate::i18n::{Keeping, join, parts};

pub(in crate::i18n) const KEEPING: Keeping = Keeping {
    title: "Moderação",

    reports: "Denúncias",
    reports_text: "O que as pessoas apontaram, da mais nova à mais antiga. Só quem modera vê.",
    no_reports: "Nenhuma denúncia aberta.",
    said_in: |room, when| join(&["em ", room, " · ", when]),
    gone: "Mensagem já apagada.",
    reported_by: |name| join(&["Denunciada por ", name]),
    reported_because: |name, reason| join(&["Denunciada por ", name, ": ", reason]),
    reported_by_others: |n| {
        join(&["E mais ", &n.to_string(), if n == 1 { " denúncia" } else { " denúncias" }])
    },
    older_reports: "Ver o que foi denunciado antes",
    look: "Ver na conversa",
    dismiss: "Não é nada",
    delete: "Apagar",
    mute: "Silenciar",
    ban: "Banir",

    banned: "Banidos",
    banned_text: "Não entram, nem com outro nome do mesmo endereço. Quem é perdoado volta como era.",
    nobody_banned: "Ninguém está banido.",
    banned_person: "Fora do servidor",
    pardon: "Perdoar",

    audit: "Registro",
    audit_text: "Quem fez o quê. Ninguém apaga esta lista.",
    no_audit: "Nada foi feito ainda.",
    audit_people: "Pessoas",
    audit_rooms: "Salas",
    audit_server: "Servidor",
    older: "Ver o que foi feito antes",
    operator: "Quem cuida do servidor",
    when: parts::comma,
    deed,
    role: |role| join(&["Papel: ", role]),

    done: |code| {
        Some(match code {
            "dismissed" => "Denúncia encerrada.",
            "deleted" => "Mensagem apagada.",
            "muted" => "Quem escreveu foi silenciado na sala.",
            "banned" => "Quem escreveu foi banido.",
            "pardoned" => "Perdoado: pode voltar como era.",
            _ => return None,
        })
    },
};

fn deed(act: &str, on: bool) -> &'static str {
    match (act, on) {
        (protocol::Kick::EVENT, _) => "{by} tirou {who} de {room}",
        (protocol::Mute::EVENT, true) => "{by} silenciou {who} em {room}",
        (protocol::Mute::EVENT, false) => "{by} deixou {who} falar de novo em {room}",
        (protocol::Ban::EVENT, true) => "{by} baniu {who}",
        (protocol::Ban::EVENT, false) => "{by} perdoou {who}",
        (protocol::Delete::EVENT, _) => "{by} apagou uma mensagem de {who} em {room}",
        (protocol::DeleteAll::EVENT, _) => "{by} apagou tudo o que {who} disse",
        (DELETE_ACCOUNT, _) => "Alguém apagou a própria conta",
        (SETTLE, _) => "{by} encerrou uma denúncia sobre {who} em {room}",
        (protocol::SetRole::EVENT, _) => "{by} mudou o papel de {who}",
        (protocol::SetTopic::EVENT, _) => "{by} mudou o assunto de {room}",
        (protocol::RenameRoom::EVENT, _) => "{by} deu outro nome a {room}",
        (protocol::SlowMode::EVENT, _) => "{by} mudou o modo lento de {room}",
        (protocol::LockRoom::EVENT, true) => "{by} trancou {room}",
        (protocol::LockRoom::EVENT, false) => "{by} destrancou {room}",
        (protocol::ArchiveRoom::EVENT, true) => "{by} arquivou {room}",
        (protocol::ArchiveRoom::EVENT, false) => "{by} reabriu {room}",
        (settings::CHANGED, _) => "{by} mudou ajustes do servidor",
        (settings::INVITED, _) => "{by} fez um convite para {room}",
        (settings::REVOKED, _) => "{by} revogou um convite para {room}",
        _ => "{by} mudou algo no servidor",
    }
}
