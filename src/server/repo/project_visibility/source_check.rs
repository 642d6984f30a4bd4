//! Reads the sources and finds queries on project-owned tables that go around the rule of project visibility.
//!
//! A repository function that touches such a table must either take a [`ProjectScope`](super::ProjectScope) and embed the
//! rule in each statement, or take the id of a project and limit each statement to the project. Services get a project's
//! id only from functions that embed the rule, so an id proves that the project is visible. [`EXCEPTIONS`] lists the rest
//! with reasons.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The only file that may define the rule.
const RULE: &str = "server/repo/project_visibility.rs";

/// Functions that touch project-owned tables with neither a scope nor a project: file, function and the reason.
const EXCEPTIONS: [(&str, &str, &str); 17] = [
    ("server/repo/comments.rs", "update", "takes a comment, which `find` looks up in a project"),
    ("server/repo/comments.rs", "delete", "its caller looks the comment up with `find`, in a project"),
    ("server/repo/comments.rs", "revisions", "its caller looks the comment up with `find`, in a project"),
    ("server/repo/comments.rs", "toggle_reaction", "its caller looks the comment up with `find`, in a project"),
    (
        "server/repo/comments.rs",
        "beginnings",
        "the comments are named by notifications that `notifications::page` has filtered",
    ),
    ("server/repo/events.rs", "fetch", "the number is that of an event of a task in a visible project"),
    ("server/repo/events.rs", "of_batch", "the person's own events; undoing them locks each project within the scope"),
    ("server/repo/folded_names.rs", "refold", "writes what follows from the names and returns nothing"),
    ("server/repo/notifications.rs", "delete_of_batch", "withdraws what a batch of the same person has told others"),
    ("server/repo/notifications.rs", "mark_all_read", "writes the person's own notifications and returns nothing"),
    ("server/repo/saved_views.rs", "update_query", "its caller has the views of a locked project"),
    ("server/repo/saved_views.rs", "update", "its caller looks the view up with `find`, in a project"),
    ("server/repo/saved_views.rs", "delete", "its caller looks the view up with `find`, in a project"),
    ("server/repo/search_index.rs", "next_pending", "returns an organization"),
    (
        "server/repo/search_index.rs",
        "write_pending",
        "writes the index, which is searched within a scope; returns a number",
    ),
    (
        "server/repo/tasks/for_person.rs",
        "delete_assignments",
        "the person leaves the organization; the events name the tasks to those who may see them",
    ),
    ("server/repo/tasks/trash.rs", "expired", "for the purge of all organizations; no person sees the result"),
];

/// Permitted uses of `is_private` outside the rule: file, surrounding text, number of uses and the reason.
const MENTIONS: [(&str, &str, usize, &str); 3] = [
    ("server/repo/projects.rs", "is_private", 3, "a column of two results, and of one of them as JSON"),
    (
        "server/repo/tasks/opened.rs",
        "p.is_private, p.archived_at IS NOT NULL AS is_archived",
        2,
        "a column of the result",
    ),
    ("server/repo/projects/settings.rs", "UPDATE project SET is_private = $3", 1, "the only write of the column"),
];

/// Permitted places outside the repositories that create a project's id: file, number of times and the reason.
const MADE_IDS: [(&str, usize, &str); 4] = [
    ("domain/ids.rs", 1, "the declaration of the type"),
    ("server/seed/scale.rs", 1, "the id of a generated project"),
    ("server/services/projects.rs", 2, "the id of a new project"),
    ("server/services/trash.rs", 1, "the least id, where the purge of all organizations starts"),
];

/// Source files by their path below `src`, in memory so that a test can change them.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    fn read(root: &Path, folder: &Path, into: &mut Sources) {
        for entry in fs::read_dir(folder).expect("a folder of the sources") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                read(root, &path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).expect("a path below the root").to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&path).expect("a source file");
                // Unit tests at the end of a file may hold any text.
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
                into.insert(name, code);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources::new();
    read(&root, &root, &mut sources);
    // The built-in identity provider has a database of its own. This file mentions what it looks for.
    sources.retain(|name, _| !name.starts_with("idp") && !name.starts_with("server/repo/project_visibility/"));
    sources
}

