//! Which language somebody reads: the one they chose, else the first that their browser asks for and we have.

use super::Lang;

impl Lang {
    /// The language with this tag, exactly as we write it.
    pub fn tagged(tag: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The language for somebody who chose `own`, if any, with a browser that sends `accepted`, the values of
    /// `Accept-Language`. Where nothing fits it is the default.
    pub fn chosen<'a>(own: Option<Lang>, accepted: impl IntoIterator<Item = &'a str>) -> Lang {
        own.or_else(|| asked_for(accepted)).unwrap_or_default()
    }
}

/// The language that is wanted most; of several wanted alike, the one named first.
fn asked_for<'a>(accepted: impl IntoIterator<Item = &'a str>) -> Option<Lang> {
    let ranges = accepted.into_iter().flat_map(|value| value.split(','));
    let mut best: Option<(f32, Lang)> = None;
    for (lang, quality) in ranges.filter_map(range) {
        if quality > best.map_or(0.0, |(quality, _)| quality) {
            best = Some((quality, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// One of the languages that a browser names, if it is one of ours, and how much it is wanted: from 0 to 1.
fn range(text: &str) -> Option<(Lang, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let lang = speaks(parts.next()?)?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality = quality.map_or(Some(1.0), |quality| quality.parse().ok())?;
    (0.0..=1.0).contains(&quality).then_some((lang, quality))
}

/// What we have for a tag: a language is understood wherever it is spoken, and `*` takes what comes first.
fn speaks(tag: &str) -> Option<Lang> {
    let language = tag.split('-').next().unwrap_or_default();
    match language.to_ascii_lowercase().as_str() {
        "pt" => Some(Lang::PtBr),
        "en" => Some(Lang::En),
        "es" => Some(Lang::Es),
        "*" => Some(Lang::default()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_have_is_the_one() {
        for (accepted, lang) in [
            ("", Lang::PtBr),
            ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", Lang::PtBr),
            ("pt-PT", Lang::PtBr),
            ("en-GB", Lang::En),
            ("en-US,en;q=0.5", Lang::En),
            ("ES-419", Lang::Es),
            ("es-MX , en", Lang::Es),
            ("en, es", Lang::En),
            ("ca,es;q=0.9,en;q=0.8", Lang::Es),
            ("fr", Lang::PtBr),
            ("fr-CA,de;q=0.7", Lang::PtBr),
            ("fr, *;q=0.5", Lang::PtBr),
        ] {
            assert_eq!(Lang::chosen(None, [accepted]), lang, "{accepted}");
        }
    }

    #[test]
    fn what_is_wanted_more_wins_wherever_it_stands() {
        for (accepted, lang) in [
            ("en;q=0.5, es;q=0.8", Lang::Es),
            ("pt;q=0.1, en ; q=0.2", Lang::En),
            ("es;q=0.333, en;Q=0.334", Lang::En),
            ("en;q=0, es;q=0.001", Lang::Es),
            ("en;q=0", Lang::PtBr),
            ("*, es;q=0.5", Lang::PtBr),
            ("es, *;q=0.5", Lang::Es),
        ] {
            assert_eq!(Lang::chosen(None, [accepted]), lang, "{accepted}");
        }
    }

    #[test]
    fn what_is_no_list_of_languages_harms_nobody() {
        for accepted in
            [",,,;", "q=1", "en;q=much", "en;q=2", "en;q=-1", "en;q=NaN", "en;q=inf", "español", "e", "-"]
        {
            assert_eq!(Lang::chosen(None, [accepted]), Lang::PtBr, "{accepted}");
        }
        assert_eq!(Lang::chosen(None, ["en;q=x, es"]), Lang::Es, "the rest is still a wish");
        assert_eq!(Lang::chosen(None, ["en;level=1"]), Lang::En, "a parameter nobody knows");
    }

    #[test]
    fn a_wish_may_come_in_several_headers_and_in_none() {
        assert_eq!(Lang::chosen(None, ["fr", "en;q=0.5", "es"]), Lang::Es);
        assert_eq!(Lang::chosen(None, []), Lang::PtBr);
    }

    #[test]
    fn ones_own_choice_goes_before_everything() {
        assert_eq!(Lang::chosen(Some(Lang::Es), ["en"]), Lang::Es);
        assert_eq!(Lang::chosen(Some(Lang::PtBr), ["en"]), Lang::PtBr);
    }

    #[test]
    fn only_our_own_tags_are_a_choice() {
        for lang in Lang::ALL {
            assert_eq!(Lang::tagged(lang.tag()), Some(lang));
        }
        for tag in ["", "pt", "EN", "en-GB", "browser"] {
            assert_eq!(Lang::tagged(tag), None, "{tag}");
        }
    }
}
