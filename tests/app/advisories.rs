//! Published faults of comparable products, each tried at the nearest place here. `docs/security/advisories.md` lists
//! all of them, also those that tests of other files show. A test is named after the product, the id and what holds.

use std::path::Path;

use reqwest::{Method, header};
use serde_json::{Value, json};
use tessera::testing::domain::{
    errors::AppError, inbox::InboxTab, my_work::MyTasksFilter, permissions::Permission, tasks::fields::TaskFields,
};

use crate::support::{
    ABC, ACME, CAROL, JOE, Log, Member, Organization, Outcome, TestApp, XYZ,
    functions::{CompareTask, GetMyWork, GetPeople, GetProjectSettings, Search, SetProjectMember},
};

/// An organization that does not exist.
const NOWHERE: Organization = Organization { id: "org_Nowhere000000001", slug: "nowhere" };

/// Carol, an owner of abc-inc, and Joe, a member. Carol has the private project `SHUT` with the task `SHUT-1`.
async fn with_hidden_project() -> (TestApp, Member, Member) {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.create_project("Shut", "SHUT").await.unwrap();
    carol.project("SHUT").add("todo", "Hidden pelican").await;
    carol.project("SHUT").set_private(true).await.unwrap();
    (app, carol, joe)
}

async fn fields(member: &Member, keys: [&str; 2]) -> [TaskFields; 2] {
    [member.task(keys[0]).fields().await, member.task(keys[1]).fields().await]
}

/// Versions of a page were loaded by their id, without the project.
#[tokio::test]
async fn plane_cve_2026_102980_earlier_texts_of_a_hidden_task_are_not_shown() {
    let (_app, carol, joe) = with_hidden_project().await;
    carol.task("SHUT-1").write(1, "Hidden pelican", "The old text").await.unwrap();
    let compare = async |member: &Member, key: &str| {
        let (key, title, description) = (key.to_owned(), "x".to_owned(), "y".to_owned());
        member.call(CompareTask { org: member.org(), key, version: 1, title, description }).await
    };
    assert!(compare(&carol, "SHUT-1").await.is_ok());
    for key in ["SHUT-1", "SHUT-9", "GONE-1"] {
        assert_eq!(compare(&joe, key).await.unwrap_err(), AppError::NotFound, "{key}");
    }
}

/// Any member of a project could change the membership of the others.
#[tokio::test]
async fn plane_cve_2026_102985_without_permission_nobody_is_put_into_or_out_of_a_project() {
    let (app, carol, joe) = with_hidden_project().await;
    let people = carol.project("SHUT").settings().await.people;
    let joes = people.iter().find(|person| person.name == JOE).unwrap().id;
    let enter = async |member: &Member, key: &str| {
        let (key, role) = (key.to_owned(), "lead".to_owned());
        member.call(SetProjectMember { org: member.org(), key, person: joes, role }).await
    };
    // Joe may change projects, but does not see this one.
    assert_eq!(enter(&joe, "SHUT").await, Err(AppError::NotFound));
    joe.sign_in(&app, JOE, XYZ).await;
    let viewer = joe.in_organization(XYZ);
    assert_eq!(enter(&viewer, "TRIP").await, Err(AppError::Forbidden { permission: Permission::WriteProjects }));
    assert_eq!(joe.project("SHUT").board().await, Err(AppError::NotFound));
    enter(&carol, "SHUT").await.unwrap();
    joe.project("SHUT").board().await.unwrap();
}

/// Bulk operations took ids from the body and did not check where these belong.
#[tokio::test]
async fn plane_cve_2026_104967_a_bulk_edit_that_names_a_foreign_task_changes_none() {
    let (_app, carol, joe) = with_hidden_project().await;
    let before = fields(&carol, ["CRM-1", "SHUT-1"]).await;
    // The project APP belongs to Beta.
    for foreign in ["SHUT-1", "APP-1", "GONE-1"] {
        let keys = ["CRM-1".to_owned(), foreign.to_owned()];
        for (field, value) in [("priority", "urgent"), ("state", "done"), ("archived", "true")] {
            assert_eq!(joe.edit_tasks(&keys, field, &[value]).await, Err(AppError::NotFound), "{foreign} {field}");
        }
        let parent = joe.task("CRM-1").set("parent", foreign).await.unwrap_err();
        assert!(parent.field("parent").is_some_and(|message| !message.contains("pelican")), "{foreign}: {parent:?}");
    }
    assert_eq!(fields(&carol, ["CRM-1", "SHUT-1"]).await, before);
    joe.edit_tasks(&["CRM-1".to_owned()], "priority", &["urgent"]).await.unwrap();
}

