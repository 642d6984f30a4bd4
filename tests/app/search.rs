//! Finding tasks, comments and projects, and never what is not the reader's.

use tessera::domain::{
    errors::AppError,
    search::{Found, Hit, Subject},
    tasks::{TaskCard, activity::Entry},
};

use crate::support::{ABC, ACME, ALICE, BETA, BOB, Browser, CAROL, DANA, Direct, JOE, TestApp};

async fn look(browser: &Browser, org: &str, fields: &[(&str, &str)]) -> Result<Found, AppError> {
    let mut all = vec![("org", org)];
    all.extend(fields);
    browser.ask("search", &all).await
}

/// The keys of what is found, the best first.
async fn keys(browser: &Browser, org: &str, q: &str) -> Vec<String> {
    let found = look(browser, org, &[("q", q)]).await.unwrap();
    found.hits.iter().map(|hit| hit.subject.key()).collect()
}

async fn hits(browser: &Browser, org: &str, q: &str) -> Vec<Hit> {
    look(browser, org, &[("q", q)]).await.unwrap().hits
}

async fn add(browser: &Browser, org: &str, project: &str, title: &str) -> String {
    let fields = [("org", org), ("project", project), ("state", "todo"), ("title", title)];
    let card: TaskCard = browser.call("create_task", &fields).await.unwrap();
    format!("{project}-{}", card.number)
}

async fn edit(browser: &Browser, key: &str, field: &str, value: &str) {
    let fields = [("org", "acme"), ("keys[]", key), ("field", field), ("values[]", value)];
    browser.call::<Option<uuid::Uuid>>("edit_tasks", &fields).await.unwrap();
}

async fn describe(browser: &Browser, key: &str, version: &str, title: &str, description: &str) {
    let fields = [("org", "acme"), ("key", key), ("version", version), ("title", title), ("description", description)];
    browser.call::<tessera::domain::tasks::TaskDetail>("update_task", &fields).await.unwrap();
}

async fn comment(browser: &Browser, key: &str, body: &str) -> String {
    browser.call::<()>("add_comment", &[("org", "acme"), ("key", key), ("body", body)]).await.unwrap();
    let entries: Vec<Entry> = browser.ask("get_activity", &[("org", "acme"), ("key", key)]).await.unwrap();
    let last = entries.into_iter().rev().find_map(|entry| match entry {
        Entry::Comment(comment) => Some(comment.id.to_string()),
        Entry::Note(_) => None,
    });
    last.unwrap()
}

/// With brackets around what is marked.
fn shown(marked: &tessera::domain::search::Marked) -> String {
    marked.pieces().map(|(text, is_marked)| if is_marked { format!("[{text}]") } else { text.to_owned() }).collect()
}

#[tokio::test]
async fn words_find_what_begins_with_them_all() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    assert_eq!(keys(&alice, "acme", "pricing").await, ["WEB-4"]);
    assert_eq!(keys(&alice, "acme", "PRI dra").await, ["WEB-4"]);
    assert_eq!(keys(&alice, "acme", "pricing certificate").await, Vec::<String>::new());
    assert_eq!(keys(&alice, "acme", "ricing").await, Vec::<String>::new(), "not in the middle of a word");
    let key = add(&alice, "acme", "WEB", "Résumé für Ångström, foo.bar/baz_qux").await;
    for q in ["resume", "RESUME fur", "résumé", "angstrom", "bar", "qux", "foo.bar", "e\u{301}", "r"] {
        assert!(keys(&alice, "acme", q).await.contains(&key) != (q == "e\u{301}"), "{q}");
    }
    let [hit] = &hits(&alice, "acme", "draft pri").await[..] else { panic!() };
    assert_eq!((shown(&hit.title).as_str(), hit.project.as_str()), ("[Draft] the [pri]cing page", "Website relaunch"));
    assert!(matches!(&hit.subject, Subject::Task { state, .. } if state == "To do"), "{hit:?}");
}

#[tokio::test]
async fn a_key_finds_its_task_first_however_it_is_typed() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    add(&alice, "acme", "OPS", "Web 4 is a word and a number").await;
    for q in ["WEB-4", "web-4", "web 4", " Web  4 "] {
        assert_eq!(keys(&alice, "acme", q).await, ["WEB-4", "OPS-5"], "{q}");
    }
    let named = keys(&alice, "acme", "4").await;
    assert_eq!(named.len(), 3, "{named:?}");
    assert!(named[..2].contains(&"WEB-4".to_owned()) && named[..2].contains(&"OPS-4".to_owned()), "{named:?}");
    assert_eq!(keys(&alice, "acme", "APP-1").await, Vec::<String>::new(), "of another organization");
    assert_eq!(keys(&alice, "acme", "WEB-99").await, Vec::<String>::new());
    let projects = look(&alice, "acme", &[("q", "4"), ("kind", "project")]).await.unwrap();
    assert!(projects.hits.is_empty());
}

