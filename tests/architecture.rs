//! Checks that the imports in `src` follow the layers of `docs/architecture.md`. `script/architecture` uses the same
//! import reader to print the figures of this tree or of an earlier commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    File, ItemMod, ItemUse, Macro, UseTree,
    visit::{self, Visit},
};

/// The rooms, which are groups of modules, from the lowest layer up. A room may import itself, its row and the rows
/// before it.
const ROWS: &[&[&str]] = &[
    &["kernel"],
    &["domain"],
    &["server::error", "server::request_scope"],
    &["server::db"],
    &["server::repo"],
    &[
        "server::access",
        "server::auth",
        "server::boards",
        "server::built_files",
        "server::config",
        "server::fair_queue",
        "server::heavy",
        "server::lenient",
        "server::live",
        "server::open_page",
        "server::provider",
        "server::provider_answer",
        "server::readiness",
        "server::rendered",
        "server::state",
        "server::wake",
    ],
    &["server::services"],
    &["server::seed", "server::sync"],
    &["web"],
    &["app"],
    &["server::http", "server::rest"],
    &["serve"],
];

/// The built-in provider is outside the rows. It imports only the kernel, and only `serve` imports it.
const NEIGHBOUR: &str = "idp";

/// The module of `web` that may import the server, besides the `functions` of each feature.
const REQUEST: &str = "web::request";

/// Crates that the domain must not use: it contains no pages, no SQL and no HTTP.
const NOT_IN_DOMAIN: [&str; 6] = ["axum", "leptos", "leptos_axum", "leptos_router", "tower_sessions", "web_sys"];

/// The path of a module from the root of the crate.
type Module = Vec<String>;

/// The modules of a source folder, with the imports of each.
struct Sources {
    files: BTreeMap<Module, PathBuf>,
    lines: usize,
    imports: BTreeMap<Module, BTreeSet<Module>>,
    /// The crates that each module uses.
    crates: BTreeMap<Module, BTreeSet<String>>,
}

impl Sources {
    fn read(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        find_files(root, root, &mut files);
        let mut sources = Self { files, lines: 0, imports: BTreeMap::new(), crates: BTreeMap::new() };
        for (module, path) in sources.files.clone() {
            let text = fs::read_to_string(&path).unwrap();
            sources.lines += text.lines().count();
            let file: File = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mut reader =
                ImportReader { context: module.clone(), paths: BTreeSet::new(), children: BTreeSet::new() };
            reader.visit_file(&file);
            let imports = reader.paths.iter().filter_map(|path| sources.resolve(&module, &reader.children, path));
            let imports = imports.filter(|target| *target != module).collect();
            let crates = reader.paths.iter().filter_map(|path| path.path.first().cloned()).collect();
            sources.imports.insert(module.clone(), imports);
            sources.crates.insert(module, crates);
        }
        sources
    }

    /// Finds the module of this crate that a path leads to.
    fn resolve(&self, module: &Module, children: &BTreeSet<String>, found: &Found) -> Option<Module> {
        let mut rest = found.path.iter().map(String::as_str).peekable();
        let mut base: Vec<String> = match *rest.peek()? {
            "crate" => {
                rest.next();
                Vec::new()
            }
            "self" => {
                rest.next();
                found.context.clone()
            }
            "super" => found.context.clone(),
            first if children.contains(first) => module.clone(),
            _ => return None,
        };
        while rest.peek() == Some(&"super") {
            rest.next();
            base.pop();
        }
        base.extend(rest.map(str::to_owned));
        (0..=base.len()).rev().map(|length| base[..length].to_vec()).find(|prefix| self.files.contains_key(prefix))
    }

    /// Finds the groups of files that import each other in a cycle, with Tarjan's algorithm.
    fn circles(&self) -> Vec<Vec<Module>> {
        let (index, low, stack, circles) = Default::default();
        let mut search = Search { imports: &self.imports, index, low, stack, circles };
        for module in self.files.keys() {
            if !search.index.contains_key(module) {
                search.visit(module);
            }
        }
        search.circles
    }

    /// Finds the pairs of top-level folders of `src` that import each other.
    fn mutual_folders(&self) -> Vec<(String, String)> {
        let folder = |module: &Module| module.first().cloned().unwrap_or_default();
        let arrows: BTreeSet<_> = self.arrows().map(|(from, to)| (folder(from), folder(to))).collect();
        arrows.iter().filter(|(a, b)| a < b && arrows.contains(&(b.clone(), a.clone()))).cloned().collect()
    }

    fn arrows(&self) -> impl Iterator<Item = (&Module, &Module)> {
        self.imports.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
    }
}

struct Search<'a> {
    imports: &'a BTreeMap<Module, BTreeSet<Module>>,
    index: BTreeMap<Module, usize>,
    low: BTreeMap<Module, usize>,
    stack: Vec<Module>,
    circles: Vec<Vec<Module>>,
}

