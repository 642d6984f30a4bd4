//! The page of a project's list.

mod editor;
mod focus;
mod keyboard;
mod row_html;
mod store;
mod view;
mod window;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use self::view::ListView;
use super::{
    organization::current::CurrentOrganization,
    projects::{functions::get_list, page_actions::actions},
    toolbar::ProjectToolbar,
    ui::{
        await_resource::await_resource,
        error_page::ErrorPage,
        page::{Crumb, Page},
    },
};
use crate::domain::{permissions::Permission, query::Query, saved_views::Layout};

/// `/o/{org}/projects/{key}/list`.
#[component]
pub fn ListPage() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let search = use_location().search;
    let address = Memo::new(move |_| (param("org"), param("key"), search.get()));
    let listing = Resource::new_blocking(move || address.get(), |(org, key, query)| get_list(org, key, query));
    let rebuild = Callback::new(move |()| listing.refetch());

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(listing).await {
                    Ok(listing) => {
                        let org = current.with_untracked(|shell| shell.organization.clone());
                        let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
                        let project = listing.project.clone();
                        let title = format!("{} list", project.name);
                        let may_write = current.may(Permission::WriteTasks);
                        let (query, _) = Query::parse(&address.get_untracked().2);
                        let action = Some(actions(current, &org.slug, &project.key));
                        let is_valid = project.problems.is_empty();
                        let toolbar_query = query.clone();
                        view! {
                            <Page heading=project.name.clone() title crumbs action class="list-page">
                                <ProjectToolbar org=org.slug.clone() project layout=Layout::List query=toolbar_query changed=rebuild may_write/>
                                {is_valid.then(|| view! { <ListView org=org.slug listing query may_write rebuild/> })}
                            </Page>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}
