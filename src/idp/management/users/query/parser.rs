//! Parses queries.

use std::{iter::Peekable, str::CharIndices};

use crate::idp::management::users::query::ast::{Bound, Query, Test};

/// Nested parentheses and negations.
const MAX_DEPTH: usize = 20;

/// Unexpected input, as part of a sentence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    /// Name of a field, without the colon.
    Field(String),
    /// Text and whether it was quoted. Unquoted text keeps its backslashes.
    Text(String, bool),
    Range {
        low: Option<Bound>,
        high: Option<Bound>,
    },
}

impl Query {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse(text)
    }
}

fn parse(text: &str) -> Result<Query, ParseError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let query = parser.any(None)?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(ParseError("unexpected )".to_owned())),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, token: &Token) -> bool {
        let is_next = self.peek() == Some(token);
        self.next += usize::from(is_next);
        is_next
    }

    /// Parses terms joined by `OR` or nothing. `field` precedes the parenthesis around them.
    fn any(&mut self, field: Option<&str>) -> Result<Query, ParseError> {
        let mut queries = vec![self.all(field)?];
        while !matches!(self.peek(), None | Some(Token::Close)) {
            self.take(&Token::Or);
            queries.push(self.all(field)?);
        }
        Ok(if queries.len() == 1 { queries.remove(0) } else { Query::Any(queries) })
    }

    fn all(&mut self, field: Option<&str>) -> Result<Query, ParseError> {
        let mut queries = vec![self.one(field)?];
        while self.take(&Token::And) {
            queries.push(self.one(field)?);
        }
        Ok(if queries.len() == 1 { queries.remove(0) } else { Query::All(queries) })
    }

    fn one(&mut self, field: Option<&str>) -> Result<Query, ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ParseError("too many parentheses and negations within each other".to_owned()));
        }
        let token = self.peek().cloned();
        self.next += 1;
        let query = match token {
            Some(Token::Not) => Query::Not(Box::new(self.one(field)?)),
            Some(Token::Open) => self.group(field)?,
            Some(Token::Field(name)) if field.is_none() => self.value_of(&name)?,
            Some(Token::Text(text, quoted)) => Query::Term(field.map(str::to_owned), test(&text, quoted)),
            Some(Token::Range { low, high }) if field.is_some() => {
                Query::Term(field.map(str::to_owned), Test::Between { low, high })
            }
            Some(other) => return Err(ParseError(format!("unexpected {}", describe(&other)))),
            None => return Err(ParseError("unexpected end".to_owned())),
        };
        self.depth -= 1;
        Ok(query)
    }

    /// Parses the rest of a parenthesis.
    fn group(&mut self, field: Option<&str>) -> Result<Query, ParseError> {
        let query = self.any(field)?;
        if self.take(&Token::Close) { Ok(query) } else { Err(ParseError("missing )".to_owned())) }
    }

    /// Parses the value after `name:`.
    fn value_of(&mut self, name: &str) -> Result<Query, ParseError> {
        match self.peek().cloned() {
            Some(Token::Text(field, _)) if name == "_exists_" => {
                self.next += 1;
                Ok(Query::Exists(unescaped(&field)))
            }
            Some(Token::Text(text, false)) if text == "*" => {
                self.next += 1;
                Ok(Query::Exists(name.to_owned()))
            }
            Some(Token::Text(..) | Token::Range { .. } | Token::Open) => self.one(Some(name)),
            _ => Err(ParseError(format!("missing value of {name}"))),
        }
    }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::And => "AND".to_owned(),
        Token::Or => "OR".to_owned(),
        Token::Not => "NOT".to_owned(),
        Token::Field(name) => format!("{name}:"),
        Token::Text(text, _) => text.clone(),
        Token::Range { .. } => "range".to_owned(),
    }
}

fn test(text: &str, quoted: bool) -> Test {
    if quoted {
        return Test::Is(text.to_lowercase());
    }
    if has_wildcard(text) { Test::Like(text.to_lowercase()) } else { Test::Is(unescaped(text).to_lowercase()) }
}

fn has_wildcard(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => _ = characters.next(),
            '*' | '?' => return true,
            _ => {}
        }
    }
    false
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

type Characters<'a> = Peekable<CharIndices<'a>>;

fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some(&(at, character)) = characters.peek() {
        let rest = &text[at..];
        let is_value = matches!(tokens.last(), Some(Token::Field(_)));
        let token = match character {
            character if character.is_whitespace() => {
                characters.next();
                continue;
            }
            '(' => single(&mut characters, Token::Open),
            ')' => single(&mut characters, Token::Close),
            '!' => single(&mut characters, Token::Not),
            '-' if !is_value => single(&mut characters, Token::Not),
            '+' if !is_value => {
                characters.next();
                continue;
            }
            '"' => Token::Text(quoted(&mut characters)?, true),
            '[' | '{' => range(&mut characters)?,
            '>' | '<' => half_range(&mut characters),
            '&' if rest.starts_with("&&") => pair(&mut characters, Token::And),
            '|' if rest.starts_with("||") => pair(&mut characters, Token::Or),
            _ => word(&mut characters, is_value),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

fn single(characters: &mut Characters<'_>, token: Token) -> Token {
    characters.next();
    token
}

fn pair(characters: &mut Characters<'_>, token: Token) -> Token {
    characters.next();
    single(characters, token)
}

/// Reads a phrase without quotation marks and escapes.
fn quoted(characters: &mut Characters<'_>) -> Result<String, ParseError> {
    characters.next();
    let mut text = String::new();
    while let Some((_, character)) = characters.next() {
        match character {
            '"' => return Ok(text),
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            character => text.push(character),
        }
    }
    Err(ParseError("missing \"".to_owned()))
}

/// Reads a word. A colon ends the name of a field unless a value is expected.
fn word(characters: &mut Characters<'_>, is_value: bool) -> Token {
    let mut text = String::new();
    while let Some(&(_, character)) = characters.peek() {
        if character.is_whitespace() || "()\"".contains(character) {
            break;
        }
        characters.next();
        match character {
            ':' if !is_value => return Token::Field(unescaped(&text)),
            '\\' => {
                text.push('\\');
                text.extend(characters.next().map(|(_, escaped)| escaped));
            }
            character => text.push(character),
        }
    }
    match text.as_str() {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        _ => Token::Text(text, false),
    }
}

/// Reads `[low TO high]`, with braces for exclusive ends.
fn range(characters: &mut Characters<'_>) -> Result<Token, ParseError> {
    let opened = characters.next().map(|(_, bracket)| bracket);
    let mut inside = String::new();
    let closed = loop {
        match characters.next() {
            Some((_, bracket @ (']' | '}'))) => break bracket,
            Some((_, character)) => inside.push(character),
            None => return Err(ParseError("missing ]".to_owned())),
        }
    };
    let (low, high) = inside.split_once(" TO ").ok_or_else(|| ParseError("a range without TO".to_owned()))?;
    Ok(Token::Range { low: bound(low, opened == Some('[')), high: bound(high, closed == ']') })
}

/// Reads `>low`, `>=low`, `<high` or `<=high`.
fn half_range(characters: &mut Characters<'_>) -> Token {
    let is_low = characters.next().is_some_and(|(_, sign)| sign == '>');
    let inclusive = characters.next_if(|(_, character)| *character == '=').is_some();
    let mut value = String::new();
    while let Some((_, character)) = characters.next_if(|(_, c)| !c.is_whitespace() && !"()".contains(*c)) {
        value.push(character);
    }
    let bound = bound(&value, inclusive);
    if is_low { Token::Range { low: bound, high: None } } else { Token::Range { low: None, high: bound } }
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
            assert_eq!(parse(text), Ok(any.clone()), "{text}");
        }
        let not = Query::Not(Box::new(is("a", "1")));
        for text in ["NOT a:1", "!a:1", "-a:1"] {
            assert_eq!(parse(text), Ok(not.clone()), "{text}");
        }
        assert_eq!(parse("a:(1 OR 2)"), Ok(Query::Any(vec![is("a", "1"), is("a", "2")])));
    }

    #[test]
    fn values_are_written_in_many_ways() {
        assert_eq!(parse(r#"email:"Ann@X.example""#), Ok(is("email", "ann@x.example")));
        assert_eq!(parse(r"user_id:auth0|1"), Ok(is("user_id", "auth0|1")));
        assert_eq!(parse(r"created_at:2026-01-01T00:00:00Z"), Ok(is("created_at", "2026-01-01t00:00:00z")));
        assert_eq!(parse(r"name:a\ b\*"), Ok(is("name", "a b*")));
        assert_eq!(parse("name:J*"), Ok(term("name", Test::Like("j*".to_owned()))));
        assert_eq!(parse("count:-1"), Ok(is("count", "-1")));
        assert_eq!(parse("ann"), Ok(Query::Term(None, Test::Is("ann".to_owned()))));
        assert_eq!(parse("_exists_:email"), Ok(Query::Exists("email".to_owned())));
        assert_eq!(parse("email:*"), Ok(Query::Exists("email".to_owned())));
        let end = |value: &str, inclusive| Some(Bound { value: value.to_owned(), inclusive });
        let between = |low, high| Ok(term("n", Test::Between { low, high }));
        assert_eq!(parse("n:[1 TO 5}"), between(end("1", true), end("5", false)));
        assert_eq!(parse("n:{1 TO *]"), between(end("1", false), None));
        assert_eq!(parse("n:>=1"), between(end("1", true), None));
        assert_eq!(parse("n:<1"), between(None, end("1", false)));
    }

    #[test]
    fn nonsense_is_refused_whatever_it_is() {
        let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        let never = "!".repeat(5000);
        for text in [
            "", " ", "(", ")", "a:", "a:1)", "(a:1", "AND", "a:1 AND", "OR a:1", "NOT", "a:\"x", "a:[1 TO", "a:[1 2]",
            "a:b:", "()", "[1 TO 2]", "a:(b:1)", "a:)", &deep, &never,
        ] {
            let outcome = parse(text);
            if text == "a:b:" {
                // The second colon belongs to the value.
                assert_eq!(outcome, Ok(is("a", "b:")));
            } else {
                assert!(outcome.is_err(), "{text}: {outcome:?}");
            }
        }
    }
}
