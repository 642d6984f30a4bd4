//! The history of a task keeps the names that labels, states and people had at the time.

use crate::support::{ABC, CAROL, JOE, TestApp};

#[tokio::test]
async fn labels_and_states_keep_their_names_in_the_history() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let (crm, task) = (joe.project("CRM"), joe.task("CRM-1"));
    crm.create_label("Bug", "1").await.unwrap();
    crm.save_state("", "Review", "started", "").await.unwrap();
    let label = crm.settings().await.labels.into_iter().find(|label| label.name == "Bug").unwrap().id;
    task.set("labels", &label.to_string()).await.unwrap();
    task.move_to("review").await.unwrap();

    crm.change_label(label, "Defect", "1").await.unwrap();
    crm.save_state("review", "Check", "started", "").await.unwrap();
    task.move_to("done").await.unwrap();
    crm.remove_label(label).await.unwrap();
    crm.remove_state("review").await.unwrap();
    // Another label with the old name is another one.
    crm.create_label("Bug", "2").await.unwrap();

    let history = task.history().await;
    let has = |text: &str| history.iter().filter(|phrase| phrase.ends_with(text)).count();
    for text in ["added the label Bug", " to Review", "moved it from Check to Done", "removed the label Defect"] {
        assert_eq!(has(text), 1, "{text}: {history:?}");
    }
    // The overview of the project tells the same.
    let noted = crm.overview().await.unwrap().activity;
    assert!(noted.iter().any(|note| note.text == "added the label Bug"), "{noted:?}");
}

#[tokio::test]
async fn people_who_have_left_keep_their_names_in_the_history() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joes = joe.task("CRM-1").person(JOE).await.to_string();
    carol.task("CRM-1").set("assign", &joes).await.unwrap();
    carol.remove_member(&joes).await.unwrap();
    let history = carol.task("CRM-1").history().await;
    for text in [format!("assigned {JOE}"), format!("unassigned {JOE}")] {
        assert!(history.contains(&text), "{text}: {history:?}");
    }
}
