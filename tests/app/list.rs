//! The list of a project, its filters, and the filtered board.

use std::collections::{BTreeMap, BTreeSet};

use tessera::testing::{
    domain::{errors::AppError, list::Row, query::Query, tasks::filter::MatchContext},
    kernel::random::Random,
};

use crate::support::{
    ABC, ACME, ALICE, BoardExt as _, Browser, CAROL, DANA, JOE, Project, TestApp,
    functions::{EditTasks, GetMatching},
};

async fn numbers(project: &Project, query: &str) -> Vec<i64> {
    let listing = project.list(query).await.unwrap();
    assert_eq!(listing.project.problems, [], "{query}");
    listing.rows.iter().map(|row| row.number).collect()
}

/// Lists the groups by name, or by slug if the name is empty, with the numbers of their tasks.
async fn grouped(project: &Project, query: &str) -> Vec<(String, Vec<i64>)> {
    let listing = project.list(query).await.unwrap();
    let mut rows = listing.rows.iter().map(|row| row.number);
    let group = |group: &tessera::testing::domain::list::GroupCount| {
        let name = if group.name.is_empty() { &group.slug } else { &group.name };
        (name.clone(), rows.by_ref().take(usize::try_from(group.tasks).unwrap()).collect())
    };
    listing.groups.iter().map(group).collect()
}

/// Adds labels to the project; returns their ids by name.
async fn labels(project: &Project, names: &[&str]) -> BTreeMap<String, String> {
    for name in names {
        project.create_label(name, "1").await.unwrap();
    }
    let labels = project.list("").await.unwrap().project.labels;
    labels.into_iter().map(|label| (label.name, label.id.to_string())).collect()
}

/// Finds the ids of Alice and Dana.
async fn people(project: &Project) -> [String; 2] {
    let people = project.list("").await.unwrap().project.people;
    // The test provider sends the subject as the name, which replaces the name in the demo data at the first sign-in.
    let id = |names: [&str; 2]| people.iter().find(|person| names.contains(&person.name.as_str())).unwrap().id;
    [id([ALICE, "Alice Archer"]), id([DANA, "Dana Dvorak"])].map(|id| id.to_string())
}

