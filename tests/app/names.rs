//! Names in every script: which are the same, which cannot be seen, how long they may be, and that none turns the page.

use tessera::testing::domain::errors::AppError;

use crate::support::{
    ACME, ALICE, Outcome, Project, TestApp,
    functions::{DescribeProject, SaveState, SaveView, UpdateTask},
};

async fn save_state(project: &Project, name: &str) -> Outcome<()> {
    let state = SaveState {
        org: project.member.org(),
        key: project.key.clone(),
        state: String::new(),
        name: name.to_owned(),
        category: "started".to_owned(),
        hue: String::new(),
        limit: String::new(),
    };
    project.member.call(state).await
}

async fn save_view(project: &Project, name: &str) -> Outcome<()> {
    let (org, key, layout) = (project.member.org(), project.key.clone(), "board".to_owned());
    let view = SaveView { org, key, layout, query: String::new(), name: name.to_owned(), shared: false };
    project.member.call(view).await
}

async fn describe(project: &Project, name: &str, icon: &str) -> Outcome<()> {
    let describe = DescribeProject {
        org: project.member.org(),
        key: project.key.clone(),
        name: name.to_owned(),
        description: String::new(),
        icon: icon.to_owned(),
        hue: String::new(),
    };
    project.member.call(describe).await
}

fn refused(outcome: Outcome<()>, field: &str) -> String {
    let error = outcome.expect_err("it is refused");
    error.field(field).unwrap_or_else(|| panic!("{error:?}")).to_owned()
}

#[tokio::test]
async fn names_that_differ_in_form_alone_are_the_same() {
    let (_app, project) = TestApp::with_project().await;
    for (one, another) in
        [("Café", "CAFE\u{301}"), ("Straße", "strasse"), ("ΣΟΦΟΣ", "σοφος"), ("Ｗｅｂ", "web"), ("a\u{200b}b", "AB")]
    {
        project.create_label(one, "1").await.unwrap();
        assert!(refused(project.create_label(another, "1").await, "name").contains("already exists"), "{another}");
        save_state(&project, one).await.unwrap();
        assert!(refused(save_state(&project, another).await, "name").contains("already exists"), "{another}");
        save_view(&project, one).await.unwrap();
        assert!(refused(save_view(&project, another).await, "name").contains("already have"), "{another}");
    }
    project.create_label("Cafe", "1").await.unwrap();
    // The filter finds a label however its name is written.
    let labels = project.list("").await.unwrap().project.labels;
    let number = project.add("todo", "Labelled").await;
    let id = labels.iter().find(|label| label.name == "Straße").unwrap().id.to_string();
    project.task(number).set_all("labels", &[&id]).await.unwrap();
    for query in ["label=STRASSE", "label=stra%C3%9Fe"] {
        let rows = project.list(query).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [number], "{query}");
    }
}

