//! The layout of all settings pages: heading and tabs.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::domain::isolate::isolated;
use crate::{
    domain::{errors::AppError, permissions::Permission},
    web::{
        organization::current::CurrentOrganization,
        organizations::domains::requests::JoinRequestCount,
        ui::{
            error_page::ErrorPage,
            page::{Crumb, Page},
        },
    },
};

/// A tab of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    General,
    People,
    Domains,
    Provider,
}

impl Tab {
    /// All tabs, in order.
    const ALL: [Self; 4] = [Self::General, Self::People, Self::Domains, Self::Provider];

    const fn label(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Domains => "Domains",
            Self::People => "People",
            Self::Provider => "Sign-in service",
        }
    }

    /// Returns the path below `/o/{org}`.
    const fn path(self) -> &'static str {
        match self {
            Self::General => "/settings",
            Self::Domains => "/settings/domains",
            Self::People => "/settings/people",
            Self::Provider => "/settings/sign-in-service",
        }
    }

    /// Returns the permission that the page requires, if any.
    const fn required_permission(self) -> Option<Permission> {
        match self {
            Self::General => None,
            Self::People => Some(Permission::ReadMembers),
            Self::Domains | Self::Provider => Some(Permission::ManageOrganization),
        }
    }

    /// Returns the required permission if the person does not have it.
    fn missing_permission(self) -> Option<Permission> {
        let current = CurrentOrganization::expect();
        self.required_permission().filter(|permission| !current.may(*permission))
    }

    /// Returns the error page for a person without the required permission. The server authorizes every request itself.
    #[must_use]
    pub fn forbidden_page(self) -> Option<AnyView> {
        let permission = self.missing_permission()?;
        Some(view! { <ErrorPage error=AppError::Forbidden { permission }/> }.into_any())
    }
}

/// A settings page with the tabs that the person may open.
#[component]
pub fn SettingsPage(tab: Tab, children: Children) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let (slug, name) = current
        .with_untracked(|workspace| (workspace.organization.slug.clone(), workspace.organization.display_name.clone()));
    let mut crumbs = vec![Crumb::new("Home", format!("/o/{slug}"))];
    if tab != Tab::General {
        crumbs.push(Crumb::new("Settings", format!("/o/{slug}/settings")));
    }
    let heading = if tab == Tab::General { "Settings" } else { tab.label() };
    let tabs: Vec<_> = Tab::ALL.into_iter().filter(|tab| tab.missing_permission().is_none()).collect();
    let may_decide = current.may(Permission::ManageMembers);
    let navigation = (tabs.len() > 1).then(|| {
        let links = tabs.into_iter().map(|tab| {
            view! {
                <li>
                    <A href=format!("/o/{slug}{}", tab.path()) exact=tab == Tab::General attr:class="tab">
                        {tab.label()}
                        {(tab == Tab::People && may_decide).then(|| view! { " " <JoinRequestCount/> })}
                    </A>
                </li>
            }
        });
        view! {
            <nav aria-label="Settings">
                <ul class="tabs">{links.collect_view()}</ul>
            </nav>
        }
    });
    view! {
        <Page heading=heading title=format!("{heading} · {}", isolated(&name)) crumbs=crumbs>
            {navigation}
            {children()}
        </Page>
    }
    .into_any()
}
