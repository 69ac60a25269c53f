//! Brazilian Portuguese of the pages of accounts.

use crate::i18n::join;
use crate::i18n::plain::Account;

pub(super) const ACCOUNT: Account = Account {
    title: "Sua conta",
    done: |code| match code {
        "kept" => Some("Pronto. O nome é seu em qualquer aparelho, com tudo o que você já disse."),
        "named" => Some("Nome trocado."),
        "password" => Some("Senha trocada. Os outros aparelhos saíram da conta."),
        "revoked" => Some("Aquele aparelho saiu da conta."),
        "receipts" => Some("Guardado."),
        "appearance" => Some("Aparência guardada neste navegador."),
        "language" => Some("Idioma guardado."),
        "recovered" => Some("Senha nova guardada. Entre com ela."),
        "deleted" => Some("Conta apagada. O nome está livre."),
        _ => None,
    },
    refused: |code| match code {
        "wrong_password" => Some("Nome ou senha não conferem."),
        "password_short" => Some("A senha precisa de pelo menos 8 caracteres."),
        "password_different" => Some("As duas senhas novas são diferentes."),
        "insecure" => Some("Este endereço não é seguro para uma senha. Abra a página por HTTPS."),
        "owner_stays" => Some({
            "A conta de quem é dono do servidor fica. Antes, passe o servidor a outra pessoa, no terminal: chat-moderno admin set-role NOME owner."
        }),
        "not_sure" => Some("Para apagar a conta, marque que é isso que você quer."),
        _ => None,
    },

    reading: "Leitura",
    reading_shown: "Em salas pequenas, as outras pessoas podem saber até onde você leu.",
    reading_hidden: "Ninguém sabe até onde você leu.",
    reading_hide: "Não mostrar",
    reading_show: "Mostrar",
    keeping: "Cuidar do servidor",
    name_section: "Nome e senha",
    member: "Membro",
    name: "Nome",
    change_name: "Mudar o nome",
    keep_title: |name| join(&["Guarde o nome ", name]),
    keep_text: "Hoje ele vive só neste navegador. Guardado, ele é seu em qualquer aparelho, com tudo o que você já disse.",
    keep: "Guardar o nome",
    password: "Senha",
    password_today: "Senha de hoje",
    password_new: "Senha nova",
    password_hint: "Pelo menos 8 caracteres.",
    password_again: "Senha nova, outra vez",
    change_password: "Trocar a senha",

    appearance: "Aparência",
    appearance_text: "Vale para este navegador.",
    appearances: ["Sistema", "Claro", "Escuro"],
    apply: "Usar",

    language: "Idioma",
    language_text: "Vale em todos os seus aparelhos. Com Navegador, cada um segue o dele.",
    language_browser: "Navegador",
    language_own: "Português",

    sessions: "Aparelhos",
    sessions_text: "Onde esta conta está aberta. Se não reconhecer algum, tire-o e troque a senha.",
    browser: "Navegador",
    program: "Programa",
    this_one: "Este aqui",
    session_when: |created, used, time| join(&["Desde ", created, ". Último uso: ", used, ", ", time, "."]),
    revoke: "Tirar",

    leave: "Sair",
    leave_text: "Este navegador sai da conta. O nome e as mensagens continuam seus.",
    leave_guest: "Este nome não tem senha: ao sair, não há como voltar a ele. Guarde-o antes, se for ficar.",

    delete: "Apagar a conta",
    delete_text: "O nome fica livre, todos os aparelhos saem e ninguém mais entra nesta conta. Não há como voltar atrás.",
    waiting: [
        "1 mensagem está na fila. Se você sair, ela se perde. Sair?",
        "{} mensagens estão na fila. Se você sair, elas se perdem. Sair?",
    ],
    delete_owner: "A conta de quem é dono do servidor fica. Antes, passe o servidor a outra pessoa, no terminal: chat-moderno admin set-role NOME owner.",
    delete_messages: "O que você disse",
    delete_choices: ["Fica, sem nome", "É apagado"],
    delete_sure: "Quero apagar a conta",

    sign_in: "Entrar",
    sign_in_title: "Entre com o nome que você guardou",
    sign_in_text: "Sem conta ainda? Volte à conversa e diga como quer ser chamado: não precisa de cadastro.",
    sign_in_leaving: |name| {
        join(&["Agora você está aqui como ", name, ". Ao entrar, este navegador deixa esse nome."])
    },
    forgotten: "Esqueceu a senha? Peça um link a quem cuida deste servidor.",

    recover: "Senha nova",
    recover_title: |name| join(&["Uma senha nova para ", name]),
    recover_text: "Este link serve uma vez só. Todos os aparelhos saem da conta.",
    link_dead: "Este link não vale mais. Peça outro a quem cuida deste servidor.",
    offered_title: "Link para uma senha nova",
    offered_text: "Mande-o à pessoa por um caminho seguro. Vale por uma hora e uma vez só; esta página não o mostra de novo.",
};
