//! How projects are set up, and what follows for their tasks and readers.

use tessera::domain::{
    errors::AppError,
    organizations::Workspace,
    projects::{
        Board,
        settings::{Part, ProjectSettings},
    },
    tasks::TaskDetail,
};
use uuid::Uuid;

use crate::support::{ABC, Browser, CAROL, JOE, TestApp, XYZ};

type Fields<'a> = &'a [(&'a str, &'a str)];

/// Calls a function about the project CRM of abc-inc.
async fn about(browser: &Browser, function: &str, fields: Fields<'_>) -> Result<(), AppError> {
    let mut all = vec![("org", "abc-inc"), ("key", "CRM")];
    all.extend(fields);
    browser.call(function, &all).await
}

async fn settings(browser: &Browser) -> ProjectSettings {
    browser.ask("get_project_settings", &[("org", "abc-inc"), ("key", "CRM")]).await.unwrap()
}

async fn board(browser: &Browser) -> Result<Board, AppError> {
    browser.ask("get_board", &[("org", "abc-inc"), ("key", "CRM")]).await
}

async fn edit(browser: &Browser, field: &str, value: &str) -> Result<Option<Uuid>, AppError> {
    let fields = [("org", "abc-inc"), ("keys[]", "CRM-1"), ("field", field), ("values[]", value)];
    browser.call("edit_tasks", &fields).await
}

fn names(settings: &ProjectSettings) -> Vec<&str> {
    settings.states.iter().map(|state| state.state.name.as_str()).collect()
}

#[tokio::test]
async fn a_project_says_what_it_is() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let describe = |name: &'static str, icon: &'static str, hue: &'static str| {
        [("name", name), ("description", "What it is **for**"), ("icon", icon), ("hue", hue)]
    };
    about(&joe, "describe_project", &describe("Customers", "🚀", "7")).await.unwrap();
    let found = settings(&joe).await;
    assert_eq!((found.name.as_str(), found.icon.as_str(), found.hue), ("Customers", "🚀", Some(7)));
    for (name, icon, hue, field) in [("", "", "", "name"), ("N", "two signs", "", "icon"), ("N", "", "13", "hue")] {
        let refused = about(&joe, "describe_project", &describe(name, icon, hue)).await.unwrap_err();
        assert!(refused.field(field).is_some(), "{field}: {refused:?}");
    }
    joe.get("/o/abc-inc/projects/CRM/settings").await.assert_status(200).assert_says("Customers");
    assert_eq!(app.count("audit_log WHERE action = 'project.update' AND target = 'CRM'").await, 1);
}

#[tokio::test]
async fn a_closed_project_is_seen_by_those_in_it_and_by_owners() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    about(&carol, "set_project_closed", &[("closed", "true")]).await.unwrap();
    assert_eq!(board(&joe).await, Err(AppError::NotFound));
    assert_eq!(about(&joe, "set_project_closed", &[("closed", "false")]).await, Err(AppError::NotFound));
    let people = settings(&carol).await.people;
    let id = |name: &str| people.iter().find(|person| person.name == name).unwrap().id.to_string();
    let part = |person: String, part: &'static str| {
        let carol = carol.clone();
        async move { about(&carol, "set_project_member", &[("person", &person), ("part", part)]).await }
    };
    part(id(JOE), "lead").await.unwrap();
    board(&joe).await.unwrap();
    part(id(CAROL), "lead").await.unwrap();
    let parts: Vec<_> = settings(&joe).await.people.into_iter().map(|person| (person.name, person.part)).collect();
    assert!(parts.contains(&(JOE.to_owned(), Part::Member)) && parts.contains(&(CAROL.to_owned(), Part::Lead)));
    part(id(JOE), "none").await.unwrap();
    assert_eq!(board(&joe).await, Err(AppError::NotFound));
    assert!(matches!(part(id(CAROL), "none").await, Err(AppError::Conflict { .. })), "somebody must be in it");
    assert_eq!(part(Uuid::nil().to_string(), "member").await, Err(AppError::NotFound));
    about(&carol, "set_project_closed", &[("closed", "false")]).await.unwrap();
    board(&joe).await.unwrap();
}

