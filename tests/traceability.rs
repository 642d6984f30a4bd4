//! Checks that `docs/security` says the truth about the tests: each requirement of OWASP ASVS 5.0.0 at level 1 and 2 has
//! one row, each test, file and advisory that is named exists, and nothing is called met without a test or a reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The states of a requirement, as the last column begins with them.
const STATES: [&str; 3] = ["not met", "not applicable", "met"];

/// A requirement, as a line of a table has it.
#[derive(Debug)]
struct Row {
    file: String,
    id: String,
    tests: String,
    state: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of `docs/security`, by name.
fn documents() -> Vec<(String, String)> {
    let mut names: Vec<_> = fs::read_dir(root().join("docs/security"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(format!("docs/security/{name}")))).collect()
}

/// The cells of a line of a table; none for every other line.
fn cells(line: &str) -> Vec<&str> {
    let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| inner.split('|').map(str::trim).collect())
}

/// The rows of the requirements, of all chapters.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (file, text) in documents() {
        for line in text.lines().filter(|line| line.starts_with("| v5.0.0-")) {
            let cells = cells(line);
            let [id, _asks, _met_by, tests, state] = cells[..] else { panic!("{file}: five cells, not {line}") };
            let own = str::to_owned;
            let id = own(id.strip_prefix("v5.0.0-").unwrap());
            rows.push(Row { file: file.clone(), id, tests: own(tests), state: own(state) });
        }
    }
    rows
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names of the test functions of a source file.
fn test_functions(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && !line.starts_with("#[") {
            let name = line.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            names.extend(name.map(|(name, _)| name));
            is_test = false;
        }
    }
    names
}

/// Explains why a test of the tables does not exist. `app::sessions::name` is in `tests/app/sessions.rs`,
/// `unit::server::crypto::name` in `src/server/crypto.rs` or its `tests.rs`, `architecture::name` in
/// `tests/architecture.rs`, and `end2end: session: title` in `end2end/session.spec.ts`.
fn missing_test(test: &str) -> Option<String> {
    if let Some(of_browser) = test.strip_prefix("end2end: ") {
        let Some((file, title)) = of_browser.split_once(": ") else { return Some(format!("{test}: no title")) };
        let source = read(format!("end2end/{file}.spec.ts"));
        return (!source.contains(&format!("test(\"{title}\""))).then(|| format!("{test}: no such title"));
    }
    let mut path: Vec<&str> = test.split("::").collect();
    let name = path.pop().unwrap_or_default();
    let folder = if path.first() == Some(&"unit") {
        path[0] = "src";
        path.join("/")
    } else {
        format!("tests/{}", path.join("/"))
    };
    let files = [format!("{folder}.rs"), format!("{folder}/tests.rs")];
    let mut found = files.iter().filter(|file| root().join(file).is_file());
    let exists = found.any(|file| test_functions(&read(file)).contains(name));
    (!exists).then(|| format!("{test}: no such test in {}", files.join(" or ")))
}

/// Explains why a file that a text names does not exist. Paths are below the root or below `src`; other words are settings.
fn missing_file(word: &str) -> Option<String> {
    let is_path = word.contains('/') && !word.contains(' ') && !word.starts_with('/') && !word.contains("://");
    let exists = || ["", "src"].iter().any(|base| root().join(base).join(word).exists());
    (is_path && !exists()).then(|| format!("{word}: no such file"))
}

