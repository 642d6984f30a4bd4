//! Moves of tasks beside other changes of the same moment.

use std::collections::BTreeSet;

use tessera::testing::domain::{
    errors::AppError,
    permissions::Permission,
    tasks::{event::Event, fields::FieldChange},
};

use crate::support::{
    ABC, BoardExt as _, CAROL, Direct, JOE, Member, NEEDS_POSTGRES, Project, TestApp, waiting_for_a_lock,
};

/// Lists the ranks of a column in the order of the board.
async fn ranks(project: &Project, numbers: &[i64]) -> Vec<String> {
    let mut ranks = Vec::new();
    for number in numbers {
        ranks.push(project.task(*number).fields().await.position.rank);
    }
    ranks
}

#[tokio::test]
async fn moves_into_one_place_at_once_get_ranks_of_their_own_and_every_page_the_same_order() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let project = carol.project("CRM");
    let (above, below) = (project.add("in-progress", "Above").await, project.add("in-progress", "Below").await);
    let mut moved = Vec::new();
    for _ in 0..10 {
        moved.push(project.add("todo", "Moved").await);
    }
    let mut stream = joe.listen(0).await;
    let requests = moved.iter().enumerate().map(|(at, number)| {
        let member = if at % 2 == 0 { &carol } else { &joe };
        let task = member.project("CRM").task(*number);
        // Between the same two tasks, from either side.
        async move {
            let (after, before) = if at % 3 == 0 { (Some(above), None) } else { (None, Some(below)) };
            task.move_between("in-progress", after, before).await.unwrap()
        }
    });
    let outcomes = requests.collect::<tokio::task::JoinSet<_>>().join_all().await;
    let events: BTreeSet<_> = outcomes.iter().map(|moved| moved.event.unwrap()).collect();
    assert_eq!(events.len(), moved.len(), "each has an event of its own");
    let last = *events.last().unwrap();
    assert!(events.iter().copied().eq(last - 9..=last), "numbered without gaps: {events:?}");
    let order =
        project.board().await.unwrap().column("in-progress").tasks.iter().map(|card| card.number).collect::<Vec<_>>();
    let (first, end) =
        (order.iter().position(|number| *number == above), order.iter().position(|number| *number == below));
    assert_eq!(end.unwrap() - first.unwrap(), moved.len() + 1, "all of them are between the two: {order:?}");
    let ranks = ranks(&project, &order).await;
    assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    // An open page that applies the events in their order arrives at the same one.
    let mut seen: Vec<(String, i64)> = Vec::new();
    loop {
        let event = stream.event().await;
        if let (Some(task), Event::Changed { changes, .. }) = (event.task, &event.event)
            && let [FieldChange::Position(change)] = changes.as_slice()
            && moved.contains(&task)
        {
            seen.push((change.to.rank.clone(), task));
        }
        if event.number == last {
            break;
        }
    }
    seen.sort();
    let seen: Vec<_> = seen.into_iter().map(|(_, task)| task).collect();
    assert_eq!(seen, order[first.unwrap() + 1..end.unwrap()]);
}

#[tokio::test]
async fn a_move_beside_a_deletion_is_refused_or_came_first() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let project = carol.project("CRM");
    for _ in 0..8 {
        let number = project.add("todo", "Moved or deleted").await;
        let (deleting, moving) = (project.task(number), joe.project("CRM").task(number));
        let (deleted, moved) = tokio::join!(
            tokio::spawn(async move { deleting.delete().await }),
            tokio::spawn(async move { moving.move_to("done").await })
        );
        deleted.unwrap().unwrap();
        let moved = moved.unwrap();
        assert!(matches!(moved, Ok(_) | Err(AppError::Conflict { .. })), "{moved:?}");
        let fields = project.task(number).fields().await;
        let expected = if moved.is_ok() { "done" } else { "todo" };
        assert_eq!((fields.is_deleted, fields.position.state.as_str()), (true, expected));
        let events = format!(
            "event WHERE task = {number} AND body LIKE '{{\"kind\":\"changed\"%'
             AND project_id = (SELECT id FROM project WHERE key = 'CRM')"
        );
        assert_eq!(app.count(&events).await, 1 + i64::from(moved.is_ok()), "the history says the same");
    }
}

#[tokio::test]
async fn a_column_with_a_limit_never_has_more_however_many_move_into_it_at_once() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let project = carol.project("CRM");
    let mut moved = Vec::new();
    for _ in 0..8 {
        moved.push(project.add("todo", "Moved").await);
    }
    let there = project.board().await.unwrap().column("in-progress").tasks.len();
    let limit = there + 3;
    let set = format!(
        "UPDATE project_state SET wip_limit = {limit} WHERE slug = 'in-progress'
           AND project_id = (SELECT id FROM project WHERE key = 'CRM')"
    );
    assert_eq!(app.database.change(&set).await, 1);
    let requests = moved.iter().map(|number| {
        let task = project.task(*number);
        async move { task.move_to("in-progress").await }
    });
    let outcomes = requests.collect::<tokio::task::JoinSet<_>>().join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
    assert_eq!(project.board().await.unwrap().column("in-progress").tasks.len(), limit);
}

/// Starts a move of a task that waits while the rights in the organization are being changed by `change`, and returns its
/// error.
async fn refused(app: &TestApp, member: &Member, number: i64, change: &str) -> AppError {
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    // As a change of rights holds it.
    let mut changing = pool.begin().await.unwrap();
    let lock =
        "SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0))::text FROM organization WHERE slug = 'abc-inc'";
    sqlx::query(lock).execute(&mut *changing).await.unwrap();
    let moving = tokio::spawn({
        let task = member.project("CRM").task(number);
        async move { task.move_to("done").await }
    });
    waiting_for_a_lock(app).await;
    sqlx::query(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut *changing).await.unwrap();
    changing.commit().await.unwrap();
    moving.await.unwrap().map(drop).unwrap_err()
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_move_beside_a_removal_or_a_demotion_of_its_member_is_refused() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let number = carol.project("CRM").add("todo", "Stays").await;
    let joes = format!(
        "WHERE org_id = (SELECT id FROM organization WHERE slug = 'abc-inc')
           AND person_id = (SELECT id FROM person WHERE subject = '{JOE}')"
    );
    let demoted = format!("UPDATE membership SET permissions = NULL, role = 'viewer' {joes}");
    let forbidden = AppError::Forbidden { permission: Permission::WriteTasks };
    assert_eq!(refused(&app, &joe, number, &demoted).await, forbidden);
    assert_eq!(app.count("audit_log WHERE action = 'task.move' AND outcome = 'refused'").await, 1);
    let ended = AppError::MembershipEnded { organization: "ABC Inc".to_owned() };
    let suspended = format!("UPDATE membership SET status = 'suspended' {joes}");
    assert_eq!(refused(&app, &joe, number, &suspended).await, ended);
    let active = format!("UPDATE membership SET status = 'active', role = 'member' {joes}");
    app.database.change(&active).await;
    assert_eq!(refused(&app, &joe, number, &format!("DELETE FROM membership {joes}")).await, ended);
    assert_eq!(carol.project("CRM").task(number).fields().await.position.state, "todo");
}
