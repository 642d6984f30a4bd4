//! What was chosen and typed is in the form again after an expired session, in pages without scripts too.

use leptos::server_fn::ServerFn as _;

use crate::support::{
    ACME, ALICE, Member, TestApp,
    functions::{AddRelation, EditTasks, MoveTask, SaveLabel, SaveState, SaveView, SetProjectMember},
};

const COOKIE: &str = "tessera";

/// Submits a form after the session has ended, signs in again, and returns the page with the form.
async fn restored(app: &TestApp, alice: &Member, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    alice.cookies.lock().unwrap().remove(COOKIE);
    let fields = [&[("org", "acme")], fields].concat();
    let login = alice.post_form(page, action, &fields).await.assert_status(303).location().to_owned();
    let authorization = alice.begin(login.strip_prefix("/login?").unwrap()).await;
    let code = app.provider.code(authorization.grant(&app.provider, ALICE));
    let page = alice.get(&authorization.callback(&code)).await.assert_status(303).location().to_owned();
    let body = alice.get(&page).await.assert_status(200).assert_says("Your text has been restored").body;
    let texts = body.matches("Your text has been restored").count();
    assert_eq!(texts, 1, "in one form: {action} on {page}");
    body
}

/// The tag of the control with this `id`.
fn control<'a>(body: &'a str, id: &str) -> &'a str {
    let at = body.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
    let start = body[..at].rfind('<').unwrap();
    &body[start..=start + body[start..].find('>').unwrap()]
}

/// The value of the selected option of the list with this `id`.
fn selected<'a>(body: &'a str, id: &str) -> &'a str {
    let list = &body[body.find(control(body, id)).unwrap()..];
    let list = &list[..list.find("</select>").unwrap()];
    let option = list.split("<option ").find(|option| option.split('>').next().unwrap().contains("selected"));
    option.unwrap_or_else(|| panic!("{list}")).split('"').nth(1).unwrap()
}

#[tokio::test]
async fn the_fields_of_a_task_are_restored() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let task = "/o/acme/tasks/WEB-1";
    for (field, value) in
        [("estimate", "13"), ("parent", "WEB-2"), ("start_on", "2031-04-05"), ("due_on", "2031-05-06")]
    {
        let fields = [("form_place", field), ("keys[]", "WEB-1"), ("field", field), ("values[]", value)];
        let body = restored(&app, &alice, task, EditTasks::PATH, &fields).await;
        assert!(control(&body, field).contains(&format!("value=\"{value}\"")), "{}", control(&body, field));
    }
    let fields = [("form_place", "priority"), ("keys[]", "WEB-1"), ("field", "priority"), ("values[]", "urgent")];
    let body = restored(&app, &alice, task, EditTasks::PATH, &fields).await;
    assert_eq!(selected(&body, "priority"), "urgent");

    let body = restored(&app, &alice, task, MoveTask::PATH, &[("key", "WEB-1"), ("state", "done")]).await;
    assert_eq!(selected(&body, "state"), "done");

    let relation = [("key", "WEB-1"), ("relation", "duplicates"), ("other", "WEB-9")];
    let body = restored(&app, &alice, task, AddRelation::PATH, &relation).await;
    assert!(control(&body, "other").contains("value=\"WEB-9\""));
    assert!(body.contains("<option value=\"duplicates\" selected"), "the kind of relation");
    assert_eq!(alice.task("WEB-1").fields().await.estimate, None, "nothing was saved");
}

#[tokio::test]
async fn all_boxes_of_a_field_are_restored() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let task = alice.task("WEB-1");
    let people = [task.person(ALICE).await.to_string(), task.person("Dana Dvorak").await.to_string()];
    let fields = [
        ("form_place", "assignees"),
        ("keys[]", "WEB-1"),
        ("field", "assignees"),
        ("values[]", ""),
        ("values[]", &people[0]),
        ("values[]", &people[1]),
    ];
    let body = restored(&app, &alice, &task.page(), EditTasks::PATH, &fields).await;
    let is_ticked = |person: &str| {
        let at = body.find(&format!("value=\"{person}\"")).unwrap();
        body[at..at + body[at..].find('>').unwrap()].contains("checked")
    };
    assert_eq!(people.each_ref().map(|person| is_ticked(person)), [true, true]);
    // One that was ticked is not any more.
    task.set_all("assignees", &[&people[0]]).await.unwrap();
    let body = restored(&app, &alice, &task.page(), EditTasks::PATH, &fields[..4]).await;
    let at = body.find(&format!("value=\"{}\"", people[0])).unwrap();
    assert!(!body[at..at + body[at..].find('>').unwrap()].contains("checked"));
}

#[tokio::test]
async fn names_and_choices_in_settings_are_restored_in_their_own_form() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let settings = "/o/acme/projects/WEB/settings";
    let state = [
        ("form_place", "new"),
        ("key", "WEB"),
        ("state", ""),
        ("name", "In review"),
        ("category", "completed"),
        ("limit", "4"),
    ];
    let body = restored(&app, &alice, settings, SaveState::PATH, &state).await;
    assert!(control(&body, "state-new-name").contains("value=\"In review\""));
    assert!(control(&body, "state-new-limit").contains("value=\"4\""));
    assert_eq!(selected(&body, "state-new-category"), "completed");
    assert!(control(&body, "state-todo-name").contains("value=\"To do\""), "another form has its own name");

    let label = [("form_place", "new"), ("key", "WEB"), ("name", "Typed"), ("hue", "7")];
    let body = restored(&app, &alice, settings, SaveLabel::PATH, &label).await;
    assert!(control(&body, "label-new-name").contains("value=\"Typed\""));
    assert_eq!(selected(&body, "label-new-hue"), "7");

    let id = alice.project("WEB").settings().await.people[0].id.to_string();
    let part = [("form_place", id.as_str()), ("key", "WEB"), ("person", &id), ("part", "lead")];
    let body = restored(&app, &alice, settings, SetProjectMember::PATH, &part).await;
    assert_eq!(selected(&body, &format!("part-{id}")), "lead");
}

#[tokio::test]
async fn a_change_in_the_list_and_a_view_are_restored() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let list = "/o/acme/projects/WEB/list";
    let fields = [("form_place", "estimate"), ("keys[]", "WEB-1"), ("field", "estimate"), ("values[]", "21")];
    // The editor was opened by a script: the address does not say so.
    let body = restored(&app, &alice, list, EditTasks::PATH, &fields).await;
    let editor = &body[body.find("class=\"row-editor").expect("the editor is open")..];
    assert!(editor.contains("value=\"21\""));

    let view = [("key", "WEB"), ("layout", "list"), ("query", ""), ("name", "My view"), ("shared", "true")];
    let body = restored(&app, &alice, list, SaveView::PATH, &view).await;
    assert!(control(&body, "view-name").contains("value=\"My view\""));
    assert!(body.contains("name=\"shared\" value=\"true\" checked"));
}