impl Search<'_> {
    fn visit(&mut self, module: &Module) {
        let index = self.index.len();
        self.index.insert(module.clone(), index);
        self.low.insert(module.clone(), index);
        self.stack.push(module.clone());
        for target in self.imports.get(module).into_iter().flatten() {
            let reached = if !self.index.contains_key(target) {
                self.visit(target);
                self.low[target]
            } else if self.stack.contains(target) {
                self.index[target]
            } else {
                continue;
            };
            let low = self.low[module].min(reached);
            self.low.insert(module.clone(), low);
        }
        if self.low[module] == index {
            let start = self.stack.iter().position(|other| other == module).unwrap();
            let circle = self.stack.split_off(start);
            if circle.len() > 1 {
                self.circles.push(circle);
            }
        }
    }
}

fn find_files(root: &Path, folder: &Path, files: &mut BTreeMap<Module, PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_files(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && path != root.join("main.rs") {
            let relative = path.strip_prefix(root).unwrap().with_extension("");
            let mut module: Module =
                relative.iter().map(|part| part.to_str().expect("source files have ASCII names").to_owned()).collect();
            if module == ["lib"] {
                module.clear();
            }
            files.insert(module, path);
        }
    }
}

/// A path in the source code, and the module (a file or a module inside a file) that contains it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    context: Module,
    path: Vec<String>,
}

/// Collects the paths of a file, including those inside macros. Test modules are skipped, since they may import
/// anything.
struct ImportReader {
    context: Module,
    paths: BTreeSet<Found>,
    /// The modules that the file declares, whose names can start a path.
    children: BTreeSet<String>,
}

impl ImportReader {
    fn add(&mut self, path: Vec<String>) {
        self.paths.insert(Found { context: self.context.clone(), path });
    }

    fn add_tree(&mut self, prefix: &[String], tree: &UseTree) {
        let join = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&join(&path.ident), &path.tree),
            UseTree::Name(name) => self.add(join(&name.ident)),
            UseTree::Rename(rename) => self.add(join(&rename.ident)),
            UseTree::Glob(_) => self.add(prefix.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(prefix, tree)),
        }
    }

    /// Adds the paths among the tokens of a macro: names that are joined by `::`.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.finish(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.finish(&mut path);
                    self.add_tokens(group.stream());
                    colons = 0;
                }
                _ => {
                    self.finish(&mut path);
                    colons = 0;
                }
            }
        }
        self.finish(&mut path);
    }

    fn finish(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.add(std::mem::take(path));
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for ImportReader {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
        });
        if item.content.is_none() {
            self.children.insert(item.ident.to_string());
        } else if !is_test {
            self.context.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.context.pop();
        }
    }

    /// Skips `pub(in …)`, which limits visibility and imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

fn name(module: &Module) -> String {
    module.join("::")
}

fn is_in(module: &Module, room: &str) -> bool {
    let room: Vec<_> = room.split("::").collect();
    module.len() >= room.len() && module.iter().zip(room).all(|(part, other)| part == other)
}

fn row(module: &Module) -> Option<usize> {
    ROWS.iter().position(|rooms| rooms.iter().any(|room| is_in(module, room)))
}

/// Returns whether a module is a facade, which only declares modules and re-exports names.
fn is_root(module: &Module) -> bool {
    module.is_empty() || *module == ["server"] || *module == ["testing"]
}

/// The modules of `src`, or of the folder in `ARCHITECTURE_SOURCES` for the figures of an earlier commit.
static SOURCES: LazyLock<Sources> = LazyLock::new(|| {
    let root = std::env::var_os("ARCHITECTURE_SOURCES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), PathBuf::from);
    Sources::read(&root)
});

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "{} imports point the wrong way:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn every_file_is_in_a_room() {
    let homeless: Vec<_> = SOURCES
        .files
        .keys()
        .filter(|module| !is_root(module) && row(module).is_none() && !is_in(module, NEIGHBOUR))
        .map(name)
        .collect();
    assert!(homeless.is_empty(), "no room of the drawing holds {homeless:?}");
}

#[test]
fn imports_point_inwards() {
    let is_allowed = |from: &Module, to: &Module| {
        if is_in(from, NEIGHBOUR) {
            return is_in(to, NEIGHBOUR) || is_in(to, "kernel");
        }
        if is_root(from) {
            return true;
        }
        if is_in(to, NEIGHBOUR) {
            return is_in(from, "serve");
        }
        row(to).is_some_and(|to| Some(to) <= row(from))
    };
    let violations: Vec<_> = SOURCES
        .arrows()
        .filter(|(from, to)| !is_allowed(from, to))
        .map(|(from, to)| format!("{} → {}", name(from), name(to)))
        .collect();
    assert_none(&violations);
}