/// Names the links of a text in `folder` that lead to no file.
fn missing_links<'a>(folder: &'a Path, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let is_missing = move |target: &&str| !target.contains("://") && !root().join(folder).join(target).is_file();
    targets.filter(is_missing).map(|target| format!("{target}: no such file"))
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn each_requirement_has_one_row() {
    let list = read("tests/data/asvs-5.0.0.txt");
    let known: BTreeSet<&str> =
        list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(known.len(), 253, "70 of level 1 and 183 of level 2");
    let rows = rows();
    let mut times: BTreeMap<&str, usize> = known.iter().map(|id| (*id, 0)).collect();
    let mut problems = Vec::new();
    for row in &rows {
        match times.get_mut(row.id.as_str()) {
            Some(times) => *times += 1,
            None => problems.push(format!("{}: {} is no requirement of level 1 or 2", row.file, row.id)),
        }
        let chapter = format!("v{:0>2}-", row.id.split('.').next().unwrap());
        if !row.file.starts_with(&chapter) {
            problems.push(format!("{}: {} belongs to another chapter", row.file, row.id));
        }
    }
    problems.extend(times.iter().filter(|(_, times)| **times != 1).map(|(id, times)| format!("{id}: {times} rows")));
    assert_none(&problems);
}

#[test]
fn each_state_has_its_grounds() {
    let mut problems = Vec::new();
    for Row { file, id, tests, state } in rows() {
        let Some(kind) = STATES.into_iter().find(|kind| state.starts_with(kind)) else {
            problems.push(format!("{file}: {id} is “{state}”"));
            continue;
        };
        let reason = state[kind.len()..].strip_prefix(": ").unwrap_or_default();
        if kind == "met" && reason.is_empty() && quoted(&tests).next().is_none() {
            problems.push(format!("{file}: {id} is met without a test or a reason"));
        }
        if kind != "met" && reason.is_empty() {
            problems.push(format!("{file}: {id} is {kind} without a reason"));
        }
    }
    assert_none(&problems);
}

#[test]
fn each_named_test_and_file_exists() {
    let mut problems = Vec::new();
    for Row { file, id, tests, .. } in rows() {
        problems.extend(quoted(&tests).filter_map(missing_test).map(|problem| format!("{file}: {id}: {problem}")));
    }
    let mut texts = documents();
    texts.push(("../security.md".to_owned(), read("docs/security.md")));
    for (file, text) in texts {
        let folder = Path::new("docs/security").join(&file);
        problems.extend(quoted(&text).filter_map(missing_file).map(|problem| format!("{file}: {problem}")));
        problems.extend(missing_links(folder.parent().unwrap(), &text).map(|problem| format!("{file}: {problem}")));
    }
    assert_none(&problems);
}

#[test]
fn the_summary_counts_the_rows() {
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for row in rows() {
        let position = STATES.iter().position(|kind| row.state.starts_with(kind)).unwrap();
        counts.entry(row.file).or_default()[position] += 1;
    }
    let text = read("docs/security.md");
    let mut problems = Vec::new();
    let mut total = [0; 3];
    for (file, [not_met, not_applicable, met]) in &counts {
        let expected = format!("(security/{file}) | {met} | {not_met} | {not_applicable} |");
        if !text.contains(&expected) {
            problems.push(expected);
        }
        total = [total[0] + not_met, total[1] + not_applicable, total[2] + met];
    }
    let expected = format!("| all | {} | {} | {} |", total[2], total[0], total[1]);
    if !text.contains(&expected) {
        problems.push(expected);
    }
    assert_none(&problems);
}

#[test]
fn each_advisory_names_its_tests() {
    let text = read("docs/security/advisories.md");
    let mut problems = Vec::new();
    let mut named = BTreeSet::new();
    for line in text.lines() {
        let cells = cells(line);
        let [id, _fault, tests, reason] = cells[..] else { continue };
        if id == "id" || id.starts_with("--") {
            continue;
        }
        if quoted(tests).next().is_none() && reason.is_empty() {
            problems.push(format!("{id}: neither a test nor a reason"));
        }
        problems.extend(quoted(tests).filter_map(missing_test).map(|problem| format!("{id}: {problem}")));
        named.extend(quoted(tests).filter_map(|test| test.strip_prefix("app::advisories::")));
    }
    let source = read("tests/app/advisories.rs");
    let tests = test_functions(&source);
    problems.extend(tests.difference(&named).map(|test| format!("{test} is in no line of advisories.md")));
    assert_none(&problems);
}
