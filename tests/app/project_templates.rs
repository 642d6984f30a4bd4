//! Project templates and copies of projects.

use tessera::testing::domain::{
    board::Board, errors::AppError, projects::settings::ProjectSettings, tasks::priority::Priority,
};

use crate::support::{
    ABC, CAROL, JOE, Member, Outcome, TestApp,
    functions::{DescribeProject, SaveState},
};

async fn create(member: &Member, key: &str, template: &str) -> Outcome<()> {
    member.create_project_from(template, "Another", key).await
}

async fn settings(member: &Member, key: &str) -> ProjectSettings {
    member.project(key).settings().await
}

async fn board(member: &Member, key: &str) -> Board {
    member.project(key).board().await.unwrap()
}

fn names(settings: &ProjectSettings) -> Vec<&str> {
    settings.states.iter().map(|state| state.state.name.as_str()).collect()
}

fn labels(settings: &ProjectSettings) -> Vec<&str> {
    settings.labels.iter().map(|label| label.name.as_str()).collect()
}

#[tokio::test]
async fn a_template_brings_its_workflow_and_labels() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    create(&joe, "PLAIN", "").await.unwrap();
    assert_eq!(names(&settings(&joe, "PLAIN").await), ["Backlog", "To do", "In progress", "Done"]);
    create(&joe, "CODE", "software").await.unwrap();
    let code = settings(&joe, "CODE").await;
    assert_eq!(names(&code), ["Backlog", "To do", "In progress", "In review", "Done", "Cancelled"]);
    assert_eq!(labels(&code), ["Bug", "Chore", "Feature"]);
    for (key, template) in [("TEXT", "content"), ("HELP", "support")] {
        create(&joe, key, template).await.unwrap();
        assert!(!settings(&joe, key).await.labels.is_empty(), "{template}");
    }
    for unknown in ["other", "like:", "like:?"] {
        assert_eq!(create(&joe, "NONE", unknown).await, Err(AppError::BadRequest), "{unknown}");
    }
}

#[tokio::test]
async fn a_project_copies_the_settings_of_another() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let text = str::to_owned;
    let state = SaveState {
        org: joe.org(),
        key: text("CRM"),
        state: String::new(),
        name: text("In review"),
        category: text("started"),
        hue: text("3"),
        limit: text("2"),
    };
    joe.call(state).await.unwrap();
    joe.project("CRM").create_label("Bug", "12").await.unwrap();
    let description = DescribeProject {
        org: joe.org(),
        key: text("CRM"),
        name: text("CRM"),
        description: text("**Why**"),
        icon: text("🚀"),
        hue: text("7"),
    };
    joe.call(description).await.unwrap();

    create(&joe, "LIKE", "like:CRM").await.unwrap();
    let (source, like) = (settings(&joe, "CRM").await, settings(&joe, "LIKE").await);
    let states = |of: &ProjectSettings| of.states.iter().map(|state| state.state.clone()).collect::<Vec<_>>();
    assert_eq!(states(&like), states(&source));
    assert_eq!((labels(&like), like.labels[0].hue), (vec!["Bug"], 12));
    assert_ne!(like.labels[0].id, source.labels[0].id);
    assert_eq!((like.name.as_str(), like.description.as_str()), ("Another", "**Why**"));
    assert_eq!((like.icon.as_str(), like.hue), ("🚀", Some(7)));
    assert!(board(&joe, "LIKE").await.columns.iter().all(|column| column.tasks.is_empty()));
}

#[tokio::test]
async fn open_tasks_are_copied_without_dates_and_people() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.project("CRM").create_label("Bug", "12").await.unwrap();
    let bug = settings(&carol, "CRM").await.labels[0].id.to_string();
    let anybody = board(&carol, "CRM").await.people[0].id.to_string();
    for (field, value) in [("labels", bug.as_str()), ("assignees", &anybody), ("due_on", "2027-01-01")] {
        carol.task("CRM-1").set(field, value).await.unwrap();
    }
    carol.task("CRM-1").set("priority", "urgent").await.unwrap();
    carol.task("CRM-1").set("parent", "CRM-5").await.unwrap();
    carol.task("CRM-2").delete().await.unwrap();

    create(&carol, "COPY", "copy:CRM").await.unwrap();
    let titles = |board: &Board| {
        let column = |column: &tessera::testing::domain::board::Column| {
            column.tasks.iter().map(|task| task.title.clone()).collect::<Vec<_>>()
        };
        board.columns.iter().map(column).collect::<Vec<_>>()
    };
    let (source, copy) = (board(&carol, "CRM").await, board(&carol, "COPY").await);
    let mut expected = titles(&source);
    let done = expected.last_mut().unwrap();
    assert!(!done.is_empty());
    done.clear();
    assert_eq!(titles(&copy), expected, "without what is done or in the bin");

    let number = copy.columns[0].tasks[0].number;
    let fields = carol.project("COPY").task(number).fields().await;
    assert_eq!(fields.priority, Priority::Urgent);
    assert_eq!((fields.due_on, fields.assignees.len()), (None, 0));
    assert_eq!(fields.labels.iter().copied().collect::<Vec<_>>(), [copy.labels[0].id]);
    let in_progress = &copy.columns[2].tasks[0];
    assert_eq!(fields.parent, Some(in_progress.number), "the copy of what it was a part of");
}

#[tokio::test]
async fn copying_tasks_needs_the_permission_to_write_tasks() {
    let app = TestApp::spawn().await;
    app.provider.permit(JOE, ABC.id, &["read:projects", "write:projects", "read:tasks"]);
    let joe = app.signed_in(JOE, ABC).await;
    let refused = create(&joe, "COPY", "copy:CRM").await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'project.create' AND outcome = 'refused'").await, 1);
    let page = joe.get("/o/abc-inc/projects/new").await.assert_status(200);
    assert!(page.body.contains("like:CRM") && !page.body.contains("copy:CRM"));
    create(&joe, "LIKE", "like:CRM").await.unwrap();
}

#[tokio::test]
async fn copying_too_much_text_is_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let long = "€".repeat(100_000);
    // At least half of the 60 tasks with descriptions of 300 kB are open.
    app.add_project(ABC, "MANY", 120).await;
    let sql = format!(
        "UPDATE task SET description = '{long}' WHERE number <= 60 AND project_id IN (
                           SELECT id FROM project WHERE key = 'MANY')"
    );
    assert_eq!(app.database.change(&sql).await, 60);
    let refused = create(&carol, "COPY", "copy:MANY").await.unwrap_err();
    assert!(refused.field("start").is_some_and(|text| text.contains("8 MB")), "{refused:?}");
    create(&carol, "LIKE", "like:MANY").await.unwrap();
}

#[tokio::test]
async fn a_hidden_project_cannot_be_copied() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    create(&carol, "SHUT", "").await.unwrap();
    carol.project("SHUT").set_private(true).await.unwrap();
    let mut messages = Vec::new();
    for start in ["like:SHUT", "copy:SHUT", "like:NEVER", "like:WEB"] {
        let refused = create(&joe, "MINE", start).await.unwrap_err();
        messages.push(refused.field("start").expect("the field says it").replace(&start[5..], "…"));
    }
    for (key, start) in [("TWIN", "copy:SHUT"), ("SAME", "like:SHUT")] {
        create(&carol, key, start).await.unwrap();
        assert_eq!(
            joe.project(key).board().await,
            Err(AppError::NotFound),
            "what is closed is not opened by being copied"
        );
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    create(&joe, "MINE", "").await.unwrap();
}
