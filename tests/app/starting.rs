//! What a new project starts with.

use tessera::domain::{
    errors::AppError,
    projects::{Board, settings::ProjectSettings},
    tasks::{TaskDetail, priority::Priority},
};

use crate::support::{ABC, Browser, CAROL, JOE, TestApp};

async fn create(browser: &Browser, key: &str, start: &str) -> Result<(), AppError> {
    browser.call("create_project", &[("org", "abc-inc"), ("name", "Another"), ("key", key), ("start", start)]).await
}

async fn settings(browser: &Browser, key: &str) -> ProjectSettings {
    browser.ask("get_project_settings", &[("org", "abc-inc"), ("key", key)]).await.unwrap()
}

async fn board(browser: &Browser, key: &str) -> Board {
    browser.ask("get_board", &[("org", "abc-inc"), ("key", key)]).await.unwrap()
}

async fn edit(browser: &Browser, key: &str, field: &str, value: &str) {
    let fields = [("org", "abc-inc"), ("keys[]", key), ("field", field), ("values[]", value)];
    browser.call::<Option<uuid::Uuid>>("edit_tasks", &fields).await.unwrap();
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
async fn a_project_can_be_set_up_like_another_one() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let about = |function: &'static str, fields: &'static [(&'static str, &'static str)]| {
        let mut all = vec![("org", "abc-inc"), ("key", "CRM")];
        all.extend(fields);
        let joe = joe.clone();
        async move { joe.call::<()>(function, &all).await.unwrap() }
    };
    about("save_state", &[("state", ""), ("name", "In review"), ("category", "started"), ("hue", "3"), ("limit", "2")])
        .await;
    about("save_label", &[("name", "Bug"), ("hue", "12")]).await;
    about("describe_project", &[("name", "CRM"), ("description", "**Why**"), ("icon", "🚀"), ("hue", "7")]).await;

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
async fn open_tasks_are_copied_with_what_is_not_of_their_time() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol
        .call::<()>("save_label", &[("org", "abc-inc"), ("key", "CRM"), ("name", "Bug"), ("hue", "12")])
        .await
        .unwrap();
    let bug = settings(&carol, "CRM").await.labels[0].id.to_string();
    let anybody = board(&carol, "CRM").await.people[0].id.to_string();
    for (field, value) in [("labels", bug.as_str()), ("assignees", &anybody), ("due_on", "2027-01-01")] {
        edit(&carol, "CRM-1", field, value).await;
    }
    edit(&carol, "CRM-1", "priority", "urgent").await;
    edit(&carol, "CRM-1", "parent", "CRM-5").await;
    edit(&carol, "CRM-2", "deleted", "true").await;

    create(&carol, "COPY", "copy:CRM").await.unwrap();
    let titles = |board: &Board| {
        let column = |column: &tessera::domain::projects::Column| {
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
    let task: TaskDetail =
        carol.ask("get_task", &[("org", "abc-inc"), ("key", &format!("COPY-{number}"))]).await.unwrap();
    assert_eq!(task.facts.priority, Priority::Urgent);
    assert_eq!((task.facts.due_on, task.facts.assignees.len()), (None, 0));
    assert_eq!(task.facts.labels.iter().copied().collect::<Vec<_>>(), [copy.labels[0].id]);
    let in_progress = &copy.columns[2].tasks[0];
    assert_eq!(task.facts.parent, Some(in_progress.number), "the copy of what it was a part of");
}

#[tokio::test]
async fn whoever_may_not_write_tasks_copies_none() {
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
async fn more_text_than_can_be_copied_in_one_go_is_refused_at_the_field() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let long = "€".repeat(100_000);
    // Of 60 with 300 kB each at least half are open.
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
async fn what_one_cannot_see_is_nothing_to_be_like() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    create(&carol, "SHUT", "").await.unwrap();
    carol.call::<()>("set_project_closed", &[("org", "abc-inc"), ("key", "SHUT"), ("closed", "true")]).await.unwrap();
    let mut messages = Vec::new();
    for start in ["like:SHUT", "copy:SHUT", "like:NEVER", "like:WEB"] {
        let refused = create(&joe, "MINE", start).await.unwrap_err();
        messages.push(refused.field("start").expect("the field says it").replace(&start[5..], "…"));
    }
    let board = async |key: &str| joe.ask::<Board>("get_board", &[("org", "abc-inc"), ("key", key)]).await;
    for (key, start) in [("TWIN", "copy:SHUT"), ("SAME", "like:SHUT")] {
        create(&carol, key, start).await.unwrap();
        assert_eq!(board(key).await, Err(AppError::NotFound), "what is closed is not opened by being copied");
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    create(&joe, "MINE", "").await.unwrap();
}
