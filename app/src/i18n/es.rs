//! Spanish, as it is understood on both sides of the ocean.

#[cfg(feature = "ssr")]
pub(super) mod desk;
#[cfg(feature = "ssr")]
pub(super) mod keeping;
mod notes;
mod people;
#[cfg(feature = "ssr")]
pub(super) mod plain;

use chat::DeletedBy;
use protocol::Refusal;

use super::{Goals, Texts, join, parts};
use crate::calendar::Date;
use crate::state::rail::Closed;

pub(super) const TEXTS: Texts = Texts {
    product: "Chat Moderno",
    title: parts::title,
    title_calls: parts::title_calls,
    skip: "Ir a donde se escribe",

    rail: "Salas y conversaciones",
    rooms: "Salas",
    rail_calls: |calls| parts::with_count("Salas y conversaciones", calls, " mención", " menciones"),
    talks: "Conversaciones",
    open_rooms: "Salas abiertas",
    join_room: |room| join(&["Entrar en ", room]),
    new_room: "Crear sala",
    unread: |count| if count == 1 { " nuevo" } else { " nuevos" },
    calling: |count| if count == 1 { " te menciona" } else { " te mencionan" },
    silenced: "en silencio",
    nobody: "Visitante",
    reading: "Leyendo, aún sin nombre",
    available: "Disponible",
    offline: "Sin conexión",
    account: "Tu cuenta",
    keep_name: |name| join(&["Conserva el nombre ", name]),
    lobby_topic: "La sala de todo el mundo",

    log: |room| join(&["Mensajes de ", room]),
    start: |room| join(&["Aquí empieza ", room]),
    lobby_start: "La sala de todo el mundo. Llega como quieras.",
    room_start: "Todo lo que se dijo en esta sala está aquí.",
    empty_title: |room| join(&[room, ": todo listo"]),
    empty_text: "Di la primera palabra o llama a alguien. Quien llega no necesita registro.",
    older: "Mensajes anteriores",
    newer: "Mensajes siguientes",
    to_present: "Volver al presente",
    new_below: |count| parts::counted(count.unsigned_abs(), " mensaje nuevo", " mensajes nuevos"),
    new_above: |count| parts::counted(count, " nuevo", " nuevos"),
    unread_line: "Mensajes nuevos",
    message: parts::comma,
    you: "Tú",
    deleted: |by| match by {
        Some(DeletedBy::Author) => "Mensaje borrado por quien lo escribió.",
        Some(DeletedBy::Moderator) => "Mensaje borrado por la moderación.",
        Some(DeletedBy::Retention) => "Mensaje borrado por su antigüedad.",
        None => "Mensaje borrado.",
    },
    edited: "editado",
    roles: ["Dirección", "Administración", "Moderación", "", "Visitante"],

    sending: "Enviando…",
    queued: "En cola. Saldrá solo cuando vuelva la conexión.",
    held: "En cola. Saldrá solo en cuanto se pueda.",
    stuck: "La conexión se cayó cada vez que intenté enviarlo. Lo intento otra vez en unos minutos.",
    sent: "Enviado",
    not_sent: |why| join(&["No enviado. ", why]),
    retry: "Reintentar",
    copy: "Copiar",
    discard: "Borrar",

    compose: |room| join(&["Escribe en ", room]),
    compose_first: "Di la primera palabra",
    send: "Enviar",
    slowly: |seconds| parts::in_time("Modo lento. Puedes escribir de nuevo en ", seconds),
    enter_sends: "envía",
    shift_enter_breaks: "salta de línea",

    ask_name: "¿Cómo quieres que te llamemos?",
    name_example: "Tu nombre o apodo",
    enter: "Entrar",
    no_sign_up: "Sin registro, sin correo.",
    have_name: "Ya tengo un nombre aquí",
    name_not_told: "No se pudo entrar ahora. Mira si hay conexión e inténtalo de nuevo.",
    insecure: "Esta dirección no es segura, y aquí solo se puede leer. Abre la página por HTTPS.",
    no_cookies: "No se puede guardar tu nombre: este navegador bloquea las cookies. Permítelas para este sitio y recarga la página.",
    too_long: |count| {
        parts::too_long("Un mensaje tiene como máximo ", " caracteres; el tuyo tiene ", '.', count)
    },
    outbox_full: "Ya hay mucho en cola. Espera a que vuelva la conexión.",
    outbox_in_memory: "Este navegador no guarda lo que está en cola. Deja esta página abierta hasta que salga todo.",

    undone: "No se pudo ahora. Mira si hay conexión e inténtalo de nuevo.",

    room_menu: "Más sobre la sala",
    notify: "Avísame de",
    notify_levels: ["Todo", "Menciones", "Nada"],
    room_settings: "Ajustes de la sala",
    topic: "Tema",
    slow_mode: "Modo lento",
    wait: |seconds| parts::wait(seconds, "Sin espera", "Un mensaje cada "),
    lock: "Cerrar: solo habla la moderación",
    archive: "Archivar: nadie más escribe",
    save: "Guardar",
    mark_read: "Marcar como leída",
    leave_room: "Salir de la sala",
    leave_title: |room| join(&["¿Salir de ", room, "?"]),
    leave_text: "Esta sala es privada. Para volver, alguien tiene que invitarte de nuevo.",
    stay: "Quedarme",
    room_name: "Nombre",
    who_enters: "Quién puede entrar",
    everybody: "Todo el mundo",
    invited_only: "Solo con invitación",
    create: "Crear",
    cancel: "Cancelar",
    closed,

    line_lost: "Estás sin conexión. Tus mensajes se enviarán en cuanto vuelva.",
    try_now: "Intentar ahora",
    line_back: |sent, got| {
        let sent = (sent, [" mensaje enviado", " mensajes enviados"]);
        parts::back("De vuelta.", sent, (got, [" nuevo recibido", " nuevos recibidos"]))
    },
    line_ended: "Tu sesión terminó. Recarga la página para continuar.",
    reload: "Recargar",

    not_found_title: "Aquí no hay nada",
    not_found_text: "Esta página no existe, o no es para ti. La conversación sigue en la sala de todo el mundo.",
    go_home: "Ir a la sala",
    banned_title: "Aquí ya no puedes entrar",
    banned_text: "Quien cuida este servidor te expulsó de él. Si fue un error, habla con esa persona.",
    invite_only_title: "Aquí se entra con invitación",
    invite_only_text: "Pide un enlace a quien ya está dentro. Si ya tienes un nombre aquí, abre la página en el navegador con el que entraste, o entra con tu contraseña.",
    dead_link_title: "Este enlace ya no sirve",
    dead_link_text: "Venció, ya se usó o nunca existió. Pide otro a quien te lo mandó.",
    broken_title: "Esta página no se abrió",
    broken_text: "Algo falló de este lado. No se perdió nada de lo que escribiste. Inténtalo de nuevo en un rato.",

    goals: Goals {
        title: "Ir a",
        label: "Ir a una sala, una persona o una acción",
        example: "Sala, persona o acción",
        deeds: "Acciones",
        keys: ["eligen", "va", "solo personas", "solo acciones"],
        make_room: |name| join(&["Crear la sala «", name, "»"]),
        read_all: "Marcar todo como leído",
        moderation: "Abrir la moderación",
        settings: "Ajustes del servidor",
        talk: "conversación",
        closed_room: "sala privada",
        open_room: "sala abierta",
    },
    people: people::PEOPLE,
    notes: notes::NOTES,

    today: |date| join(&["Hoy, ", date]),
    yesterday: |date| join(&["Ayer, ", date]),
    date,
    refusal,
};

