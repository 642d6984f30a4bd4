//! Concurrent edits of a task's texts are merged.

use tessera::testing::domain::{
    errors::AppError,
    tasks::{
        TaskDetail,
        merge::{Choice, Merge, Part},
    },
};

use crate::support::{
    ACME, ALICE, BETA, BOB, DANA, Member, Outcome, TestApp,
    functions::{CompareTask, MergeTask, UpdateTask},
};

const PAGE: &str = "/o/acme/tasks/NEW-1";
const BASE: &str = "one\ntwo\nthree\nfour";

/// Creates a task that Alice and Dana both open at version 2.
async fn together() -> (TestApp, Member, Member) {
    let (app, project) = TestApp::with_project().await;
    let (alice, dana) = (project.member.clone(), app.signed_in(DANA, ACME).await);
    project.add("todo", "Fix the login").await;
    save(&alice, 1, "Fix the login", BASE).await.unwrap();
    (app, alice, dana)
}

fn form<'a>(version: &'a str, title: &'a str, description: &'a str) -> [(&'a str, &'a str); 5] {
    [("org", "acme"), ("key", "NEW-1"), ("version", version), ("title", title), ("description", description)]
}

async fn save(member: &Member, version: i64, title: &str, description: &str) -> Outcome<TaskDetail> {
    member.task("NEW-1").write(version, title, description).await
}

/// Compares a member's edit of version 2 with the current texts of the task.
async fn compare(member: &Member, title: &str, description: &str) -> Merge {
    let (title, description) = (title.to_owned(), description.to_owned());
    let compare = CompareTask { org: member.org(), key: "NEW-1".to_owned(), version: 2, title, description };
    member.call(compare).await.unwrap()
}

async fn texts(member: &Member) -> (String, String, i64) {
    let task = member.task("NEW-1").get().await.unwrap();
    (task.fields.title, task.fields.description, task.version)
}

/// A text of many lines, none of which another such text has.
fn long(word: &str) -> String {
    (0..9_000).map(|line| format!("{word}{line}")).collect::<Vec<_>>().join("\n")
}

/// Number of comparisons that each of six readers makes, one after the other.
const COMPARISONS: usize = 3;

#[tokio::test]
async fn large_comparisons_do_not_keep_another_organization_waiting() {
    let (app, alice, _) = together().await;
    let bob = app.signed_in(BOB, BETA).await;
    save(&alice, 2, "Fix the login", &long("saved")).await.unwrap();
    let comparisons: Vec<_> = (0..6)
        .map(|_| {
            let alice = alice.clone();
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                for _ in 0..COMPARISONS {
                    let compare = CompareTask {
                        org: alice.org(),
                        key: "NEW-1".to_owned(),
                        version: 2,
                        title: "Fix the login".to_owned(),
                        description: long("mine"),
                    };
                    outcomes.push(alice.call(compare).await);
                }
                outcomes
            })
        })
        .collect();
    // These share one runtime thread with the comparisons, so each step of them would wait for six comparisons.
    let mut served = 0;
    while comparisons.iter().any(|comparison| !comparison.is_finished()) {
        if served % 2 == 0 {
            bob.get("/o/beta").await.assert_status(200);
        } else {
            bob.create_project("New", &format!("NEW{served}")).await.unwrap();
        }
        served += 1;
    }
    assert!(served > COMPARISONS, "{served} requests were served meanwhile");
    let mut compared = 0;
    for comparison in comparisons {
        for outcome in comparison.await.unwrap() {
            match outcome {
                Ok(merge) => {
                    assert!(merge.description.iter().any(Part::is_clash));
                    compared += 1;
                }
                // The machine is slow, so their turn did not come in time.
                Err(error) => assert_eq!(error, AppError::Busy),
            }
        }
    }
    assert!(compared >= 1);
}

#[tokio::test]
async fn a_save_that_is_merged_twice_keeps_every_change() {
    let (app, alice, dana) = together().await;
    // Both save a change of their own again and again, from the version that they know.
    let writer = |member: Member, line: usize| {
        tokio::spawn(async move {
            for number in 0..5 {
                let (title, text, version) = texts(&member).await;
                let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
                lines[line] = format!("line {line} is {number}");
                save(&member, version, &title, &lines.join("\n")).await.unwrap();
            }
        })
    };
    let (one, other) = (writer(alice.clone(), 0), writer(dana.clone(), 3));
    one.await.unwrap();
    other.await.unwrap();
    assert_eq!(texts(&alice).await.1, "line 0 is 4\ntwo\nthree\nline 3 is 4");
    drop(app);
}

