//! The page of a project's settings.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    about::About,
    access::{Access, Archive},
    functions::get_project_settings,
    labels::Labels,
    setting::Setting,
    workflow::Workflow,
};
use crate::{
    domain::projects::settings::ProjectSettings,
    web::{
        live::{
            feed::{Feed, FeedItem},
            refresh::refresh_data,
        },
        organization::current::CurrentOrganization,
        ui::{
            await_resource::await_resource,
            error_page::ErrorPage,
            page::{Crumb, Page},
        },
    },
};

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

/// The sections of the page. They follow changes of others without losing open or edited fields.
#[component]
fn Sections(settings: ProjectSettings) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let home = format!("/o/{}", org.slug);
    let (project, as_of) = (settings.key.clone(), settings.as_of);
    let key = project.to_string();
    let settings = RwSignal::new(settings);
    let address = StoredValue::new((org.slug.clone(), key.clone()));
    let changed = Callback::new(move |()| {
        if let Some((org, key)) = address.try_get_value() {
            refresh_data(settings, |settings| settings.as_of, get_project_settings(org, key));
        }
    });
    Feed::expect().subscribe(as_of, move |item| {
        let is_affected = match item {
            FeedItem::Event(event) => event.project == project && event.event.counts(),
            FeedItem::Reset => true,
        };
        if is_affected {
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
