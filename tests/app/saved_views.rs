//! Saved views: visibility and permissions.

use tessera::testing::domain::{
    errors::AppError,
    saved_views::{Layout, SavedView},
};
use uuid::Uuid;

use crate::support::{
    ABC, ACME, ALICE, CAROL, DANA, JOE, Member, Outcome, Project, TestApp, XYZ,
    functions::{ChangeView, DeleteView, SaveView},
};

const PROJECT: [(&str, &str); 2] = [("org", "abc-inc"), ("key", "CRM")];

/// Saved-view actions of a project.
impl Project {
    async fn save_view(&self, layout: &str, query: &str, name: &str, shared: bool) -> Outcome<()> {
        let (layout, query, name) = (layout.to_owned(), query.to_owned(), name.to_owned());
        self.member.call(SaveView { org: self.member.org(), key: self.key.clone(), layout, query, name, shared }).await
    }

    async fn change_view(&self, view: Uuid, name: &str, shared: bool) -> Outcome<()> {
        let (key, name) = (self.key.clone(), name.to_owned());
        self.member.call(ChangeView { org: self.member.org(), key, view, search: None, name, shared }).await
    }

    async fn save_changes(&self, view: Uuid, name: &str, search: &str) -> Outcome<()> {
        let (key, name, search) = (self.key.clone(), name.to_owned(), Some(search.to_owned()));
        self.member.call(ChangeView { org: self.member.org(), key, view, search, name, shared: true }).await
    }

    async fn delete_view(&self, view: Uuid) -> Outcome<()> {
        self.member.call(DeleteView { org: self.member.org(), key: self.key.clone(), view }).await
    }
}

/// The CRM project of abc-inc, as `member` accesses it.
fn crm(member: &Member) -> Project {
    member.project("CRM")
}

async fn save(member: &Member, name: &str, shared: bool) -> Outcome<()> {
    crm(member).save_view("list", "due=overdue&from=100", name, shared).await
}

async fn views(member: &Member) -> Vec<SavedView> {
    crm(member).list("").await.unwrap().project.views
}

async fn id(member: &Member, name: &str) -> Uuid {
    views(member).await.into_iter().find(|view| view.name == name).unwrap().id
}

#[tokio::test]
async fn a_view_is_private_until_it_is_shared() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "  Late\n things ", false).await.unwrap();
    let found = views(&joe).await;
    assert_eq!(found.len(), 1);
    let view = &found[0];
    assert_eq!((view.name.as_str(), view.query.as_str(), view.layout), ("Late things", "due=overdue", Layout::List));
    assert_eq!((view.owner.as_deref(), view.may_delete, view.is_shared), (None, true, false));
    assert_eq!(views(&carol).await, []);
    let id = view.id;
    assert_eq!(crm(&carol).change_view(id, "Mine", false).await, Err(AppError::NotFound));
    assert_eq!(crm(&carol).delete_view(id).await, Err(AppError::NotFound));
    crm(&joe).change_view(id, "Overdue", true).await.unwrap();
    let seen = views(&carol).await;
    assert_eq!((seen[0].name.as_str(), seen[0].owner.as_deref()), ("Overdue", Some(JOE)));
    assert_eq!(crm(&carol).board().await.unwrap().views, seen);
    let outcome = crm(&carol).change_view(id, "Mine", true).await;
    assert_eq!(outcome, Err(AppError::NotFound), "it is somebody else's");
}

