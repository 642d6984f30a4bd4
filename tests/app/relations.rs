//! Subtasks and relations between tasks.

use std::collections::{BTreeMap, BTreeSet};

use tessera::testing::{
    domain::{
        errors::AppError,
        tasks::{event::Event, relation::Relation},
    },
    kernel::random::Random,
};

use crate::support::{
    ABC, ACME, ALICE, CAROL, DANA, JOE, Member, Task, TestApp, XYZ,
    functions::{AddRelation, AddSubtask},
    together,
};

impl Task {
    /// Lists the relations of the task, each with the key of the related task.
    async fn related(&self) -> Vec<(Relation, String)> {
        let relations = self.links().await.relations.into_iter();
        relations.map(|related| (related.relation, related.task.key.to_string())).collect()
    }
}

#[tokio::test]
async fn a_relation_shows_on_both_tasks_and_can_be_undone() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let batch = alice.task("WEB-1").relate("blocks", "ops-2").await.unwrap();
    alice.task("WEB-1").relate("relates", "WEB-2").await.unwrap();
    alice.task("WEB-1").relate("duplicated-by", "WEB-3").await.unwrap();
    let key = str::to_owned;
    assert_eq!(
        alice.task("WEB-1").related().await,
        [(Relation::Blocks, key("OPS-2")), (Relation::Relates, key("WEB-2")), (Relation::DuplicatedBy, key("WEB-3"))]
    );
    assert_eq!(alice.task("OPS-2").related().await, [(Relation::BlockedBy, key("WEB-1"))]);
    assert_eq!(alice.task("WEB-2").related().await, [(Relation::Relates, key("WEB-1"))]);
    assert_eq!(alice.task("WEB-3").related().await, [(Relation::Duplicates, key("WEB-1"))]);
    assert_eq!(alice.task("OPS-2").history().await.last().unwrap(), "marked this as blocked by WEB-1");

    let again = alice.undo(batch).await.unwrap();
    assert_eq!(alice.task("OPS-2").related().await, []);
    assert_eq!(alice.task("WEB-1").history().await.last().unwrap(), "marked this as no longer blocking OPS-2");
    assert!(matches!(alice.undo(batch).await, Err(AppError::Conflict { .. })), "it is gone already");
    alice.undo(again).await.unwrap();
    let batch = alice.task("OPS-2").unrelate("blocked-by", "WEB-1").await.unwrap();
    assert_eq!(alice.task("WEB-1").related().await.len(), 2);
    assert_eq!(alice.task("OPS-2").unrelate("blocked-by", "WEB-1").await, Ok(None));
    alice.undo(batch).await.unwrap();
    assert_eq!(alice.task("OPS-2").related().await.len(), 1);
}

