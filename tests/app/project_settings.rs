//! Project settings, and their effect on tasks and members.

use tessera::testing::domain::{
    errors::AppError,
    projects::settings::{ProjectRole, ProjectSettings},
};
use uuid::Uuid;

use crate::support::{
    ABC, CAROL, JOE, Member, Outcome, Project, TestApp, XYZ,
    functions::{
        DescribeProject, MoveState, RemoveLabel, RemoveState, SaveLabel, SaveState, SetProjectFavourite,
        SetProjectMember,
    },
};

/// Actions on the settings pages of a project.
impl Project {
    async fn describe(&self, name: &str, icon: &str, hue: &str) -> Outcome<()> {
        let describe = DescribeProject {
            org: self.member.org(),
            key: self.key.clone(),
            name: name.to_owned(),
            description: "What it is **for**".to_owned(),
            icon: icon.to_owned(),
            hue: hue.to_owned(),
        };
        self.member.call(describe).await
    }

    async fn set_member(&self, person: Uuid, role: &str) -> Outcome<()> {
        let (key, role) = (self.key.clone(), role.to_owned());
        self.member.call(SetProjectMember { org: self.member.org(), key, person, role }).await
    }

    pub async fn change_label(&self, label: Uuid, name: &str, hue: &str) -> Outcome<()> {
        let (key, name, hue) = (self.key.clone(), name.to_owned(), hue.to_owned());
        self.member.call(SaveLabel { org: self.member.org(), key, label: Some(label), name, hue }).await
    }

    pub async fn remove_label(&self, label: Uuid) -> Outcome<()> {
        self.member.call(RemoveLabel { org: self.member.org(), key: self.key.clone(), label }).await
    }

    /// Changes the state with the slug `state`, or adds a state if `state` is empty.
    pub async fn save_state(&self, state: &str, name: &str, category: &str, limit: &str) -> Outcome<()> {
        let save = SaveState {
            org: self.member.org(),
            key: self.key.clone(),
            state: state.to_owned(),
            name: name.to_owned(),
            category: category.to_owned(),
            hue: String::new(),
            limit: limit.to_owned(),
        };
        self.member.call(save).await
    }

    async fn move_state_up(&self, state: &str) -> Outcome<()> {
        let (key, state) = (self.key.clone(), state.to_owned());
        self.member.call(MoveState { org: self.member.org(), key, state, up: true }).await
    }

    pub async fn remove_state(&self, state: &str) -> Outcome<()> {
        let (key, state) = (self.key.clone(), state.to_owned());
        self.member.call(RemoveState { org: self.member.org(), key, state }).await
    }

    async fn set_favourite(&self, favourite: bool) -> Outcome<()> {
        self.member.call(SetProjectFavourite { org: self.member.org(), key: self.key.clone(), favourite }).await
    }
}

/// The CRM project of abc-inc, as `member` accesses it.
fn crm(member: &Member) -> Project {
    member.project("CRM")
}

fn names(settings: &ProjectSettings) -> Vec<&str> {
    settings.states.iter().map(|state| state.state.name.as_str()).collect()
}

#[tokio::test]
async fn a_project_has_a_name_a_description_and_an_icon() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    crm(&joe).describe("Customers", "🚀", "7").await.unwrap();
    let found = crm(&joe).settings().await;
    assert_eq!((found.name.as_str(), found.icon.as_str(), found.hue), ("Customers", "🚀", Some(7)));
    for (name, icon, hue, field) in [("", "", "", "name"), ("N", "two signs", "", "icon"), ("N", "", "13", "hue")] {
        let refused = crm(&joe).describe(name, icon, hue).await.unwrap_err();
        assert!(refused.field(field).is_some(), "{field}: {refused:?}");
    }
    joe.get("/o/abc-inc/projects/CRM/settings").await.assert_status(200).assert_says("Customers");
    assert_eq!(app.count("audit_log WHERE action = 'project.update' AND target = 'CRM'").await, 1);
}

#[tokio::test]
async fn a_private_project_is_seen_by_its_members_and_owners() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    crm(&carol).set_private(true).await.unwrap();
    assert_eq!(crm(&joe).board().await, Err(AppError::NotFound));
    assert_eq!(crm(&joe).set_private(false).await, Err(AppError::NotFound));
    let people = crm(&carol).settings().await.people;
    let id = |name: &str| people.iter().find(|person| person.name == name).unwrap().id;
    crm(&carol).set_member(id(JOE), "lead").await.unwrap();
    crm(&joe).board().await.unwrap();
    crm(&carol).set_member(id(CAROL), "lead").await.unwrap();
    let parts: Vec<_> =
        crm(&joe).settings().await.people.into_iter().map(|person| (person.name, person.role)).collect();
    assert!(
        parts.contains(&(JOE.to_owned(), ProjectRole::Member))
            && parts.contains(&(CAROL.to_owned(), ProjectRole::Lead))
    );
    crm(&carol).set_member(id(JOE), "none").await.unwrap();
    assert_eq!(crm(&joe).board().await, Err(AppError::NotFound));
    assert!(
        matches!(crm(&carol).set_member(id(CAROL), "none").await, Err(AppError::Conflict { .. })),
        "somebody must be in it"
    );
    assert_eq!(crm(&carol).set_member(Uuid::nil(), "member").await, Err(AppError::NotFound));
    crm(&carol).set_private(false).await.unwrap();
    crm(&joe).board().await.unwrap();
}

