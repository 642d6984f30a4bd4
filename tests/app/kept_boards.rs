//! Boards that a node keeps: every change shows on the next page, on each node.

use chrono::TimeDelta;
use tessera::testing::domain::{board::Board, errors::AppError};
use uuid::Uuid;

use crate::support::{
    ABC, BoardExt as _, CAROL, Direct, JOE, Member, Node, Project, TestApp, XYZ,
    functions::{DescribeProject, MoveState, RemoveLabel, RemoveState, SaveLabel, SaveState, SaveView},
    together,
};

/// A filter that every task matches. Boards with a filter are not kept.
const EVERY_TASK: &str = "priority=none,urgent,high,medium,low";

/// The board as the project's node shows it. Checks that it is the same as one that is read now.
async fn board(project: &Project) -> Board {
    let kept = project.board().await.unwrap();
    let read = project.filtered_board(EVERY_TASK).await.unwrap();
    assert_eq!(kept, read);
    kept
}

/// The project as two nodes serve it, both with a kept board.
struct Nodes {
    one: Project,
    other: Project,
}

impl Nodes {
    /// Makes a change on one node and checks that the next board of each node shows it.
    async fn check<F: Future>(&self, what: &str, change: F) -> F::Output {
        let before = (board(&self.one).await, board(&self.other).await);
        let outcome = change.await;
        // The other node first: nothing but the database tells it.
        let other = board(&self.other).await;
        let one = board(&self.one).await;
        assert_ne!(Board { as_of: 0, ..before.1 }, Board { as_of: 0, ..other.clone() }, "{what}");
        assert_eq!(other, one, "{what}");
        outcome
    }
}

/// Two nodes on `PostgreSQL`. `SQLite` has one, which stands for both.
async fn with_two_nodes() -> (TestApp, Option<Node>, Nodes) {
    let app = TestApp::managing().await;
    // A demo person is a member from the first sign-in on.
    app.signed_in(JOE, ABC).await;
    let carol = app.signed_in(CAROL, ABC).await;
    let node = match app.database.direct() {
        Direct::Sqlite { .. } => None,
        Direct::Postgres { .. } => Some(app.another_node().await),
    };
    let (one, other) = (carol.project("CRM"), reached(node.as_ref(), &carol).project("CRM"));
    (app, node, Nodes { one, other })
}

/// The member at the other node, if there is one.
fn reached(node: Option<&Node>, member: &Member) -> Member {
    node.map_or_else(|| member.clone(), |node| node.reached_by(member))
}

#[tokio::test]
async fn changes_of_tasks_show_on_both_nodes() {
    let (_app, _node, nodes) = with_two_nodes().await;
    let project = &nodes.one;
    let number = nodes.check("a new task", project.add("todo", "New")).await;
    let task = project.task(number);
    let joe = task.person(JOE).await.to_string();
    project.create_label("Urgent", "4").await.unwrap();
    let label = project.board().await.unwrap().labels[0].id.to_string();
    let version = task.get().await.unwrap().version;
    nodes.check("a title", task.write(version, "Renamed", "")).await.unwrap();
    for (field, value) in
        [("priority", "urgent"), ("estimate", "5"), ("due_on", "2027-01-01"), ("assignees", &joe), ("labels", &label)]
    {
        nodes.check(field, task.set(field, value)).await.unwrap();
    }
    nodes.check("a move", task.move_to("done")).await.unwrap();
    let batch = nodes.check("a state", project.edit_tasks(&[number], "state", &["todo"])).await.unwrap();
    nodes.check("an undo", project.member.undo(batch)).await.unwrap();
    nodes.check("the trash", task.delete()).await.unwrap();
    nodes.check("a restored task", task.restore()).await.unwrap();
    nodes.check("the archive", task.archive()).await.unwrap();
    nodes.check("a task from the archive", task.set("archived", "false")).await.unwrap();
}

#[tokio::test]
async fn changes_of_the_project_show_on_both_nodes() {
    let (app, _node, nodes) = with_two_nodes().await;
    let project = &nodes.one;
    let (member, key) = (&project.member, || "CRM".to_owned());
    let text = str::to_owned;
    let label = |label: Option<Uuid>, name: &str, hue: &str| {
        member.call(SaveLabel { org: member.org(), key: key(), label, name: text(name), hue: text(hue) })
    };
    nodes.check("a label", label(None, "Fresh", "3")).await.unwrap();
    let fresh = project.board().await.unwrap().labels.iter().find(|label| label.name == "Fresh").unwrap().id;
    nodes.check("a label's name", label(Some(fresh), "Fresher", "3")).await.unwrap();
    nodes.check("a label's hue", label(Some(fresh), "Fresher", "4")).await.unwrap();
    let task = project.task(1);
    nodes.check("a task's labels", task.set("labels", &fresh.to_string())).await.unwrap();
    let remove = RemoveLabel { org: member.org(), key: key(), label: fresh };
    nodes.check("a label that is removed", member.call(remove)).await.unwrap();
    let state = |state: &str, name: &str, category: &str| SaveState {
        org: member.org(),
        key: key(),
        state: text(state),
        name: text(name),
        category: text(category),
        hue: String::new(),
        limit: String::new(),
    };
    nodes.check("a state", member.call(state("", "Blocked", "started"))).await.unwrap();
    nodes.check("a state's name", member.call(state("blocked", "Waiting", "started"))).await.unwrap();
    nodes.check("a state's category", member.call(state("todo", "To do", "completed"))).await.unwrap();
    let up = MoveState { org: member.org(), key: key(), state: text("blocked"), up: true };
    nodes.check("a state's place", member.call(up)).await.unwrap();
    nodes.check("a task in the state", task.move_to("blocked")).await.unwrap();
    nodes.check("no task in the state", task.move_to("done")).await.unwrap();
    let remove = RemoveState { org: member.org(), key: key(), state: text("blocked") };
    nodes.check("a state that is removed", member.call(remove)).await.unwrap();
    let describe = DescribeProject {
        org: member.org(),
        key: key(),
        name: text("Customers"),
        description: String::new(),
        icon: String::new(),
        hue: String::new(),
    };
    nodes.check("the project's name", member.call(describe)).await.unwrap();
    // Neither of these is an event.
    let view = SaveView {
        org: member.org(),
        key: key(),
        layout: text("board"),
        query: text("priority=urgent"),
        name: text("Urgent"),
        shared: true,
    };
    nodes.check("a saved view", member.call(view)).await.unwrap();
    let rename = format!("UPDATE person SET name = 'Joseph' WHERE subject = '{JOE}'");
    nodes.check("a person's name", app.database.change(&rename)).await;
}

