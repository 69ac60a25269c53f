//! Brazilian Portuguese about people.

use chat::Role;

use super::refusal;
use crate::i18n::parts::{self, Writing};
use crate::i18n::{People, join};
use crate::state::Deed;

pub(super) const PEOPLE: People = People {
    title: "Pessoas",
    close: "Fechar pessoas",
    here: |count| join(&["Aqui agora · ", &count.to_string()]),
    here_at: |when, count| join(&["Aqui às ", when, " · ", &count.to_string()]),
    away: |count| match count {
        Some(count) => join(&["Longe · ", &count.to_string()]),
        None => "Longe".to_owned(),
    },
    all: "Nesta sala",
    you: "você",
    card: |who| join(&["Sobre ", who]),
    is_here: "Aqui agora",
    is_away: "Longe",
    is_blocked: "Você bloqueou esta pessoa",
    writing: |names| parts::writing(names, &WRITING),
    seen_by: |count| join(&["Vista por ", &count.to_string()]),
    deed,
    question,
    done,
    cancel: "Cancelar",
    undo: "Desfazer",
    reason: "O que há de errado? (se quiser dizer)",
    refused: |problem| parts::refused(problem, "Espere um pouco: dá para tentar de novo em ", refusal),
    unanswered: "O servidor não respondeu. Veja se há conexão e tente de novo.",
    copied: "Texto copiado",
    more: "Mais sobre a mensagem",
    add: "Trazer alguém para a sala",
    add_now: "Trazer",
    nobody: "Ninguém aqui tem esse nome.",
    blocked_message: "Mensagem de alguém que você bloqueou.",
    gone: "Conta apagada",
};

const WRITING: Writing = Writing {
    one: " está escrevendo…",
    and: " e ",
    many: " estão escrevendo…",
    crowd: "Várias pessoas estão escrevendo…",
};

fn deed(deed: &Deed) -> &'static str {
    match deed {
        Deed::Talk(_) => "Conversar",
        Deed::Mute(_, true) => "Silenciar nesta sala",
        Deed::Mute(_, false) => "Devolver a palavra",
        Deed::Kick(_) => "Tirar da sala",
        Deed::Ban(_, true) => "Banir",
        Deed::Ban(_, false) => "Deixar voltar",
        Deed::DeleteAll(_) => "Apagar tudo o que disse",
        Deed::SetRole(_, Role::Admin) => "Dar a administração",
        Deed::SetRole(_, Role::Moderator) => "Dar a moderação",
        Deed::SetRole(..) => "Tirar a função",
        Deed::Block(_, true) => "Bloquear",
        Deed::Block(_, false) => "Desbloquear",
        Deed::Report(_) => "Denunciar",
        Deed::Delete(_) => "Apagar",
    }
}

fn question(deed: &Deed) -> (String, &'static str) {
    match deed {
        Deed::Ban(who, _) => (
            parts::named("Banir ", &who.name, "?"),
            "A pessoa sai agora e não volta, nem com outro convite. Fica no registro.",
        ),
        Deed::DeleteAll(who) => (
            parts::named("Apagar tudo o que ", &who.name, " disse?"),
            "Some de todas as salas, para todo mundo, e não volta. Fica no registro.",
        ),
        Deed::Report(_) => (
            "Denunciar esta mensagem?".to_owned(),
            "Quem modera vai ver a mensagem e quem a denunciou. Quem a escreveu não fica sabendo.",
        ),
        _ => ("Apagar esta mensagem?".to_owned(), "O texto some para todo mundo e não volta."),
    }
}

fn done(deed: &Deed) -> String {
    let said = |before, who: &chat::Member, after| parts::named(before, &who.name, after);
    match deed {
        Deed::Mute(m, true) => said("", m, " não fala mais nesta sala."),
        Deed::Mute(m, false) => said("", m, " pode falar de novo."),
        Deed::Kick(m) => said("", m, " saiu da sala."),
        Deed::Ban(m, true) => said("", m, " não entra mais aqui."),
        Deed::Ban(m, false) => said("", m, " pode voltar."),
        Deed::DeleteAll(m) => said("O que ", m, " disse está sendo apagado."),
        Deed::SetRole(m, _) => said("", m, " tem outra função agora."),
        Deed::Block(m, true) => said("Você não ouve mais ", m, "."),
        Deed::Block(m, false) => said("Você ouve ", m, " de novo."),
        Deed::Report(_) => "Denúncia enviada. Obrigado por avisar.".to_owned(),
        Deed::Delete(_) => "Mensagem apagada.".to_owned(),
        Deed::Talk(_) => String::new(),
    }
}
