//! The workspace picker and switcher, and signing in without naming a workspace.

use chrono::TimeDelta;
use tessera::testing::domain::{
    errors::AppError,
    organizations::{OrganizationChoice, OrganizationShell, Picker},
    permissions::Role,
};

use crate::support::{
    ABC, ACME, ALICE, BETA, Browser, CAROL, DANA, JOE, NINA, Organization, TestApp, XYZ, functions::ListOrganizations,
};

/// Fetches the picker with the workspaces whose names contain `q`.
async fn picker(browser: &Browser, q: &str) -> Picker {
    browser.call(ListOrganizations { q: q.to_owned(), all: false }).await.unwrap()
}

/// Fetches the picker with all workspaces.
async fn whole_picker(browser: &Browser) -> Picker {
    browser.call(ListOrganizations { q: String::new(), all: true }).await.unwrap()
}

async fn workspace(browser: &Browser, organization: Organization) -> OrganizationShell {
    browser.in_organization(organization).workspace().await.unwrap()
}

fn slugs(choices: &[OrganizationChoice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.slug.as_str()).collect()
}

#[tokio::test]
async fn sign_in_without_a_workspace_opens_the_only_one_or_the_picker() {
    let app = TestApp::spawn().await;
    for (person, target) in [(ALICE, "/o/acme"), (DANA, "/"), (NINA, "/welcome")] {
        let browser = app.browser();
        browser.go_through(&app, person, "").await.assert_leads_to(target);
        assert_eq!(app.count("seat").await, 0, "a seat is taken in the workspace that is chosen");
    }
}

#[tokio::test]
async fn a_return_path_skips_the_picker() {
    let app = TestApp::spawn().await;
    let answer = app.browser().go_through(&app, DANA, "return_to=%2Fnew-organization").await;
    answer.assert_leads_to("/new-organization");
}

#[tokio::test]
async fn a_target_link_must_be_on_this_site() {
    let app = TestApp::spawn().await;
    let issuer = &app.provider.issuer;
    let here = format!("iss={issuer}&target_link_uri={}o%2Facme%2Fsettings", app.url);
    app.browser().go_through(&app, DANA, &here).await.assert_leads_to("/o/acme/settings");
    let there = format!("iss={issuer}&target_link_uri=https%3A%2F%2Fevil.example%2Fo%2Facme");
    app.browser().go_through(&app, DANA, &there).await.assert_leads_to("/");
}

#[tokio::test]
async fn the_picker_shows_name_and_role_of_each_workspace() {
    let app = TestApp::spawn().await;
    let dana = app.browser();
    dana.go_through(&app, DANA, "").await.assert_leads_to("/");
    let page = dana.get("/").await.assert_status(200).assert_says("Your workspaces");
    for text in ["Acme Corp", "Beta LLC", "Admin", "Member", "Signed in as dana@example.com", "href=\"/o/acme\""] {
        assert!(page.body.contains(text), "{text}");
    }
    let picker = picker(&dana, "").await;
    assert_eq!(slugs(&picker.list.choices), ["acme", "beta"]);
    assert!(picker.list.choices.iter().all(|choice| choice.acts_as.is_none()), "there is one identity only");
    assert!(!picker.list.has_more);
}

#[tokio::test]
async fn visitors_and_people_without_a_workspace_see_what_to_do() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    assert_eq!(picker(&visitor, "acme").await, Picker::default());
    visitor.get("/?q=acme").await.assert_status(200).assert_says("Every piece of work in its place");
    let nina = app.browser();
    nina.go_through(&app, NINA, "").await.assert_leads_to("/welcome");
    nina.get("/").await.assert_status(200).assert_says("You aren’t in a workspace yet");
}

#[tokio::test]
async fn many_workspaces_are_listed_partially_and_found_by_name() {
    let app = TestApp::spawn().await;
    app.add_workspaces("joe@example.com", 60).await;
    let joe = app.signed_in(JOE, ABC).await;
    let first = picker(&joe, "").await.list;
    assert_eq!((first.choices.len(), first.has_more), (25, true));
    assert_eq!(first.choices[0].slug, "abc-inc");
    let found = picker(&joe, " SPACE 59").await.list;
    assert_eq!((slugs(&found.choices), found.has_more), (vec!["workspace-0059"], false));
    let found = picker(&joe, "workspace").await.list;
    assert_eq!((found.choices.len(), found.has_more), (25, true));
    assert_eq!(picker(&joe, "%").await.list.choices, [], "nothing in a search is a pattern");
    let all = whole_picker(&joe).await.list;
    assert_eq!((all.choices.len(), all.has_more), (62, false));
    // The page without scripts shows the same workspaces.
    let page =
        joe.get("/?q=space+59").await.assert_status(200).assert_says("Workspace 59").assert_says("value=\"space 59\"");
    assert!(!page.body.contains("ABC Inc"));
    joe.get("/?q=nothing").await.assert_status(200).assert_says("No matching workspaces");
    let page = joe.get("/").await.assert_status(200).assert_says("Show all workspaces");
    assert_eq!(page.body.matches("data-testid=\"workspace-").count(), 25);
    let page = joe.get("/?all=true").await.assert_status(200);
    assert_eq!(page.body.matches("data-testid=\"workspace-").count(), 62);
    assert!(!page.body.contains("Show all workspaces"));
}