#[tokio::test]
async fn titles_come_before_texts_and_open_tasks_before_closed_ones() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let (text, done) = (add(&alice, "acme", "OPS", "One").await, add(&alice, "acme", "OPS", "Zebra done").await);
    let open = add(&alice, "acme", "OPS", "Zebra open").await;
    let archived = add(&alice, "acme", "OPS", "Zebra archived").await;
    describe(&alice, &text, "1", "One", "There is a **zebra**\n\nin this text").await;
    edit(&alice, &done, "state", "done").await;
    edit(&alice, &archived, "archived", "true").await;
    comment(&alice, &open, "No zebra, though").await;
    let found = hits(&alice, "acme", "zebra").await;
    let order: Vec<_> = found.iter().map(|hit| hit.subject.key()).collect();
    assert_eq!(order[0], open);
    assert!(order[1..3].contains(&done) && order[1..3].contains(&archived), "{order:?}");
    assert!(order[3..].contains(&text) && order.len() == 5, "{order:?}");
    let marked: Vec<_> = found.iter().filter(|hit| hit.is_archived).map(|hit| hit.subject.key()).collect();
    assert_eq!(marked, [archived]);
    let excerpts: Vec<_> = found.iter().filter_map(|hit| hit.excerpt.as_ref().map(shown)).collect();
    assert!(excerpts.contains(&"There is a [zebra] in this text".to_owned()), "{excerpts:?}");
    let comments = look(&alice, "acme", &[("q", "zebra"), ("kind", "comment")]).await.unwrap().hits;
    let [only] = &comments[..] else { panic!("{comments:?}") };
    assert!(matches!(&only.subject, Subject::Comment { author, .. } if author == ALICE), "{only:?}");
    assert_eq!(shown(only.excerpt.as_ref().unwrap()), "No [zebra], though");
}

#[tokio::test]
async fn what_is_changed_is_found_as_it_is_now() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let key = add(&alice, "acme", "WEB", "Quagga").await;
    describe(&alice, &key, "1", "Okapi", "with stripes").await;
    assert!(keys(&alice, "acme", "quagga").await.is_empty());
    assert_eq!(keys(&alice, "acme", "okapi stripes").await, [key.as_str()]);
    edit(&alice, &key, "deleted", "true").await;
    for q in ["okapi", key.as_str()] {
        assert!(keys(&alice, "acme", q).await.is_empty(), "it is in the bin: {q}");
    }
    edit(&alice, &key, "deleted", "false").await;
    assert_eq!(keys(&alice, "acme", "okapi").await, [key.as_str()]);

    let id = comment(&alice, &key, "Said of a tapir").await;
    let about = [("org", "acme"), ("key", key.as_str()), ("comment", id.as_str()), ("body", "Said of a dugong")];
    alice.call::<()>("edit_comment", &about).await.unwrap();
    assert!(keys(&alice, "acme", "tapir").await.is_empty());
    assert_eq!(keys(&alice, "acme", "dugong").await, [key.as_str()]);
    alice.call::<()>("delete_comment", &about[..3]).await.unwrap();
    assert!(keys(&alice, "acme", "dugong").await.is_empty());

    let project =
        [("org", "acme"), ("key", "WEB"), ("name", "Capybara"), ("description", "Rodents"), ("icon", ""), ("hue", "")];
    alice.call::<()>("describe_project", &project).await.unwrap();
    assert!(keys(&alice, "acme", "relaunch").await.is_empty());
    for q in ["capybara", "rodents", "capy web"] {
        assert!(keys(&alice, "acme", q).await.contains(&"WEB".to_owned()), "{q}");
    }
    assert_eq!(hits(&alice, "acme", "okapi").await[0].project, "Capybara");
}

#[tokio::test]
async fn many_tasks_that_move_are_still_found_once_each() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.add_project(ACME, "MANY", 60).await;
    let keys: Vec<_> = (1..=60).map(|number| format!("MANY-{number}")).collect();
    let mut fields = vec![("org", "acme"), ("field", "state"), ("values[]", "done")];
    fields.extend(keys.iter().map(|key| ("keys[]", key.as_str())));
    alice.call::<Option<uuid::Uuid>>("edit_tasks", &fields).await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for page in ["1", "2"] {
        let found = look(&alice, "acme", &[("q", "the"), ("kind", "task"), ("page", page)]).await.unwrap();
        assert!(found.has_more && found.hits.len() == 20);
        seen.extend(found.hits.iter().map(|hit| hit.subject.key()));
    }
    assert_eq!(seen.len(), 40, "no task is on two pages");
    let beyond = look(&alice, "acme", &[("q", "the"), ("page", "99999999999999999")]).await.unwrap();
    assert_eq!(beyond, Found::default());
    assert_eq!(app.count("search_document WHERE kind = 'task'").await, app.count("task").await);
    app.database.change("DELETE FROM project WHERE key = 'MANY'").await;
    assert_eq!(app.count("search_document WHERE kind = 'task'").await, app.count("task").await);
}

