//! Parses the text of a search.

use crate::{
    domain::{
        keys::ProjectKey,
        length::too_long,
        search::{QUERY_MAX, words},
    },
    server::error::Error,
};

/// A parsed search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Folded words, each matched as a prefix. None is a prefix of another.
    pub words: Vec<String>,
    /// The project of the task key in the text. Set only together with [`Query::number`].
    pub project: Option<ProjectKey>,
    /// The task number, if the text may be a task key: `WEB-12`, `web 12`, `12`.
    pub number: Option<i64>,
}

impl Query {
    /// Parses any text: punctuation separates words and has no meaning of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `q` if the text is too long.
    pub fn parse(typed: &str) -> Result<Self, Error> {
        if let Some(message) = too_long(typed.trim(), QUERY_MAX) {
            return Err(Error::invalid("q", message));
        }
        let typed = words::of_query(typed);
        let (project, number) = match typed.as_slice() {
            [number] => (None, task_number(number)),
            [project, number] => match project.parse() {
                Ok(project) => (Some(project), task_number(number)),
                Err(_) => (None, None),
            },
            _ => (None, None),
        };
        let mut words: Vec<String> = Vec::with_capacity(typed.len());
        for (index, word) in typed.iter().enumerate() {
            let is_implied = |(other, longer): (usize, &String)| {
                longer.starts_with(word) && (longer.len() > word.len() || other < index)
            };
            if !typed.iter().enumerate().any(is_implied) {
                words.push(word.clone());
            }
        }
        Ok(Self { words, project, number })
    }
}

fn task_number(word: &str) -> Option<i64> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> (String, Option<String>, Option<i64>) {
        let Query { words, project, number } = Query::parse(typed).unwrap();
        (words.join(" "), project.map(String::from), number)
    }

    #[test]
    fn punctuation_separates_words() {
        for (typed, words) in [
            ("Draft the  Pricing", "draft the pricing"),
            ("\"*:(", ""),
            ("a AND b OR NOT c*", "and b or not c"),
            ("title:x {y} ^z", "title x y z"),
            ("it's 'quoted' \\ \"so\"", "it quoted so"),
            ("nul\0l \u{7f}", "nul l"),
            ("ÉLAN re\u{301}sume\u{301} Straße", "elan resume strasse"),
            ("한국 हिन्दी", "한국 हिन्दी"),
            ("  ", ""),
            ("🦀", "🦀"),
        ] {
            assert_eq!(parsed(typed).0, words, "{typed:?}");
        }
    }

    #[test]
    fn prefixes_of_other_words_are_dropped() {
        assert_eq!(parsed("im import imp import").0, "import");
        assert_eq!(parsed("import port").0, "import port");
    }

    #[test]
    fn task_keys_parse_in_any_spelling() {
        let web = || Some("WEB".to_owned());
        for (typed, project, number) in [
            ("WEB-12", web(), Some(12)),
            ("web 12", web(), Some(12)),
            (" web - 12 ", web(), Some(12)),
            ("12", None, Some(12)),
            ("#12", None, Some(12)),
            ("0", None, None),
            ("99999999999999999999", None, None),
            ("web", None, None),
            ("web twelve", web(), None),
            ("the 12 tribes", None, None),
        ] {
            let (_, found, found_number) = parsed(typed);
            assert_eq!((found, found_number), (project, number), "{typed:?}");
        }
    }

    #[test]
    fn text_that_is_too_long_is_rejected() {
        assert!(Query::parse(&"ü".repeat(QUERY_MAX)).is_ok());
        let refused = Query::parse(&"x ".repeat(5_000)).unwrap_err();
        assert!(matches!(&refused, Error::Invalid(fields) if fields[0].field == "q"), "{refused}");
    }
}