/// The tables whose rows belong to a project: `project`, and each table that has a `project_id` or references one of them.
fn project_tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("one").path()).collect();
    files.sort();
    let schema: String = files.iter().map(|file| fs::read_to_string(file).expect("a migration")).collect();
    // The full-text index is a virtual table: its definition references nothing.
    let mut owned = BTreeSet::from(["project".to_owned(), "search_index".to_owned()]);
    let tables: Vec<(&str, &str)> = schema
        .split("CREATE TABLE ")
        .skip(1)
        .filter_map(|rest| rest.split_once(" ("))
        .map(|(name, rest)| (name.trim_end_matches("_new"), rest.split("\n)").next().unwrap_or_default()))
        .collect();
    loop {
        let before = owned.len();
        for (name, columns) in &tables {
            let refers = owned.iter().any(|table| columns.contains(&format!("REFERENCES {table} (")));
            if refers
                || columns.contains("project_id")
                || schema.contains(&format!("ALTER TABLE {name} ADD COLUMN project_id"))
            {
                owned.insert((*name).to_owned());
            }
        }
        if owned.len() == before {
            return owned;
        }
    }
}

/// Placeholder for the rule within a statement.
const EMBEDDED: &str = "<the rule>";

/// A token of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// The content of a string literal, or [`EMBEDDED`] for the rule.
    Literal(String),
    /// An identifier, followed by `!`, `(` or a space.
    Name(String),
}

/// Splits code into string literals and names, without comments.
fn pieces(code: &str) -> Vec<Piece> {
    let lines: Vec<_> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let chars: Vec<char> = lines.join("\n").chars().collect();
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        let is_raw = chars[at] == 'r' && matches!(chars[at + 1..], ['#', '"', ..]);
        if chars[at] == '\'' {
            // A character literal, or a lifetime.
            at += if chars.get(at + 1) == Some(&'\\') {
                4
            } else if chars.get(at + 2) == Some(&'\'') {
                3
            } else {
                1
            };
        } else if is_raw || chars[at] == '"' {
            let start = at + if is_raw { 3 } else { 1 };
            at = start;
            while at < chars.len() && !(chars[at] == '"' && (!is_raw || chars.get(at + 1) == Some(&'#'))) {
                at += if !is_raw && chars[at] == '\\' { 2 } else { 1 };
            }
            pieces.push(Piece::Literal(chars[start..at.min(chars.len())].iter().collect()));
            at += if is_raw { 2 } else { 1 };
        } else if chars[at].is_alphabetic() || chars[at] == '_' {
            let start = at;
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            let name: String = chars[start..at].iter().collect();
            let next = chars.get(at).copied().unwrap_or(' ');
            pieces.push(match name.as_str() {
                "visible_to" | "visible_to_member" if next == '!' => Piece::Literal(EMBEDDED.to_owned()),
                _ => Piece::Name(format!("{name}{}", if matches!(next, '!' | '(') { next } else { ' ' })),
            });
        } else {
            at += 1;
        }
    }
    pieces
}

/// A top-level function, constant, macro or type of a file.
struct Item {
    /// The identifier as uses of the item contain it: `name(`, `name!` or `name `.
    usage: String,
    /// The code before the body.
    head: String,
    is_public: bool,
    pieces: Vec<Piece>,
}

fn items(code: &str) -> Vec<Item> {
    let mut texts: Vec<String> = Vec::new();
    for line in code.lines() {
        let starts = line.starts_with(|c: char| c.is_alphabetic() || c == '#' || c == '/');
        let attached = texts.last().is_some_and(|text| {
            let last = text.trim_end().lines().last().unwrap_or_default();
            last.starts_with('#') || last.starts_with("//")
        });
        if starts && !attached || texts.is_empty() {
            texts.push(String::new());
        }
        let last = texts.last_mut().expect("just added");
        last.push_str(line);
        last.push('\n');
    }
    texts
        .into_iter()
        .filter_map(|text| {
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("//")).collect();
            let code = lines.join("\n");
            let words: Vec<_> =
                code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
            let at = words.iter().position(|w| ["fn", "const", "macro_rules", "struct", "enum", "type"].contains(w))?;
            // `const fn` is a function.
            let at = if words.get(at + 1) == Some(&"fn") { at + 1 } else { at };
            let end = match words[at] {
                "fn" => "(",
                "macro_rules" => "!",
                _ => " ",
            };
            let usage = format!("{}{end}", words.get(at + 1)?);
            let head = code.split(" {\n").next().unwrap_or_default().to_owned();
            Some(Item { usage, head, is_public: code.starts_with("pub"), pieces: pieces(&code) })
        })
        .collect()
}

