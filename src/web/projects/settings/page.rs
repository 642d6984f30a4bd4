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
    workflow::Workflow,
};
use crate::{
    domain::{errors::AppError, projects::settings::ProjectSettings},
    web::{
        live::{
            feed::{Feed, Heard},
            renew::renew,
        },
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, when_done},
            await_resource::await_resource,
            error_page::ErrorPage,
            form::FormFeedback,
            page::{Crumb, Page},
        },
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
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(settings).await {
                    Ok(settings) => view! { <Sections settings/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The sections, as the project is set up at any moment: what is open and typed in them stays when others change it.
#[component]
fn Sections(settings: ProjectSettings) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|workspace| workspace.organization.clone());
    let home = format!("/o/{}", org.slug);
    let (project, as_of) = (settings.key.clone(), settings.as_of);
    let key = project.to_string();
    let settings = RwSignal::new(settings);
    let address = StoredValue::new((org.slug.clone(), key.clone()));
    let changed = Callback::new(move |()| {
        if let Some((org, key)) = address.try_get_value() {
            renew(settings, |settings| settings.as_of, get_project_settings(org, key));
        }
    });
    Feed::expect().listen(as_of, move |heard| {
        let concerns = match heard {
            Heard::Event(event) => event.project == project && event.event.counts(),
            Heard::Reset => true,
        };
        if concerns {
            changed.run(());
        }
    });
    let name = Memo::new(move |_| settings.with(|settings| settings.name.clone()));
    let title = Signal::derive(move || format!("{} settings", name.get()));
    let board = format!("{home}/projects/{key}/board");
    let crumbs = vec![Crumb::new(org.display_name, home), Crumb::new(name, board)];
    let setting = Setting { org: org.slug, key, changed };
    view! {
        <Page heading="Settings" title crumbs class="project-settings">
            <About setting=setting.clone() settings/>
            <Access setting=setting.clone() settings/>
            <Workflow setting=setting.clone() settings/>
            <Labels setting=setting.clone() settings/>
            <Archive setting settings/>
        </Page>
    }
    .into_any()
}
