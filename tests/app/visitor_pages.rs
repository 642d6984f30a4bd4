//! The pages outside of workspaces are plain HTML: they load no WASM and carry no data for it.

use reqwest::Method;

use crate::support::{
    ACME, ALICE, Answer, DANA, Fault, TestApp,
    functions::{CreateOrganization, CreateProject},
};

const VISITOR_PAGES: [&str; 9] = [
    "/",
    "/sign-in",
    "/sign-in?workspace=a%20b",
    "/welcome",
    "/join",
    "/new-organization",
    "/new-organization/00000000-0000-7000-8000-000000000000",
    "/no/such/page",
    "/callback",
];

/// What of the WASM a page names.
fn named(page: &Answer) -> Vec<&'static str> {
    ["modulepreload", ".wasm", "hydrate", "__RESOLVED_RESOURCES[", "data-starting"]
        .into_iter()
        .filter(|part| page.body.replace("dataset.starting", "data-starting").contains(part))
        .collect()
}

#[tokio::test]
async fn pages_outside_of_workspaces_name_no_wasm() {
    let app = TestApp::managing().await;
    let (visitor, dana) = (app.browser(), app.browser());
    dana.go_through(&app, DANA, "").await;
    for browser in [&visitor, &dana] {
        for path in VISITOR_PAGES {
            let page = browser.get(path).await;
            assert!(page.body.contains("</html>"), "{path}: {page:?}");
            assert_eq!(named(&page), [""; 0], "{path}");
        }
    }
    let refused =
        dana.submit::<CreateOrganization>("/new-organization", &[("name", "Acme Again"), ("slug", "acme")]).await;
    let refused = refused.assert_status(422).assert_says("“acme” is taken");
    assert_eq!(named(&refused), [""; 0]);
}

#[tokio::test]
async fn pages_of_a_workspace_load_the_wasm_and_keep_early_input() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let all = ["modulepreload", ".wasm", "hydrate", "__RESOLVED_RESOURCES[", "data-starting"];
    for path in ["/o/acme", "/o/acme/projects/WEB/board", "/o/acme/tasks/WEB-1", "/o/acme/made/up"] {
        assert_eq!(named(&alice.get(path).await), all, "{path}");
    }
    let refused = alice.submit::<CreateProject>("/o/acme/projects/new", &[("org", "acme"), ("name", ""), ("key", "N")]);
    assert_eq!(named(&refused.await), all);
}

#[tokio::test]
async fn a_page_that_waits_says_so_to_its_script() {
    let app = TestApp::managing().await;
    let dana = app.browser();
    dana.go_through(&app, DANA, "").await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::TooMany, 1);
    let begun = dana.submit::<CreateOrganization>("/new-organization", &[("name", "Dvorak"), ("slug", "")]).await;
    let path = begun.assert_status(303).location().to_owned();
    dana.get(&path).await.assert_status(200).assert_says("Setting up Dvorak").assert_says("data-refresh=\"\"");
    dana.submit::<CreateOrganization>("/new-organization", &[("name", ""), ("slug", "")])
        .await
        .assert_status(422)
        .assert_says("data-derived-from=\"name\"");
}
