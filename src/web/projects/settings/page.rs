//! The page of a project's settings.

use leptos::prelude::*;

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
        live::refresh::keep_fresh,
        organization::current::CurrentOrganization,
        ui::{
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/o/{org}/projects/{key}/settings`.
#[component]
pub fn ProjectSettingsPage() -> impl IntoView {
    let settings = PageResource::new(path_params(["org", "key"]), |[org, key]| get_project_settings(org, key));
    settings.render_page(|settings| view! { <Sections settings/> })
}

/// The sections of the page. They follow changes of others without losing open or edited fields.
#[component]
fn Sections(settings: ProjectSettings) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let home = format!("/o/{}", org.slug);
    let project = settings.key.clone();
    let key = project.to_string();
    let settings = RwSignal::new(settings);
    let (slug, name) = (org.slug.clone(), key.clone());
    let changed = keep_fresh(
        settings,
        |settings| settings.as_of,
        move |event| event.project == project && event.event.counts(),
        move || get_project_settings(slug.clone(), name.clone()),
    );
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
