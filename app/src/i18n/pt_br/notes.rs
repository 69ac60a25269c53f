//! Brazilian Portuguese between the messages.

use chat::Role;

use crate::i18n::{Notes, You};
use crate::state::Happened::{self, *};

pub(super) const NOTES: Notes = Notes {
    told,
    came: ["{1} e {2} entraram", "{1}, {2} e {3} entraram", "{1}, {2} e mais {more} entraram"],
    went: ["{1} e {2} saíram", "{1}, {2} e {3} saíram", "{1}, {2} e mais {more} saíram"],
    someone: ["Alguém", "alguém"],
};

fn told(happened: Happened, you: You) -> &'static str {
    match (happened, you) {
        (Came { guest: false, invited: false }, _) => "{who} entrou",
        (Came { guest: true, invited: false }, _) => "{who} entrou como visitante",
        (Came { invited: true, .. }, You::Concerned) => "Você chegou pelo convite de {by}",
        (Came { guest: false, invited: true }, You::Doer) => "{who} entrou pelo seu convite",
        (Came { guest: true, invited: true }, You::Doer) => "{who} entrou como visitante, pelo seu convite",
        (Came { guest: false, invited: true }, You::Aside) => "{who} entrou pelo convite de {by}",
        (Came { guest: true, invited: true }, You::Aside) => {
            "{who} entrou como visitante, pelo convite de {by}"
        }
        (Went, _) => "{who} saiu",
        (Kicked, _) => "{by} tirou {who} da sala",
        (Muted(true), _) => "{by} silenciou {who}",
        (Muted(false), _) => "{by} devolveu a palavra a {who}",
        (Banned(true), _) => "{by} baniu {who}",
        (Banned(false), _) => "{by} perdoou {who}",
        (Renamed, You::Aside) => "{was} agora se chama {name}",
        (Renamed, _) => "Agora você se chama {name}",
        (Appointed(Role::Owner), _) => "{by} deu a direção a {who}",
        (Appointed(Role::Admin), _) => "{by} deu a administração a {who}",
        (Appointed(Role::Moderator), _) => "{by} deu a moderação a {who}",
        (Appointed(Role::Member | Role::Guest), _) => "{by} tirou a função de {who}",
        (Became(Role::Owner), _) => "{who} agora cuida do servidor",
        (Became(Role::Admin), _) => "{who} agora é da administração",
        (Became(Role::Moderator), _) => "{who} agora é da moderação",
        (Became(Role::Member), _) => "{who} agora é membro",
        (Became(Role::Guest), _) => "{who} agora é visitante",
        (Gone, _) => "{who} apagou a própria conta",
        (Topic(true), _) => "{by} mudou o assunto para “{what}”",
        (Topic(false), _) => "{by} tirou o assunto",
        (RoomRenamed, _) => "{by} mudou o nome da sala para “{what}”",
        (Slow(0), _) => "{by} desligou o modo lento",
        (Slow(_), _) => "{by} ligou o modo lento: uma mensagem a cada {what}",
        (Locked(true), _) => "{by} trancou a sala",
        (Locked(false), _) => "{by} destrancou a sala",
        (Archived(true), _) => "{by} arquivou a sala",
        (Archived(false), _) => "{by} reabriu a sala",
    }
}
