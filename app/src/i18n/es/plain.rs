//! Spanish of the plain pages.

mod account;

use crate::i18n::Plain;
use crate::i18n::plain::Trouble;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    asleep: "Esta página no se actualiza sola. Lo que escribas se envía de todas formas.",
    skip: "Ir a los ajustes",
    back: "Volver al chat",
    sections: "Secciones",
    trouble: Trouble {
        not_sent: "No se envió",
        yours: "Lo que escribiste",
        unreadable: [
            "Eso no se pudo leer",
            "La dirección o el formulario no es de los que este servidor conoce. Vuelve e inténtalo de nuevo.",
        ],
        signed_out: [
            "Ya no estás dentro",
            "La sesión terminó, o se cerró en otro dispositivo. Un nombre guardado con contraseña sigue siendo tuyo.",
        ],
        elsewhere: [
            "Eso no vino de aquí",
            "El formulario se envió desde otro sitio. Ábrelo en este servidor y envíalo de nuevo.",
        ],
        too_large: [
            "Es demasiado de una vez",
            "Un mensaje tiene hasta 4.000 caracteres. Vuelve: lo que escribiste sigue ahí.",
        ],
        misdirected: [
            "Esta no es la dirección de este servidor",
            "Se le llamó por un nombre que no conoce. Quien lo cuida le da ese nombre con --public-url.",
        ],
        port: [
            "El puerto se perdió en el camino",
            "El proxy delante de este servidor pasa su nombre sin el puerto. Quien lo cuida hace que pase el Host entero (en nginx, $http_host), o dice la dirección con --public-url.",
        ],
        too_many: [
            "Más despacio",
            "Hubo demasiados intentos desde aquí. Espera un poco e inténtalo de nuevo.",
        ],
    },
    account: account::ACCOUNT,
};
