//! What tasks have to do with each other.

use std::collections::{BTreeMap, BTreeSet};

use tessera::{
    domain::{
        errors::AppError,
        tasks::{
            TaskCard, TaskDetail,
            activity::Entry,
            event::{Event, Relation},
            links::Links,
        },
    },
    kernel::random::Random,
};
use uuid::Uuid;

use crate::support::{ABC, ACME, ALICE, Browser, CAROL, DANA, JOE, Stream, TestApp, XYZ, together};

async fn relate(
    browser: &Browser,
    org: &str,
    one: &str,
    relation: &str,
    other: &str,
) -> Result<Option<Uuid>, AppError> {
    let fields = [("org", org), ("key", one), ("relation", relation), ("other", other)];
    browser.call("add_relation", &fields).await
}

async fn unrelate(browser: &Browser, org: &str, one: &str, relation: &str, other: &str) -> Option<Uuid> {
    let fields = [("org", org), ("key", one), ("relation", relation), ("other", other)];
    browser.call("remove_relation", &fields).await.unwrap()
}

async fn links(browser: &Browser, org: &str, key: &str) -> Links {
    browser.ask::<TaskDetail>("get_task", &[("org", org), ("key", key)]).await.unwrap().links
}

async fn related(browser: &Browser, org: &str, key: &str) -> Vec<(Relation, String)> {
    let relations = links(browser, org, key).await.relations.into_iter();
    relations.map(|related| (related.relation, related.task.key.to_string())).collect()
}

async fn undo(browser: &Browser, org: &str, batch: Option<Uuid>) -> Result<Option<Uuid>, AppError> {
    browser.call("undo", &[("org", org), ("batch", &batch.unwrap().to_string())]).await
}

async fn notes(browser: &Browser, org: &str, key: &str) -> Vec<String> {
    let entries: Vec<Entry> = browser.ask("get_activity", &[("org", org), ("key", key)]).await.unwrap();
    let text = |entry| if let Entry::Note(note) = entry { Some(note.text) } else { None };
    entries.into_iter().filter_map(text).collect()
}