#[tokio::test]
async fn labels_are_added_renamed_and_removed_from_their_tasks() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    about(&joe, "save_label", &[("name", "Bug"), ("hue", "1")]).await.unwrap();
    let refused = about(&joe, "save_label", &[("name", "BUG"), ("hue", "2")]).await.unwrap_err();
    assert!(refused.field("name").is_some(), "{refused:?}");
    let label = settings(&joe).await.labels[0].id.to_string();
    about(&joe, "save_label", &[("label", &label), ("name", "Defect"), ("hue", "3")]).await.unwrap();
    edit(&joe, "labels", &label).await.unwrap();
    let found = board(&joe).await.unwrap();
    assert_eq!((found.labels[0].name.as_str(), found.labels[0].hue), ("Defect", 3));
    about(&joe, "remove_label", &[("label", &label)]).await.unwrap();
    assert!(settings(&joe).await.labels.is_empty());
    let task: TaskDetail = joe.ask("get_task", &[("org", "abc-inc"), ("key", "CRM-1")]).await.unwrap();
    assert!(task.facts.labels.is_empty());
    assert_eq!(about(&joe, "remove_label", &[("label", &label)]).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_workflow_is_changed_and_stays_usable() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let state = |name: &'static str, category: &'static str| [("name", name), ("category", category), ("limit", "2")];
    about(&joe, "save_state", &state("In review", "started")).await.unwrap();
    assert_eq!(names(&settings(&joe).await), ["Backlog", "To do", "In progress", "Done", "In review"]);
    about(&joe, "move_state", &[("state", "in-review"), ("up", "true")]).await.unwrap();
    assert_eq!(names(&settings(&joe).await), ["Backlog", "To do", "In progress", "In review", "Done"]);
    let renamed = [("state", "in-review"), ("name", "Review"), ("category", "started"), ("limit", "")];
    about(&joe, "save_state", &renamed).await.unwrap();
    edit(&joe, "state", "in-review").await.unwrap();
    let removed = about(&joe, "remove_state", &[("state", "in-review")]).await;
    assert!(matches!(removed, Err(AppError::Conflict { .. })), "there is a task in it: {removed:?}");
    edit(&joe, "state", "todo").await.unwrap();
    about(&joe, "remove_state", &[("state", "in-review")]).await.unwrap();
    assert_eq!(names(&settings(&joe).await), ["Backlog", "To do", "In progress", "Done"]);
    for (fields, field) in
        [(state("done", "started"), "name"), ([("name", "New"), ("category", "started"), ("limit", "0")], "limit")]
    {
        let refused = about(&joe, "save_state", &fields).await.unwrap_err();
        assert!(refused.field(field).is_some(), "{field}: {refused:?}");
    }
    assert_eq!(about(&joe, "save_state", &state("New", "someday")).await, Err(AppError::BadRequest));
}

#[tokio::test]
async fn what_a_state_means_decides_what_is_left_to_do() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let open = async || {
        let workspace: Workspace = joe.ask("get_workspace", &[("org", "abc-inc")]).await.unwrap();
        workspace.projects.iter().find(|project| project.key.as_str() == "CRM").unwrap().open_tasks
    };
    let before = open().await;
    let done = settings(&joe).await.states.into_iter().find(|state| state.state.slug == "done").unwrap().tasks;
    let fields = |category: &'static str| [("state", "done"), ("name", "Done"), ("category", category)];
    about(&joe, "save_state", &fields("started")).await.unwrap();
    assert_eq!(open().await, before + done);
    about(&joe, "save_state", &fields("completed")).await.unwrap();
    assert_eq!(open().await, before);
}

#[tokio::test]
async fn an_archived_project_is_read_and_not_changed() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    about(&joe, "set_project_archived", &[("archived", "true")]).await.unwrap();
    board(&joe).await.unwrap();
    assert!(matches!(edit(&joe, "priority", "high").await, Err(AppError::Conflict { .. })));
    assert!(!joe.get("/o/abc-inc/settings").await.body.contains("/projects/CRM/board"), "it has left the sidebar");
    about(&joe, "set_project_archived", &[("archived", "false")]).await.unwrap();
    edit(&joe, "priority", "high").await.unwrap();
}

#[tokio::test]
async fn a_favourite_is_one_s_own() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    about(&joe, "set_project_favourite", &[("favourite", "true")]).await.unwrap();
    let marked = async |browser: &Browser| {
        let workspace: Workspace = browser.ask("get_workspace", &[("org", "abc-inc")]).await.unwrap();
        workspace.projects.iter().any(|project| project.is_favourite)
    };
    assert!(marked(&joe).await && !marked(&carol).await);
    about(&joe, "set_project_favourite", &[("favourite", "false")]).await.unwrap();
    assert!(!marked(&joe).await);
}

#[tokio::test]
async fn whoever_may_only_read_sets_nothing_up() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    joe.get("/o/xyz-travel/projects/TRIP/settings").await.assert_status(403);
    let fields = [("org", "xyz-travel"), ("key", "TRIP"), ("archived", "true")];
    let refused = joe.call::<()>("set_project_archived", &fields).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'project.archive' AND outcome = 'refused'").await, 1);
}