/// Returns the pieces of an item, preceded by those of the items in its file that it uses.
fn expanded(items: &[Item], item: &Item, seen: &mut BTreeSet<String>) -> Vec<Piece> {
    let mut all = Vec::new();
    if !seen.insert(item.usage.clone()) {
        return all;
    }
    for other in items {
        if item.pieces.contains(&Piece::Name(other.usage.clone())) {
            all.extend(expanded(items, other, seen));
        }
    }
    all.extend(item.pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => Piece::Literal(inlined(items, text)),
        Piece::Name(_) => piece.clone(),
    }));
    all
}

/// Replaces each constant that a literal names in braces by its value.
fn inlined(items: &[Item], text: &str) -> String {
    let mut text = text.to_owned();
    for item in items {
        let braced = format!("{{{}}}", item.usage.trim_end());
        if text.contains(&braced) {
            text = text.replace(&braced, &inlined(items, &literals(&item.pieces).join(" ")));
        }
    }
    text
}

fn literals(pieces: &[Piece]) -> Vec<&str> {
    pieces
        .iter()
        .filter_map(|piece| if let Piece::Literal(text) = piece { Some(text.as_str()) } else { None })
        .collect()
}

/// The SQL statements in these pieces. A literal that does not begin with a verb continues the statement before it.
fn statements(pieces: &[Piece]) -> Vec<String> {
    let begins = |text: &str| {
        let verb = text.split_whitespace().next().unwrap_or_default();
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
    };
    let (mut statements, mut has_begun) = (vec![String::new()], false);
    for text in literals(pieces) {
        if begins(text) && std::mem::replace(&mut has_begun, true) {
            statements.push(String::new());
        }
        if let Some(statement) = statements.last_mut() {
            statement.push_str(text);
            statement.push(' ');
        }
    }
    statements
}

/// The project-owned tables that a part of a statement reads or writes.
fn tables<'a>(text: &'a str, owned: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let words: Vec<_> =
        text.split(|c: char| c.is_whitespace() || "(),;".contains(c)).filter(|w| !w.is_empty()).collect();
    words
        .windows(2)
        .filter(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]) && owned.contains(pair[1]))
        .map(|pair| pair[1])
        .collect()
}

/// Whether a statement is limited to projects that its parameters name.
fn names_project(statement: &str, is_on_project: bool) -> bool {
    let of_project = ["project_id = $", "project_id = unhex(c.value", "project_id = (c.value", "(org_id, project_id,"];
    let is_project = [" id = $", "q.id = $", "(org_id, id,"];
    let inserts = statement.contains("INSERT INTO") && statement.contains("project_id,");
    inserts
        || of_project.iter().any(|condition| statement.contains(condition))
        || is_on_project && is_project.iter().any(|condition| statement.contains(condition))
}

/// The types that hold a project's id: `ProjectId` and the repositories' public types with a field of it.
fn carriers(sources: &Sources) -> BTreeSet<String> {
    let mut carriers = BTreeSet::from(["ProjectId".to_owned()]);
    for _ in 0..2 {
        for (_, code) in repositories(sources) {
            for item in items(code).iter().filter(|item| item.usage.starts_with(char::is_uppercase) && item.is_public) {
                if carriers.iter().any(|carrier| item.pieces.contains(&Piece::Name(format!("{carrier} ")))) {
                    carriers.insert(item.usage.trim_end().to_owned());
                }
            }
        }
    }
    carriers
}

fn repositories(sources: &Sources) -> impl Iterator<Item = (&String, &String)> {
    sources.iter().filter(|(name, _)| name.starts_with("server/repo/") && *name != RULE)
}

