//! Brazilian Portuguese of the plain pages.

mod account;

use crate::i18n::Plain;
use crate::i18n::plain::Trouble;

pub(in crate::i18n) const PLAIN: Plain = Plain {
    asleep: "Esta página não se atualiza sozinha. O que você escrever é enviado mesmo assim.",
    skip: "Ir para os ajustes",
    back: "Voltar à conversa",
    sections: "Seções",
    trouble: Trouble {
        not_sent: "Não foi enviada",
        yours: "O que você escreveu",
        unreadable: [
            "Isso não deu para ler",
            "O endereço ou o formulário não é dos que este servidor conhece. Volte e tente de novo.",
        ],
        signed_out: [
            "Você não está mais dentro",
            "A sessão acabou, ou foi encerrada em outro aparelho. Um nome guardado com senha continua sendo seu.",
        ],
        elsewhere: [
            "Isso não veio daqui",
            "O formulário foi enviado de outro site. Abra-o neste servidor e envie de novo.",
        ],
        too_large: [
            "É muita coisa de uma vez",
            "Uma mensagem tem até 4.000 caracteres. Volte: o que você escreveu ainda está lá.",
        ],
        misdirected: [
            "Este não é o endereço deste servidor",
            "Ele foi chamado por um nome que não conhece. Quem cuida dele diz esse nome com --public-url.",
        ],
        port: [
            "A porta se perdeu no caminho",
            "O proxy na frente deste servidor passa o nome dele sem a porta. Quem cuida dele faz o proxy passar o Host inteiro (no nginx, $http_host), ou diz o endereço com --public-url.",
        ],
        too_many: ["Mais devagar", "Houve tentativas demais daqui. Espere um pouco e tente de novo."],
    },
    account: account::ACCOUNT,
};
