// The tables of entry points in `tests/data/access`: which request each takes, and what each kind of caller gets. Both
// test programs include this file.
//
// A line that begins with a space is a row: the status for each caller, the method, the path, and the parameters of an
// example. A parameter that the path names goes there, any other into the query or the form; `?name` goes into the query
// of a form. `{task}` in a parameter stands for the id of a task, and so on; these are the positions where a foreign id
// is tried. Text after `#` is a remark; a row in which no caller succeeds needs one that names the test in which one
// does. All other lines are text of `docs/access.md`, but for the line `callers`, which names the columns.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

use reqwest::header::HeaderMap;

/// Parts of an answer's address that mean: sign in first.
const SIGN_IN: [&str; 4] = ["/login", "/sign-in", "/console/sign-in", "/u/login"];

/// A table of entry points.
pub struct Table {
    file: PathBuf,
    /// The kinds of callers, one for each column.
    pub callers: Vec<String>,
    pub lines: Vec<Line>,
}

/// A line of the file.
pub enum Line {
    Text(String),
    Row(Row),
}

/// An entry point with an example request.
#[derive(Clone, Debug)]
pub struct Row {
    /// What each caller gets: the status, or `login` for a redirect to a sign-in.
    pub cells: Vec<String>,
    pub method: String,
    /// The path with its parameters in braces, as the router has it.
    pub path: String,
    pub parameters: Vec<(String, String)>,
    pub remark: String,
}

impl Table {
    pub fn read(name: &str) -> Self {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/access/{name}.txt"));
        let text = fs::read_to_string(&file).unwrap();
        let names = text.lines().find_map(|line| line.strip_prefix("callers ")).expect("a line with the callers");
        let callers: Vec<_> = names.split_whitespace().map(str::to_owned).collect();
        let line = |line: &str| match line.strip_prefix(' ') {
            Some(row) => Line::Row(Row::parse(row, callers.len())),
            None => Line::Text(line.to_owned()),
        };
        let lines = text.lines().map(line).collect();
        Self { file, callers, lines }
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.lines.iter().filter_map(|line| if let Line::Row(row) = line { Some(row) } else { None })
    }

    /// Asserts that every entry point of `running` has a row, and every row an entry point.
    #[track_caller]
    pub fn assert_complete(&self, running: &BTreeSet<String>) {
        let written: BTreeSet<_> = self.rows().map(Row::entry_point).collect();
        let missing: Vec<_> = running.difference(&written).collect();
        assert!(missing.is_empty(), "{} has no row for {missing:#?}", self.file.display());
        let gone: Vec<_> = written.difference(running).collect();
        assert!(gone.is_empty(), "{} has rows for what does not exist: {gone:#?}", self.file.display());
    }

    /// Asserts that in every row somebody succeeds, or that its remark says which test shows that.
    #[track_caller]
    pub fn assert_controls(&self) {
        let without = |row: &&Row| row.remark.is_empty() && row.cells.iter().all(|cell| is_refusal(cell));
        let rows: Vec<_> = self.rows().filter(without).map(Row::entry_point).collect();
        assert!(rows.is_empty(), "nobody succeeds, and no remark names a test where somebody does: {rows:#?}");
    }

    /// Asserts that each caller got what the table says. With `INSTA_UPDATE=always`, writes `observed` to the table.
    #[track_caller]
    pub fn assert_observed(mut self, observed: Vec<Vec<String>>) {
        let mut differences = Vec::new();
        let rows = self.lines.iter_mut().filter_map(|line| if let Line::Row(row) = line { Some(row) } else { None });
        for (row, observed) in rows.zip(observed) {
            for ((caller, expected), observed) in self.callers.iter().zip(&row.cells).zip(&observed) {
                if expected != observed {
                    differences.push(format!("{} as {caller}: {observed} instead of {expected}", row.example()));
                }
            }
            row.cells = observed;
        }
        if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
            fs::write(&self.file, self.text()).unwrap();
        } else {
            assert!(differences.is_empty(), "{differences:#?}");
        }
    }

    fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |mut text, line| {
            match line {
                Line::Text(line) => writeln!(text, "{line}").unwrap(),
                Line::Row(row) => writeln!(text, "{}", row.text()).unwrap(),
            }
            text
        })
    }
}

impl Row {
    fn parse(line: &str, callers: usize) -> Self {
        let (line, remark) = line.split_once(" # ").unwrap_or((line, ""));
        let mut words = line.split_whitespace().map(str::to_owned);
        let cells: Vec<_> = words.by_ref().take(callers).collect();
        let [method, path] = [words.next(), words.next()].map(|word| word.unwrap_or_else(|| panic!("{line}")));
        let parameter = |word: String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parameters = words.map(|word| parameter(word).unwrap_or_else(|| panic!("{line}"))).collect();
        Self { cells, method, path, parameters, remark: remark.to_owned() }
    }