#[tokio::test]
async fn a_shared_view_is_deleted_by_its_owner_and_by_admins() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&carol, "Carol’s", true).await.unwrap();
    save(&joe, "Joe’s", true).await.unwrap();
    let carols = id(&joe, "Carol’s").await;
    let refused = crm(&joe).delete_view(carols).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'view.delete' AND outcome = 'refused'").await, 1);
    let joes = id(&carol, "Joe’s").await;
    crm(&carol).delete_view(joes).await.unwrap();
    crm(&carol).delete_view(carols).await.unwrap();
    assert_eq!(views(&joe).await, []);
    assert_eq!(crm(&carol).delete_view(carols).await, Err(AppError::NotFound));
    assert_eq!(crm(&carol).delete_view(Uuid::nil()).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_view_name_is_unique_per_person_and_limited_in_length() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "Late", false).await.unwrap();
    save(&carol, "Late", false).await.unwrap();
    for name in ["", "LATE", &"x".repeat(61)] {
        let refused = save(&joe, name, false).await.unwrap_err();
        assert!(refused.field("name").is_some(), "{name}: {refused:?}");
    }
    save(&joe, &"ü".repeat(60), false).await.unwrap();
    let late = id(&joe, "Late").await;
    let refused = crm(&joe).change_view(late, &"ü".repeat(60), false).await.unwrap_err();
    assert!(refused.field("name").is_some(), "{refused:?}");
    let page = "/o/abc-inc/projects/CRM/list?due=today";
    let form = [&PROJECT[..], &[("layout", "list"), ("query", "due=today"), ("name", "late")]].concat();
    let answer = joe.submit::<SaveView>(page, &form).await;
    answer.assert_status(422).assert_says("You already have a view with that name").assert_says(r#"value="late""#);
    let form = [&PROJECT[..], &[("layout", "list"), ("query", "due=today"), ("name", "later")]].concat();
    let opened = format!("{page}&view={}", {
        let answer = joe.submit::<SaveView>(page, &form).await.assert_status(303);
        assert!(answer.location().starts_with(&format!("{page}&view=")), "{answer:?}");
        id(&joe, "later").await
    });
    joe.get(&opened).await.assert_status(200).assert_says("Save changes");
    joe.get(page).await.assert_status(200).assert_says("later");
}

#[tokio::test]
async fn an_invalid_view_is_refused() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let long = "x".repeat(201);
    for (layout, query) in [("calendar", ""), ("list", "due=someday"), ("board", &format!("text={long}"))] {
        let outcome = crm(&joe).save_view(layout, query, "N", false).await;
        assert_eq!(outcome, Err(AppError::BadRequest), "{layout} {query}");
    }
    assert_eq!(app.count("saved_view").await, 0);
}

#[tokio::test]
async fn a_viewer_saves_views_but_shares_none() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    let refused = joe.project("TRIP").save_view("board", "", "N", true).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    joe.project("TRIP").save_view("board", "", "N", false).await.unwrap();
}

#[tokio::test]
async fn the_views_of_a_private_project_are_hidden() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "Joe’s", true).await.unwrap();
    let joes = id(&joe, "Joe’s").await;
    crm(&carol).set_private(true).await.unwrap();
    assert_eq!(crm(&joe).list("").await, Err(AppError::NotFound));
    assert_eq!(save(&joe, "Another", false).await, Err(AppError::NotFound));
    assert_eq!(crm(&joe).delete_view(joes).await, Err(AppError::NotFound));
    assert!(crm(&carol).settings().await.is_private);
    assert_eq!(views(&carol).await.len(), 1);
}

#[tokio::test]
async fn a_view_of_another_organization_looks_missing() {
    let app = TestApp::spawn().await;
    let (joe, alice) = (app.signed_in(JOE, ABC).await, app.signed_in(ALICE, ACME).await);
    let dana = app.signed_in(DANA, ACME).await;
    save(&joe, "Joe’s", true).await.unwrap();
    let joes = id(&joe, "Joe’s").await;
    for member in [&alice, &dana] {
        assert_eq!(member.project("WEB").delete_view(joes).await, Err(AppError::NotFound));
    }
    assert_eq!(app.count("saved_view").await, 1);
}