#[tokio::test]
async fn labels_that_an_earlier_version_folded_are_folded_again() {
    let (app, project) = TestApp::with_project().await;
    project.create_label("Straße", "1").await.unwrap();
    let number = project.add("todo", "Labelled").await;
    let id = project.list("").await.unwrap().project.labels[0].id.to_string();
    project.task(number).set_all("labels", &[&id]).await.unwrap();
    app.database.change("UPDATE label SET folded = 'straße' WHERE name = 'Straße'").await;
    app.database.change("UPDATE task SET title = 'Labelled by another version' WHERE title = 'Labelled'").await;
    assert_eq!(project.list("label=strasse").await.unwrap().rows.len(), 0);
    assert_eq!(app.index_pending().await, 1);
    assert_eq!(project.list("label=strasse").await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn names_without_a_visible_sign_are_refused() {
    let (_app, project) = TestApp::with_project().await;
    for blank in
        ["\u{200b}", "\u{3164}", "\u{2800}", "\u{fe0f}", "\u{115f}\u{1160}", "\u{202e}", "\u{a0}\u{2060}", "\u{301}"]
    {
        for outcome in [
            project.create_label(blank, "1").await,
            save_state(&project, blank).await,
            save_view(&project, blank).await,
            describe(&project, blank, "").await,
            project.member.create_project(blank, "BLANK").await,
        ] {
            assert!(refused(outcome, "name").starts_with("Enter a name"), "{blank:?}");
        }
        assert!(project.create_task("todo", blank).await.unwrap_err().field("title").is_some(), "{blank:?}");
    }
}

#[tokio::test]
async fn an_icon_is_one_emoji() {
    let (_app, project) = TestApp::with_project().await;
    for icon in ["", "🚀", "👩🏽‍💻", "🇺🇦", "#️⃣", "❤️"] {
        describe(&project, "New", icon).await.unwrap();
        assert_eq!(project.settings().await.icon, icon);
    }
    for icon in ["abc", "a", "1", "🚀🚀", "🚀x", "\u{200b}", "é"] {
        assert_eq!(
            refused(describe(&project, "New", icon).await, "icon"),
            "Use one emoji, or leave it empty.",
            "{icon}"
        );
    }
}

#[tokio::test]
async fn lengths_are_counted_as_the_browser_counts() {
    let (_app, project) = TestApp::with_project().await;
    let number = project.create_task("todo", &"👍".repeat(100)).await.unwrap().number;
    let error = project.create_task("todo", &"👍".repeat(101)).await.unwrap_err();
    let message = error.field("title").unwrap();
    assert!(message.starts_with("Use at most 200 characters; this has 202."), "{message}");
    // The field has the same limit, so a browser lets nothing through that the server refuses.
    let page = format!("/o/acme/tasks/NEW-{number}?edit");
    project.member.get(&page).await.assert_status(200).assert_says("maxlength=\"200\"");
    assert!(project.create_label(&"🏷".repeat(20), "1").await.is_ok());
    assert!(refused(project.create_label(&"🏷".repeat(21), "1").await, "name").contains("this has 42"));
}

#[tokio::test]
async fn a_name_does_not_turn_the_text_around_it() {
    let (app, project) = TestApp::with_project().await;
    let number = project.add("todo", "a\u{202e}b\u{2067}c").await;
    assert_eq!(project.list("").await.unwrap().rows[0].fields.title, "abc", "what sets a direction is not saved");

    // Names that are stored otherwise, and names from right to left.
    let task = project.task(number);
    task.write(1, "דוח שנתי", "").await.unwrap();
    app.database.change("UPDATE task SET title = 'Evil \u{202e}gnp.exe' WHERE title = 'דוח שנתי'").await;
    app.database.change("UPDATE project_state SET name = 'Doing\u{202e}' WHERE name = 'In progress'").await;
    let page = format!("/o/acme/tasks/NEW-{number}");
    let title = project.member.get(&page).await.assert_status(200).body;
    let title = title.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0.to_owned();
    assert!(title.contains("gnp.exe\u{2069}") && !title.contains('\u{202e}'), "{title:?}");
    let call = UpdateTask {
        org: project.member.org(),
        key: format!("NEW-{number}"),
        version: 2,
        title: "Plain".to_owned(),
        description: String::new(),
    };
    project.member.call(call).await.unwrap();
    task.set("state", "in-progress").await.unwrap();
    let history = task.history().await.join("\n");
    assert!(history.contains("renamed it from “\u{2068}Evil gnp.exe\u{2069}”"), "{history:?}");
    assert!(history.contains("to \u{2068}Doing\u{2069}") && !history.contains('\u{202e}'), "{history:?}");
}

#[tokio::test]
async fn texts_and_fields_have_their_own_direction() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.task("WEB-1").write(1, "דוח שנתי", "טקסט\n\n- one").await.unwrap();
    alice.task("WEB-1").comment("مرحبا").await.unwrap();
    let page = alice.get("/o/acme/tasks/WEB-1?edit").await.assert_status(200).body;
    for field in ["name=\"title\"", "name=\"description\"", "name=\"body\""] {
        let tag = page.split('<').find(|tag| tag.contains(field)).unwrap_or_else(|| panic!("{field} in {page}"));
        assert!(tag.contains("dir=\"auto\""), "{tag}");
    }
    let page = alice.get("/o/acme/tasks/WEB-1").await.assert_status(200).body;
    for text in ["<p dir=\"auto\">טקסט</p>", "<p dir=\"auto\">مرحبا</p>", "<h2 dir=\"auto\" class=\"title\">דוח שנתי"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let board = alice.get("/o/acme/projects/WEB/board").await.body;
    assert!(board.contains("<span class=\"title\" dir=\"auto\">דוח שנתי</span>"), "{board}");
    assert_eq!(
        alice
            .task("WEB-1")
            .write(2, "\u{200f}", "")
            .await
            .map(drop)
            .map_err(|error| matches!(error, AppError::Invalid { .. })),
        Err(true)
    );
}
