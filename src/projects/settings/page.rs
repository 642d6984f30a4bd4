//! The page of a project's settings.

use leptos::{
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::FormData,
};
use leptos_router::hooks::use_params_map;
use serde::de::DeserializeOwned;

use super::{
    about::About,
    access::{Access, Archive},
    functions::get_project_settings,
    labels::Labels,
    model::ProjectSettings,
    workflow::Workflow,
};
use crate::{
    error::AppError,
    organizations::current::CurrentWorkspace,
    ui::{
        app_form::{AppForm, when_done},
        error_page::ErrorPage,
        form::FormFeedback,
        loaded::loaded,
        page::{Crumb, Page},
    },
};

/// What the sections of the page have in common.
#[derive(Clone)]
pub struct Setting {
    pub org: String,
    pub key: String,
    /// Called when something was changed.
    pub changed: Callback<()>,
}

/// A form that changes something about the project, and loads its settings again when it has.
#[component]
pub fn SettingForm<S, Output>(
    setting: Setting,
    action: ServerAction<S>,
    feedback: FormFeedback,
    /// Added to the form's `form`.
    #[prop(optional)]
    class: &'static str,
    /// Whether it adds something.
    #[prop(optional)]
    adds: bool,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, Output>, Output = (), Error = AppError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    S::Client: Client<AppError, Request: ClientReq<AppError, FormData: From<FormData>>>,
    Output: 'static,
{
    let Setting { org, key, changed } = setting;
    when_done(action, changed);
    view! {
        <AppForm action feedback class adds>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            {children()}
        </AppForm>
    }
    .into_any()
}

/// `/o/{org}/projects/{key}/settings`.
#[component]
pub fn ProjectSettingsPage() -> impl IntoView {
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let address = Memo::new(move |_| (param("org"), param("key")));
    let settings = Resource::new_blocking(move || address.get(), |(org, key)| get_project_settings(org, key));
    let changed = Callback::new(move |()| settings.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match loaded(settings).await {
                    Ok(settings) => view! { <Sections settings changed/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Sections(settings: ProjectSettings, changed: Callback<()>) -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let org = current.with_untracked(|workspace| workspace.organization.clone());
    let home = format!("/o/{}", org.slug);
    let crumbs = vec![
        Crumb::new(org.display_name, home.clone()),
        Crumb::new(settings.name.clone(), format!("{home}/projects/{}/board", settings.key)),
    ];
    let setting = Setting { org: org.slug, key: settings.key.to_string(), changed };
    let ProjectSettings { name, description, icon, hue, is_closed, is_archived, people, labels, states, .. } = settings;
    let title = Signal::derive({
        let name = name.clone();
        move || format!("{name} settings")
    });
    view! {
        <Page heading="Settings" title crumbs class="project-settings">
            <About setting=setting.clone() name description icon hue/>
            <Access setting=setting.clone() is_closed people/>
            <Workflow setting=setting.clone() states/>
            <Labels setting=setting.clone() labels/>
            <Archive setting is_archived/>
        </Page>
    }
    .into_any()
}
