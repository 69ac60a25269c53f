//! Tests of the sentences.

#[cfg(feature = "ssr")]
mod languages;
mod notes;

use super::*;

#[test]
fn every_language_has_words_for_everything() {
    for lang in Lang::ALL {
        let texts = lang.texts();
        for code in [Refusal::Busy, Refusal::TooLong, Refusal::Unknown] {
            assert!((texts.refusal)(code).ends_with('.'), "{lang:?} {code:?}");
        }
        for text in [(texts.title)("X", "Y"), (texts.log)("X"), (texts.start)("X"), (texts.compose)("X")] {
            assert!(text.contains('X'), "{lang:?} {text}");
        }
        for day in 0..400 {
            assert!(!texts.day(day, 1_000).is_empty());
        }
    }
}

#[test]
fn a_day_says_how_near_it_is_and_its_year_only_if_it_is_another() {
    let today = 20_524;
    for (lang, now, before, earlier, last_year) in [
        (
            Lang::PtBr,
            "Hoje, quinta-feira, 12 de março",
            "Ontem, quarta-feira, 11 de março",
            "terça-feira, 10 de março",
            "quarta-feira, 12 de março de 2025",
        ),
        (
            Lang::En,
            "Today, Thursday, March 12",
            "Yesterday, Wednesday, March 11",
            "Tuesday, March 10",
            "Wednesday, March 12, 2025",
        ),
        (
            Lang::Es,
            "Hoy, jueves, 12 de marzo",
            "Ayer, miércoles, 11 de marzo",
            "martes, 10 de marzo",
            "miércoles, 12 de marzo de 2025",
        ),
    ] {
        let texts = lang.texts();
        assert_eq!(texts.day(today, today), now);
        assert_eq!(texts.day(today - 1, today), before);
        assert_eq!(texts.day(today - 2, today), earlier);
        assert_eq!(texts.day(today - 365, today), last_year);
    }
}

#[test]
fn coming_back_counts_only_what_there_is() {
    for (lang, [nothing, both, sent, got]) in [
        (
            Lang::PtBr,
            [
                "De volta.",
                "De volta. 2 mensagens enviadas, 7 novas recebidas.",
                "De volta. 1 mensagem enviada.",
                "De volta. 1 nova recebida.",
            ],
        ),
        (
            Lang::En,
            [
                "Back.",
                "Back. 2 messages sent, 7 new received.",
                "Back. 1 message sent.",
                "Back. 1 new received.",
            ],
        ),
        (
            Lang::Es,
            [
                "De vuelta.",
                "De vuelta. 2 mensajes enviados, 7 nuevos recibidos.",
                "De vuelta. 1 mensaje enviado.",
                "De vuelta. 1 nuevo recibido.",
            ],
        ),
    ] {
        let back = lang.texts().line_back;
        assert_eq!([back(0, 0), back(2, 7), back(1, 0), back(0, 1)], [nothing, both, sent, got]);
    }
}

#[test]
fn up_to_three_who_write_are_named_and_more_are_several() {
    for (lang, one, two, three, crowd) in [
        (
            Lang::PtBr,
            "Bia está escrevendo…",
            "Bia e Tomás estão escrevendo…",
            "Bia, Tomás e Eva estão escrevendo…",
            "Várias pessoas estão escrevendo…",
        ),
        (
            Lang::En,
            "Bia is writing…",
            "Bia and Tomás are writing…",
            "Bia, Tomás and Eva are writing…",
            "Several people are writing…",
        ),
        (
            Lang::Es,
            "Bia está escribiendo…",
            "Bia y Tomás están escribiendo…",
            "Bia, Tomás y Eva están escribiendo…",
            "Varias personas están escribiendo…",
        ),
    ] {
        let writing = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            (lang.texts().people.writing)(&names).replace(['\u{2068}', '\u{2069}'], "")
        };
        assert_eq!(writing(&[]), "");
        assert_eq!(writing(&["Bia"]), one);
        assert_eq!(writing(&["Bia", "Tomás"]), two);
        assert_eq!(writing(&["Bia", "Tomás", "Eva"]), three);
        assert_eq!(writing(&["a", "b", "c", "d"]), crowd);
    }
}

#[test]
fn who_is_too_quick_is_told_how_long_to_wait() {
    for (lang, cannot) in [(Lang::PtBr, "não pode"), (Lang::En, "cannot"), (Lang::Es, "No puedes")] {
        let refused = lang.texts().people.refused;
        assert!(refused(&protocol::Problem::rate_limited(1_500)).contains(" 2 s"));
        assert!(refused(&Refusal::Forbidden.into()).contains(cannot));
    }
}

#[test]
fn one_is_not_many() {
    for (lang, calls, one, many) in [
        (Lang::PtBr, ["", ", 1 chamado", ", 2 chamados"], " nova", " novas"),
        (Lang::En, ["", ", 1 mention", ", 2 mentions"], " new", " new"),
        (Lang::Es, ["", ", 1 mención", ", 2 menciones"], " nuevo", " nuevos"),
    ] {
        let texts = lang.texts();
        for (count, ending) in calls.into_iter().enumerate() {
            let names = (texts.rail_calls)(count as u64);
            assert_eq!(names, [texts.rail, ending].concat());
        }
        assert_eq!([(texts.unread)(1), (texts.unread)(0), (texts.unread)(2)], [one, many, many]);
        assert_eq!((texts.new_above)(1), ["1", one].concat());
        assert_eq!((texts.new_above)(2), ["2", many].concat());
        assert_ne!((texts.calling)(1), (texts.calling)(2), "{lang:?}");
    }
}

#[test]
fn a_list_of_names_stops_after_five() {
    let name = |name: &str| chat::Member {
        id: "id".parse().unwrap(),
        name: name.to_owned(),
        role: chat::Role::Guest,
        hue: 0,
    };
    let people: Vec<_> = ["Ana", "Bia", "Caio", "Dora", "Eva", "Fé"].map(name).into();
    let bare = |list: String| list.replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(bare(names(&people[..2])), "Ana, Bia");
    assert_eq!(bare(names(&people)), "Ana, Bia, Caio, Dora, Eva…");
}

#[test]
fn who_has_just_spoken_is_told_when_to_speak_again() {
    for lang in Lang::ALL {
        let slowly = lang.texts().slowly;
        for (seconds, end) in [(42, " 42 s."), (60, " 1 min."), (3_599, " 59 min 59 s.")] {
            assert!(slowly(seconds).ends_with(end), "{}", slowly(seconds));
        }
    }
    assert_eq!((Lang::PtBr.texts().slowly)(42), "Modo lento. Você pode escrever de novo em 42 s.");
}

#[test]
fn a_wait_is_told_in_whole_minutes_or_in_seconds() {
    for (lang, every) in [
        (Lang::PtBr, "Uma mensagem a cada "),
        (Lang::En, "One message every "),
        (Lang::Es, "Un mensaje cada "),
    ] {
        let wait = lang.texts().wait;
        assert!(!wait(0).contains(char::is_numeric), "{lang:?}");
        assert_eq!(wait(300), [every, "5 min"].concat());
        assert_eq!(wait(90), [every, "90 s"].concat());
    }
}