#[tokio::test]
async fn a_relation_is_seen_from_both_sides_told_and_undone() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let batch = relate(&alice, "acme", "WEB-1", "blocks", "ops-2").await.unwrap();
    relate(&alice, "acme", "WEB-1", "relates", "WEB-2").await.unwrap();
    relate(&alice, "acme", "WEB-1", "duplicated-by", "WEB-3").await.unwrap();
    let key = str::to_owned;
    assert_eq!(
        related(&alice, "acme", "WEB-1").await,
        [(Relation::Blocks, key("OPS-2")), (Relation::Relates, key("WEB-2")), (Relation::DuplicatedBy, key("WEB-3"))]
    );
    assert_eq!(related(&alice, "acme", "OPS-2").await, [(Relation::BlockedBy, key("WEB-1"))]);
    assert_eq!(related(&alice, "acme", "WEB-2").await, [(Relation::Relates, key("WEB-1"))]);
    assert_eq!(related(&alice, "acme", "WEB-3").await, [(Relation::Duplicates, key("WEB-1"))]);
    assert_eq!(notes(&alice, "acme", "OPS-2").await.last().unwrap(), "noted that it is blocked by WEB-1");

    let again = undo(&alice, "acme", batch).await.unwrap();
    assert_eq!(related(&alice, "acme", "OPS-2").await, []);
    assert_eq!(notes(&alice, "acme", "WEB-1").await.last().unwrap(), "noted that it no longer blocks OPS-2");
    assert!(matches!(undo(&alice, "acme", batch).await, Err(AppError::Conflict { .. })), "it is gone already");
    undo(&alice, "acme", again).await.unwrap();
    let batch = unrelate(&alice, "acme", "OPS-2", "blocked-by", "WEB-1").await;
    assert_eq!(related(&alice, "acme", "WEB-1").await.len(), 2);
    assert_eq!(unrelate(&alice, "acme", "OPS-2", "blocked-by", "WEB-1").await, None);
    undo(&alice, "acme", batch).await.unwrap();
    assert_eq!(related(&alice, "acme", "OPS-2").await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_related_is_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    relate(&alice, "acme", "WEB-1", "blocks", "WEB-2").await.unwrap();
    relate(&alice, "acme", "WEB-3", "relates", "WEB-1").await.unwrap();
    relate(&alice, "acme", "WEB-2", "blocks", "WEB-3").await.unwrap();
    let bin = [("org", "acme"), ("keys[]", "WEB-9"), ("field", "deleted"), ("values[]", "true")];
    alice.call::<Option<Uuid>>("edit_tasks", &bin).await.unwrap();
    for (one, relation, other, message) in [
        ("WEB-1", "blocks", "WEB-1", "Choose another task than this one."),
        ("WEB-1", "blocks", "WEB-2", "That is noted already: WEB-1 – blocks – WEB-2."),
        ("WEB-1", "relates", "WEB-3", "That is noted already: WEB-1 – relates to – WEB-3."),
        ("WEB-1", "blocks", "twelve", "Enter a task’s key, for example WEB-12."),
        ("WEB-1", "blocks", "WEB-99", "There is no task WEB-99, or it is in the bin."),
        ("WEB-1", "blocks", "WEB-9", "There is no task WEB-9, or it is in the bin."),
        // It is Beta’s.
        ("WEB-1", "blocks", "APP-1", "There is no task APP-1, or it is in the bin."),
        ("WEB-2", "blocks", "WEB-1", "WEB-1 blocks WEB-2, so WEB-2 can’t block WEB-1: they would go in a circle."),
        (
            "WEB-1",
            "blocked-by",
            "WEB-3",
            "WEB-1 blocks WEB-2, which blocks WEB-3, so WEB-3 can’t block WEB-1: they would go in a circle.",
        ),
    ] {
        let refused = relate(&alice, "acme", one, relation, other).await.unwrap_err();
        assert_eq!(refused.field("other"), Some(message), "{one} {relation} {other}");
    }
    assert_eq!(relate(&alice, "acme", "WEB-99", "blocks", "WEB-1").await, Err(AppError::NotFound));
    assert_eq!(relate(&alice, "acme", "WEB-1", "likes", "WEB-2").await, Err(AppError::BadRequest));
    let joe = app.signed_in(JOE, XYZ).await;
    let refused = relate(&joe, "xyz-travel", "TRIP-1", "blocks", "TRIP-2").await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_relation_does_not_come_back_to_what_is_gone_or_put_away() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let edit = async |key: &str, value: &str| {
        let fields = [("org", "acme"), ("keys[]", key), ("field", "deleted"), ("values[]", value)];
        alice.call::<Option<Uuid>>("edit_tasks", &fields).await.unwrap();
    };
    for key in ["OPS-1", "WEB-1"] {
        relate(&alice, "acme", "WEB-1", "blocks", "OPS-1").await.unwrap();
        let batch = unrelate(&alice, "acme", "WEB-1", "blocks", "OPS-1").await;
        edit(key, "true").await;
        assert!(matches!(undo(&alice, "acme", batch).await, Err(AppError::Conflict { .. })), "{key} is in the bin");
        edit(key, "false").await;
    }
    relate(&alice, "acme", "WEB-1", "blocks", "OPS-1").await.unwrap();
    let batch = unrelate(&alice, "acme", "WEB-1", "blocks", "OPS-1").await;
    edit("OPS-1", "true").await;
    alice.call::<()>("purge_task", &[("org", "acme"), ("key", "OPS-1")]).await.unwrap();
    assert!(matches!(undo(&alice, "acme", batch).await, Err(AppError::Conflict { .. })), "it is gone");

    relate(&alice, "acme", "WEB-1", "blocks", "OPS-2").await.unwrap();
    let project = [("org", "acme"), ("key", "OPS"), ("archived", "true")];
    alice.call::<()>("set_project_archived", &project).await.unwrap();
    let events = app.database.events_of("acme", "OPS").await.len();
    let again = relate(&alice, "acme", "WEB-2", "blocks", "OPS-2").await;
    assert!(matches!(again, Err(AppError::Conflict { .. })), "{again:?}");
    let fields = [("org", "acme"), ("key", "WEB-1"), ("relation", "blocks"), ("other", "OPS-2")];
    let removed = alice.call::<Option<Uuid>>("remove_relation", &fields).await;
    assert!(matches!(removed, Err(AppError::Conflict { .. })), "{removed:?}");
    assert_eq!(app.database.events_of("acme", "OPS").await.len(), events);
    assert_eq!(related(&alice, "acme", "WEB-1").await.len(), 1);
}

