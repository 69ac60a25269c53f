//! The page of those who keep the peace: what was reported, who is banned, and who did what.

use chat::rich_text::Block;
use chat::settings;
use chat::{Member, Millis, RoomId, Seq};
use leptos::prelude::*;
use serde_json::Value;

use super::{Anchor, Frame, form, row, rows, section};
use crate::calendar::{Moment, iso};
use crate::components::{Avatar, MessageText};
use crate::i18n::{Keeping, Lang};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Moderation {
    /// The language of its sentences.
    pub lang: Lang,
    /// When it was made, Unix milliseconds.
    pub now: Millis,
    /// The server's distance from UTC, in minutes.
    pub utc_offset: i32,
    /// The open reports, the oldest first.
    pub reports: Vec<Report>,
    /// Who is banned, the latest first.
    pub banned: Vec<Member>,
    /// Who did what, for those who may read that.
    pub audit: Option<Audit>,
}

/// An open report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number, in the address of its form.
    pub id: i64,
    /// When, Unix milliseconds.
    pub at: Millis,
    /// The message's room.
    pub room: RoomId,
    /// What that is called.
    pub room_name: String,
    /// The message.
    pub seq: Seq,
    /// Who told of it.
    pub by: Member,
    /// Who said it.
    pub author: Member,
    /// Why; may be empty.
    pub reason: String,
    /// What was said; `None` if it is gone.
    pub text: Option<Vec<Block>>,
}

/// A page of the audit log.
#[derive(Clone, Debug)]
pub struct Audit {
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

impl Moderation {
    /// The page's title and the sections one may jump to.
    pub fn frame(&self, frame: Frame) -> Frame {
        let texts = self.lang.keeping();
        let mut nav = vec![
            Anchor { id: "reports", text: texts.reports },
            Anchor { id: "kept-out", text: texts.banned },
        ];
        if self.audit.is_some() {
            nav.push(Anchor { id: "audit", text: texts.audit });
        }
        Frame { nav, ..frame }
    }