#[tokio::test]
async fn search_ignores_case_beyond_ascii() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    app.database.change("UPDATE organization SET display_name = 'ÜBERSEE' WHERE slug = 'xyz-travel'").await;
    assert_eq!(slugs(&picker(&joe, "übers").await.list.choices), ["xyz-travel"]);
}

#[tokio::test]
async fn the_switcher_lists_the_current_and_open_workspaces_first() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, XYZ).await;
    carol.sign_in(&app, CAROL, ABC).await;
    let list = workspace(&carol, XYZ).await.organizations;
    assert_eq!((slugs(&list.choices), list.has_more), (vec!["abc-inc", "xyz-travel"], false), "by name while few");
    app.add_workspaces("carol@example.com", 100).await;
    app.clock.advance(TimeDelta::seconds(1));
    app.add_workspaces("carol@example.com", 17).await;
    let list = workspace(&carol, XYZ).await.organizations;
    assert_eq!((list.choices.len(), list.has_more), (20, true));
    assert_eq!(slugs(&list.choices[..2]), ["xyz-travel", "abc-inc"], "the current one, and the one that is open");
    let newest: Vec<_> = list.choices[2..].iter().map(|choice| choice.display_name.to_lowercase()).collect();
    assert!(newest.is_sorted(), "the rest by name: {newest:?}");
    let is_new = |choice: &&OrganizationChoice| choice.slug.as_str() > "workspace-0100";
    assert_eq!(list.choices[2..].iter().filter(is_new).count(), 17, "all of the newest are there");
}

#[tokio::test]
async fn workspaces_of_two_people_are_listed_once_with_the_acting_person() {
    let app = TestApp::spawn().await;
    let browser = dana_and_joe(&app).await;
    app.add_workspaces("dana@example.com", 29).await;
    app.clock.advance(TimeDelta::seconds(1));
    app.add_workspaces("dana@example.com", 1).await;
    // Joe, who signed in last, is also a member of Dana's newest workspace.
    let shared = "WHERE slug = 'workspace-0030'";
    app.database
        .change(&format!(
            "INSERT INTO membership (org_id, person_id, role, created_at, updated_at)
             SELECT o.id, p.id, 'viewer', o.created_at, o.created_at
             FROM (SELECT id, created_at FROM organization {shared}) o, (SELECT id FROM person WHERE email = 'joe@example.com') p"
        ))
        .await;
    let list = workspace(&browser, ACME).await.organizations;
    assert_eq!((list.choices.len(), list.has_more), (20, true));
    assert_eq!(slugs(&list.choices[..2]), ["acme", "abc-inc"], "the current one, and the one that is open");
    let shared: Vec<_> = list.choices.iter().filter(|choice| choice.slug == "workspace-0030").collect();
    assert_eq!(shared.len(), 1);
    assert_eq!((shared[0].acts_as.as_deref(), shared[0].role), (Some("joe@example.com"), Role::Viewer));
    let danas = |choice: &&OrganizationChoice| choice.acts_as.as_deref() == Some("dana@example.com");
    assert!(list.choices.iter().filter(danas).count() > 10, "the others are dana's");
}

#[tokio::test]
async fn page_size_does_not_grow_with_the_number_of_workspaces() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    app.add_workspaces("joe@example.com", 100).await;
    let mut sizes = Vec::new();
    for _ in 0..2 {
        sizes.push([joe.get("/").await.body.len(), joe.get("/o/abc-inc").await.body.len()]);
        app.add_workspaces("joe@example.com", 400).await;
    }
    for page in 0..2 {
        assert!(sizes[0][page].abs_diff(sizes[1][page]) < 200, "{sizes:?}");
    }
}

/// Returns a browser with a seat of Dana in acme and a seat of Joe in abc-inc. Joe signed in last.
async fn dana_and_joe(app: &TestApp) -> Browser {
    let browser = app.signed_in(DANA, ACME).await.browser;
    browser.sign_in(app, JOE, ABC).await;
    browser
}

