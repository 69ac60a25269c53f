//! Brazilian Portuguese: the language the product is born in.

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
    skip: "Ir para onde se escreve",

    rail: "Salas e conversas",
    rooms: "Salas",
    rail_calls: |calls| parts::with_count("Salas e conversas", calls, " chamado", " chamados"),
    talks: "Conversas",
    open_rooms: "Salas abertas",
    join_room: |room| join(&["Entrar em ", room]),
    new_room: "Criar sala",
    unread: |count| if count == 1 { " nova" } else { " novas" },
    calling: |count| if count == 1 { " chama você" } else { " chamam você" },
    silenced: "silenciada",
    nobody: "Visitante",
    reading: "Lendo, ainda sem nome",
    available: "Disponível",
    offline: "Sem conexão",
    account: "Sua conta",
    keep_name: |name| join(&["Guarde o nome ", name]),
    lobby_topic: "A sala de todo mundo",

    log: |room| join(&["Mensagens de ", room]),
    start: |room| join(&["Aqui começa ", room]),
    lobby_start: "A sala de todo mundo. Chegue como quiser.",
    room_start: "Tudo o que foi dito nesta sala está aqui.",
    empty_title: |room| join(&[room, ": tudo pronto"]),
    empty_text: "Diga a primeira palavra ou chame alguém. Quem chega não precisa de cadastro.",
    older: "Mensagens anteriores",
    newer: "Mensagens seguintes",
    to_present: "Voltar ao presente",
    new_below: |count| parts::counted(count.unsigned_abs(), " nova mensagem", " novas mensagens"),
    new_above: |count| parts::counted(count, " nova", " novas"),
    unread_line: "Novas mensagens",
    message: parts::comma,
    you: "Você",
    deleted: |by| match by {
        Some(DeletedBy::Author) => "Mensagem apagada por quem escreveu.",
        Some(DeletedBy::Moderator) => "Mensagem apagada pela moderação.",
        Some(DeletedBy::Retention) => "Mensagem apagada por ser antiga.",
        None => "Mensagem apagada.",
    },
    edited: "editada",
    roles: ["Direção", "Administração", "Moderação", "", "Visitante"],

    sending: "Enviando…",
    queued: "Na fila. Vai sozinha quando a conexão voltar.",
    held: "Na fila. Vai sozinha assim que puder.",
    stuck: "A conexão caiu toda vez que tentei enviar. Tento outra vez em alguns minutos.",
    sent: "Enviada",
    not_sent: |why| join(&["Não enviada. ", why]),
    retry: "Tentar de novo",
    copy: "Copiar",
    discard: "Apagar",

    compose: |room| join(&["Escreva para ", room]),
    compose_first: "Diga a primeira palavra",
    send: "Enviar",
    slowly: |seconds| parts::in_time("Modo lento. Você pode escrever de novo em ", seconds),
    enter_sends: "envia",
    shift_enter_breaks: "quebra a linha",

    ask_name: "Como quer ser chamado?",
    name_example: "Seu nome ou apelido",
    enter: "Entrar",
    no_sign_up: "Sem cadastro, sem e-mail.",
    have_name: "Já guardei um nome",
    name_not_told: "Não deu para entrar agora. Veja se há conexão e tente de novo.",
    insecure: "Este endereço não é seguro, e aqui só dá para ler. Abra a página por HTTPS.",
    no_cookies: "Não dá para guardar seu nome: este navegador bloqueia cookies. Permita cookies para este site e recarregue a página.",
    too_long: |count| parts::too_long("Uma mensagem tem no máximo ", " caracteres; a sua tem ", '.', count),
    outbox_full: "Já tem muita coisa na fila. Espere a conexão voltar.",
    outbox_in_memory: "Este navegador não guarda o que está na fila. Deixe esta página aberta até tudo ser enviado.",

    undone: "Não deu agora. Veja se há conexão e tente de novo.",

    room_menu: "Mais sobre a sala",
    notify: "Me avise sobre",
    notify_levels: ["Tudo", "Quando me chamam", "Nada"],
    room_settings: "Ajustes da sala",
    topic: "Assunto",
    slow_mode: "Modo lento",
    wait: |seconds| parts::wait(seconds, "Sem espera", "Uma mensagem a cada "),
    lock: "Trancar: só a moderação fala",
    archive: "Arquivar: ninguém mais escreve",
    save: "Salvar",
    mark_read: "Marcar como lida",
    leave_room: "Sair da sala",
    leave_title: |room| join(&["Sair de ", room, "?"]),
    leave_text: "Esta sala é fechada. Para voltar, alguém precisa chamar você de novo.",
    stay: "Ficar",
    room_name: "Nome",
    who_enters: "Quem pode entrar",
    everybody: "Todo mundo",
    invited_only: "Só convidados",
    create: "Criar",
    cancel: "Cancelar",
    closed,

    line_lost: "Você está sem conexão. Suas mensagens serão enviadas assim que ela voltar.",
    try_now: "Tentar agora",
    line_back: |sent, got| {
        let sent = (sent, [" mensagem enviada", " mensagens enviadas"]);
        parts::back("De volta.", sent, (got, [" nova recebida", " novas recebidas"]))
    },
    line_ended: "Sua sessão terminou. Recarregue a página para continuar.",
    reload: "Recarregar",

    not_found_title: "Aqui não tem nada",
    not_found_text: "Esta página não existe, ou não é para você. A conversa continua na sala de todo mundo.",
    go_home: "Ir para a sala",
    banned_title: "Aqui você não entra mais",
    banned_text: "Quem cuida deste servidor retirou você dele. Se foi engano, fale com essa pessoa.",
    invite_only_title: "Aqui se entra com convite",
    invite_only_text: "Peça um link a quem já está dentro. Se você já tem um nome aqui, abra a página no navegador em que entrou, ou entre com a senha.",
    dead_link_title: "Este link não vale mais",
    dead_link_text: "Venceu, já foi usado ou nunca existiu. Peça outro a quem mandou.",
    broken_title: "Esta página não abriu",
    broken_text: "Algo falhou deste lado. Nada do que você escreveu se perdeu. Tente de novo daqui a pouco.",

    goals: Goals {
        title: "Ir para",
        label: "Ir para sala, pessoa ou ação",
        example: "Sala, pessoa ou ação",
        deeds: "Ações",
        keys: ["escolhem", "vai", "só pessoas", "só ações"],
        make_room: |name| join(&["Criar a sala “", name, "”"]),
        read_all: "Marcar tudo como lido",
        moderation: "Ver a moderação",
        settings: "Ajustes do servidor",
        talk: "conversa",
        closed_room: "sala fechada",
        open_room: "sala aberta",
    },
    people: people::PEOPLE,
    notes: notes::NOTES,

    today: |date| join(&["Hoje, ", date]),
    yesterday: |date| join(&["Ontem, ", date]),
    date,
    refusal,
};