#[test]
fn pages_reach_the_server_through_server_functions_alone() {
    let is_gate = |module: &Module| {
        is_in(module, REQUEST) || module.last().is_some_and(|last| last == "functions" || last.ends_with("_functions"))
    };
    let violations: Vec<_> = SOURCES
        .arrows()
        .filter(|(from, to)| is_in(from, "web") && is_in(to, "server") && !is_gate(from))
        .map(|(from, to)| format!("{} → {}", name(from), name(to)))
        .collect();
    assert_none(&violations);
}

#[test]
fn the_domain_has_no_pages_sql_or_http() {
    let violations: Vec<_> = SOURCES
        .crates
        .iter()
        .filter(|(module, _)| is_in(module, "domain"))
        .flat_map(|(module, crates)| {
            let known = NOT_IN_DOMAIN.iter().filter(|name| crates.contains(**name));
            known.map(move |other| format!("{} → {other}", name(module)))
        })
        .collect();
    assert_none(&violations);
}

/// The statements whose answer proves that a transaction may act in an organization: functions, or types of their rows.
const PROOFS: [&str; 14] = [
    // The organization of a verified token.
    "callers::organization",
    // The verified domain of a verified address.
    "domains::VerifiedDomain",
    // Work that a background task has found.
    "domains::due",
    // The ticket of an invitation, or its verified address.
    "invitations::record::OrgRef",
    // An id in an answer of the provider.
    "organizations::Organization",
    // Work.
    "organizations::claim_next",
    // The name of an organization that has ended, which another one takes.
    "organizations::ended_with_slug",
    // The command line.
    "organizations::for_operator",
    // An organization that the same transaction has inserted.
    "organizations::insert",
    // Work.
    "organizations::next_to_remind",
    // Work.
    "provider_changes::due",
    // Work.
    "search_index::next_pending",
    // The seat of a browser.
    "seats::Seat",
    // Work.
    "tasks::trash::Expired",
];

#[test]
fn only_named_statements_prove_an_organization() {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, file) in &SOURCES.files {
        if !is_in(module, "server::repo") {
            continue;
        }
        let mut item = String::new();
        for line in fs::read_to_string(file).unwrap().lines() {
            let start = line.trim_start().trim_start_matches("pub ").trim_start_matches("async ");
            if let Some(rest) = start.strip_prefix("fn ").or_else(|| start.strip_prefix("struct ")) {
                item = rest.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
            }
            if line.contains("ProvenOrg") && !item.is_empty() {
                found.entry(name(module)).or_default().insert(item.clone());
            }
        }
    }
    let proofs: Vec<String> = found
        .iter()
        .flat_map(|(module, items)| items.iter().map(move |item| format!("{module}::{item}")))
        .map(|proof| proof.trim_start_matches("server::repo::").to_owned())
        .collect();
    assert_eq!(proofs, PROOFS);
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let circles: Vec<_> =
        SOURCES.circles().iter().map(|circle| circle.iter().map(name).collect::<Vec<_>>().join(", ")).collect();
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.join("\n"));
}

#[test]
fn figures() {
    let (circles, mutual) = (SOURCES.circles(), SOURCES.mutual_folders());
    println!("files                                  {:6}", SOURCES.files.len());
    println!("lines                                  {:6}", SOURCES.lines);
    println!("imports between files                  {:6}", SOURCES.arrows().count());
    println!("circles of files                       {:6}", circles.len());
    println!("files in circles                       {:6}", circles.iter().map(Vec::len).sum::<usize>());
    println!("pairs of folders that import each other{:6}", mutual.len());
    assert!(SOURCES.arrows().count() > SOURCES.files.len(), "the reader finds imports");
}

/// Returns whether a function is called from outside the services. A function that takes a transaction or a unit of
/// work is part of another operation, and `run` never returns.
fn is_entry(function: &syn::ItemFn) -> bool {
    let takes = |name: &str| {
        function.sig.inputs.iter().any(|input| {
            matches!(input, syn::FnArg::Typed(typed) if matches!(&*typed.pat, syn::Pat::Ident(it) if it.ident == name))
        })
    };
    matches!(function.vis, syn::Visibility::Public(_))
        && function.sig.asyncness.is_some()
        && function.sig.ident != "run"
        && !takes("tx")
        && !takes("work")
}

#[test]
fn every_service_has_a_span() {
    let mut without = Vec::new();
    for (module, path) in SOURCES.files.iter().filter(|(module, _)| is_in(module, "server::services")) {
        for item in syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items {
            let syn::Item::Fn(function) = item else { continue };
            let has_span = function.attrs.iter().any(|it| it.path().segments.last().unwrap().ident == "instrument");
            if is_entry(&function) && !has_span {
                without.push(format!("{}::{}", name(module), function.sig.ident));
            }
        }
    }
    assert!(without.is_empty(), "no span: {without:?}");
}
