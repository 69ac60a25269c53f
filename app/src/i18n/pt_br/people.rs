//! Brazilian Portuguese about people.

use chat::Role;
use protocol::Problem;

use super::refusal;
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
    writing,
    deed,
    question,
    done,
    cancel: "Cancelar",
    undo: "Desfazer",
    reason: "O que há de errado? (se quiser dizer)",
    refused,
    unanswered: "O servidor não respondeu. Veja se há conexão e tente de novo.",
    copied: "Texto copiado",
    more: "Mais sobre a mensagem",
    blocked_message: "Mensagem de alguém que você bloqueou.",
};

/// A name within a sentence: whatever direction it is written in, the sentence keeps its own.
fn name(name: &str) -> String {
    join(&["\u{2068}", name, "\u{2069}"])
}

fn writing(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => join(&[&name(one), " está escrevendo…"]),
        [one, two] => join(&[&name(one), " e ", &name(two), " estão escrevendo…"]),
        [one, two, three] => join(&[&name(one), ", ", &name(two), " e ", &name(three), " estão escrevendo…"]),
        _ => "Várias pessoas estão escrevendo…".to_owned(),
    }
}

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
            join(&["Banir ", &name(&who.name), "?"]),
            "A pessoa sai agora e não volta, nem com outro convite. Fica no registro.",
        ),
        Deed::DeleteAll(who) => (
            join(&["Apagar tudo o que ", &name(&who.name), " disse?"]),
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
    let who = |who: &chat::Member, what| join(&[&name(&who.name), what]);
    match deed {
        Deed::Mute(m, true) => who(m, " não fala mais nesta sala."),
        Deed::Mute(m, false) => who(m, " pode falar de novo."),
        Deed::Kick(m) => who(m, " saiu da sala."),
        Deed::Ban(m, true) => who(m, " não entra mais aqui."),
        Deed::Ban(m, false) => who(m, " pode voltar."),
        Deed::DeleteAll(m) => join(&["O que ", &name(&m.name), " disse está sendo apagado."]),
        Deed::SetRole(m, _) => who(m, " tem outra função agora."),
        Deed::Block(m, true) => join(&["Você não ouve mais ", &name(&m.name), "."]),
        Deed::Block(m, false) => join(&["Você ouve ", &name(&m.name), " de novo."]),
        Deed::Report(_) => "Denúncia enviada. Obrigado por avisar.".to_owned(),
        Deed::Delete(_) => "Mensagem apagada.".to_owned(),
        Deed::Talk(_) => String::new(),
    }
}

fn refused(problem: &Problem) -> String {
    match problem.retry_after_ms {
        Some(ms) => {
            join(&["Espere um pouco: dá para tentar de novo em ", &ms.div_ceil(1_000).to_string(), " s."])
        }
        None => refusal(problem.code).to_owned(),
    }
}
