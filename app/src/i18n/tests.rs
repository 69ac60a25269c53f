//! Tests of the sentences.

use super::*;

#[test]
fn every_language_has_words_for_everything() {
    for lang in Lang::ALL {
        let texts = lang.texts();
        for code in [Refusal::Busy, Refusal::TooLong, Refusal::Unknown] {
            assert!((texts.refusal)(code).ends_with('.'), "{lang:?} {code:?}");
        }
        for text in [(texts.title)("X"), (texts.log)("X"), (texts.start)("X"), (texts.compose)("X")] {
            assert!(text.contains('X'), "{lang:?} {text}");
        }
        for day in 0..400 {
            assert!(!texts.day(day, 1_000).is_empty());
        }
    }
}

#[test]
fn a_day_says_how_near_it_is_and_its_year_only_if_it_is_another() {
    let texts = Lang::PtBr.texts();
    let today = 20_524;
    assert_eq!(texts.day(today, today), "Hoje, quinta-feira, 12 de março");
    assert_eq!(texts.day(today - 1, today), "Ontem, quarta-feira, 11 de março");
    assert_eq!(texts.day(today - 2, today), "terça-feira, 10 de março");
    assert_eq!(texts.day(today - 365, today), "quarta-feira, 12 de março de 2025");
}

#[test]
fn coming_back_counts_only_what_there_is() {
    let back = Lang::PtBr.texts().line_back;
    assert_eq!(back(0, 0), "De volta.");
    assert_eq!(back(2, 7), "De volta. 2 mensagens enviadas, 7 novas recebidas.");
    assert_eq!(back(1, 0), "De volta. 1 mensagem enviada.");
    assert_eq!(back(0, 1), "De volta. 1 nova recebida.");
}

#[test]
fn up_to_three_who_write_are_named_and_more_are_several() {
    let writing = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        (Lang::PtBr.texts().people.writing)(&names).replace(['\u{2068}', '\u{2069}'], "")
    };
    assert_eq!(writing(&[]), "");
    assert_eq!(writing(&["Bia"]), "Bia está escrevendo…");
    assert_eq!(writing(&["Bia", "Tomás"]), "Bia e Tomás estão escrevendo…");
    assert_eq!(writing(&["Bia", "Tomás", "Eva"]), "Bia, Tomás e Eva estão escrevendo…");
    assert_eq!(writing(&["a", "b", "c", "d"]), "Várias pessoas estão escrevendo…");
}

#[test]
fn who_is_too_quick_is_told_how_long_to_wait() {
    let refused = Lang::PtBr.texts().people.refused;
    assert!(refused(&protocol::Problem::rate_limited(1_500)).contains("2 s"));
    assert!(refused(&Refusal::Forbidden.into()).contains("não pode"));
}