const WEEKDAYS: [&str; 7] = ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"];

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

fn date(date: Date, with_year: bool) -> String {
    let year = with_year.then_some(date.year);
    parts::date(WEEKDAYS[date.weekday], date.day, MONTHS[date.month], year, " de ")
}

fn closed(why: Closed) -> &'static str {
    match why {
        Closed::Outside => "Solo estás mirando. Entra para hablar.",
        Closed::Gone => "Ya no estás en esta sala.",
        Closed::Archived => "Sala archivada. La historia sigue aquí.",
        Closed::Locked => "Sala cerrada. Por ahora solo habla la moderación.",
        Closed::Muted => "Estás en silencio en esta sala. Puedes seguir leyendo.",
    }
}

fn refusal(code: Refusal) -> &'static str {
    match code {
        Refusal::Busy => "El servidor está ocupado.",
        Refusal::RateLimited => "Fue mucho de una vez. Espera un poco.",
        Refusal::Storage => "El servidor no pudo guardarlo ahora.",
        Refusal::Restarting => "El servidor se está reiniciando.",
        Refusal::Timeout => "El servidor tardó en responder.",
        Refusal::BadRequest => "El texto tiene algo que no se puede mostrar.",
        Refusal::TooLong => "El texto es demasiado largo.",
        Refusal::Empty => "Falta el texto.",
        Refusal::NotFound => "Esta sala ya no existe.",
        Refusal::Forbidden => "No puedes hacer eso aquí.",
        Refusal::Muted => "Estás en silencio por ahora.",
        Refusal::Banned => "Ya no puedes escribir aquí.",
        Refusal::KeyConflict => "Este mensaje ya se envió con otro texto.",
        Refusal::EditTooLate => "El tiempo para editar ya pasó.",
        Refusal::NameTaken => "Ya hay alguien con ese nombre aquí.",
        Refusal::Unauthorized => "Tu sesión terminó.",
        Refusal::VersionUnsupported => "Esta página quedó antigua. Recárgala.",
        Refusal::Unknown => "El servidor no lo aceptó.",
    }
}
