//! The page of those who keep the peace: what was reported, who is banned, and who did what.

use chat::rich_text::Block;
use chat::{Member, Millis, RoomId, Seq};
use leptos::prelude::*;

mod audit;

pub use audit::{Audit, AuditKind, Deed, Deeds};

use super::{Anchor, Frame, form, row, rows, section};
use crate::calendar::Moment;
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
    /// The messages that are reported, the latest report first.
    pub reports: Vec<Report>,
    /// There are more: those reported before this report.
    pub reports_before: Option<i64>,
    /// Who is banned, the latest first.
    pub banned: Vec<Member>,
    /// Who did what, for those who may read that.
    pub audit: Option<Audit>,
}

/// A message with its open reports.
#[derive(Clone, Debug)]
pub struct Report {
    /// The number of the latest, in the address of the form.
    pub id: i64,
    /// When that was made, Unix milliseconds.
    pub at: Millis,
    /// The message's room.
    pub room: RoomId,
    /// What that is called.
    pub room_name: String,
    /// The message.
    pub seq: Seq,
    /// Who told of it and why, the latest first; a reason may be empty.
    pub told: Vec<(Member, String)>,
    /// How many told of it beyond those.
    pub others: u64,
    /// Who said it.
    pub author: Member,
    /// What was said; `None` if it is gone.
    pub text: Option<Vec<Block>>,
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
            let older = self.reports_before.map(|before| {
                let address = ["/moderation?reports=", &before.to_string(), "#reports"].concat();
                view! {
                    <li>
                        <a class="report-list__all text-button" href=address>
                            {texts.older_reports}
                        </a>
                    </li>
                }
            });
            view! {
                <ul class="report-list">
                    {reports} {older}
                </ul>
            }
            .into_any()
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
        let author = called(&self.author);
        let there = !self.author.is_gone();
        let why: Vec<_> = self
            .told
            .iter()
            .map(|(by, reason)| match reason.as_str() {
                "" => (texts.reported_by)(&called(by)),
                reason => (texts.reported_because)(&called(by), reason),
            })
            .chain((self.others > 0).then(|| (texts.reported_by_others)(self.others)))
            .map(|line| {
                view! {
                    <p class="report-list__why" dir="auto">
                        {line}
                    </p>
                }
            })
            .collect();
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
                    {why}
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

    fn page() -> Moderation {
        Moderation {
            lang: Lang::PtBr,
            now: 1_773_309_600_000,
            utc_offset: 0,
            reports: Vec::new(),
            reports_before: None,
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
            told: vec![(member("<i>Ana"), "<script>".to_owned()), (member("Eva"), String::new())],
            others: 4,
            author: member("<i>Bia"),
            text: Some(chat::rich_text::plain("<img src=x>")),
        };
        let html = html(Moderation { reports: vec![report], banned: vec![member("<u>Rui")], ..page() });
        assert!(html.contains(r#"action="/moderation/reports/7""#), "{html}");
        assert!(html.contains("Denunciada por Eva") && html.contains("E mais 4"), "{html}");
        for tag in ["<script", "<img", "<i>", "<u>", "<b>Praça"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
    }
}
