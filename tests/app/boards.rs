//! Boards of projects in which much is done: they show the last cards of what is, and count the rest.

use tessera::domain::{
    projects::{Board, Column, RECENT},
    tasks::Moved,
};
use uuid::Uuid;

use crate::support::{ACME, ALICE, Browser, TestApp};

/// How many tasks each of the four states has.
const EACH: usize = RECENT + 7;

/// Alice in acme, with a project of its own.
async fn with_project() -> (TestApp, Browser) {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.add_project(ACME, "BIG", EACH * 4).await;
    (app, alice)
}

async fn board(browser: &Browser, query: &str) -> Board {
    browser.ask("get_board", &[("org", "acme"), ("key", "BIG"), ("query", query)]).await.unwrap()
}

#[tokio::test]
async fn what_is_done_is_shown_as_far_as_it_is_recent_and_counted_whole() {
    let (_app, alice) = with_project().await;
    let column = async |query: &str, slug: &str| -> Column {
        board(&alice, query).await.columns.into_iter().find(|column| column.state.slug == slug).unwrap()
    };
    let counted = |column: &Column| (column.tasks.len(), column.hidden);
    let done = column("", "done").await;
    assert_eq!((counted(&done), counted(&column("", "todo").await)), ((RECENT, 7), (EACH, 0)));
    let last = i64::try_from(EACH * 4).unwrap();
    assert_eq!(done.tasks.last().map(|task| task.number), Some(last), "the last of the column");
    assert_eq!(done.tasks[0].number, last - 4 * 99);

    // One that is not shown moves, and one that is.
    for (key, state, expected) in [("BIG-4", "todo", (RECENT, 6)), ("BIG-1", "done", (RECENT, 7))] {
        alice.call::<Moved>("move_task", &[("org", "acme"), ("key", key), ("state", state)]).await.unwrap();
        assert_eq!(counted(&column("", "done").await), expected, "{key}");
    }
    assert_eq!(column("", "done").await.tasks.last().map(|task| task.number), Some(1), "what came last is shown");

    // A filter looks at all of them.
    let shown: Vec<_> = column("category=completed", "done").await.tasks.iter().map(|task| task.number).collect();
    assert_eq!(shown.len(), RECENT);
    let title = &column("", "done").await.tasks[0].title;
    let one = column(&format!("text={}", title.replace(' ', "+")), "done").await;
    assert_eq!(counted(&one).0 + one.hidden, EACH);

    alice.get("/o/acme/projects/BIG/board").await.assert_says("/o/acme/projects/BIG/list?state=done");
}

#[tokio::test]
async fn who_has_what_is_told_of_the_cards_that_are_shown() {
    let (_app, alice) = with_project().await;
    let people = board(&alice, "").await.people;
    let person = people.iter().find(|person| person.name == ALICE).unwrap().id.to_string();
    let last = EACH * 4;
    let (early, late) = ("BIG-4".to_owned(), format!("BIG-{last}"));
    let fields =
        [("org", "acme"), ("keys[0]", early.as_str()), ("keys[1]", &late), ("field", "assign"), ("values[0]", &person)];
    alice.call::<Option<Uuid>>("edit_tasks", &fields).await.unwrap();
    let columns = board(&alice, "").await.columns;
    let given = columns.iter().flat_map(|column| &column.tasks).filter(|task| !task.assignees.is_empty());
    assert_eq!(given.map(|task| task.number).collect::<Vec<_>>(), [i64::try_from(last).unwrap()]);
}
