//! Searching tasks, comments and projects that the reader may see.

use tessera::testing::domain::{
    errors::AppError,
    search::{Found, Hit, Subject},
};
use uuid::Uuid;

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, Direct, JOE, Member, Outcome, TestApp,
    functions::{DescribeProject, Search},
};

async fn search(member: &Member, q: &str) -> Outcome<Found> {
    search_for(member, q, "", 1).await
}

/// Searches for hits of one kind, or of every kind if `kind` is empty.
async fn search_for(member: &Member, q: &str, kind: &str, page: usize) -> Outcome<Found> {
    member.call(Search { org: member.org(), q: q.to_owned(), kind: kind.to_owned(), page }).await
}

async fn hits(member: &Member, q: &str) -> Vec<Hit> {
    search(member, q).await.unwrap().hits
}

/// Searches and returns the keys of the hits, best first.
async fn keys(member: &Member, q: &str) -> Vec<String> {
    hits(member, q).await.iter().map(|hit| hit.subject.key()).collect()
}

/// Adds a task and returns its key.
async fn add(member: &Member, project: &str, title: &str) -> String {
    format!("{project}-{}", member.project(project).add("todo", title).await)
}

/// Adds a comment to a task and returns the id of the comment.
async fn comment(member: &Member, key: &str, body: &str) -> Uuid {
    member.task(key).comment(body).await.unwrap();
    member.task(key).comments().await.last().unwrap().id
}

/// Renders the text with brackets around the highlighted parts.
fn shown(marked: &tessera::testing::domain::search::Marked) -> String {
    marked.pieces().map(|(text, is_marked)| if is_marked { format!("[{text}]") } else { text.to_owned() }).collect()
}

#[tokio::test]
async fn all_words_must_match_a_word_start() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    assert_eq!(keys(&alice, "pricing").await, ["WEB-4"]);
    assert_eq!(keys(&alice, "PRI dra").await, ["WEB-4"]);
    assert_eq!(keys(&alice, "pricing certificate").await, Vec::<String>::new());
    assert_eq!(keys(&alice, "ricing").await, Vec::<String>::new(), "not in the middle of a word");
    let key = add(&alice, "WEB", "Résumé für Ångström, foo.bar/baz_qux").await;
    for q in ["resume", "RESUME fur", "résumé", "angstrom", "bar", "qux", "foo.bar", "e\u{301}", "r"] {
        assert!(keys(&alice, q).await.contains(&key) != (q == "e\u{301}"), "{q}");
    }
    let [hit] = &hits(&alice, "draft pri").await[..] else { panic!() };
    assert_eq!((shown(&hit.title).as_str(), hit.project.as_str()), ("[Draft] the [pri]cing page", "Website relaunch"));
    assert!(matches!(&hit.subject, Subject::Task { state, .. } if state == "To do"), "{hit:?}");
}

#[tokio::test]
async fn a_key_finds_its_task_first_however_it_is_typed() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    add(&alice, "OPS", "Web 4 is a word and a number").await;
    for q in ["WEB-4", "web-4", "web 4", " Web  4 "] {
        assert_eq!(keys(&alice, q).await, ["WEB-4", "OPS-5"], "{q}");
    }
    let named = keys(&alice, "4").await;
    assert_eq!(named.len(), 3, "{named:?}");
    assert!(named[..2].contains(&"WEB-4".to_owned()) && named[..2].contains(&"OPS-4".to_owned()), "{named:?}");
    assert_eq!(keys(&alice, "APP-1").await, Vec::<String>::new(), "of another organization");
    assert_eq!(keys(&alice, "WEB-99").await, Vec::<String>::new());
    let projects = search_for(&alice, "4", "project", 1).await.unwrap();
    assert!(projects.hits.is_empty());
}

