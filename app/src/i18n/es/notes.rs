//! Spanish between the messages. The verb turns with the person, so the reader has sentences without a gap.

use chat::Role;

use crate::i18n::{Notes, You};
use crate::state::Happened::{self, *};

pub(super) const NOTES: Notes = Notes {
    told,
    came: ["{1} y {2} entraron", "{1}, {2} y {3} entraron", "{1}, {2} y {more} más entraron"],
    went: ["{1} y {2} salieron", "{1}, {2} y {3} salieron", "{1}, {2} y {more} más salieron"],
    someone: ["Alguien", "alguien"],
};

fn told(happened: Happened, you: You) -> &'static str {
    match you {
        You::Aside => told_of_others(happened),
        You::Doer => told_of_doer(happened),
        You::Concerned => told_of_reader(happened),
    }
}

fn told_of_others(happened: Happened) -> &'static str {
    match happened {
        Came { guest: false, invited: false } => "{who} entró",
        Came { guest: true, invited: false } => "{who} entró como visitante",
        Came { guest: false, invited: true } => "{who} entró por la invitación de {by}",
        Came { guest: true, invited: true } => "{who} entró como visitante, por la invitación de {by}",
        Went => "{who} salió",
        Kicked => "{by} sacó a {who} de la sala",
        Muted(true) => "{by} silenció a {who}",
        Muted(false) => "{by} devolvió la palabra a {who}",
        Banned(true) => "{by} expulsó a {who}",
        Banned(false) => "{by} dejó volver a {who}",
        Renamed => "{was} ahora se llama {name}",
        Appointed(Role::Owner) => "{by} dio la dirección a {who}",
        Appointed(Role::Admin) => "{by} dio la administración a {who}",
        Appointed(Role::Moderator) => "{by} dio la moderación a {who}",
        Appointed(Role::Member | Role::Guest) => "{by} quitó la función a {who}",
        Became(Role::Owner) => "{who} ahora cuida del servidor",
        Became(Role::Admin) => "{who} ahora es de la administración",
        Became(Role::Moderator) => "{who} ahora es de la moderación",
        Became(Role::Member) => "{who} ahora es miembro",
        Became(Role::Guest) => "{who} ahora es visitante",
        Gone => "{who} eliminó su propia cuenta",
        Topic(true) => "{by} cambió el tema a «{what}»",
        Topic(false) => "{by} quitó el tema",
        RoomRenamed => "{by} cambió el nombre de la sala a «{what}»",
        Slow(0) => "{by} quitó el modo lento",
        Slow(_) => "{by} activó el modo lento: un mensaje cada {what}",
        Locked(true) => "{by} cerró la sala",
        Locked(false) => "{by} abrió la sala de nuevo",
        Archived(true) => "{by} archivó la sala",
        Archived(false) => "{by} sacó la sala del archivo",
    }
}

fn told_of_doer(happened: Happened) -> &'static str {
    match happened {
        Came { guest: false, invited: true } => "{who} entró por tu invitación",
        Came { guest: true, invited: true } => "{who} entró como visitante, por tu invitación",
        Kicked => "Sacaste a {who} de la sala",
        Muted(true) => "Silenciaste a {who}",
        Muted(false) => "Devolviste la palabra a {who}",
        Banned(true) => "Expulsaste a {who}",
        Banned(false) => "Dejaste volver a {who}",
        Appointed(Role::Owner) => "Diste la dirección a {who}",
        Appointed(Role::Admin) => "Diste la administración a {who}",
        Appointed(Role::Moderator) => "Diste la moderación a {who}",
        Appointed(Role::Member | Role::Guest) => "Quitaste la función a {who}",
        Topic(true) => "Cambiaste el tema a «{what}»",
        Topic(false) => "Quitaste el tema",
        RoomRenamed => "Cambiaste el nombre de la sala a «{what}»",
        Slow(0) => "Quitaste el modo lento",
        Slow(_) => "Activaste el modo lento: un mensaje cada {what}",
        Locked(true) => "Cerraste la sala",
        Locked(false) => "Abriste la sala de nuevo",
        Archived(true) => "Archivaste la sala",
        Archived(false) => "Sacaste la sala del archivo",
        // What one does to nobody else concerns oneself.
        Came { .. } | Went | Renamed | Became(_) | Gone => told_of_reader(happened),
    }
}

fn told_of_reader(happened: Happened) -> &'static str {
    match happened {
        Came { guest: false, invited: false } => "Entraste",
        Came { guest: true, invited: false } => "Entraste como visitante",
        Came { invited: true, .. } => "Llegaste por la invitación de {by}",
        Went => "Saliste",
        Kicked => "{by} te sacó de la sala",
        Muted(true) => "{by} te silenció",
        Muted(false) => "{by} te devolvió la palabra",
        Banned(true) => "{by} te expulsó",
        Banned(false) => "{by} te dejó volver",
        Renamed => "Ahora te llamas {name}",
        Appointed(Role::Owner) => "{by} te dio la dirección",
        Appointed(Role::Admin) => "{by} te dio la administración",
        Appointed(Role::Moderator) => "{by} te dio la moderación",
        Appointed(Role::Member | Role::Guest) => "{by} te quitó la función",
        Became(Role::Owner) => "Ahora cuidas del servidor",
        Became(Role::Admin) => "Ahora eres de la administración",
        Became(Role::Moderator) => "Ahora eres de la moderación",
        Became(Role::Member) => "Ahora eres miembro",
        Became(Role::Guest) => "Ahora eres visitante",
        Gone => "Eliminaste tu cuenta",
        // What is done to the room is done to nobody.
        Topic(_) | RoomRenamed | Slow(_) | Locked(_) | Archived(_) => told_of_others(happened),
    }
}
