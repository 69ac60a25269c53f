//! What several languages put together in the same way, written once: the page carries it once, too.
//!
//! Whoever adds a language that does it otherwise writes a function of its own.

use protocol::{Problem, Refusal};

use super::join;

/// Title of a page.
pub(super) fn title(room: &str, server: &str) -> String {
    join(&[room, " · ", server])
}

/// The same, when so many messages call for the reader.
pub(super) fn title_calls(calls: u64, title: &str) -> String {
    join(&["(", &calls.to_string(), ") ", title])
}

/// What a message may have, and what it has: the words before each number, and what stands between thousands.
pub(super) fn too_long(most: &str, yours: &str, separator: char, count: usize) -> String {
    join(&[most, &grouped(chat::body::MAX_CHARS, separator), yours, &grouped(count, separator), "."])
}

fn grouped(number: usize, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Two things, the second of which says more of the first.
pub(super) fn comma(first: &str, second: &str) -> String {
    join(&[first, ", ", second])
}

/// A number and what follows it, which knows one from many.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    join(&[&count.to_string(), if count == 1 { one } else { many }])
}

/// `words` alone, or with a number behind them.
pub(super) fn with_count(words: &str, count: u64, one: &str, many: &str) -> String {
    if count == 0 { words.to_owned() } else { comma(words, &counted(count, one, many)) }
}

/// A name within a sentence: whatever direction it is written in, the sentence keeps its own.
pub(super) fn name(name: &str) -> String {
    join(&["\u{2068}", name, "\u{2069}"])
}

/// A sentence around a name.
pub(super) fn named(before: &str, who: &str, after: &str) -> String {
    join(&[before, &name(who), after])
}

/// So many seconds, in minutes if they are whole ones.
pub(crate) fn span(seconds: u32) -> String {
    let (count, unit) =
        if seconds >= 60 && seconds.is_multiple_of(60) { (seconds / 60, " min") } else { (seconds, " s") };
    join(&[&count.to_string(), unit])
}

/// How long people wait between two messages: `none`, or `every` and the time.
pub(super) fn wait(seconds: u32, none: &str, every: &str) -> String {
    if seconds == 0 { none.to_owned() } else { join(&[every, &span(seconds)]) }
}

/// A sentence that ends in how long it takes: minutes and seconds.
pub(super) fn in_time(before: &str, seconds: u64) -> String {
    let mut text = before.to_owned();
    let (minutes, rest) = (seconds / 60, seconds % 60);
    if minutes > 0 {
        text.push_str(&counted(minutes, " min", " min"));
    }
    if minutes > 0 && rest > 0 {
        text.push(' ');
    }
    if minutes == 0 || rest > 0 {
        text.push_str(&counted(rest, " s", " s"));
    }
    text.push('.');
    text
}

/// The connection is back. For both numbers, what follows one and what follows many.
pub(super) fn back(lead: &str, (sent, [one, many]): (u32, [&str; 2]), got: (u32, [&str; 2])) -> String {
    let mut text = lead.to_owned();
    if sent > 0 {
        text.push(' ');
        text.push_str(&counted(sent.into(), one, many));
    }
    let (got, [one, many]) = got;
    if got > 0 {
        text.push_str(if sent > 0 { ", " } else { " " });
        text.push_str(&counted(got.into(), one, many));
    }
    if sent + got > 0 {
        text.push('.');
    }
    text
}

/// The words around the names of those who write.
pub(super) struct Writing {
    /// After one name.
    pub one: &'static str,
    /// Before the last of several.
    pub and: &'static str,
    /// After several.
    pub many: &'static str,
    /// Instead of too many to name.
    pub crowd: &'static str,
}

/// Who is writing.
pub(super) fn writing(names: &[String], words: &Writing) -> String {
    let Writing { one, and, many, crowd } = words;
    match names {
        [] => String::new(),
        [single] => named("", single, one),
        [first, last] => join(&[&name(first), and, &name(last), many]),
        [first, second, last] => join(&[&name(first), ", ", &name(second), and, &name(last), many]),
        _ => (*crowd).to_owned(),
    }
}

/// Why something was not done: how long to wait, between `lead` and its unit, or the sentence for the code.
pub(super) fn refused(problem: &Problem, lead: &str, refusal: fn(Refusal) -> &'static str) -> String {
    match problem.retry_after_ms {
        Some(ms) => join(&[lead, &ms.div_ceil(1_000).to_string(), " s."]),
        None => refusal(problem.code).to_owned(),
    }
}

/// A day, and its year if it has to be said: `of` stands between the parts.
pub(super) fn date(weekday: &str, day: u32, month: &str, year: Option<i64>, of: &str) -> String {
    let mut text = join(&[weekday, ", ", &day.to_string(), of, month]);
    if let Some(year) = year {
        text.push_str(of);
        text.push_str(&year.to_string());
    }
    text
}