/// A search for people to mention answered everybody who knew the workspace's name.
#[tokio::test]
async fn plane_cve_2026_104968_people_are_listed_to_members_only() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let people = async |member: &Member| member.call(GetPeople { org: member.org() }).await.map(|_| ());
    let assignable = async |member: &Member, key: &str| {
        member.call(GetProjectSettings { org: member.org(), key: key.to_owned() }).await.map(|_| ())
    };
    assert_eq!((people(&joe).await, assignable(&joe, "CRM").await), (Ok(()), Ok(())));
    for outside in [joe.in_organization(ACME), joe.in_organization(NOWHERE), app.browser().in_organization(ABC)] {
        assert_eq!(people(&outside).await, Err(AppError::SignInRequired), "{}", outside.org());
        assert_eq!(assignable(&outside, "WEB").await, Err(AppError::SignInRequired), "{}", outside.org());
        assert_eq!(outside.project("WEB").board().await, Err(AppError::SignInRequired), "{}", outside.org());
    }
}

/// Files for deployment contained the secret that signs sessions.
#[test]
fn plane_cve_2026_105641_no_file_for_deployment_sets_a_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [".env.example", "Dockerfile", "script/server", "script/dev"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            for secret in ["SESSION_SECRET=", "CLIENT_SECRET="] {
                assert!(!line.contains(secret), "{name}: {line}");
            }
        }
    }
}

/// A draft named any project of the workspace and became a task there.
#[tokio::test]
async fn plane_cve_2026_135210_nothing_is_written_into_a_hidden_project() {
    let (app, carol, joe) = with_hidden_project().await;
    let events = app.database.events_of("abc-inc", "SHUT").await.len();
    let comment = {
        carol.task("SHUT-1").comment("Mine").await.unwrap();
        carol.task("SHUT-1").comments().await[0].id
    };
    let (project, task) = (joe.project("SHUT"), joe.task("SHUT-1"));
    let refused: [Outcome<()>; 9] = [
        project.create_task("todo", "Smuggled").await.map(|_| ()),
        task.add_subtask("Smuggled").await,
        task.comment("Smuggled").await,
        task.react(comment, "👍").await,
        task.move_to("done").await.map(|_| ()),
        task.write(1, "Smuggled", "").await.map(|_| ()),
        task.archive().await.map(|_| ()),
        task.watch().await,
        project.create_label("Smuggled", "1").await,
    ];
    for (position, outcome) in refused.into_iter().enumerate() {
        assert_eq!(outcome, Err(AppError::NotFound), "{position}");
    }
    assert_eq!(app.database.events_of("abc-inc", "SHUT").await.len(), events + 1, "Carol's comment alone");
    assert_eq!(carol.project("SHUT").add("todo", "Welcome").await, 2);
}

/// Attachments were loaded by their own id, after a check of the task in the address.
#[tokio::test]
async fn vikunja_cve_2026_56765_a_comment_is_reached_through_its_own_task_only() {
    let (_app, carol, joe) = with_hidden_project().await;
    carol.task("SHUT-1").comment("Secret").await.unwrap();
    joe.task("CRM-1").comment("Mine").await.unwrap();
    let (hidden, mine) = (carol.task("SHUT-1").comments().await[0].id, joe.task("CRM-1").comments().await[0].id);
    for (through, comment) in [("CRM-1", hidden), ("CRM-2", mine), ("HIRE-1", mine)] {
        let task = joe.task(through);
        assert_eq!(task.react(comment, "👍").await, Err(AppError::NotFound), "{through}");
        assert_eq!(task.edit_comment(comment, "Taken").await, Err(AppError::NotFound), "{through}");
        assert_eq!(task.delete_comment(comment).await, Err(AppError::NotFound), "{through}");
    }
    // Carol may delete any comment, and sees the hidden project: its address must be right all the same.
    assert_eq!(carol.task("CRM-1").delete_comment(hidden).await, Err(AppError::NotFound));
    joe.task("CRM-1").edit_comment(mine, "Changed").await.unwrap();
    assert_eq!(carol.task("SHUT-1").comments().await[0].html, "<p dir=\"auto\">Secret</p>\n");
}