#[tokio::test]
async fn titles_rank_before_texts_and_open_tasks_before_done_ones() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let (text, done) = (add(&alice, "OPS", "One").await, add(&alice, "OPS", "Zebra done").await);
    let open = add(&alice, "OPS", "Zebra open").await;
    let archived = add(&alice, "OPS", "Zebra archived").await;
    alice.task(&text).write(1, "One", "There is a **zebra**\n\nin this text").await.unwrap();
    alice.task(&done).set("state", "done").await.unwrap();
    alice.task(&archived).archive().await.unwrap();
    comment(&alice, &open, "No zebra, though").await;
    let found = hits(&alice, "zebra").await;
    let order: Vec<_> = found.iter().map(|hit| hit.subject.key()).collect();
    assert_eq!(order[0], open);
    assert!(order[1..3].contains(&done) && order[1..3].contains(&archived), "{order:?}");
    assert!(order[3..].contains(&text) && order.len() == 5, "{order:?}");
    let marked: Vec<_> = found.iter().filter(|hit| hit.is_archived).map(|hit| hit.subject.key()).collect();
    assert_eq!(marked, [archived]);
    let excerpts: Vec<_> = found.iter().filter_map(|hit| hit.excerpt.as_ref().map(shown)).collect();
    assert!(excerpts.contains(&"There is a [zebra] in this text".to_owned()), "{excerpts:?}");
    let comments = search_for(&alice, "zebra", "comment", 1).await.unwrap().hits;
    let [only] = &comments[..] else { panic!("{comments:?}") };
    assert!(matches!(&only.subject, Subject::Comment { author, .. } if author == ALICE), "{only:?}");
    assert_eq!(shown(only.excerpt.as_ref().unwrap()), "No [zebra], though");
}

#[tokio::test]
async fn the_index_follows_every_change() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let key = add(&alice, "WEB", "Quagga").await;
    alice.task(&key).write(1, "Okapi", "with stripes").await.unwrap();
    assert!(keys(&alice, "quagga").await.is_empty());
    assert_eq!(keys(&alice, "okapi stripes").await, [key.as_str()]);
    alice.task(&key).delete().await.unwrap();
    for q in ["okapi", key.as_str()] {
        assert!(keys(&alice, q).await.is_empty(), "it is in the bin: {q}");
    }
    alice.task(&key).restore().await.unwrap();
    assert_eq!(keys(&alice, "okapi").await, [key.as_str()]);

    let id = comment(&alice, &key, "Said of a tapir").await;
    alice.task(&key).edit_comment(id, "Said of a dugong").await.unwrap();
    assert!(keys(&alice, "tapir").await.is_empty());
    assert_eq!(keys(&alice, "dugong").await, [key.as_str()]);
    alice.task(&key).delete_comment(id).await.unwrap();
    assert!(keys(&alice, "dugong").await.is_empty());

    let describe = DescribeProject {
        org: alice.org(),
        key: "WEB".to_owned(),
        name: "Capybara".to_owned(),
        description: "Rodents".to_owned(),
        icon: String::new(),
        hue: String::new(),
    };
    alice.call(describe).await.unwrap();
    assert!(keys(&alice, "relaunch").await.is_empty());
    for q in ["capybara", "rodents", "capy web"] {
        assert!(keys(&alice, q).await.contains(&"WEB".to_owned()), "{q}");
    }
    assert_eq!(hits(&alice, "okapi").await[0].project, "Capybara");
}

#[tokio::test]
async fn many_tasks_that_move_are_still_found_once_each() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.add_project(ACME, "MANY", 60).await;
    let numbers: Vec<_> = (1..=60).collect();
    alice.project("MANY").edit_tasks(&numbers, "state", &["done"]).await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for page in [1, 2] {
        let found = search_for(&alice, "the", "task", page).await.unwrap();
        assert!(found.has_more && found.hits.len() == 20);
        seen.extend(found.hits.iter().map(|hit| hit.subject.key()));
    }
    assert_eq!(seen.len(), 40, "no task is on two pages");
    let beyond = search_for(&alice, "the", "", 99_999_999_999_999_999).await.unwrap();
    assert_eq!(beyond, Found::default());
    assert_eq!(app.count("search_document WHERE kind = 'task'").await, app.count("task").await);
    app.database.change("DELETE FROM project WHERE key = 'MANY'").await;
    assert_eq!(app.count("search_document WHERE kind = 'task'").await, app.count("task").await);
}

#[tokio::test]
async fn other_organizations_are_never_searched() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    let dana = app.signed_in(DANA, ACME).await;
    let ours = add(&alice, "WEB", "Secret giraffe").await;
    let theirs = add(&bob, "APP", "Secret giraffe").await;
    assert_eq!(keys(&alice, "secret giraffe").await, [ours.as_str()]);
    assert_eq!(keys(&bob, "secret giraffe").await, [theirs.as_str()]);
    assert_eq!(search(&alice.in_organization(BETA), "giraffe").await, Err(AppError::SignInRequired));
    // A member of both organizations searches only one of them at a time.
    dana.sign_in(&app, DANA, BETA).await;
    assert_eq!(keys(&dana, "giraffe").await, [ours.as_str()]);
    assert_eq!(keys(&dana.in_organization(BETA), "giraffe").await, [theirs.as_str()]);
    // A query with the index term of an organization does not find its rows from another organization.
    let column = match app.database.direct() {
        Direct::Sqlite { .. } => "CAST(lower(hex(id)) AS BLOB)",
        Direct::Postgres { .. } => "CAST(CAST(id AS TEXT) AS BYTEA)",
    };
    let word = app.database.bytes_of("organization WHERE slug = 'acme'", column).await;
    let word = String::from_utf8(word).unwrap();
    for q in [word.clone(), format!("org:{word}"), format!("\"{word}\" OR giraffe")] {
        assert!(keys(&bob, &q).await.is_empty(), "{q}");
    }
}

