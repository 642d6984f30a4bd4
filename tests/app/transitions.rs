//! Transitions: the moves between states that a project allows.

use std::collections::{BTreeMap, BTreeSet};

use tessera::testing::domain::errors::AppError;

use crate::support::{
    Outcome, Project, TestApp,
    functions::{GetTransitions, SetTransitions},
};

/// Creates a project with one task in the state to do.
async fn with_task() -> (TestApp, Project) {
    let (app, project) = TestApp::with_project().await;
    project.add("todo", "T").await;
    (app, project)
}

/// Transition settings of a project.
impl Project {
    async fn allowed_moves(&self) -> BTreeSet<(String, String)> {
        self.member.call(GetTransitions { org: self.member.org(), key: self.key.clone() }).await.unwrap().allowed
    }

    /// Allows every move if `moves` is `any`, or only the ticked moves if it is `chosen`.
    async fn allow_moves(&self, moves: &str, ticked: &[(&str, &str)]) -> Outcome<()> {
        let mut ticks = BTreeMap::<String, BTreeMap<String, String>>::new();
        for (from, to) in ticked {
            ticks.entry((*from).to_owned()).or_default().insert((*to).to_owned(), "on".to_owned());
        }
        let (key, moves) = (self.key.clone(), moves.to_owned());
        self.member.call(SetTransitions { org: self.member.org(), key, moves, ticks }).await
    }
}

#[tokio::test]
async fn tasks_make_only_the_allowed_moves() {
    let (_app, project) = with_task().await;
    assert!(project.allowed_moves().await.is_empty(), "any to any, to begin with");
    project.allow_moves("chosen", &[("todo", "in-progress"), ("in-progress", "done")]).await.unwrap();
    assert_eq!(project.allowed_moves().await.len(), 2);
    let refused = project.task(1).move_to("done").await.unwrap_err();
    assert!(refused.field("state").is_some_and(|text| text.contains("from To do to Done")), "{refused:?}");
    project.task(1).move_to("in-progress").await.unwrap();
    project.task(1).move_to("done").await.unwrap();
    project.allow_moves("any", &[("todo", "done")]).await.unwrap();
    assert!(project.allowed_moves().await.is_empty());
    project.task(1).move_to("backlog").await.unwrap();
}

#[tokio::test]
async fn a_form_that_allows_no_move_is_refused_and_keeps_its_ticks() {
    let (_app, project) = with_task().await;
    let (alice, page) = (&project.member, &project.page("settings/moves"));
    alice.get(page).await.assert_status(200).assert_says("From To do to Done");
    let none = [("org", "acme"), ("key", "NEW"), ("moves", "chosen")];
    alice.submit::<SetTransitions>(page, &none).await.assert_status(422).assert_says("Select at least one transition");
    let one = [("org", "acme"), ("key", "NEW"), ("moves", "chosen"), ("ticks[todo][done]", "on")];
    alice.submit::<SetTransitions>(page, &one).await.assert_leads_to(page);
    assert_eq!(project.allowed_moves().await, [("todo".to_owned(), "done".to_owned())].into());
    for state in ["todo", "nowhere", ""] {
        let outcome = project.allow_moves("chosen", &[("todo", state)]).await;
        assert_eq!(outcome, Err(AppError::BadRequest), "{state:?}");
    }
    assert_eq!(project.allowed_moves().await.len(), 1);
}
