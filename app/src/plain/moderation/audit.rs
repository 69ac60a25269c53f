//! The audit log, by kinds of acts: who changes a room's topic again and again hides nothing that was done to somebody.

use chat::{Member, Millis, settings};
use leptos::prelude::*;
use serde_json::Value;

use super::Clock;
use crate::calendar::iso;
use crate::components::Avatar;
use crate::i18n::{Keeping, Lang};

/// What the audit log shows at once.
#[derive(Clone, Debug)]
pub struct Audit(pub Vec<Deeds>);

/// What acts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditKind {
    /// Somebody, or what somebody said.
    People,
    /// What a room is like.
    Rooms,
    /// The server and who may come in.
    Server,
}

impl AuditKind {
    /// All there are, in the order they are shown in.
    pub const ALL: [AuditKind; 3] = [AuditKind::People, AuditKind::Rooms, AuditKind::Server];

    /// The name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            AuditKind::People => "people",
            AuditKind::Rooms => "rooms",
            AuditKind::Server => "server",
        }
    }

    /// The kind an address asks for.
    pub fn of(code: &str) -> Option<AuditKind> {
        AuditKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn heading(self, texts: &'static Keeping) -> &'static str {
        match self {
            AuditKind::People => texts.audit_people,
            AuditKind::Rooms => texts.audit_rooms,
            AuditKind::Server => texts.audit_server,
        }
    }
}

/// A page of the acts of one kind.
#[derive(Clone, Debug)]
pub struct Deeds {
    /// The kind.
    pub kind: AuditKind,
    /// The latest first.
    pub deeds: Vec<Deed>,
    /// There is more: what was done before this one.
    pub before: Option<i64>,
}

/// Something that was done.
#[derive(Clone, Debug)]
pub struct Deed {
    /// When, Unix milliseconds.
    pub at: Millis,
    /// Who did it; `None` for who runs the server.
    pub by: Option<Member>,
    /// The name of the request.
    pub act: String,
    /// To whom.
    pub who: Option<Member>,
    /// In what room: its name.
    pub room: Option<String>,
    /// What else is known of it.
    pub detail: Value,
}

impl Audit {
    pub(super) fn view(self, texts: &'static Keeping, clock: Clock) -> AnyView {
        let kinds: Vec<_> = self
            .0
            .into_iter()
            .filter(|kind| !kind.deeds.is_empty())
            .map(|kind| kind.view(texts, clock))
            .collect();
        if kinds.is_empty() { view! { <p>{texts.no_audit}</p> }.into_any() } else { kinds.into_any() }
    }
}

impl Deeds {
    fn view(self, texts: &'static Keeping, clock: Clock) -> AnyView {
        let id = ["audit-", self.kind.code()].concat();
        let older = self.before.map(|before| {
            let (kind, before) = (self.kind.code(), before.to_string());
            let address = ["/moderation?audit=", kind, "&before=", &before, "#", &id].concat();
            view! {
                <li>
                    <a class="audit-log__all text-button" href=address>
                        {texts.older}
                    </a>
                </li>
            }
        });
        let deeds: Vec<_> = self.deeds.into_iter().map(|deed| deed.view(texts, clock)).collect();
        view! {
            <h3 class="audit-log__kind" id=id>
                {self.kind.heading(texts)}
            </h3>
            <ol class="audit-log">
                {deeds}
                {older}
            </ol>
        }
        .into_any()
    }
}

impl Deed {
    fn view(self, texts: &'static Keeping, clock: Clock) -> impl IntoView {
        let tile = match &self.by {
            Some(by) => view! { <Avatar member=by.clone() /> }.into_any(),
            None => view! { <span></span> }.into_any(),
        };
        let why = self.why(texts, clock.lang);
        view! {
            <li class="audit-log__entry">
                {tile}
                <p>
                    {self.sentence(texts, clock.lang)}
                    {why
                        .map(|why| {
                            view! {
                                <span class="audit-log__why" dir="auto">
                                    {why}
                                </span>
                            }
                        })}
                </p>
                <time datetime=iso(self.at)>{clock.words(self.at)}</time>
            </li>
        }
    }

    /// The sentence of the act, with its gaps filled.
    fn sentence(&self, texts: &'static Keeping, lang: Lang) -> Vec<AnyView> {
        let on = self.detail.get("on").and_then(Value::as_bool).unwrap_or(true);
        let by = self.by.as_ref().map_or(texts.operator, |by| lang.texts().called(&by.name));
        let who = self.who.as_ref().map_or("", |who| lang.texts().called(&who.name));
        let room = self.room.as_deref().unwrap_or_default();
        let mut parts = Vec::new();
        for part in (texts.deed)(&self.act, on).split_inclusive('}') {
            let (text, gap) = part.split_once('{').unwrap_or((part, ""));
            parts.push(text.to_owned().into_any());
            let word = match gap {
                "by}" => by,
                "who}" => who,
                "room}" => room,
                _ => continue,
            };
            parts.push(view! { <b dir="auto">{word.to_owned()}</b> }.into_any());
        }
        parts
    }

    /// What else is worth a line: a role, a name, a topic, what was set.
    fn why(&self, texts: &'static Keeping, lang: Lang) -> Option<String> {
        if self.act == settings::CHANGED {
            let labels = self.detail.as_object()?.keys().filter_map(|key| lang.desk().setting(key));
            return Some(labels.collect::<Vec<_>>().join(" · "));
        }
        let text = |name| self.detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let role = text("role").and_then(|role| {
            let names = ["owner", "admin", "moderator", "member", "guest"];
            let place = names.iter().position(|name| *name == role)?;
            Some(lang.texts().roles[place]).filter(|word| !word.is_empty())
        });
        role.map(texts.role).or_else(|| text("name").or(text("topic")).or(text("reason")).map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use chat::Role;

    use super::*;

    fn member(name: &str) -> Member {
        Member { id: "somebody".parse().unwrap(), name: name.to_owned(), role: Role::Guest, hue: 1 }
    }

    fn html(deeds: Deeds) -> String {
        let clock = Clock { lang: Lang::PtBr, now: 1_773_309_600_000, offset: 0 };
        Owner::new_root(None).with(|| Audit(vec![deeds]).view(Lang::PtBr.keeping(), clock).to_html())
    }

    /// What is to be read of it.
    fn text(html: &str) -> String {
        html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
    }

    #[test]
    fn what_was_set_is_named_and_an_invite_says_where_to() {
        let deed = |act: &str, room: Option<&str>, detail| Deed {
            at: 1_773_309_600_000,
            by: Some(member("Ana")),
            act: act.to_owned(),
            who: None,
            room: room.map(str::to_owned),
            detail,
        };
        let set = serde_json::json!({ settings::NAME: "Farol", settings::RECEIPTS: null });
        let deeds = vec![
            deed(settings::CHANGED, None, set),
            deed(settings::INVITED, Some("Praça"), Value::Null),
            deed(settings::REVOKED, Some("Praça"), Value::Null),
        ];
        let text = text(&html(Deeds { kind: AuditKind::Server, deeds, before: None }));
        let desk = Lang::PtBr.desk();
        for sentence in [
            "Ana mudou ajustes do servidor".to_owned(),
            format!("{} · {}", desk.name, desk.receipts),
            "Ana fez um convite para Praça".to_owned(),
            "Ana revogou um convite para Praça".to_owned(),
        ] {
            assert!(text.contains(&sentence), "{sentence} in {text}");
        }
    }

    #[test]
    fn an_act_is_a_sentence_with_its_people_in_it() {
        let deed = Deed {
            at: 1_773_309_600_000,
            by: None,
            act: <protocol::Mute as protocol::Request>::EVENT.to_owned(),
            who: Some(member("Bia")),
            room: Some("Praça".to_owned()),
            detail: serde_json::json!({ "on": false }),
        };
        let html = html(Deeds { kind: AuditKind::People, deeds: vec![deed], before: Some(9) });
        let text = text(&html);
        assert!(text.contains("Quem cuida do servidor deixou Bia falar de novo em Praça"), "{text}");
        assert!(html.contains("/moderation?audit=people&amp;before=9#audit-people"), "{html}");
    }
}
