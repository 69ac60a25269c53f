//! Every table beside the same table of the other languages: nothing is empty, and nothing was left as it was copied.

use std::collections::BTreeSet;

use chat::{Member, Role};
use protocol::Request as _;

use super::*;
use crate::state::Deed;

/// What two languages say alike. Whatever else is the same in two of them was left by a copy.
const ALIKE: &[&str] = &[
    "Chat Moderno",
    "Link",
    // Portuguese and Spanish are sisters.
    "Salas",
    "Visitante",
    "Modo lento",
    "Nada",
    "Copiar",
    "Enviar",
    "Enviando…",
    "Entrar",
    "Entrar como Bia",
    "Cancelar",
    "Guardado.",
    "Idioma",
    "Idioma guardado.",
    "Mostrar",
    "Usar",
    "Claro",
    "Sistema",
    "Sobre Bia",
    "Bloquear",
    "Desbloquear",
    "Denunciar",
    "Silenciar",
    "Texto copiado",
    "Navegador",
    "Programa",
    "Servidor",
    "Registro",
    "1 hora",
    "Vale para este navegador.",
    "Entradas",
    "1 entrada",
    "2 entradas",
    "2 de 5 entradas",
    "sábado, 4 de abril de 1970",
];

/// The plain sentences of all tables, one a line, each behind its field. A function is written as an address, and left
/// out; a field that is new is here without a word.
fn sentences(lang: Lang) -> Vec<String> {
    let tables = [
        format!("{:#?}", lang.texts()),
        format!("{:#?}", lang.plain()),
        format!("{:#?}", lang.desk()),
        format!("{:#?}", lang.keeping()),
    ];
    let lines = tables.iter().flat_map(|table| table.lines());
    lines.filter(|line| line.contains('"')).map(|line| line.trim().to_owned()).collect()
}

/// What stands between the quotes.
fn words(line: &str) -> &str {
    line.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map_or("", |(words, _)| words)
}

/// What the functions say.
fn made(lang: Lang) -> Vec<String> {
    let (texts, desk, keeping, account) = (lang.texts(), lang.desk(), lang.keeping(), &lang.plain().account);
    let mut made: Vec<String> =
        Refusal::ALL.into_iter().map(|code| (texts.refusal)(code).to_owned()).collect();
    made.push((texts.refusal)(Refusal::Unknown).to_owned());
    for why in [Closed::Outside, Closed::Gone, Closed::Archived, Closed::Locked, Closed::Muted] {
        made.push((texts.closed)(why).to_owned());
    }
    let of_a_name = [
        texts.join_room,
        texts.keep_name,
        texts.log,
        texts.start,
        texts.empty_title,
        texts.compose,
        texts.not_sent,
        texts.leave_title,
        texts.people.card,
        desk.role_of,
        desk.ban,
        desk.pardon,
        desk.recovery,
        desk.made_by,
        desk.invited_to,
        desk.invited_by,
        desk.enter_as,
        keeping.reported_by,
        keeping.role,
        account.keep_title,
        account.sign_in_leaving,
        account.recover_title,
    ];
    made.extend(of_a_name.map(|say| say("Bia")));
    made.extend([0, 1, 2].map(texts.people.here));
    made.push((texts.people.here_at)("14:05", 3));
    made.extend([None, Some(1)].map(texts.people.away));
    made.extend([1, 2].map(texts.new_below));
    made.extend([(desk.used)(1, None), (desk.used)(2, None), (desk.used)(2, Some(5))]);
    made.push((desk.until)("X"));
    made.push((keeping.said_in)("X", "Y"));
    made.push((account.session_when)("X", "Y", "Z"));
    for code in ["kept", "password", "revoked", "receipts", "appearance", "language", "recovered", "deleted"]
    {
        made.push((account.done)(code).unwrap_or_default().to_owned());
    }
    for code in
        ["wrong_password", "password_short", "password_different", "insecure", "owner_stays", "not_sure"]
    {
        made.push((account.refused)(code).unwrap_or_default().to_owned());
    }
    for code in ["dismissed", "deleted", "muted", "banned", "pardoned"] {
        made.push((keeping.done)(code).unwrap_or_default().to_owned());
    }
    made.extend(of_deeds(lang));
    made.extend(of_the_log(lang));
    let notes = notes::all().into_iter().map(|happened| (texts.notes.told)(happened, You::Aside));
    made.extend(notes.map(str::to_owned));
    made.extend((0..7).map(|day| texts.day(day, 400)));
    made.extend((0..12).map(|month| texts.day(month * 31, 400)));
    made
}