#[tokio::test]
async fn separate_changes_by_two_people_are_merged() {
    let (_app, alice, dana) = together().await;
    save(&alice, 2, "Fix the sign-in", "ONE\ntwo\nthree\nfour").await.unwrap();
    save(&alice, 3, "Fix the sign-in", "ONE\ntwo\nthree\nfour\nfive").await.unwrap();
    let joined = save(&dana, 2, "Fix the login today", "one\ntwo\nTHREE\nfour").await.unwrap();
    let expected = ("Fix the sign-in today".to_owned(), "ONE\ntwo\nTHREE\nfour\nfive".to_owned(), 5);
    assert_eq!((joined.fields.title, joined.fields.description, joined.version), expected);
    assert_eq!(texts(&alice).await, expected);
    dana.undo(joined.undo).await.unwrap();
    assert_eq!(texts(&alice).await.1, "ONE\ntwo\nthree\nfour\nfive", "her part alone is undone");
}

#[tokio::test]
async fn conflicting_lines_are_chosen_and_the_rest_is_merged() {
    let (_app, alice, dana) = together().await;
    save(&alice, 2, "Fix the login", "one\nALICE\nthree\nfour\nfive").await.unwrap();
    let refused = save(&dana, 2, "Fix the login", "zero\none\nDANA\nthree\nfour").await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    let merge = compare(&dana, "Fix the login", "zero\none\nDANA\nthree\nfour").await;
    assert_eq!((merge.version, merge.by.as_str()), (3, ALICE));
    assert_eq!(merge.title, [Part::same("Fix the login")]);
    assert_eq!(
        merge.description,
        [Part::same("zero\none\n"), Part::clash("DANA\n", "ALICE\n"), Part::same("three\nfour\nfive"),]
    );

    let chosen = |choice: Choice| {
        let mut fields: Vec<(String, String)> =
            [("org", "acme"), ("key", "NEW-1"), ("version", "3")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        for (name, parts) in [("title", &merge.title), ("description", &merge.description)] {
            for (at, part) in parts.iter().enumerate() {
                let slug = if part.is_clash() { choice } else { Choice::Same }.slug();
                fields.push((format!("{name}[{at}][choice]"), slug.to_owned()));
                for (what, text) in [("same", &part.same), ("yours", &part.yours), ("theirs", &part.theirs)] {
                    fields.push((format!("{name}[{at}][{what}]"), text.replace('\n', "\r\n")));
                }
                fields.push((format!("{name}[{at}][other]"), "Else".to_owned()));
            }
        }
        fields
    };
    let fields = chosen(Choice::Both);
    let fields: Vec<_> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    dana.submit::<MergeTask>(PAGE, &fields).await.assert_leads_to(PAGE);
    assert_eq!(texts(&alice).await.1, "zero\none\nDANA\nALICE\nthree\nfour\nfive");
}

#[tokio::test]
async fn without_scripts_the_page_offers_the_choice_and_keeps_the_input() {
    let (_app, alice, dana) = together().await;
    save(&alice, 2, "Theirs", "Their <words>").await.unwrap();
    let page = dana.submit::<UpdateTask>(PAGE, &form("2", "Mine", "My <words>")).await;
    let page = page.assert_status(409).assert_says("Someone changed this task while you were editing");
    for text in [ALICE, "Theirs", "Their &lt;words", "Mine", "My &lt;words", "name=\"version\" value=\"3\""] {
        assert!(page.body.contains(text), "{text} is not shown in {}", page.body);
    }
    let chosen = [
        ("org", "acme"),
        ("key", "NEW-1"),
        ("version", "3"),
        ("title[0][choice]", "other"),
        ("title[0][other]", " "),
        ("description[0][choice]", "theirs"),
        ("description[0][theirs]", "Their <words>"),
        ("description[0][other]", "typed with care"),
    ];
    let again = dana.submit::<MergeTask>(PAGE, &chosen).await.assert_status(422);
    again.assert_says("Enter a title.").assert_says("typed with care");
    assert_eq!(texts(&dana).await, ("Theirs".to_owned(), "Their <words>".to_owned(), 3));
}

#[tokio::test]
async fn an_unknown_version_changes_nothing() {
    let (_app, alice, _dana) = together().await;
    for version in [0, -1, 9] {
        assert_eq!(save(&alice, version, "T", "D").await, Err(AppError::BadRequest), "{version}");
    }
    assert_eq!(texts(&alice).await.2, 2);
}

#[tokio::test]
async fn long_descriptions_are_stored_outside_the_event_body() {
    let (app, alice, dana) = together().await;
    let long = |word: &str| format!("{word}\n{}end", "A line like all others.\n".repeat(4_000));
    for (version, word) in (2..).zip(["one", "two", "three"]) {
        save(&alice, version, "T", &long(word)).await.unwrap();
    }
    assert_eq!(
        app.count("event WHERE LENGTH(body) > 2000").await,
        0,
        "whoever reads the history reads no descriptions"
    );
    let joined = save(&dana, 3, "T", &long("one").replace("end", "the end")).await.unwrap();
    assert_eq!(joined.fields.description, long("three").replace("end", "the end"));
    dana.undo(joined.undo).await.unwrap();
    assert_eq!(texts(&alice).await.1, long("three"));
}

#[tokio::test]
async fn an_edit_of_a_very_old_version_conflicts_as_a_whole() {
    let (app, alice, dana) = together().await;
    save(&alice, 2, "Theirs", "one\ntwo").await.unwrap();
    let sql = "INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, task, body)
               WITH RECURSIVE later (step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM later WHERE step < 1000)
               SELECT e.org_id, h.number + step, e.batch_id, e.at, e.person_id, e.project_id, e.task,
                      '{\"kind\":\"project_changed\"}'
               FROM later, event_head h
               JOIN event e ON e.org_id = h.org_id AND e.number = h.number
               JOIN organization o ON o.id = h.org_id WHERE o.slug = 'acme'";
    let head =
        "UPDATE event_head SET number = number + 1000 WHERE org_id = (SELECT id FROM organization WHERE slug = 'acme')";
    assert_eq!(app.database.try_change(&[sql, head]).await.unwrap(), 1_001);
    let refused = save(&dana, 2, "Mine", "one").await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    let merge = compare(&dana, "Mine", "one").await;
    assert_eq!(merge.title, [Part::clash("Mine", "Theirs")]);
    assert_eq!(merge.description, [Part::clash("one", "one\ntwo")]);
    save(&dana, 3, "Mine", "one").await.unwrap();
}

#[tokio::test]
async fn an_overlong_description_is_refused_and_kept_in_the_form() {
    let (_app, alice, _dana) = together().await;
    let long = "All of it, twice.\n".repeat(2 * 1024 * 1024 / 18);
    let refused = save(&alice, 2, "T", &long).await.unwrap_err();
    assert!(refused.field("description").is_some_and(|text| text.contains("100000")), "{refused}");
    let page = alice.submit::<UpdateTask>(PAGE, &form("2", "T", &long)).await.assert_status(422);
    assert!(page.body.contains("Use at most 100000 characters"));
    assert!(page.body.matches("All of it, twice.").count() >= 2 * 1024 * 1024 / 18, "the text is still there");
    assert_eq!(texts(&alice).await.2, 2);
}

#[tokio::test]
async fn a_description_is_shown_as_markdown_and_edited_where_the_address_says_so() {
    let (_app, alice, _dana) = together().await;
    save(&alice, 2, "T", "**bold** <script>alert(1)</script>").await.unwrap();
    let page = alice.get(PAGE).await.assert_status(200).assert_says("<strong>bold</strong>");
    assert!(!page.body.contains("<script>alert") && !page.body.contains("name=\"description\""));
    let form_page = format!("{PAGE}?edit");
    alice.get(&form_page).await.assert_says("name=\"description\"");
    let leads = alice.submit::<UpdateTask>(&form_page, &form("3", "T", "plain")).await;
    leads.assert_leads_to(PAGE);
    alice.get(PAGE).await.assert_says("<p dir=\"auto\">plain</p>");
}