/// Describes each function and text that goes around the rule.
fn violations(sources: &Sources) -> Vec<String> {
    let owned = project_tables();
    let mut found = mentions(sources, &owned);
    let carriers = carriers(sources);
    let mut excepted = BTreeSet::new();
    for (file, code) in repositories(sources) {
        let items = items(code);
        let functions: Vec<_> = items.iter().filter(|item| item.head.contains("tx: &mut ")).collect();
        if functions.len() != code.matches("tx: &mut ").count() {
            found.push(format!("{file}: the check reads no functions within blocks; move them to the top level"));
        }
        for item in functions.into_iter().filter(|item| item.is_public) {
            let name = item.usage.trim_end_matches('(');
            let parameters = item.head.rsplit_once(") ->").map_or(&*item.head, |(parameters, _)| parameters);
            let takes =
                |kind: &str| pieces(parameters).iter().any(|p| matches!(p, Piece::Name(n) if n.trim_end() == kind));
            let has_scope = takes("ProjectScope");
            let has_project = carriers.iter().any(|carrier| takes(carrier));
            let is_bound = |text: &str| has_project && names_project(text, tables(text, &owned).contains("project"));
            // In a statement with a scope, each part of a union must embed the rule itself or be limited to a project.
            let is_checked_part =
                |part: &str| part.contains(EMBEDDED) || tables(part, &owned).is_empty() || is_bound(part);
            let is_checked = |statement: &str| {
                if has_scope {
                    statement.contains(EMBEDDED) && statement.split("UNION").all(is_checked_part)
                } else {
                    statement.contains(EMBEDDED) || is_bound(statement)
                }
            };
            let bad = statements(&expanded(&items, item, &mut BTreeSet::new()))
                .into_iter()
                .find(|statement| !tables(statement, &owned).is_empty() && !is_checked(statement));
            let is_excepted = EXCEPTIONS.iter().any(|(in_file, function, _)| in_file == file && *function == name);
            match bad {
                Some(_) if is_excepted => _ = excepted.insert((file.clone(), name.to_owned())),
                Some(text) => found.push(format!("{file}: {name} goes around the rule: {text}")),
                None => {}
            }
        }
    }
    for (file, function, _) in EXCEPTIONS {
        if !excepted.contains(&(file.to_owned(), function.to_owned())) {
            found.push(format!("{file}: {function} needs no exception"));
        }
    }
    found
}

/// Describes each file that, without being permitted, uses `is_private` in a statement, holds a statement on
/// project-owned tables outside the repositories, or creates a project's id there.
fn mentions(sources: &Sources, owned: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (file, code) in sources.iter().filter(|(file, _)| *file != RULE) {
        // Skip a file without these words, because splitting a file is slow.
        if !["is_private", "ProjectId(", "FROM ", "JOIN ", "INTO ", "UPDATE "].iter().any(|word| code.contains(word)) {
            continue;
        }
        let pieces = pieces(code);
        let literals = literals(&pieces);
        let count = |what: &str| literals.iter().map(|text| text.matches(what).count()).sum::<usize>();
        let allowed = MENTIONS.iter().find(|(in_file, ..)| in_file == file);
        if count("is_private")
            != allowed.map_or(0, |(_, text, times, _)| if count(text) == *times { *times } else { 0 })
        {
            found.push(format!("{file}: mentions is_private in a statement"));
        }
        if file.starts_with("server/repo/") {
            continue;
        }
        if let Some(text) = literals.iter().find(|text| !tables(text, owned).is_empty()) {
            found.push(format!("{file}: has a statement, which belongs to a repository: {text}"));
        }
        let made = pieces.iter().filter(|piece| **piece == Piece::Name("ProjectId(".to_owned())).count();
        if made != MADE_IDS.iter().find(|(in_file, ..)| in_file == file).map_or(0, |(_, times, _)| *times) {
            found.push(format!("{file}: makes a project's id"));
        }
    }
    found
}

#[test]
fn every_query_on_projects_follows_the_rule() {
    let found = violations(&sources());
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn queries_around_the_rule_are_found() {
    let change = |file: &str, from: &str, to: &str| {
        let mut sources = sources();
        let code = sources.get_mut(file).expect("a source file");
        assert!(code.contains(from), "{file} has no {from}");
        *code = code.replacen(from, to, 1);
        violations(&sources)
    };
    let events = "server/repo/events.rs";
    let rule = r#"visible_to!("p", "$3", "$4")"#;
    for (file, from, to) in [
        (events, rule, r#""TRUE""#),
        (events, rule, r#""NOT p.is_private""#),
        ("server/repo/tasks/links.rs", r#"visible_to!("q", "$4", "$5")"#, r#""TRUE""#),
        ("server/repo/events/append.rs", r#"visible_to_member!("q", "m")"#, r#""TRUE""#),
        ("server/repo/search.rs", rule, r#""TRUE""#),
        ("server/repo/tasks/for_person.rs", r#"visible_to!("q", "$2", "$3")"#, r#""TRUE""#),
        ("server/repo/saved_views.rs", "v.project_id = $2 AND ", ""),
        ("server/repo/tasks/tally.rs", "project: ProjectId,", "project: Uuid,"),
        ("server/services/overview.rs", "use ", "const SQL: &str = \"SELECT title FROM task\";\nuse "),
        ("server/services/overview.rs", "use ", "const ID: ProjectId = ProjectId(Uuid::nil());\nuse "),
    ] {
        assert!(!change(file, from, to).is_empty(), "{file}: {from} became {to}");
    }
}