#[tokio::test]
async fn rows_are_grouped_and_sorted() {
    let (_app, project) = TestApp::with_project().await;
    for (state, title) in [("done", "d"), ("todo", "B"), ("backlog", "a"), ("todo", "c")] {
        project.add(state, title).await;
    }
    let ids = labels(&project, &["Bug", "UX"]).await;
    let [me, dana] = people(&project).await;
    project.task(1).set_all("priority", &["low"]).await.unwrap();
    project.task(2).set_all("priority", &["urgent"]).await.unwrap();
    project.task(2).set_all("labels", &[&ids["Bug"], &ids["UX"]]).await.unwrap();
    project.task(3).set_all("labels", &[&ids["UX"]]).await.unwrap();
    project.task(4).set_all("assignees", &[&me, &dana]).await.unwrap();
    project.task(1).set_all("estimate", &["5"]).await.unwrap();
    project.task(3).set_all("estimate", &["3"]).await.unwrap();
    let all = |list: &[(&str, &[i64])]| -> Vec<(String, Vec<i64>)> {
        list.iter().map(|(name, numbers)| ((*name).to_owned(), numbers.to_vec())).collect()
    };
    for (query, expected) in [
        ("", all(&[("Backlog", &[3]), ("To do", &[2, 4]), ("Done", &[1])])),
        ("sort=title&order=desc", all(&[("Backlog", &[3]), ("To do", &[4, 2]), ("Done", &[1])])),
        ("group=none&sort=title", all(&[("", &[3, 2, 4, 1])])),
        ("group=none&sort=created&order=desc", all(&[("", &[4, 3, 2, 1])])),
        ("group=none&sort=estimate", all(&[("", &[3, 1, 2, 4])])),
        ("group=none&sort=estimate&order=desc", all(&[("", &[1, 3, 2, 4])])),
        ("group=none&sort=priority", all(&[("", &[2, 1, 3, 4])])),
        ("group=priority", all(&[("1", &[2]), ("4", &[1]), ("0", &[3, 4])])),
        ("group=label&sort=title", all(&[("Bug", &[2]), ("UX", &[3, 2]), ("", &[4, 1])])),
        ("group=assignee&sort=title", all(&[(ALICE, &[4]), ("Dana Dvorak", &[4]), ("", &[3, 2, 1])])),
    ] {
        assert_eq!(grouped(&project, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn due_dates_are_grouped_and_sorted() {
    let (app, project) = TestApp::with_project().await;
    let today = app.clock.now().date_naive();
    for (days, state) in [(-1, "todo"), (0, "todo"), (7, "todo"), (8, "todo"), (-1, "done")] {
        let number = project.add(state, "T").await;
        let due = (today + chrono::Duration::days(days)).to_string();
        project.task(number).set_all("due_on", &[&due]).await.unwrap();
    }
    project.add("todo", "T").await;
    let groups = grouped(&project, "group=due&sort=due").await;
    let groups: Vec<_> = groups.iter().map(|(slug, numbers)| (slug.as_str(), numbers.as_slice())).collect();
    assert_eq!(groups, [("1", &[1, 5][..]), ("2", &[2]), ("3", &[3]), ("4", &[4]), ("5", &[6])]);
    for (query, expected) in [
        ("due=overdue", &[1][..]),
        ("due=today", &[2]),
        ("due=7d", &[2, 3]),
        ("due=overdue,none", &[1, 6]),
        ("group=none&sort=due&order=desc&state=todo", &[4, 3, 2, 1, 6]),
    ] {
        assert_eq!(numbers(&project, query).await, expected, "{query}");
    }
}

/// Asserts that the filter selects the same rows in memory and in the database.
async fn compare(project: &Project, all: &[Row], query: &str) {
    let listing = project.list(&format!("group=none&sort=created&{query}")).await.unwrap();
    assert_eq!(listing.project.problems, [], "{query}");
    let context = MatchContext {
        me: listing.me,
        today: listing.today,
        states: &listing.project.states,
        labels: &listing.project.labels,
    };
    let filter = Query::parse(query).0.filter;
    let expected: Vec<_> =
        all.iter().filter(|row| filter.matches(&row.fields, row.created_by, &context)).map(|row| row.number).collect();
    let found: Vec<_> = listing.rows.iter().map(|row| row.number).collect();
    assert_eq!(found, expected, "{query}");
}

#[tokio::test]
async fn database_and_browser_filter_alike() {
    let (app, project) = TestApp::with_project().await;
    let danas = app.signed_in(DANA, ACME).await.project("NEW");
    let ids = labels(&project, &["Bug", "UX, and more", "none"]).await;
    let ids: Vec<_> = ids.values().cloned().collect();
    let [me, other] = people(&project).await;
    let today = app.clock.now().date_naive();
    let random = Random::seeded(11);
    let roll = |sides: usize| usize::from(random.bytes::<1>()[0]) % sides;
    let titles = ["Ship it", "ÜBER 100 %_x", "a \\ \"b\" 'c'", "ship THAT", "x"];
    for _ in 0..40 {
        let by = if roll(3) == 0 { &danas } else { &project };
        let number = by.add(["backlog", "todo", "in-progress", "done"][roll(4)], titles[roll(5)]).await;
        let task = by.task(number);
        if roll(2) == 0 {
            task.set_all("priority", &[["urgent", "high", "low"][roll(3)]]).await.unwrap();
        }
        if roll(2) == 0 {
            let due = (today + chrono::Duration::days(i64::try_from(roll(12)).unwrap() - 4)).to_string();
            task.set_all("due_on", &[&due]).await.unwrap();
        }
        if roll(3) == 0 {
            let start = (today - chrono::Duration::days(i64::try_from(roll(3)).unwrap() + 4)).to_string();
            task.set_all("start_on", &[&start]).await.unwrap();
        }
        if roll(2) == 0 {
            task.set_all("estimate", &[["0", "3", "8"][roll(3)]]).await.unwrap();
        }
        if roll(2) == 0 {
            let people = [&me, &other];
            task.set_all("assignees", &[people[roll(2)], people[roll(2)]]).await.unwrap();
        }
        if roll(2) == 0 {
            task.set_all("labels", &[&ids[roll(3)], &ids[roll(3)]]).await.unwrap();
        }
        if number > 3 && roll(4) == 0 {
            task.set_all("parent", &[["NEW-1", "NEW-2"][roll(2)]]).await.unwrap();
        }
        if number > 3 && roll(6) == 0 {
            task.set_all("archived", &["true"]).await.unwrap();
        }
    }
    project.task(3).set_all("deleted", &["true"]).await.unwrap();
    let all = project.list("group=none&sort=created&archived=all").await.unwrap().rows;
    assert_eq!(all.len(), 39);
    let near = |days: i64| (today + chrono::Duration::days(days)).to_string();
    let parts: Vec<String> = [
        "text=ship",
        "text=%C3%9Cber",
        "text=%C3%BCBER",
        "text=%25_",
        "text=%5C",
        "text=%22b%22",
        "text='c'",
        "state=todo,done",
        "category=started,backlog",
        "priority=urgent,none",
        "priority=high",
        "assignee=me",
        "assignee=none",
        "label=bug",
        "label=ux%5C,+and+more,none",
        "label=%3Dnone",
        "estimate=some",
        "estimate=none",
        "estimate-max=3",
        "due=overdue",
        "due=today,3d",
        "due=none,1d",
        "start=none",
        "start=7d",
        "start=today",
        "parent=NEW-1",
        "parent=none",
        "parent=NEW-2,none",
        "by=me",
        "archived=yes",
        "archived=all",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("assignee={other},none"),
        format!("by={other}"),
        format!("due-from={}", near(-1)),
        format!("due-until={}", near(1)),
        format!("due-from={}&due-until={}", near(-2), near(2)),
        format!("start-until={}", near(-5)),
    ])
    .collect();
    for part in &parts {
        compare(&project, &all, part).await;
    }
    for _ in 0..60 {
        let selected: BTreeSet<_> = (0..2 + roll(2)).map(|_| roll(parts.len())).collect();
        let query: Vec<_> = selected.into_iter().map(|at| parts[at].as_str()).collect();
        compare(&danas, &all, &query.join("&")).await;
    }
}

#[tokio::test]
async fn a_page_has_a_hundred_rows_and_a_link_to_the_next() {
    let app = TestApp::spawn().await;
    app.add_project(ABC, "LONG", 230).await;
    let joe = app.signed_in(JOE, ABC).await;
    let path = "/o/abc-inc/projects/LONG/list";
    let rows = |body: &str| body.matches("data-task=").count();
    let first = joe.get(&format!("{path}?group=none")).await.assert_status(200);
    assert_eq!(rows(&first.body), 100);
    let first = first.assert_says("1 to 100 of 230").assert_says("from=100");
    assert!(!first.body.contains("Previous page"));
    let last = joe.get(&format!("{path}?group=none&from=200")).await.assert_status(200);
    assert_eq!(rows(&last.body), 30);
    assert!(last.body.contains("Previous page") && !last.body.contains("Next page"));
    let mut seen = BTreeSet::new();
    for from in [0, 100, 200] {
        let listing = joe.project("LONG").list(&format!("group=state&from={from}")).await.unwrap();
        assert_eq!(listing.groups.iter().map(|group| group.tasks).sum::<i64>(), 230);
        seen.extend(listing.rows.iter().map(|row| row.number));
    }
    assert!(seen.into_iter().eq(1..=230));
}

#[tokio::test]
async fn all_tasks_that_match_a_filter_can_be_selected() {
    let app = TestApp::spawn().await;
    app.add_project(ABC, "LONG", 530).await;
    let joe = app.signed_in(JOE, ABC).await;
    let matching = async |browser: &Browser, query: &str| {
        let (org, key, query) = (ABC.slug.to_owned(), "LONG".to_owned(), query.to_owned());
        browser.call(GetMatching { org, key, query }).await
    };
    let all = matching(&joe, "group=assignee&sort=created&from=100").await.unwrap();
    assert!(all.into_iter().eq(1..=530), "all of them, each once, although not all can be changed at once");
    let query = "state=todo&sort=created";
    let listed = joe.project("LONG").list(query).await.unwrap();
    let found = matching(&joe, query).await.unwrap();
    assert!(found.len() > listed.rows.len(), "more than are on a page");
    assert_eq!(i64::try_from(found.len()).unwrap(), listed.groups.iter().map(|group| group.tasks).sum::<i64>());
    assert!(found.iter().zip(&listed.rows).all(|(number, row)| *number == row.number));
    assert_eq!(matching(&joe, "state=gone").await, Err(AppError::BadRequest));
    assert_eq!(matching(&joe, "due=someday").await, Err(AppError::BadRequest));
    let alice = app.signed_in(ALICE, ACME).await;
    assert!(matching(&alice, "").await.is_err(), "of another organization");
}

#[tokio::test]
async fn an_invalid_query_is_reported_with_a_corrected_link() {
    let (_app, project) = TestApp::with_project().await;
    let alice = &project.member;
    let number = project.add("todo", "There is one").await;
    for (page, query, part, rest) in [
        ("list", "state=todo&due=someday", "due=someday", "list?state=todo\""),
        ("list", "state=gone,todo", "state=gone", "list?state=todo\""),
        ("list", "label=lost", "label=lost", "list\""),
        ("list", "sort=colour&group=none", "sort=colour", "list?group=none\""),
        ("list", "parent=WEB-1", "parent=WEB-1", "list\""),
        ("board", "priority=highest&text=one", "priority=highest", "board?text=one\""),
        ("board", "archived=yes", "archived=yes", "board\""),
    ] {
        let path = project.page(&format!("{page}?{query}"));
        let answer = alice.get(&path).await.assert_status(400).assert_says(&format!("<code>{part}<"));
        assert!(answer.body.contains(rest), "{rest} is not in {}", answer.body);
        assert!(!answer.body.contains("There is one"), "{path} shows tasks as if it had understood");
    }
    let path = &project.page("list?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    let answer = alice.get(path).await.assert_status(200);
    assert!(!answer.body.contains("<script>alert"));
    alice.get(&project.page("list?state=todo")).await.assert_status(200).assert_says("There is one");
    assert_eq!(number, 1);
}

#[tokio::test]
async fn plain_forms_edit_a_row() {
    let (_app, project) = TestApp::with_project().await;
    let alice = &project.member;
    project.add("todo", "Change me").await;
    let list_path = &project.page("list");
    alice.get(list_path).await.assert_status(200).assert_says("list?edit=NEW-1#edit");
    let page = &project.page("list?edit=NEW-1");
    alice.get(page).await.assert_status(200).assert_says("Edit NEW-1").assert_says(r#"value="due_on""#);
    let form = |field, value| [("org", "acme"), ("keys[]", "NEW-1"), ("field", field), ("values[]", value)];
    alice.submit::<EditTasks>(page, &form("priority", "high")).await.assert_leads_to(page);
    alice.submit::<EditTasks>(page, &form("state", "done")).await.assert_leads_to(page);
    let row = project.list("").await.unwrap().rows.remove(0);
    assert_eq!((row.fields.priority.slug(), row.fields.position.state.as_str()), ("high", "done"));
    let refused = alice.submit::<EditTasks>(page, &form("estimate", "lots")).await;
    refused.assert_status(422).assert_says("Enter a whole number of points").assert_says(r#"value="lots""#);
}

#[tokio::test]
async fn a_viewer_is_shown_no_forms() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, crate::support::XYZ).await;
    let page = joe.get("/o/xyz-travel/projects/TRIP/list?edit=TRIP-1").await.assert_status(200);
    assert!(!page.body.contains("edit_tasks") && !page.body.contains("keys[]"), "{}", page.body);
}

#[tokio::test]
async fn the_list_of_a_private_project_looks_missing_to_others() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    carol.project("CRM").set_private(true).await.unwrap();
    for key in ["CRM", "NEVER", "no key"] {
        assert_eq!(joe.project(key).list("").await, Err(AppError::NotFound), "{key}");
    }
    joe.get("/o/abc-inc/projects/CRM/list?due=someday").await.assert_status(404);
    assert!(carol.project("CRM").settings().await.is_private);
}

#[tokio::test]
async fn a_filtered_board_counts_hidden_tasks_and_moves_beside_visible_ones() {
    let (_app, project) = TestApp::with_project().await;
    for title in ["see 1", "hide 2", "hide 3", "see 4", "hide 5", "see 6"] {
        project.add("todo", title).await;
    }
    let columns = async |query: &str| {
        let board = project.filtered_board(query).await.unwrap();
        let todo = board.column("todo");
        (todo.tasks.iter().map(|task| task.number).collect::<Vec<_>>(), todo.hidden)
    };
    assert_eq!(columns("text=see").await, (vec![1, 4, 6], 3));
    assert_eq!(columns("").await, (vec![1, 2, 3, 4, 5, 6], 0));
    let move_to = async |number: i64, after: i64| {
        project.task(number).move_between("todo", Some(after), Some(4)).await.unwrap();
    };
    move_to(6, 1).await;
    assert_eq!(columns("").await.0, [1, 6, 2, 3, 4, 5], "right below what it was seen below");
    move_to(1, 4).await;
    assert_eq!(columns("").await.0, [6, 2, 3, 4, 1, 5]);
    move_to(6, 5).await;
    assert_eq!(columns("").await.0, [2, 3, 4, 1, 5, 6], "the end");
    move_to(6, 5).await;
    assert_eq!(columns("").await.0, [2, 3, 4, 1, 5, 6], "where it was");
}
