//! Parses queries:
//!
//! ```text
//! any     = all { [ "OR" ] all }
//! all     = operand { "AND" operand }
//! operand = "NOT" operand | "(" any ")" | name ":" value | text
//! value   = "*" | "(" any ")" | range | text
//! text    = phrase | word
//! ```

use winnow::{
    combinator::{alt, delimited, eof, not, opt, preceded, repeat, separated, terminated},
    error::{ErrMode, ModalResult, ParserError},
    prelude::*,
    token::{any as character, none_of, one_of, take_till, take_while},
};

use crate::idp::management::users::query::ast::{Bound, Query, Test};

/// Maximum nesting depth of parentheses, negations and fields.
const MAX_DEPTH: usize = 20;

/// Unexpected input, worded as part of a sentence.
#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

/// Result of a parser. After an error without a message, the next alternative is tried; an error of [`refuse`] ends the
/// parsing.
type Parsed<T> = ModalResult<T, ParseError>;

impl ParserError<&str> for ParseError {
    type Inner = Self;

    fn from_input(_: &&str) -> Self {
        Self::default()
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

fn refuse<T>(message: impl Into<String>) -> Parsed<T> {
    Err(ErrMode::Cut(ParseError(message.into())))
}

impl Query {
    pub fn parse(mut text: &str) -> Result<Self, ParseError> {
        let query = |input: &mut &str| any(input, Scope { field: None, depth: 0 });
        let query = terminated(query, space).parse_next(&mut text);
        let query = query.map_err(|error| error.into_inner().unwrap_or_default())?;
        // Only a closing parenthesis can end the query before the end of the text.
        if text.is_empty() { Ok(query) } else { Err(ParseError("unexpected )".to_owned())) }
    }
}

/// Context of an operand: its field and its depth.
#[derive(Clone, Copy)]
struct Scope<'f> {
    /// Field that precedes the enclosing parenthesis.
    field: Option<&'f str>,
    depth: usize,
}

impl Scope<'_> {
    fn nested(self) -> Parsed<Self> {
        if self.depth == MAX_DEPTH {
            return refuse("too many parentheses and negations within each other");
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

/// Parses operands that are joined by `OR` or by white space.
fn any(input: &mut &str, scope: Scope<'_>) -> Parsed<Query> {
    let first = all(input, scope)?;
    let next = preceded((space, not(alt((eof, ")"))), opt(or)), |input: &mut &str| all(input, scope));
    let others: Vec<_> = repeat(0.., next).parse_next(input)?;
    Ok(if others.is_empty() { first } else { Query::Any([vec![first], others].concat()) })
}

/// Parses operands that are joined by `AND`.
fn all(input: &mut &str, scope: Scope<'_>) -> Parsed<Query> {
    let operand = |input: &mut &str| operand(input, scope);
    let mut queries: Vec<_> = separated(1.., operand, (space, and)).parse_next(input)?;
    Ok(if queries.len() == 1 { queries.remove(0) } else { Query::All(queries) })
}

fn operand(input: &mut &str, scope: Scope<'_>) -> Parsed<Query> {
    let scope = scope.nested()?;
    let negated = preceded(negation, |input: &mut &str| operand(input, scope));
    let field = |input: &mut &str| match (name(input)?, scope.field) {
        (name, None) => value(input, &name, scope),
        (name, Some(_)) => refuse(format!("unexpected {name}:")),
    };
    let operand = alt((
        negated.map(|query| Query::Not(Box::new(query))),
        |input: &mut &str| group(input, scope),
        field,
        |input: &mut &str| term(input, scope.field),
        unexpected,
    ));
    preceded(space, operand).parse_next(input)
}

fn group(input: &mut &str, scope: Scope<'_>) -> Parsed<Query> {
    let query = preceded('(', |input: &mut &str| any(input, scope)).parse_next(input)?;
    match opt((space, ')')).parse_next(input)? {
        Some(_) => Ok(query),
        None => refuse("missing )"),
    }
}

/// Parses the value that follows `name:`.
fn value(input: &mut &str, name: &str, scope: Scope<'_>) -> Parsed<Query> {
    let scope = Scope { field: Some(name), ..scope.nested()? };
    let existing = |input: &mut &str| match name {
        "_exists_" => alt((phrase, preceded(word_start, literal(1.., is_word_end)))).parse_next(input),
        _ => terminated('*', word_end).value(name.to_owned()).parse_next(input),
    };
    let value = alt((
        existing.map(Query::Exists),
        |input: &mut &str| group(input, scope),
        |input: &mut &str| term(input, scope.field),
        |_: &mut &str| refuse(format!("missing value of {name}")),
    ));
    preceded(take_while(0.., char::is_whitespace), value).parse_next(input)
}

/// Parses a condition on `field`.
fn term(input: &mut &str, field: Option<&str>) -> Parsed<Query> {
    let range = |input: &mut &str| match range(input) {
        Ok(_) if field.is_none() => refuse("unexpected range"),
        range => range,
    };
    let test = alt((range, phrase.map(|text| Test::Is(text.to_lowercase())), word));
    test.map(|test| Query::Term(field.map(str::to_owned), test)).parse_next(input)
}

fn unexpected(input: &mut &str) -> Parsed<Query> {
    let found = alt((and.value("AND"), or.value("OR"), ')'.value(")"), eof.value("end"))).parse_next(input)?;
    refuse(format!("unexpected {found}"))
}

/// Skips white space and `+`, which has no effect because `OR` is the default operator.
fn space(input: &mut &str) -> Parsed<()> {
    take_while(0.., |c: char| c.is_whitespace() || c == '+').void().parse_next(input)
}

fn and(input: &mut &str) -> Parsed<()> {
    alt((terminated("AND", word_end), "&&")).void().parse_next(input)
}

fn or(input: &mut &str) -> Parsed<()> {
    alt((terminated("OR", word_end), "||")).void().parse_next(input)
}

fn negation(input: &mut &str) -> Parsed<()> {
    alt((terminated("NOT", word_end), "!", "-")).void().parse_next(input)
}

/// Parses the name of a field and the colon after it.
fn name(input: &mut &str) -> Parsed<String> {
    delimited(word_start, literal(0.., |c| c == ':' || is_word_end(c)), ':').parse_next(input)
}

/// Parses a word, which may contain wildcards.
fn word(input: &mut &str) -> Parsed<Test> {
    let plain = terminated(literal(1.., |c| "*?".contains(c) || is_word_end(c)), word_end);
    let pattern = literal(1.., is_word_end).take();
    let word = alt((
        plain.map(|text| Test::Is(text.to_lowercase())),
        pattern.map(|text: &str| Test::Like(text.to_lowercase())),
    ));
    preceded(word_start, word).parse_next(input)
}

/// Parses a phrase in quotation marks.
fn phrase(input: &mut &str) -> Parsed<String> {
    let text = preceded('"', literal(0.., |c| c == '"')).parse_next(input)?;
    match opt('"').parse_next(input)? {
        Some(_) => Ok(text),
        None => refuse("missing \""),
    }
}

/// Parses characters up to one that ends the text, and replaces escape sequences.
fn literal<'i>(
    occurrences: impl Into<winnow::stream::Range>,
    is_end: fn(char) -> bool,
) -> impl Parser<&'i str, String, ErrMode<ParseError>> {
    let plain = take_till(1.., move |c| c == '\\' || is_end(c));
    repeat(occurrences, alt((plain, preceded('\\', opt(character).take()))))
}

fn is_word_end(c: char) -> bool {
    matches!(c, '(' | ')' | '"') || c.is_whitespace()
}

fn word_end(input: &mut &str) -> Parsed<()> {
    not(none_of(is_word_end)).parse_next(input)
}

/// Refuses operators and ranges at the beginning of a word.
fn word_start(input: &mut &str) -> Parsed<()> {
    not(alt((and, or, terminated("NOT", word_end).void(), one_of(['!', '[', '{', '<', '>']).void()))).parse_next(input)
}

/// Parses a range: `[low TO high]`, with braces for exclusive bounds, or `>low`, `>=low`, `<high`, `<=high`.
fn range(input: &mut &str) -> Parsed<Test> {
    alt((closed_range, half_range)).parse_next(input)
}

fn closed_range(input: &mut &str) -> Parsed<Test> {
    let (opened, inside, closed) =
        (one_of(['[', '{']), take_till(0.., [']', '}']), opt(character)).parse_next(input)?;
    let Some(closed) = closed else { return refuse("missing ]") };
    let Some((low, high)) = inside.split_once(" TO ") else { return refuse("a range without TO") };
    Ok(Test::Between { low: bound(low, opened == '['), high: bound(high, closed == ']') })
}

fn half_range(input: &mut &str) -> Parsed<Test> {
    let value = take_till(0.., |c: char| c.is_whitespace() || "()".contains(c));
    let (sign, equal, value) = (one_of(['<', '>']), opt('='), value).parse_next(input)?;
    let bound = bound(value, equal.is_some());
    Ok(if sign == '>' { Test::Between { low: bound, high: None } } else { Test::Between { low: None, high: bound } })
}

fn bound(text: &str, inclusive: bool) -> Option<Bound> {
    let value = text.trim().trim_matches('"').to_lowercase();
    (value != "*").then_some(Bound { value, inclusive })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(field: &str, test: Test) -> Query {
        Query::Term(Some(field.to_owned()), test)
    }

    fn is(field: &str, value: &str) -> Query {
        term(field, Test::Is(value.to_owned()))
    }

    #[test]
    fn operators_bind_as_they_should() {
        let any = Query::Any(vec![is("a", "1"), Query::All(vec![is("b", "2"), is("c", "3")])]);
        for text in ["a:1 OR b:2 AND c:3", "a:1 || b:2 && c:3", "a:1 (b:2 AND c:3)", "(a:1) OR ((b:2 AND c:3))"] {
            assert_eq!(Query::parse(text), Ok(any.clone()), "{text}");
        }
        let not = Query::Not(Box::new(is("a", "1")));
        for text in ["NOT a:1", "!a:1", "-a:1"] {
            assert_eq!(Query::parse(text), Ok(not.clone()), "{text}");
        }
        assert_eq!(Query::parse("a:(1 OR 2)"), Ok(Query::Any(vec![is("a", "1"), is("a", "2")])));
    }

    #[test]
    fn values_are_written_in_many_ways() {
        assert_eq!(Query::parse(r#"email:"Ann@X.example""#), Ok(is("email", "ann@x.example")));
        assert_eq!(Query::parse(r"user_id:auth0|1"), Ok(is("user_id", "auth0|1")));
        assert_eq!(Query::parse(r"created_at:2026-01-01T00:00:00Z"), Ok(is("created_at", "2026-01-01t00:00:00z")));
        assert_eq!(Query::parse(r"name:a\ b\*"), Ok(is("name", "a b*")));
        assert_eq!(Query::parse("name:J*"), Ok(term("name", Test::Like("j*".to_owned()))));
        assert_eq!(Query::parse("count:-1"), Ok(is("count", "-1")));
        assert_eq!(Query::parse("ann"), Ok(Query::Term(None, Test::Is("ann".to_owned()))));
        assert_eq!(Query::parse("_exists_:email"), Ok(Query::Exists("email".to_owned())));
        assert_eq!(Query::parse("email:*"), Ok(Query::Exists("email".to_owned())));
        let end = |value: &str, inclusive| Some(Bound { value: value.to_owned(), inclusive });
        let between = |low, high| Ok(term("n", Test::Between { low, high }));
        assert_eq!(Query::parse("n:[1 TO 5}"), between(end("1", true), end("5", false)));
        assert_eq!(Query::parse("n:{1 TO *]"), between(end("1", false), None));
        assert_eq!(Query::parse("n:>=1"), between(end("1", true), None));
        assert_eq!(Query::parse("n:<1"), between(None, end("1", false)));
    }

    #[test]
    fn nonsense_is_refused_whatever_it_is() {
        let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        let never = "!".repeat(5000);
        for text in [
            "", " ", "(", ")", "a:", "a:1)", "(a:1", "AND", "a:1 AND", "OR a:1", "NOT", "a:\"x", "a:[1 TO", "a:[1 2]",
            "a:b:", "()", "[1 TO 2]", "a:(b:1)", "a:)", &deep, &never,
        ] {
            let outcome = Query::parse(text);
            if text == "a:b:" {
                // The second colon belongs to the value.
                assert_eq!(outcome, Ok(is("a", "b:")));
            } else {
                assert!(outcome.is_err(), "{text}: {outcome:?}");
            }
        }
    }
}