#[tokio::test]
async fn a_private_project_is_found_only_by_its_members() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    let key = add(&carol, "HIRE", "Salary of a pelican").await;
    carol.task(&key).comment("A pelican, really").await.unwrap();
    assert_eq!(keys(&joe, "pelican").await.len(), 2);
    carol.project("HIRE").set_private(true).await.unwrap();
    for q in ["pelican", key.as_str(), "hiring"] {
        assert_eq!(search(&joe, q).await.unwrap(), Found::default(), "{q}");
        assert!(!keys(&carol, q).await.is_empty(), "{q}");
    }
    let page = joe.get("/o/abc-inc/search?q=pelican").await.assert_status(200).assert_says("Nothing found");
    assert!(!page.body.contains("Salary"));
}

#[tokio::test]
async fn any_input_is_searched_or_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let key = add(&alice, "WEB", "It's \"quoted\" & (odd): a* OR b! <b>").await;
    for q in [
        "\"quoted\"",
        "(odd",
        "a* OR b!",
        "'quoted':*",
        "quoted & !",
        "it's",
        "NEAR(quoted odd)",
        "title:quoted",
        "quo\0ted",
    ] {
        let found = search(&alice, q).await.unwrap();
        let expected = !["NEAR(quoted odd)", "title:quoted", "quo\0ted"].contains(&q);
        assert_eq!(found.hits.iter().any(|hit| hit.subject.key() == key), expected, "{q:?}");
    }
    for q in ["", " ", "\"*:(", "\0", "🦀", "''''", "\\", "%", "-", "!!!", "&&|<->"] {
        assert_eq!(search(&alice, q).await.unwrap(), Found::default(), "{q:?}");
    }
    let long = "pricing ".repeat(1_280);
    let refused = search(&alice, &long).await.unwrap_err();
    assert!(refused.field("q").is_some(), "{refused:?}");
    let page = alice.get(&format!("/o/acme/search?q={}", "x".repeat(10_000))).await.assert_status(422);
    page.assert_says("Use at most 200 characters; this has 10000.");
    let refused = search_for(&alice, "a", "person", 1).await.unwrap_err();
    assert!(refused.field("kind").is_some(), "{refused:?}");
    alice
        .get("/o/acme/search?q=a&kind=person")
        .await
        .assert_status(422)
        .assert_says("Only tasks, comments and projects");
    alice.get("/o/acme/search?q=a&page=-1").await.assert_status(200);
    for q in ["ü".repeat(200), "a b ".repeat(50), "क्ष ".repeat(50), "字".repeat(200)] {
        search(&alice, q.trim()).await.unwrap();
    }
    // A text of the maximum length is indexed, even in a script that needs the most bytes.
    alice.task(&key).write(1, "Longest", &"각늙 ".repeat(33_333)).await.unwrap();
    assert_eq!(keys(&alice, "각늙").await, [key.as_str()]);
}

#[tokio::test]
async fn the_page_works_without_scripts() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = alice.get("/o/acme/search").await.assert_status(200);
    page.assert_says("Find anything in this workspace").assert_says(r#"action="/o/acme/search""#);
    let page = alice.get("/o/acme/search?q=pri").await.assert_status(200);
    let page = page.assert_says("<mark>pri").assert_says(r#"href="/o/acme/tasks/WEB-4""#);
    page.assert_says("/o/acme/search?q=pri&amp;kind=task");
    add(&alice, "WEB", "<script>alert(1)</script> & pri").await;
    let page = alice.get("/o/acme/search?q=script%20pri").await.assert_status(200);
    assert!(!page.body.contains("<script>alert") && page.body.contains("<mark>script"), "{}", page.body);
    alice
        .get("/o/acme/shortcuts")
        .await
        .assert_status(200)
        .assert_says("Keyboard shortcuts")
        .assert_says("Pick up / drop card");
    app.browser()
        .get("/o/acme/search?q=pri")
        .await
        .assert_leads_to("/login?organization_name=acme&return_to=%2Fo%2Facme%2Fsearch%3Fq%3Dpri");
}
