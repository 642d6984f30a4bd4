//! The route table of the pages outside of workspaces, which are rendered on the server only.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use super::{DocumentTitle, provide_retry};
use crate::web::{
    account::sign_in::SignInPage,
    organizations::{
        joining::page::JoinPage,
        landing::Landing,
        setup::{form::NewOrganization, progress::SetupPage},
    },
    ui::{error_page::NotFound, form::FormRetry},
};

/// The pages outside of workspaces. A link to one of them is never followed by the router of a workspace.
#[component]
pub fn Visitors() -> impl IntoView {
    provide_meta_context();
    provide_retry(use_context::<Option<FormRetry>>().flatten());
    view! {
        <DocumentTitle/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Landing ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/welcome") view=Landing ssr=SsrMode::Async/>
                <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async/>
                <Route path=path!("/new-organization") view=NewOrganization ssr=SsrMode::Async/>
                <Route path=path!("/new-organization/:id") view=SetupPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