#[tokio::test]
async fn a_kept_board_is_shown_only_to_those_who_may_see_it() {
    let (app, node, nodes) = with_two_nodes().await;
    let joe = app.signed_in(JOE, ABC).await;
    let joes = reached(node.as_ref(), &joe).project("CRM");
    assert_eq!(board(&joes).await.columns, board(&nodes.other).await.columns);
    nodes.one.set_private(true).await.unwrap();
    assert_eq!(joes.board().await, Err(AppError::NotFound));
    assert_eq!(joe.project("CRM").board().await, Err(AppError::NotFound));
    board(&nodes.other).await;
    // Who leaves is assigned to nothing, and can no longer be assigned.
    nodes.one.set_private(false).await.unwrap();
    let number = nodes.one.add("todo", "Joe's").await;
    let id = nodes.one.task(number).person(JOE).await;
    nodes.one.task(number).set("assignees", &id.to_string()).await.unwrap();
    nodes.check("a member who is removed", nodes.one.member.remove_member(&id.to_string())).await.unwrap();
    let left = board(&nodes.other).await;
    assert!(left.people.iter().all(|person| person.id != id));
    assert!(left.columns.iter().flat_map(|column| &column.tasks).all(|task| !task.assignees.contains(&id)));
}

#[tokio::test]
async fn a_move_shows_on_the_other_node_at_once_whatever_runs_beside_it() {
    let (_app, _node, nodes) = with_two_nodes().await;
    let mut numbers = Vec::new();
    for _ in 0..6 {
        numbers.push(nodes.one.add("todo", "Moved").await);
    }
    together(6, |at| {
        let number = numbers[at];
        let (one, other) = if at % 2 == 0 { (&nodes.one, &nodes.other) } else { (&nodes.other, &nodes.one) };
        let (one, other) = (one.clone(), other.clone());
        async move {
            for state in ["in-progress", "done", "backlog", "todo", "done", "in-progress"] {
                one.task(number).move_to(state).await.unwrap();
                let board = other.board().await.unwrap();
                assert!(board.column(state).tasks.iter().any(|task| task.number == number), "CRM-{number} in {state}");
            }
        }
    })
    .await;
    assert_eq!(board(&nodes.one).await, board(&nodes.other).await);
}

#[tokio::test]
async fn rendered_cards_are_those_of_the_reader_and_of_the_day() {
    let app = TestApp::spawn().await;
    // Joe is a viewer there.
    let sign_in = async || (app.signed_in(CAROL, XYZ).await, app.signed_in(JOE, XYZ).await);
    let (carol, joe) = sign_in().await;
    let project = carol.project("TRIP");
    let number = project.add("todo", "Pack <bags>").await;
    let today = app.clock.now().date_naive().to_string();
    project.task(number).set("due_on", &today).await.unwrap();
    let card = async |member: &Member, query: &str| {
        let page = member.get(&format!("/o/xyz-travel/projects/TRIP/board{query}")).await.assert_status(200).body;
        let own = format!("<li data-task=\"{number}\">");
        page.split_once(&own).map(|(_, rest)| rest.split("</li>").next().unwrap().to_owned())
    };
    let check = async |what: &str, (carol, joe): (&Member, &Member), due: &str| {
        for _ in 0..2 {
            let (hers, his) = (card(carol, "").await.unwrap(), card(joe, "").await.unwrap());
            assert!(hers.contains("draggable=\"true\"") && hers.contains("type=\"checkbox\""), "{what}: {hers}");
            assert!(his.contains("draggable=\"false\"") && !his.contains("type=\"checkbox\""), "{what}: {his}");
            for card in [&hers, &his] {
                assert!(card.contains("Pack &lt;bags&gt;") && card.contains(due), "{what}: {card}");
            }
            assert_eq!(card(carol, "?text=pack").await, Some(hers), "{what}");
            assert_eq!(card(carol, "?priority=urgent").await, None, "{what}");
        }
    };
    check("due today", (&carol, &joe), "class=\"due\"").await;
    app.clock.advance(TimeDelta::days(1));
    let (carol, joe) = sign_in().await;
    check("due yesterday", (&carol, &joe), "class=\"due late\"").await;
    let project = carol.project("TRIP");
    project.task(number).move_to("done").await.unwrap();
    check("done", (&carol, &joe), "class=\"due\"").await;
    project.task(number).set("priority", "high").await.unwrap();
    assert!(card(&joe, "").await.unwrap().contains("High"));
}