const WEEKDAYS: [&str; 7] =
    ["domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"];

const MONTHS: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

fn date(date: Date, with_year: bool) -> String {
    let year = with_year.then_some(date.year);
    parts::date(WEEKDAYS[date.weekday], date.day, MONTHS[date.month], year, " de ")
}

fn closed(why: Closed) -> &'static str {
    match why {
        Closed::Outside => "Você está só olhando. Entre para falar.",
        Closed::Gone => "Você não está mais nesta sala.",
        Closed::Archived => "Sala arquivada. A história continua aqui.",
        Closed::Locked => "Sala trancada. Por enquanto só a moderação fala.",
        Closed::Muted => "Você está em silêncio nesta sala. Dá para continuar lendo.",
    }
}

fn refusal(code: Refusal) -> &'static str {
    match code {
        Refusal::Busy => "O servidor está ocupado.",
        Refusal::RateLimited => "Foi muita coisa de uma vez. Espere um pouco.",
        Refusal::Storage => "O servidor não conseguiu guardar agora.",
        Refusal::Restarting => "O servidor está reiniciando.",
        Refusal::Timeout => "O servidor demorou a responder.",
        Refusal::BadRequest => "O texto tem algo que não pode ser mostrado.",
        Refusal::TooLong => "O texto é comprido demais.",
        Refusal::Empty => "Falta o texto.",
        Refusal::NotFound => "Esta sala não existe mais.",
        Refusal::Forbidden => "Você não pode fazer isso aqui.",
        Refusal::Muted => "Você está em silêncio por enquanto.",
        Refusal::Banned => "Você não pode mais escrever aqui.",
        Refusal::KeyConflict => "Esta mensagem já foi enviada com outro texto.",
        Refusal::EditTooLate => "O tempo para editar passou.",
        Refusal::NameTaken => "Já tem alguém com esse nome aqui.",
        Refusal::Unauthorized => "Sua sessão terminou.",
        Refusal::VersionUnsupported => "Esta página ficou antiga. Recarregue.",
        Refusal::Unknown => "O servidor não aceitou.",
    }
}