#[tokio::test]
async fn a_plain_form_keeps_what_was_typed_and_leads_back() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = "/o/acme/tasks/WEB-1";
    let form = |other: &'static str| [("org", "acme"), ("key", "WEB-1"), ("relation", "blocked-by"), ("other", other)];
    alice.post_form(page, "/fn/add_relation", &form("WEB-77")).await.assert_status(422).assert_says("WEB-77");
    alice.post_form(page, "/fn/add_relation", &form("OPS-1")).await.assert_leads_to(page);
    alice.get(page).await.assert_says("/o/acme/tasks/OPS-1");
    let part = |title: &'static str| [("org", "acme"), ("key", "WEB-1"), ("title", title)];
    alice.post_form(page, "/fn/add_subtask", &part(" ")).await.assert_status(422).assert_says("Enter a title.");
    alice.post_form(page, "/fn/add_subtask", &part("Ask for figures")).await.assert_leads_to(page);
    alice.get(page).await.assert_says("Ask for figures").assert_says("0 of 1 done");
}

#[tokio::test]
async fn parts_are_counted_and_lead_to_each_other() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for title in ["One", "Two"] {
        alice.call::<()>("add_subtask", &[("org", "acme"), ("key", "OPS-1"), ("title", title)]).await.unwrap();
    }
    let of = links(&alice, "acme", "OPS-1").await;
    let keys: Vec<_> = of.subtasks.iter().map(|task| task.key.to_string()).collect();
    assert_eq!((keys, of.done()), (vec!["OPS-5".to_owned(), "OPS-6".to_owned()], 0));
    let done = [("org", "acme"), ("key", "OPS-6"), ("state", "done")];
    alice.call::<tessera::domain::tasks::Moved>("move_task", &done).await.unwrap();
    assert_eq!(links(&alice, "acme", "OPS-1").await.done(), 1);
    let part = links(&alice, "acme", "OPS-5").await;
    assert_eq!(part.parent.unwrap().key.to_string(), "OPS-1");
    let out = [("org", "acme"), ("keys[]", "OPS-5"), ("field", "parent"), ("values[]", "")];
    alice.call::<Option<Uuid>>("edit_tasks", &out).await.unwrap();
    assert_eq!(links(&alice, "acme", "OPS-1").await.subtasks.len(), 1);
    assert_eq!(notes(&alice, "acme", "OPS-5").await.last().unwrap(), "took it out of OPS-1");
    let nowhere = alice.call::<()>("add_subtask", &[("org", "acme"), ("key", "OPS-99"), ("title", "x")]).await;
    assert_eq!(nowhere, Err(AppError::NotFound));
}