#[tokio::test]
async fn labels_are_added_renamed_and_removed_from_their_tasks() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    crm(&joe).create_label("Bug", "1").await.unwrap();
    let refused = crm(&joe).create_label("BUG", "2").await.unwrap_err();
    assert!(refused.field("name").is_some(), "{refused:?}");
    let label = crm(&joe).settings().await.labels[0].id;
    crm(&joe).change_label(label, "Defect", "3").await.unwrap();
    joe.task("CRM-1").set("labels", &label.to_string()).await.unwrap();
    let found = crm(&joe).board().await.unwrap();
    assert_eq!((found.labels[0].name.as_str(), found.labels[0].hue), ("Defect", 3));
    crm(&joe).remove_label(label).await.unwrap();
    assert!(crm(&joe).settings().await.labels.is_empty());
    assert!(joe.task("CRM-1").fields().await.labels.is_empty());
    assert_eq!(crm(&joe).remove_label(label).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_workflow_is_changed_and_stays_usable() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    crm(&joe).save_state("", "In review", "started", "2").await.unwrap();
    assert_eq!(names(&crm(&joe).settings().await), ["Backlog", "To do", "In progress", "Done", "In review"]);
    crm(&joe).move_state_up("in-review").await.unwrap();
    assert_eq!(names(&crm(&joe).settings().await), ["Backlog", "To do", "In progress", "In review", "Done"]);
    crm(&joe).save_state("in-review", "Review", "started", "").await.unwrap();
    joe.task("CRM-1").set("state", "in-review").await.unwrap();
    let removed = crm(&joe).remove_state("in-review").await;
    assert!(matches!(removed, Err(AppError::Conflict { .. })), "there is a task in it: {removed:?}");
    joe.task("CRM-1").set("state", "todo").await.unwrap();
    crm(&joe).remove_state("in-review").await.unwrap();
    assert_eq!(names(&crm(&joe).settings().await), ["Backlog", "To do", "In progress", "Done"]);
    for (name, limit, field) in [("done", "2", "name"), ("New", "0", "limit")] {
        let refused = crm(&joe).save_state("", name, "started", limit).await.unwrap_err();
        assert!(refused.field(field).is_some(), "{field}: {refused:?}");
    }
    assert_eq!(crm(&joe).save_state("", "New", "someday", "2").await, Err(AppError::BadRequest));
}

#[tokio::test]
async fn the_category_of_a_state_decides_which_tasks_are_open() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let open = async || {
        let workspace = joe.workspace().await.unwrap();
        workspace.projects.iter().find(|project| project.key.as_str() == "CRM").unwrap().open_tasks
    };
    let before = open().await;
    let done = crm(&joe).settings().await.states.into_iter().find(|state| state.state.slug == "done").unwrap().tasks;
    crm(&joe).save_state("done", "Done", "started", "").await.unwrap();
    assert_eq!(open().await, before + done);
    crm(&joe).save_state("done", "Done", "completed", "").await.unwrap();
    assert_eq!(open().await, before);
}

#[tokio::test]
async fn an_archived_project_is_read_only() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    crm(&joe).set_archived(true).await.unwrap();
    crm(&joe).board().await.unwrap();
    assert!(matches!(joe.task("CRM-1").set("priority", "high").await, Err(AppError::Conflict { .. })));
    assert!(!joe.get("/o/abc-inc/settings").await.body.contains("/projects/CRM/board"), "it has left the sidebar");
    crm(&joe).set_archived(false).await.unwrap();
    joe.task("CRM-1").set("priority", "high").await.unwrap();
}

#[tokio::test]
async fn favourites_are_personal() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    crm(&joe).set_favourite(true).await.unwrap();
    let marked = async |member: &Member| {
        let workspace = member.workspace().await.unwrap();
        workspace.projects.iter().any(|project| project.is_favourite)
    };
    assert!(marked(&joe).await && !marked(&carol).await);
    crm(&joe).set_favourite(false).await.unwrap();
    assert!(!marked(&joe).await);
}

#[tokio::test]
async fn a_viewer_cannot_change_settings() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    joe.get("/o/xyz-travel/projects/TRIP/settings").await.assert_status(403);
    let refused = joe.project("TRIP").set_archived(true).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'project.archive' AND outcome = 'refused'").await, 1);
}