/// Another media type filled fields of the stored record that JSON did not.
#[tokio::test]
async fn vikunja_cve_2026_134282_a_request_sets_no_field_that_the_operation_does_not_name() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let named = [("org", "abc-inc"), ("name", "Open"), ("key", "OPEN"), ("start", "")];
    let more = [("is_private", "true"), ("org_id", XYZ.id), ("role", "owner"), ("id", "1"), ("archived_at", "1")];
    joe.call_raw::<()>("create_project", &[&named[..], &more].concat()).await.unwrap();
    let ours = "project p JOIN organization o ON o.id = p.org_id
        WHERE p.key = 'OPEN' AND o.slug = 'abc-inc' AND NOT p.is_private AND p.archived_at IS NULL";
    assert_eq!(app.count(ours).await, 1);
    let roles = "membership m JOIN person p ON p.id = m.person_id JOIN organization o ON o.id = m.org_id
        WHERE p.subject = 'auth0|d00000000000000000000005' AND o.slug = 'abc-inc' AND m.role = 'member'";
    assert_eq!(app.count(roles).await, 1);
    for (media, body) in [
        ("application/xml", "<project><org>abc-inc</org><name>X</name><key>XML</key><start></start></project>"),
        ("application/json", r#"{"org":"abc-inc","name":"X","key":"XML","start":""}"#),
    ] {
        let request = joe.request(Method::POST, "/fn/create_project").header(header::CONTENT_TYPE, media);
        let request = request.header(header::ACCEPT, "application/json").header("sec-fetch-site", "same-origin");
        let answer = joe.send(request.body(body)).await;
        assert!((400..500).contains(&answer.status), "{media}: {answer:?}");
    }
    assert_eq!(app.count("project WHERE key = 'XML'").await, 0);
}

/// Links in mails carried secrets in the query, which went into the log.
#[tokio::test]
async fn vikunja_cve_2026_123512_a_secret_in_an_address_reaches_no_log() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let log = Log::start();
    let authorization = browser.begin("invitation=ticket-pelican&organization=org_AbcInc0000000001").await;
    browser.get("/invitation?invitation=ticket-pelican&organization=org_AbcInc0000000001").await;
    browser.get(&authorization.callback("code-pelican")).await;
    let logged = log.lines_with("the provider refused a code");
    assert!(logged.len() == 1 && logged[0].contains("/callback"), "{logged:?}");
    let secrets = ["pelican", authorization.get("state"), authorization.get("nonce")];
    for secret in secrets {
        assert_eq!(log.lines_with(secret), Vec::<String>::new(), "{secret}");
    }
}

/// A callback with an empty `state` signed the browser in as somebody else.
#[tokio::test]
async fn vikunja_cve_2026_134279_an_empty_state_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_AbcInc0000000001").await;
    let code = app.provider.code(authorization.grant(&app.provider, JOE));
    for query in ["state=&", "state&", "state=%20&", ""] {
        let answer = browser.get(&format!("/callback?{query}code={code}")).await;
        assert_eq!((answer.status, app.count("seat").await), (400, 0), "{query}");
    }
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
}

/// A task was moved into a column of another project, and counted there.
#[tokio::test]
async fn vikunja_cve_2026_123518_a_task_moves_to_no_state_and_beside_no_task_of_another_project() {
    let (app, carol, joe) = with_hidden_project().await;
    let state = "UPDATE project_state SET slug = 'vault'
        WHERE slug = 'done' AND project_id = (SELECT id FROM project WHERE key = 'SHUT')";
    assert_eq!(app.database.change(state).await, 1);
    let before = fields(&carol, ["CRM-1", "SHUT-1"]).await;
    for member in [&joe, &carol] {
        let task = member.task("CRM-1");
        assert_eq!(task.move_to("vault").await, Err(AppError::BadRequest));
        assert_eq!(task.set("state", "vault").await, Err(AppError::BadRequest));
    }
    assert_eq!(fields(&carol, ["CRM-1", "SHUT-1"]).await, before);
    carol.task("SHUT-1").move_to("vault").await.unwrap();
}

/// Removing a relation checked one of its two tasks.
#[tokio::test]
async fn vikunja_ghsa_w2ch_4xgr_22ww_a_relation_to_a_hidden_task_is_not_removed() {
    let (_app, carol, joe) = with_hidden_project().await;
    carol.task("CRM-1").relate("blocks", "SHUT-1").await.unwrap();
    for (one, relation, other) in
        [("CRM-1", "blocks", "SHUT-1"), ("SHUT-1", "blocked-by", "CRM-1"), ("CRM-1", "blocks", "GONE-1")]
    {
        assert_eq!(joe.task(one).unrelate(relation, other).await, Err(AppError::NotFound), "{one} {other}");
    }
    assert_eq!(carol.task("SHUT-1").links().await.relations.len(), 1);
    carol.task("CRM-1").unrelate("blocks", "SHUT-1").await.unwrap();
    assert!(carol.task("SHUT-1").links().await.relations.is_empty());
}