#[tokio::test]
async fn an_invalid_relation_is_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.task("WEB-1").relate("blocks", "WEB-2").await.unwrap();
    alice.task("WEB-3").relate("relates", "WEB-1").await.unwrap();
    alice.task("WEB-2").relate("blocks", "WEB-3").await.unwrap();
    alice.task("WEB-9").delete().await.unwrap();
    for (one, relation, other, message) in [
        ("WEB-1", "blocks", "WEB-1", "Choose a different task."),
        ("WEB-1", "blocks", "WEB-2", "This relation already exists: WEB-1 – blocks – WEB-2."),
        ("WEB-1", "relates", "WEB-3", "This relation already exists: WEB-1 – relates to – WEB-3."),
        ("WEB-1", "blocks", "twelve", "Enter a task’s key, for example WEB-12."),
        ("WEB-1", "blocks", "WEB-99", "Task WEB-99 doesn’t exist or is in the bin."),
        ("WEB-1", "blocks", "WEB-9", "Task WEB-9 doesn’t exist or is in the bin."),
        // Task APP-1 belongs to Beta.
        ("WEB-1", "blocks", "APP-1", "Task APP-1 doesn’t exist or is in the bin."),
        ("WEB-2", "blocks", "WEB-1", "WEB-1 blocks WEB-2, so WEB-2 can’t block WEB-1: that would create a cycle."),
        (
            "WEB-1",
            "blocked-by",
            "WEB-3",
            "WEB-1 blocks WEB-2, which blocks WEB-3, so WEB-3 can’t block WEB-1: that would create a cycle.",
        ),
    ] {
        let refused = alice.task(one).relate(relation, other).await.unwrap_err();
        assert_eq!(refused.field("other"), Some(message), "{one} {relation} {other}");
    }
    assert_eq!(alice.task("WEB-99").relate("blocks", "WEB-1").await, Err(AppError::NotFound));
    assert_eq!(alice.task("WEB-1").relate("likes", "WEB-2").await, Err(AppError::BadRequest));
    let joe = app.signed_in(JOE, XYZ).await;
    let refused = joe.task("TRIP-1").relate("blocks", "TRIP-2").await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_relation_to_a_deleted_or_archived_task_is_not_restored() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for key in ["OPS-1", "WEB-1"] {
        alice.task("WEB-1").relate("blocks", "OPS-1").await.unwrap();
        let batch = alice.task("WEB-1").unrelate("blocks", "OPS-1").await.unwrap();
        alice.task(key).delete().await.unwrap();
        assert!(matches!(alice.undo(batch).await, Err(AppError::Conflict { .. })), "{key} is in the bin");
        alice.task(key).restore().await.unwrap();
    }
    alice.task("WEB-1").relate("blocks", "OPS-1").await.unwrap();
    let batch = alice.task("WEB-1").unrelate("blocks", "OPS-1").await.unwrap();
    alice.task("OPS-1").delete().await.unwrap();
    alice.task("OPS-1").purge().await.unwrap();
    assert!(matches!(alice.undo(batch).await, Err(AppError::Conflict { .. })), "it is gone");

    alice.task("WEB-1").relate("blocks", "OPS-2").await.unwrap();
    alice.project("OPS").set_archived(true).await.unwrap();
    let events = app.database.events_of("acme", "OPS").await.len();
    let again = alice.task("WEB-2").relate("blocks", "OPS-2").await;
    assert!(matches!(again, Err(AppError::Conflict { .. })), "{again:?}");
    let removed = alice.task("WEB-1").unrelate("blocks", "OPS-2").await;
    assert!(matches!(removed, Err(AppError::Conflict { .. })), "{removed:?}");
    assert_eq!(app.database.events_of("acme", "OPS").await.len(), events);
    assert_eq!(alice.task("WEB-1").related().await.len(), 1);
}

#[tokio::test]
async fn a_plain_form_keeps_its_input_and_returns_to_the_task() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = "/o/acme/tasks/WEB-1";
    let form = |other: &'static str| [("org", "acme"), ("key", "WEB-1"), ("relation", "blocked-by"), ("other", other)];
    alice.submit::<AddRelation>(page, &form("WEB-77")).await.assert_status(422).assert_says("WEB-77");
    alice.submit::<AddRelation>(page, &form("OPS-1")).await.assert_leads_to(page);
    alice.get(page).await.assert_says("/o/acme/tasks/OPS-1");
    let part = |title: &'static str| [("org", "acme"), ("key", "WEB-1"), ("title", title)];
    alice.submit::<AddSubtask>(page, &part(" ")).await.assert_status(422).assert_says("Enter a title.");
    alice.submit::<AddSubtask>(page, &part("Ask for figures")).await.assert_leads_to(page);
    alice.get(page).await.assert_says("Ask for figures").assert_says("0 of 1 done");
}