    /// The method and the path, as [`routes`] lists them.
    pub fn entry_point(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The entry point with the parameters of the example.
    pub fn example(&self) -> String {
        self.parameters.iter().fold(self.entry_point(), |text, (name, value)| format!("{text} {name}={value}"))
    }

    fn text(&self) -> String {
        let cells = self.cells.iter().fold(String::new(), |text, cell| format!("{text} {cell:<5}"));
        let remark = if self.remark.is_empty() { String::new() } else { format!(" # {}", self.remark) };
        format!("{cells}  {}{remark}", self.example())
    }

    /// Whether a browser may send the request without being asked, as it opens a link.
    pub fn is_safe(&self) -> bool {
        self.method == "GET"
    }

    /// The kinds of the ids in the example, in order, the parameters of the path that have no value among them.
    pub fn id_positions(&self) -> Vec<String> {
        let mut positions = Vec::new();
        let values = self.parameters.iter().map(|(_, value)| value.as_str());
        let given: BTreeSet<_> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        for text in std::iter::once(self.path.as_str()).chain(values) {
            for part in text.split('{').skip(1) {
                let name = part.split('}').next().unwrap_or_default();
                if text != self.path || !given.contains(name) {
                    positions.push(name.to_owned());
                }
            }
        }
        positions
    }

    /// The path and the remaining parameters, with `ids` at the [positions](Self::id_positions).
    pub fn request(&self, ids: &[String]) -> (String, Vec<(String, String)>) {
        let is_given = |name: &str| self.parameters.iter().any(|(given, _)| given == name);
        let mut ids = ids.iter().cloned();
        let path = fill(&self.path, |name| if is_given(name) { format!("{{{name}}}") } else { ids.next().unwrap() });
        let mut parameters = Vec::new();
        for (name, value) in &self.parameters {
            parameters.push((name.clone(), fill(value, |_| ids.next().unwrap())));
        }
        let in_path = |name: &str| self.path.contains(&format!("{{{name}}}"));
        let path = fill(&path, |name| {
            let (_, value) = parameters.iter().find(|(given, _)| given == name).unwrap();
            value.clone()
        });
        parameters.retain(|(name, _)| !in_path(name));
        (path, parameters)
    }
}

/// Replaces each name in braces.
fn fill(text: &str, mut value: impl FnMut(&str) -> String) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |filled, part| {
        let (name, rest) = part.split_once('}').unwrap();
        filled + &value(name) + rest
    })
}

/// Describes an answer as a cell of a table.
pub fn cell(status: u16, headers: &HeaderMap) -> String {
    let location = headers.get("location").and_then(|location| location.to_str().ok()).unwrap_or_default();
    let is_sign_in = SIGN_IN.iter().any(|path| location.split('?').next() == Some(path));
    if (300..400).contains(&status) && is_sign_in { "login".to_owned() } else { status.to_string() }
}

/// Whether a caller with this cell was refused.
pub fn is_refusal(cell: &str) -> bool {
    !matches!(cell.as_bytes().first(), Some(b'1'..=b'3'))
}

/// Lists the routes of a router as `METHOD /path`, or `ANY /path` for a route that takes every method.
///
/// axum has no listing of routes but its debug output, which this function parses. A change of its format cannot hide a
/// route: the tables would have rows for what does not exist.
pub fn routes(router: &axum::Router) -> BTreeSet<String> {
    const METHODS: [&str; 6] = ["get", "delete", "options", "patch", "post", "put"];
    let text = format!("{router:?}");
    let (head, _) = text.split_once("fallback_router: ").unwrap();
    let (handlers, paths) = head.split_once("node: Node { paths: {").unwrap();
    let id = |text: &str| text.split(')').next().unwrap().to_owned();
    let mut found = BTreeSet::new();
    for path in paths.split("RouteId(").skip(1) {
        let address = path.split('"').nth(1).unwrap();
        let start = format!("RouteId({}): ", id(path));
        let endpoint = handlers.split(&start).nth(1).unwrap().split("RouteId(").next().unwrap();
        let methods: Vec<_> =
            METHODS.into_iter().filter(|method| endpoint.contains(&format!(" {method}: Route"))).collect();
        if methods.is_empty() {
            found.insert(format!("ANY {address}"));
        }
        found.extend(methods.into_iter().map(|method| format!("{} {address}", method.to_uppercase())));
    }
    found
}