    /// The body of the page.
    pub fn view(self) -> impl IntoView {
        let texts = self.lang.keeping();
        let clock = Clock { lang: self.lang, now: self.now, offset: self.utc_offset };
        let reports = if self.reports.is_empty() {
            view! { <p>{texts.no_reports}</p> }.into_any()
        } else {
            let reports: Vec<_> = self.reports.into_iter().map(|report| report.view(texts, clock)).collect();
            view! { <ul class="report-list">{reports}</ul> }.into_any()
        };
        let banned = if self.banned.is_empty() {
            view! { <p>{texts.nobody_banned}</p> }.into_any()
        } else {
            rows(self.banned.into_iter().map(|member| banned(member, texts)).collect()).into_any()
        };
        let audit = self.audit.map(|audit| {
            section("audit", texts.audit, Some(texts.audit_text.to_owned()), audit.view(texts, clock))
        });
        view! {
            {section("reports", texts.reports, Some(texts.reports_text.to_owned()), reports)}
            {section("kept-out", texts.banned, Some(texts.banned_text.to_owned()), banned)}
            {audit}
        }
    }
}

fn banned(member: Member, texts: &'static Keeping) -> AnyView {
    let id = member.id.as_str().to_owned();
    let pardon =
        form::act("/moderation/pardon", vec![form::hidden("member", id)], form::button(texts.pardon));
    row(member.name, texts.banned_person, pardon)
}

/// How a moment is shown.
#[derive(Clone, Copy)]
struct Clock {
    lang: Lang,
    now: Millis,
    offset: i32,
}

impl Clock {
    fn words(self, at: Millis) -> String {
        let (moment, today) = (Moment::new(at, self.offset), Moment::new(self.now, self.offset).day);
        let day = self.lang.texts().day(moment.day, today);
        (self.lang.keeping().when)(&day, &moment.clock())
    }
}

impl Report {
    fn view(self, texts: &'static Keeping, clock: Clock) -> impl IntoView {
        let seq = self.seq.to_string();
        let address = ["/r/", self.room.as_str(), "/", &seq].concat();
        let action = ["/moderation/reports/", &self.id.to_string()].concat();
        let called = |person: &Member| clock.lang.texts().called(&person.name).to_owned();
        let (by, author) = (&called(&self.by), called(&self.author));
        let there = !self.author.is_gone();
        let why = if self.reason.is_empty() {
            (texts.reported_by)(by)
        } else {
            (texts.reported_because)(by, &self.reason)
        };
        let deleted = self.text.is_none();
        let said = match self.text {
            Some(blocks) => view! { <MessageText blocks /> }.into_any(),
            None => view! { <p>{texts.gone}</p> }.into_any(),
        };
        let buttons = [
            ("dismissed", "button", texts.dismiss, true),
            ("deleted", "button", texts.delete, !deleted),
            ("muted", "button", texts.mute, there),
            ("banned", "button button--danger", texts.ban, there),
        ];
        let buttons: Vec<_> = buttons
            .into_iter()
            .filter(|(_, _, _, possible)| *possible)
            .map(|(outcome, class, text, _)| {
                view! {
                    <button class=class type="submit" name="outcome" value=outcome>
                        {text}
                    </button>
                }
            })
            .collect();
        view! {
            <li class="report-list__report">
                <Avatar member=self.author.clone() />
                <div class="report-list__head">
                    <b dir="auto">{author}</b>
                    <span class="report-list__where" dir="auto">
                        {(texts.said_in)(&self.room_name, &clock.words(self.at))}
                    </span>
                </div>
                <div class="report-list__body">
                    <div class="report-list__said">{said}</div>
                    <p class="report-list__why" dir="auto">
                        {why}
                    </p>
                    <form class="report-list__acts" action=action method="post">
                        {buttons}
                        <a class="button button--quiet" href=address>
                            {texts.look}
                        </a>
                    </form>
                </div>
            </li>
        }
    }
}

impl Audit {
    fn view(self, texts: &'static Keeping, clock: Clock) -> AnyView {
        if self.deeds.is_empty() {
            return view! { <p>{texts.no_audit}</p> }.into_any();
        }
        let older = self.before.map(|before| {
            let address = ["/moderation?before=", &before.to_string(), "#audit"].concat();
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

    fn html(moderation: Moderation) -> String {
        let owner = Owner::new_root(None);
        owner.with(|| moderation.view().to_html())
    }

    /// What is to be read of it.
    fn text(html: &str) -> String {
        html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
    }

    fn page() -> Moderation {
        Moderation {
            lang: Lang::PtBr,
            now: 1_773_309_600_000,
            utc_offset: 0,
            reports: Vec::new(),
            banned: Vec::new(),
            audit: None,
        }
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let report = Report {
            id: 7,
            at: 1_773_309_600_000,
            room: "lobby".parse().unwrap(),
            room_name: "<b>Praça</b>".to_owned(),
            seq: 3,
            by: member("<i>Ana"),
            author: member("<i>Bia"),
            reason: "<script>".to_owned(),
            text: Some(chat::rich_text::plain("<img src=x>")),
        };
        let html = html(Moderation { reports: vec![report], banned: vec![member("<u>Rui")], ..page() });
        assert!(html.contains(r#"action="/moderation/reports/7""#), "{html}");
        for tag in ["<script", "<img", "<i>", "<u>", "<b>Praça"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
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
        let text = text(&html(Moderation { audit: Some(Audit { deeds, before: None }), ..page() }));
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
        let audit = Audit { deeds: vec![deed], before: Some(9) };
        let html = html(Moderation { audit: Some(audit), ..page() });
        let text = text(&html);
        assert!(text.contains("Quem cuida do servidor deixou Bia falar de novo em Praça"), "{text}");
        assert!(html.contains("/moderation?before=9#audit"), "{html}");
    }
}