#[tokio::test]
async fn subtasks_are_counted_and_link_to_their_parent() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for title in ["One", "Two"] {
        alice.task("OPS-1").add_subtask(title).await.unwrap();
    }
    let of = alice.task("OPS-1").links().await;
    let keys: Vec<_> = of.subtasks.iter().map(|task| task.key.to_string()).collect();
    assert_eq!((keys, of.done()), (vec!["OPS-5".to_owned(), "OPS-6".to_owned()], 0));
    alice.task("OPS-6").move_to("done").await.unwrap();
    assert_eq!(alice.task("OPS-1").links().await.done(), 1);
    let part = alice.task("OPS-5").links().await;
    assert_eq!(part.parent.unwrap().key.to_string(), "OPS-1");
    alice.task("OPS-5").set("parent", "").await.unwrap();
    assert_eq!(alice.task("OPS-1").links().await.subtasks.len(), 1);
    assert_eq!(alice.task("OPS-5").history().await.last().unwrap(), "removed the parent OPS-1");
    let nowhere = alice.task("OPS-99").add_subtask("x").await;
    assert_eq!(nowhere, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_relation_to_a_private_project_is_hidden() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.create_project("Shut", "SHUT").await.unwrap();
    carol.project("SHUT").add("todo", "Hidden").await;
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'SHUT'").await, 1);
    let after = app.database.events("abc-inc", 0).await.len();
    let mut stream = joe.listen(i64::try_from(after).unwrap()).await;
    carol.task("CRM-1").relate("blocks", "SHUT-1").await.unwrap();
    carol.task("SHUT-1").relate("blocks", "CRM-2").await.unwrap();

    assert_eq!(carol.task("CRM-1").related().await.len(), 1);
    assert_eq!(joe.task("CRM-1").related().await, []);
    let message = stream.next().await.unwrap();
    assert!(!message.data.contains("SHUT"), "{}", message.data);
    assert_eq!(message.event().event, Event::Related { relation: Relation::Blocks, other: None });
    assert_eq!(joe.task("CRM-1").history().await, ["created the task"]);
    let hidden = joe.task("CRM-1").relate("relates", "SHUT-1").await.unwrap_err();
    let never = joe.task("CRM-1").relate("relates", "SHUT-7").await.unwrap_err();
    assert_eq!(
        hidden.field("other").map(|it| it.replace("SHUT-1", "…")),
        never.field("other").map(|it| it.replace("SHUT-7", "…"))
    );
    // A relation that would create a cycle through the hidden task is refused without naming that task.
    let refused = joe.task("CRM-2").relate("blocks", "CRM-1").await.unwrap_err();
    let message = refused.field("other").unwrap();
    assert!(message.contains("a task you can’t see") && !message.contains("SHUT"), "{message}");
    assert!(!joe.get("/o/abc-inc/tasks/CRM-1").await.body.contains("SHUT"));
}

/// Returns whether `blocks` relations form a cycle.
fn has_circle(edges: &BTreeSet<(String, String)>) -> bool {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        left.entry(from).or_default().insert(to);
        left.entry(to).or_default();
    }
    // Each pass removes the tasks that block nothing. Only cycles remain.
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

/// Lists the `blocks` relations of the tasks with these keys.
async fn blocks(member: &Member, keys: &[&str]) -> BTreeSet<(String, String)> {
    let mut edges = BTreeSet::new();
    for key in keys {
        for (relation, other) in member.task(key).related().await {
            if relation == Relation::Blocks {
                edges.insert(((*key).to_owned(), other));
            }
        }
    }
    edges
}

const KEYS: [&str; 5] = ["WEB-1", "OPS-1", "WEB-2", "OPS-2", "WEB-3"];

#[tokio::test]
async fn random_relations_and_undos_never_form_a_cycle() {
    for seed in 0..3 {
        let app = TestApp::spawn().await;
        let alice = app.signed_in(ALICE, ACME).await;
        let random = Random::seeded(seed);
        let draw = |below: usize| usize::from(random.bytes::<1>()[0]) % below;
        let (mut batches, mut refused) = (Vec::new(), 0);
        for _ in 0..60 {
            let (one, other) = (KEYS[draw(5)], KEYS[draw(5)]);
            match draw(6) {
                0 => _ = alice.task(one).unrelate("blocks", other).await.unwrap(),
                1 => {
                    if let Some(batch) = batches.pop() {
                        _ = alice.undo(batch).await;
                    }
                }
                kind => {
                    let relation = ["blocks", "blocked-by"][kind % 2];
                    match alice.task(one).relate(relation, other).await {
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
async fn concurrent_relations_never_form_a_cycle() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    // The five relations would form a cycle over two projects, so one of them must be refused.
    let outcomes = together(5, |at| {
        let member = if at % 2 == 0 { alice.clone() } else { dana.clone() };
        async move { member.task(KEYS[at]).relate("blocks", KEYS[(at + 1) % 5]).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 1, "{outcomes:?}");
    let edges = blocks(&alice, &KEYS).await;
    assert!(edges.len() == 4 && !has_circle(&edges), "{edges:?}");
}