#[tokio::test]
async fn nobody_learns_of_a_relation_to_a_closed_project() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let fields = [("org", "abc-inc"), ("name", "Shut"), ("key", "SHUT")];
    carol.call::<()>("create_project", &fields).await.unwrap();
    let task = [("org", "abc-inc"), ("project", "SHUT"), ("state", "todo"), ("title", "Hidden")];
    carol.call::<TaskCard>("create_task", &task).await.unwrap();
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'SHUT'").await, 1);
    let after = app.database.events("abc-inc", 0).await.len();
    let mut stream = Stream::open(&joe, "abc-inc", i64::try_from(after).unwrap(), false).await;
    relate(&carol, "abc-inc", "CRM-1", "blocks", "SHUT-1").await.unwrap();
    relate(&carol, "abc-inc", "SHUT-1", "blocks", "CRM-2").await.unwrap();

    assert_eq!(related(&carol, "abc-inc", "CRM-1").await.len(), 1);
    assert_eq!(related(&joe, "abc-inc", "CRM-1").await, []);
    let told = stream.next().await.unwrap();
    assert!(!told.data.contains("SHUT"), "{}", told.data);
    assert_eq!(told.event().event, Event::Related { relation: Relation::Blocks, other: None });
    assert_eq!(notes(&joe, "abc-inc", "CRM-1").await, ["created the task"]);
    let hidden = relate(&joe, "abc-inc", "CRM-1", "relates", "SHUT-1").await.unwrap_err();
    let never = relate(&joe, "abc-inc", "CRM-1", "relates", "SHUT-7").await.unwrap_err();
    assert_eq!(
        hidden.field("other").map(|it| it.replace("SHUT-1", "…")),
        never.field("other").map(|it| it.replace("SHUT-7", "…"))
    );
    // A circle through it is refused, and does not name it.
    let refused = relate(&joe, "abc-inc", "CRM-2", "blocks", "CRM-1").await.unwrap_err();
    let message = refused.field("other").unwrap();
    assert!(message.contains("a task you can’t see") && !message.contains("SHUT"), "{message}");
    assert!(!joe.get("/o/abc-inc/tasks/CRM-1").await.body.contains("SHUT"));
}

/// Whether one can follow `blocks` in a circle.
fn has_circle(edges: &BTreeSet<(String, String)>) -> bool {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        left.entry(from).or_default().insert(to);
        left.entry(to).or_default();
    }
    // What blocks nothing more is taken away, until nothing is left or only circles are.
    loop {
        let ends: BTreeSet<_> = left.iter().filter(|(_, to)| to.is_empty()).map(|(from, _)| *from).collect();
        if ends.is_empty() {
            return !left.is_empty();
        }
        left.retain(|from, _| !ends.contains(from));
        for to in left.values_mut() {
            to.retain(|to| !ends.contains(to));
        }
    }
}

/// What blocks what, of the tasks with these keys.
async fn blocks(browser: &Browser, keys: &[&str]) -> BTreeSet<(String, String)> {
    let mut edges = BTreeSet::new();
    for key in keys {
        for (relation, other) in related(browser, "acme", key).await {
            if relation == Relation::Blocks {
                edges.insert(((*key).to_owned(), other));
            }
        }
    }
    edges
}

const KEYS: [&str; 5] = ["WEB-1", "OPS-1", "WEB-2", "OPS-2", "WEB-3"];

#[tokio::test]
async fn whatever_is_related_and_undone_there_is_no_circle() {
    for seed in 0..3 {
        let app = TestApp::spawn().await;
        let alice = app.signed_in(ALICE, ACME).await;
        let random = Random::seeded(seed);
        let draw = |below: usize| usize::from(random.bytes::<1>()[0]) % below;
        let (mut batches, mut refused) = (Vec::new(), 0);
        for _ in 0..60 {
            let (one, other) = (KEYS[draw(5)], KEYS[draw(5)]);
            match draw(6) {
                0 => _ = unrelate(&alice, "acme", one, "blocks", other).await,
                1 => {
                    if let Some(batch) = batches.pop() {
                        _ = undo(&alice, "acme", batch).await;
                    }
                }
                kind => {
                    let relation = ["blocks", "blocked-by"][kind % 2];
                    match relate(&alice, "acme", one, relation, other).await {
                        Ok(batch) => batches.push(batch),
                        Err(_) => refused += 1,
                    }
                }
            }
            assert!(!has_circle(&blocks(&alice, &KEYS).await), "seed {seed}");
        }
        assert!(refused > 0, "circles were tried");
    }
}

#[tokio::test]
async fn two_who_relate_at_once_make_no_circle() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    // A ring of five over two projects: one of them must be refused, whatever comes first.
    let outcomes = together(5, |at| {
        let browser = if at % 2 == 0 { alice.clone() } else { dana.clone() };
        async move { relate(&browser, "acme", KEYS[at], "blocks", KEYS[(at + 1) % 5]).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 1, "{outcomes:?}");
    let edges = blocks(&alice, &KEYS).await;
    assert!(edges.len() == 4 && !has_circle(&edges), "{edges:?}");
}