#[tokio::test]
async fn nothing_of_another_organization_is_ever_found() {
    let app = TestApp::spawn().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    let dana = app.signed_in(DANA, ACME).await;
    let ours = add(&alice, "acme", "WEB", "Secret giraffe").await;
    let theirs = add(&bob, "beta", "APP", "Secret giraffe").await;
    assert_eq!(keys(&alice, "acme", "secret giraffe").await, [ours.as_str()]);
    assert_eq!(keys(&bob, "beta", "secret giraffe").await, [theirs.as_str()]);
    assert_eq!(look(&alice, "beta", &[("q", "giraffe")]).await, Err(AppError::SignInRequired));
    // In both, one is still in one at a time.
    dana.sign_in(&app, DANA, BETA).await;
    assert_eq!(keys(&dana, "acme", "giraffe").await, [ours.as_str()]);
    assert_eq!(keys(&dana, "beta", "giraffe").await, [theirs.as_str()]);
    // The word by which an organization's rows are known is no way to others'.
    let column = match app.database.direct() {
        Direct::Sqlite { .. } => "CAST(lower(hex(id)) AS BLOB)",
        Direct::Postgres { .. } => "CAST(CAST(id AS TEXT) AS BYTEA)",
    };
    let word = app.database.bytes_of("organization WHERE slug = 'acme'", column).await;
    let word = String::from_utf8(word).unwrap();
    for q in [word.clone(), format!("org:{word}"), format!("\"{word}\" OR giraffe")] {
        assert!(keys(&bob, "beta", &q).await.is_empty(), "{q}");
    }
}

#[tokio::test]
async fn a_closed_project_is_found_by_nobody_outside_of_it() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    let key = add(&carol, "abc-inc", "HIRE", "Salary of a pelican").await;
    let say = [("org", "abc-inc"), ("key", key.as_str()), ("body", "A pelican, really")];
    carol.call::<()>("add_comment", &say).await.unwrap();
    assert_eq!(keys(&joe, "abc-inc", "pelican").await.len(), 2);
    let close = [("org", "abc-inc"), ("key", "HIRE"), ("closed", "true")];
    carol.call::<()>("set_project_closed", &close).await.unwrap();
    for q in ["pelican", key.as_str(), "hiring"] {
        assert_eq!(look(&joe, "abc-inc", &[("q", q)]).await.unwrap(), Found::default(), "{q}");
        assert!(!keys(&carol, "abc-inc", q).await.is_empty(), "{q}");
    }
    let page = joe.get("/o/abc-inc/search?q=pelican").await.assert_status(200).assert_says("Nothing found");
    assert!(!page.body.contains("Salary"));
}

#[tokio::test]
async fn whatever_is_typed_is_looked_for_or_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let key = add(&alice, "acme", "WEB", "It's \"quoted\" & (odd): a* OR b! <b>").await;
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
        let found = look(&alice, "acme", &[("q", q)]).await.unwrap();
        let expected = !["NEAR(quoted odd)", "title:quoted", "quo\0ted"].contains(&q);
        assert_eq!(found.hits.iter().any(|hit| hit.subject.key() == key), expected, "{q:?}");
    }
    for q in ["", " ", "\"*:(", "\0", "🦀", "''''", "\\", "%", "-", "!!!", "&&|<->"] {
        assert_eq!(look(&alice, "acme", &[("q", q)]).await.unwrap(), Found::default(), "{q:?}");
    }
    let long = "pricing ".repeat(1_280);
    let refused = look(&alice, "acme", &[("q", &long)]).await.unwrap_err();
    assert!(refused.field("q").is_some(), "{refused:?}");
    let page = alice.get(&format!("/o/acme/search?q={}", "x".repeat(10_000))).await.assert_status(422);
    page.assert_says("Use at most 200 characters; this has 10000.");
    let refused = look(&alice, "acme", &[("q", "a"), ("kind", "person")]).await.unwrap_err();
    assert!(refused.field("kind").is_some(), "{refused:?}");
    alice
        .get("/o/acme/search?q=a&kind=person")
        .await
        .assert_status(422)
        .assert_says("Only tasks, comments and projects");
    alice.get("/o/acme/search?q=a&page=-1").await.assert_status(200);
    for q in ["ü".repeat(200), "a b ".repeat(50), "क्ष ".repeat(50), "字".repeat(200)] {
        look(&alice, "acme", &[("q", q.trim())]).await.unwrap();
    }
    // Text as long as it may be is indexed, in the script that takes the most room.
    describe(&alice, &key, "1", "Longest", &"각늙 ".repeat(33_333)).await;
    assert_eq!(keys(&alice, "acme", "각늙").await, [key.as_str()]);
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
    add(&alice, "acme", "WEB", "<script>alert(1)</script> & pri").await;
    let page = alice.get("/o/acme/search?q=script%20pri").await.assert_status(200);
    assert!(!page.body.contains("<script>alert") && page.body.contains("<mark>script"), "{}", page.body);
    alice
        .get("/o/acme/shortcuts")
        .await
        .assert_status(200)
        .assert_says("Keyboard shortcuts")
        .assert_says("Lift the card");
    app.browser()
        .get("/o/acme/search?q=pri")
        .await
        .assert_leads_to("/login?organization_name=acme&return_to=%2Fo%2Facme%2Fsearch%3Fq%3Dpri");
}
