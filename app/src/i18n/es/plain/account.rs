//! Spanish of the pages of accounts.

use crate::i18n::join;
use crate::i18n::plain::Account;

pub(super) const ACCOUNT: Account = Account {
    title: "Tu cuenta",
    done: |code| match code {
        "kept" => Some("Listo. El nombre es tuyo en cualquier dispositivo, con todo lo que ya dijiste."),
        "named" => Some("Nombre cambiado."),
        "password" => Some("Contraseña cambiada. Los otros dispositivos salieron de la cuenta."),
        "revoked" => Some("Ese dispositivo salió de la cuenta."),
        "receipts" => Some("Guardado."),
        "appearance" => Some("Apariencia guardada en este navegador."),
        "language" => Some("Idioma guardado."),
        "recovered" => Some("Contraseña nueva guardada. Entra con ella."),
        "deleted" => Some("Cuenta eliminada. El nombre está libre."),
        _ => None,
    },
    refused: |code| match code {
        "wrong_password" => Some("El nombre o la contraseña no coinciden."),
        "password_short" => Some("La contraseña necesita al menos 8 caracteres."),
        "password_different" => Some("Las dos contraseñas nuevas son diferentes."),
        "insecure" => Some("Esta dirección no es segura para una contraseña. Abre la página por HTTPS."),
        "owner_stays" => Some({
            "La cuenta de quien dirige el servidor se queda. Antes, pasa el servidor a otra persona, en la terminal: chat-moderno admin set-role NOMBRE owner."
        }),
        "not_sure" => Some("Para eliminar la cuenta, marca que es lo que quieres."),
        _ => None,
    },

    reading: "Lectura",
    reading_shown: "En salas pequeñas, las otras personas pueden saber hasta dónde leíste.",
    reading_hidden: "Nadie sabe hasta dónde leíste.",
    reading_hide: "No mostrar",
    reading_show: "Mostrar",
    keeping: "Cuidar el servidor",
    name_section: "Nombre y contraseña",
    member: "Miembro",
    name: "Nombre",
    change_name: "Cambiar el nombre",
    keep_title: |name| join(&["Conserva el nombre ", name]),
    keep_text: "Hoy vive solo en este navegador. Si lo conservas, es tuyo en cualquier dispositivo, con todo lo que ya dijiste.",
    keep: "Conservar el nombre",
    password: "Contraseña",
    password_today: "Contraseña actual",
    password_new: "Contraseña nueva",
    password_hint: "Al menos 8 caracteres.",
    password_again: "Contraseña nueva, otra vez",
    change_password: "Cambiar la contraseña",

    appearance: "Apariencia",
    appearance_text: "Vale para este navegador.",
    appearances: ["Sistema", "Claro", "Oscuro"],
    apply: "Usar",

    language: "Idioma",
    language_text: "Vale en todos tus dispositivos. Con Navegador, cada uno sigue el suyo.",
    language_browser: "Navegador",
    language_own: "Español",

    sessions: "Dispositivos",
    sessions_text: "Dónde está abierta esta cuenta. Si no reconoces alguno, quítalo y cambia la contraseña.",
    browser: "Navegador",
    program: "Programa",
    this_one: "Este",
    session_when: |created, used, time| join(&["Inicio: ", created, ". Último uso: ", used, ", ", time, "."]),
    revoke: "Quitar",

    leave: "Salir",
    leave_text: "Este navegador sale de la cuenta. El nombre y los mensajes siguen siendo tuyos.",
    leave_guest: "Este nombre no tiene contraseña: al salir, no hay forma de volver a él. Consérvalo antes si te vas a quedar.",

    delete: "Eliminar la cuenta",
    delete_text: "El nombre queda libre, todos los dispositivos salen y nadie más entra en esta cuenta. No se puede deshacer.",
    waiting: [
        "Hay 1 mensaje en cola. Si sales, se pierde. ¿Salir?",
        "Hay {} mensajes en cola. Si sales, se pierden. ¿Salir?",
    ],
    delete_owner: "La cuenta de quien dirige el servidor se queda. Antes, pasa el servidor a otra persona, en la terminal: chat-moderno admin set-role NOMBRE owner.",
    delete_messages: "Lo que has dicho",
    delete_choices: ["Se queda, sin nombre", "Se elimina"],
    delete_sure: "Quiero eliminar la cuenta",

    sign_in: "Entrar",
    sign_in_title: "Entra con el nombre que conservaste",
    sign_in_text: "¿Aún sin cuenta? Vuelve a la conversación y di cómo quieres que te llamemos: no hace falta registro.",
    sign_in_leaving: |name| {
        join(&["Ahora estás aquí como ", name, ". Al entrar, este navegador deja ese nombre."])
    },
    forgotten: "¿Olvidaste la contraseña? Pide un enlace a quien cuida este servidor.",

    recover: "Contraseña nueva",
    recover_title: |name| join(&["Una contraseña nueva para ", name]),
    recover_text: "Este enlace sirve una sola vez. Todos los dispositivos salen de la cuenta.",
    link_dead: "Este enlace ya no sirve. Pide otro a quien cuida este servidor.",
    offered_title: "Enlace para una contraseña nueva",
    offered_text: "Envíalo a la persona por un camino seguro. Vale por una hora y una sola vez; esta página no lo muestra de nuevo.",
};
