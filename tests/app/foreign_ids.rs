//! An id of another organization, or of a private project, is answered like one that never existed: in every position
//! that the table of entry points names.

use std::collections::BTreeMap;

use crate::{
    access::world::{Caller, Origin, World},
    support::{
        Answer,
        ids::{Ids, Makers, unknown},
    },
    table::{Row, Table, is_refusal},
};

/// Kinds of ids that belong to a private project.
const IN_PROJECTS: [&str; 9] =
    ["key", "task", "other_task", "comment", "comment_of_another", "label", "view", "view_of_another", "batch"];

/// Kinds of ids that belong to an organization or to a person.
const IN_ORGANIZATIONS: [&str; 7] = ["org", "person", "joiner", "invitation", "domain", "change", "setup"];

/// Creates an object of each kind; returns the ids by kind.
async fn foreign(makers: Makers<'_>, kinds: &[&'static str]) -> BTreeMap<&'static str, String> {
    let (mut ids, mut found) = (Ids::default(), BTreeMap::new());
    for kind in kinds {
        found.insert(*kind, ids.get(kind, makers).await);
    }
    found
}

/// Returns what a caller can see of an answer, without `id` and what differs between equal answers.
fn seen(answer: &Answer, id: &str) -> String {
    let policy = answer.header("content-security-policy");
    let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).map(|(nonce, _)| nonce);
    // The list of loaded resources, whose length depends on timing.
    let body = answer.body.split("__RESOLVED_RESOURCES").next().unwrap_or_default();
    let body = body.replace(nonce.unwrap_or("'nonce'"), "").replace(answer.header("x-request-id"), "");
    // What protects a sign-in is new each time.
    let random = |parameter: &&str| !["state=", "nonce=", "code_challenge="].iter().any(|it| parameter.starts_with(it));
    let location: Vec<_> = answer.location().split(['?', '&']).filter(random).collect();
    let text = format!("{} {body}", location.join("&"));
    // The project of a task stands on its page as well.
    let project = id.rsplit_once('-').filter(|(_, number)| number.parse::<i64>().is_ok()).map_or(id, |(key, _)| key);
    without_uuids(&text.replace(id, "[id]").replace(project, "[id]").replace(&id.to_lowercase(), "[id]"))
}

/// Replaces the id `own`. One that is a mere number is part of a name, such as `Renamed12`; elsewhere the same digits mean
/// something else.
fn without_own(text: &str, own: &str, with: &str) -> String {
    if !own.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.replace(own, with);
    }
    let mut out = String::new();
    let mut at = 0;
    for (start, _) in text.match_indices(own) {
        if text[..start].ends_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            out.push_str(&text[at..start]);
            out.push_str(with);
            at = start + own.len();
        }
    }
    out + &text[at..]
}

/// Replaces ids, which each answer to a successful request has anew.
fn without_uuids(text: &str) -> String {
    let is_id = |part: &[u8]| {
        part.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while !rest.is_empty() {
        if rest.len() >= 36 && is_id(&rest[..36]) {
            out.extend_from_slice(b"[uuid]");
            rest = &rest[36..];
        } else {
            out.push(rest[0]);
            rest = &rest[1..];
        }
    }
    String::from_utf8(out).unwrap()
}

/// Makes the request of `row` with `foreign` and with an unknown id at each position; returns the differences.
async fn compare(
    world: &World,
    caller: &mut Caller,
    row: &Row,
    foreign: &BTreeMap<&'static str, String>,
) -> (usize, Vec<String>) {
    let (mut tried, mut differences) = (0, Vec::new());
    for (position, kind) in row.id_positions().iter().enumerate() {
        let Some(foreign) = foreign.get(kind.as_str()) else { continue };
        // Tasks that differ in their project alone.
        let unknown = match foreign.rsplit_once('-') {
            Some((_, number)) if kind.ends_with("task") => unknown(kind).replace("-1", &format!("-{number}")),
            _ => unknown(kind),
        };
        let mut answers = Vec::new();
        for id in [foreign.clone(), unknown] {
            let mut ids = world.ids(caller, row).await;
            ids[position].clone_from(&id);
            let answer = world.send(caller, row, &ids, Origin::Own).await;
            if !row.is_safe() && !is_refusal(&answer.status.to_string()) {
                caller.ids.clear();
            }
            let mut text = seen(&answer, &id);
            // Both requests may have used objects of their own.
            for (index, own) in ids.iter().enumerate().filter(|(index, _)| *index != position) {
                text = without_own(&text, own, &format!("[{index}]"));
            }
            answers.push(format!("{} {text}", answer.status));
        }
        tried += 1;
        if answers[0] != answers[1] {
            differences.push(format!("{} at {position} ({kind}):\n{}\n{}", row.example(), answers[0], answers[1]));
        }
    }
    (tried, differences)
}

#[tokio::test]
async fn an_id_of_another_organization_looks_unknown() {
    let world = World::spawn().await;
    let table = Table::read("application");
    let stranger = &world.stranger;
    let makers = Makers { app: &world.app, owner: stranger, author: stranger, is_private: false };
    let foreign = foreign(makers, &[IN_ORGANIZATIONS.as_slice(), &IN_PROJECTS].concat()).await;
    let beta = "event e JOIN organization o ON o.id = e.org_id WHERE o.slug = 'beta'";
    let before = world.app.count(beta).await;
    let (mut tried, mut differences) = (0, Vec::new());
    for name in ["owner", "member"] {
        let mut caller = world.caller(name).await;
        for row in table.rows() {
            let (count, found) = compare(&world, &mut caller, row, &foreign).await;
            tried += count;
            differences.extend(found);
        }
    }
    assert!(differences.is_empty(), "{} differences: {}", differences.len(), differences.join("\n\n"));
    assert!(tried > 200, "only {tried} positions");
    assert_eq!(world.app.count(beta).await, before, "nothing has changed in the other organization");
}

#[tokio::test]
async fn an_id_of_a_private_project_looks_unknown_to_a_member() {
    let world = World::spawn().await;
    let table = Table::read("application");
    let makers = Makers { app: &world.app, owner: &world.owner, author: &world.owner, is_private: true };
    let hidden = foreign(makers, &IN_PROJECTS).await;
    let project = hidden["key"].clone();
    let events = async || world.app.database.events_of("acme", &project).await.len();
    let before = events().await;
    let (mut tried, mut differences) = (0, Vec::new());
    for name in ["member", "viewer", "admin"] {
        let mut caller = world.caller(name).await;
        for row in table.rows() {
            let (count, found) = compare(&world, &mut caller, row, &hidden).await;
            tried += count;
            differences.extend(found);
        }
    }
    assert!(differences.is_empty(), "{} differences: {}", differences.len(), differences.join("\n\n"));
    assert!(tried > 200, "only {tried} positions");
    assert_eq!(events().await, before, "nothing has changed in the private project");
}

#[test]
fn only_ids_are_left_out_of_the_comparison() {
    let id = unknown("person");
    assert_eq!(without_uuids(&format!("a {id} ü {id}x 0189")), "a [uuid] ü [uuid]x 0189");
}