#[tokio::test]
async fn two_people_in_one_browser_each_act_in_their_own_workspaces() {
    let app = TestApp::spawn().await;
    let browser = dana_and_joe(&app).await;
    let acts = |choices: &[OrganizationChoice]| -> Vec<_> {
        choices.iter().map(|choice| (choice.slug.clone(), choice.acts_as.clone().unwrap(), choice.role)).collect()
    };
    let expected = [
        ("abc-inc", "joe@example.com", Role::Member),
        ("acme", "dana@example.com", Role::Admin),
        ("beta", "dana@example.com", Role::Member),
        ("xyz-travel", "joe@example.com", Role::Viewer),
    ]
    .map(|(slug, email, role)| (slug.to_owned(), email.to_owned(), role));
    assert_eq!(acts(&picker(&browser, "").await.list.choices), expected);
    for (organization, person, other, elsewhere) in [
        (ACME, "dana@example.com", "joe@example.com", "ABC Inc"),
        (ABC, "joe@example.com", "dana@example.com", "Acme Corp"),
    ] {
        let workspace = workspace(&browser, organization).await;
        assert_eq!(acts(&workspace.organizations.choices), expected);
        assert_eq!(workspace.person.email, person);
        assert_eq!(workspace.others.len(), 1);
        assert_eq!(
            (workspace.others[0].email.as_str(), &workspace.others[0].workspaces[..]),
            (other, &[elsewhere.to_owned()][..])
        );
        let page = browser.get(&format!("/o/{}", organization.slug)).await.assert_status(200);
        assert!(page.body.contains(&format!("in {elsewhere}")) && page.body.contains(other));
    }
    let alone = app.signed_in(DANA, ACME).await;
    assert_eq!(workspace(&alone, ACME).await.others, []);
}

#[tokio::test]
async fn a_refused_sign_in_keeps_people_signed_in() {
    let app = TestApp::managing().await;
    let browser = app.signed_in(DANA, ACME).await.browser;
    // The refusal is an error page, and the sign-in has renewed the session's id.
    let asked = browser.begin("organization_name=abc-inc").await;
    let code = app.provider.code(asked.grant(&app.provider, DANA));
    browser.get(&asked.callback(&code)).await.assert_status(404);
    browser.get("/o/acme").await.assert_status(200);
    // Joe replaces her there, and she keeps her seat.
    browser.sign_in(&app, JOE, ABC).await;
    assert_eq!(workspace(&browser, ABC).await.others.len(), 1);
}

#[tokio::test]
async fn a_shared_workspace_shows_the_person_with_the_seat() {
    let app = TestApp::spawn().await;
    // Carol owns abc-inc. Joe is a member of it.
    let browser = app.signed_in(CAROL, ABC).await;
    browser.sign_in(&app, JOE, XYZ).await;
    let list = picker(&browser, "").await.list;
    let shown: Vec<_> =
        list.choices.iter().map(|choice| (choice.slug.as_str(), choice.acts_as.as_deref(), choice.role)).collect();
    assert_eq!(
        shown,
        [("abc-inc", Some("carol@example.com"), Role::Owner), ("xyz-travel", Some("joe@example.com"), Role::Viewer),]
    );
    // Without a seat, the picker shows the person who signed in last.
    app.database.change("DELETE FROM seat WHERE org_id = (SELECT id FROM organization WHERE slug = 'abc-inc')").await;
    let other = app.signed_in(CAROL, XYZ).await;
    other.go_through(&app, JOE, "prompt=login").await.assert_leads_to("/");
    let list = picker(&other, "").await.list;
    assert_eq!(list.choices[0].acts_as.as_deref(), Some("joe@example.com"));
    assert_eq!(list.choices[1].acts_as.as_deref(), Some("carol@example.com"));
}

#[tokio::test]
async fn a_workspace_is_entered_as_the_person_who_belongs_to_it() {
    let app = TestApp::spawn().await;
    let browser = dana_and_joe(&app).await;
    // Dana is a member of Beta. Joe, who signed in last, is not.
    let asked = browser.begin("organization_name=beta").await;
    assert_eq!((asked.get("prompt"), asked.get("login_hint")), ("login", "dana@example.com"));
    // Joe is a member of xyz-travel.
    let asked = browser.begin("organization_name=xyz-travel").await;
    assert_eq!((asked.get("prompt"), asked.get("login_hint")), ("none", ""));
}

#[tokio::test]
async fn other_peoples_workspaces_are_not_listed() {
    let app = TestApp::spawn().await;
    app.signed_in(ALICE, ACME).await;
    let joe = app.signed_in(JOE, ABC).await;
    assert_eq!(slugs(&whole_picker(&joe).await.list.choices), ["abc-inc", "xyz-travel"]);
    assert_eq!(slugs(&picker(&joe, "acme").await.list.choices), Vec::<&str>::new());
    assert_eq!(joe.in_organization(BETA).workspace().await, Err(AppError::SignInRequired));
}