#[tokio::test]
async fn the_filter_of_a_view_is_changed_afterwards() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    save(&joe, "Late", true).await.unwrap();
    let view = id(&joe, "Late").await;
    let page = format!("/o/abc-inc/projects/CRM/list?priority=high&sort=title&view={view}");
    let shown = joe.get(&page).await.assert_status(200).assert_says("Discard changes").assert_says("Save changes");
    // The form holds what the page shows.
    let shown = shown.assert_says(r#"name="search" value="?priority=high&amp;sort=title""#);
    // Filter and display keep the view open.
    assert!(shown.body.matches(&format!(r#"name="view" value="{view}""#)).count() >= 3, "{}", shown.body);
    crm(&joe).save_changes(view, "High", "?priority=high&sort=title&from=100").await.unwrap();
    let seen = views(&carol).await;
    assert_eq!((seen[0].name.as_str(), seen[0].query.as_str()), ("High", "priority=high&sort=title"));
    let shown = joe.get(&page).await.assert_status(200);
    assert!(!shown.body.contains("Discard changes"), "{}", shown.body);
    // A rename by a page of an earlier version keeps the filter; no filter is one, too.
    crm(&joe).change_view(view, "Important", true).await.unwrap();
    assert_eq!(views(&carol).await[0].query, "priority=high&sort=title");
    crm(&joe).save_changes(view, "All", "?").await.unwrap();
    assert_eq!(views(&carol).await[0].query, "");
    assert_eq!(crm(&joe).save_changes(view, "All", "?due=someday").await, Err(AppError::BadRequest));
    assert_eq!(crm(&carol).save_changes(view, "Mine", "?").await, Err(AppError::NotFound));
    // Carol cannot change it, but may save what she sees as her own.
    let shown = carol.get(&page).await.assert_status(200).assert_says("Save view");
    assert!(!shown.body.contains("Save changes"), "{}", shown.body);
}

#[tokio::test]
async fn a_view_follows_its_labels_and_states_and_says_what_is_gone() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    crm(&joe).create_label("Größe, neu", "1").await.unwrap();
    crm(&joe).create_label("Other", "2").await.unwrap();
    let labels = crm(&joe).settings().await.labels;
    let [first, other] = ["Größe, neu", "Other"].map(|name| labels.iter().find(|label| label.name == name).unwrap().id);
    crm(&joe).save_state("", "Review", "started", "").await.unwrap();
    let query = "label=gr%C3%B6%C3%9Fe%5C,+neu,other&state=review,todo";
    crm(&joe).save_view("list", query, "Shared", true).await.unwrap();
    crm(&carol).save_view("board", "label=other", "Private", false).await.unwrap();

    crm(&joe).change_label(first, "Taille", "1").await.unwrap();
    crm(&joe).change_label(other, "Another", "2").await.unwrap();
    crm(&joe).save_state("review", "Check", "started", "").await.unwrap();
    let seen = views(&carol).await;
    let of = |name: &str| seen.iter().find(|view| view.name == name).unwrap().clone();
    assert_eq!(of("Shared").query, "state=review,todo&label=another,taille");
    assert_eq!((of("Private").query.as_str(), of("Private").missing.len()), ("label=another", 0));

    // What is gone is shown as such, and the rest of the view works for everybody.
    crm(&joe).remove_label(first).await.unwrap();
    crm(&joe).remove_state("review").await.unwrap();
    let view = id(&carol, "Shared").await;
    let page = format!("/o/abc-inc/projects/CRM/list?state=todo&label=another&view={view}");
    let found = views(&carol).await.into_iter().find(|found| found.id == view).unwrap();
    assert_eq!(found.query, "state=todo&label=another");
    assert_eq!(
        found.missing.iter().map(|part| part.part.as_str()).collect::<Vec<_>>(),
        ["state=review", "label=taille"]
    );
    carol.get(&page).await.assert_status(200).assert_says("label=taille").assert_says("can remove it from the view");
    joe.get(&page).await.assert_status(200).assert_says("state=review").assert_says("“Save changes”");
    crm(&joe).save_changes(view, "Shared", "?state=todo&label=another").await.unwrap();
    let repaired = views(&carol).await.into_iter().find(|found| found.id == view).unwrap();
    assert_eq!(repaired.missing, []);
}