/// The endpoint for many tasks left out the check of the role that each single one had.
#[tokio::test]
async fn kaneo_cve_2026_63104_a_viewer_edits_no_tasks_in_bulk() {
    let app = TestApp::spawn().await;
    let (joe, carol) = (app.signed_in(JOE, XYZ).await, app.signed_in(CAROL, XYZ).await);
    let keys = ["TRIP-1".to_owned(), "TRIP-2".to_owned()];
    let before = fields(&carol, ["TRIP-1", "TRIP-2"]).await;
    for (field, value) in [("priority", "urgent"), ("state", "done"), ("due_on", "2027-01-01"), ("deleted", "true")] {
        let refused = joe.edit_tasks(&keys, field, &[value]).await;
        assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{field}: {refused:?}");
    }
    assert_eq!(fields(&carol, ["TRIP-1", "TRIP-2"]).await, before);
    carol.edit_tasks(&keys, "priority", &["urgent"]).await.unwrap();
}

/// An optimisation left out the filter that keeps private teams apart, in every kind of answer.
#[tokio::test]
async fn linear_2026_03_24_every_list_leaves_a_private_project_out() {
    let (_app, carol, joe) = with_hidden_project().await;
    carol.task("CRM-1").relate("blocks", "SHUT-1").await.unwrap();
    carol.task("SHUT-1").comment(&format!("@{JOE} Look")).await.unwrap();
    let everything = async |member: &Member| {
        let search = |q: &str| Search { org: member.org(), q: q.to_owned(), kind: String::new(), page: 1 };
        let mine = |filter| GetMyWork { org: member.org(), filter, page: 1 };
        [
            format!("{:?}", member.workspace().await.unwrap()),
            format!("{:?}", member.call(search("pelican")).await.unwrap()),
            format!("{:?}", member.call(mine(MyTasksFilter::Created)).await.unwrap()),
            format!("{:?}", member.task("CRM-1").links().await),
            format!("{:?}", member.task("CRM-1").activity().await),
            member.get("/o/abc-inc").await.body,
            member.get("/o/abc-inc/tasks/CRM-1").await.body,
        ]
    };
    for (owner, member) in everything(&carol).await.into_iter().zip(everything(&joe).await) {
        assert!(owner.contains("SHUT"), "{owner}");
        assert!(!member.contains("SHUT") && !member.contains("pelican"), "{member}");
    }
    assert!(joe.inbox(InboxTab::All).await.unwrap().is_empty(), "the mention does not reach him");
}

/// A second surface, for programs, did not have the check of the first.
#[tokio::test]
async fn asana_2025_06_04_the_api_shows_no_more_than_the_pages() {
    let (app, carol, joe) = with_hidden_project().await;
    for (member, person) in [(&carol, CAROL), (&joe, JOE)] {
        let mut token = app.provider.grant(person, Some(ABC.id)).at(app.clock.now()).access_token;
        token.set("permissions", json!(["read:projects", "read:tasks"]));
        let bearer = format!("Bearer {}", app.provider.sign(&token));
        let get = async |path: &str| {
            let request = app.client().get(format!("{}api/v1/{path}", app.url));
            app.browser().send(request.header(header::AUTHORIZATION, &bearer)).await
        };
        let listed: Value = serde_json::from_str(&get("projects").await.assert_status(200).body).unwrap();
        let mut by_api: Vec<_> =
            listed["projects"].as_array().unwrap().iter().map(|project| project["key"].as_str().unwrap()).collect();
        let shell = member.workspace().await.unwrap();
        let mut by_pages: Vec<_> = shell.projects.iter().map(|project| project.key.to_string()).collect();
        by_api.sort_unstable();
        by_pages.sort_unstable();
        assert_eq!(by_api, by_pages, "{person}");
        assert_eq!(by_api.contains(&"SHUT"), person == CAROL);
        let one = get("projects/SHUT").await;
        assert_eq!(one.status, if person == CAROL { 200 } else { 404 });
        assert_eq!(one.status, if member.project("SHUT").board().await.is_ok() { 200 } else { 404 });
    }
}