fn of_deeds(lang: Lang) -> Vec<String> {
    let people = &lang.texts().people;
    let bia = || Member { id: "u_bia".parse().unwrap(), name: "Bia".to_owned(), hue: 1, role: Role::Member };
    let deeds = [
        Deed::Mute(bia(), true),
        Deed::Mute(bia(), false),
        Deed::Kick(bia()),
        Deed::Ban(bia(), true),
        Deed::Ban(bia(), false),
        Deed::DeleteAll(bia()),
        Deed::SetRole(bia(), Role::Admin),
        Deed::Block(bia(), true),
        Deed::Block(bia(), false),
        Deed::Report(1),
        Deed::Delete(1),
    ];
    let mut made = Vec::new();
    for deed in deeds {
        made.push((people.deed)(&deed).to_owned());
        made.push((people.done)(&deed));
        if deed.asks_first() {
            let (title, text) = (people.question)(&deed);
            made.extend([title, text.to_owned()]);
        }
    }
    made
}

fn of_the_log(lang: Lang) -> impl Iterator<Item = String> {
    let acts = [
        (protocol::Kick::EVENT, true),
        (protocol::Mute::EVENT, true),
        (protocol::Mute::EVENT, false),
        (protocol::Ban::EVENT, true),
        (protocol::Ban::EVENT, false),
        (protocol::Delete::EVENT, true),
        (protocol::DeleteAll::EVENT, true),
        (protocol::event::DELETE_ACCOUNT, true),
        (protocol::report::SETTLE, true),
        (protocol::SetRole::EVENT, true),
        (protocol::SetTopic::EVENT, true),
        (protocol::RenameRoom::EVENT, true),
        (protocol::SlowMode::EVENT, true),
        (protocol::LockRoom::EVENT, true),
        (protocol::LockRoom::EVENT, false),
        (protocol::ArchiveRoom::EVENT, true),
        (protocol::ArchiveRoom::EVENT, false),
        ("something else", true),
    ];
    acts.into_iter().map(move |(act, on)| (lang.keeping().deed)(act, on).to_owned())
}

/// Every pair of languages.
fn pairs() -> impl Iterator<Item = (Lang, Lang)> {
    Lang::ALL
        .into_iter()
        .flat_map(|one| Lang::ALL.map(|other| (one, other)))
        .filter(|(one, other)| one != other)
}

#[test]
fn no_sentence_is_empty_but_the_role_that_needs_no_word() {
    for lang in Lang::ALL {
        let empty: Vec<_> =
            sentences(lang).into_iter().filter(|line| words(line).trim().is_empty()).collect();
        assert_eq!(empty, ["\"\","], "{lang:?}");
        assert!(made(lang).iter().all(|text| !text.trim().is_empty()), "{lang:?}");
    }
}

#[test]
fn no_sentence_is_another_languages() {
    let mut same = BTreeSet::new();
    for (one, other) in pairs() {
        let (ours, theirs) = (sentences(one), sentences(other));
        assert_eq!(ours.len(), theirs.len());
        let equal = ours.iter().zip(&theirs).filter(|(ours, theirs)| ours == theirs);
        same.extend(equal.map(|(ours, _)| words(ours).to_owned()).filter(|text| !text.is_empty()));
        let (ours, theirs) = (made(one), made(other));
        assert_eq!(ours.len(), theirs.len());
        same.extend(
            ours.into_iter().zip(theirs).filter(|(ours, theirs)| ours == theirs).map(|(ours, _)| ours),
        );
    }
    let alike: BTreeSet<String> = ALIKE.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(same, alike);
}

#[test]
fn a_gap_in_one_language_is_a_gap_in_all() {
    let gaps = |text: &str| ["{by}", "{who}", "{room}", "Bia"].map(|gap| text.matches(gap).count());
    for (one, other) in pairs() {
        for (ours, theirs) in made(one).iter().zip(&made(other)) {
            assert_eq!(gaps(ours), gaps(theirs), "{ours} / {theirs}");
        }
    }
}

#[test]
fn a_tag_is_what_the_page_carries() {
    for lang in Lang::ALL {
        assert_eq!(serde_json::to_value(lang).unwrap(), lang.tag());
    }
}
