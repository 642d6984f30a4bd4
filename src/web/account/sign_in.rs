//! The sign-in page: directly, by organization name, by email address, or to an organization used before on this device.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::organizations::{RecentOrganization, typed_name},
    web::{
        organization::functions::list_recent_workspaces,
        ui::{
            avatar::OrganizationAvatar,
            field::Labelled,
            icon::{Glyph, Icon},
            page::PlainPage,
            page_resource::PageResource,
        },
    },
};

/// `/sign-in`. Its forms are plain HTML forms, because they leave the application for the provider's login page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let recent = PageResource::new(|| (), |()| list_recent_workspaces());
    // The list is a convenience: if it fails to load, the page works without it.
    let recent = recent.render_or_default(|recent| (!recent.is_empty()).then(|| view! { <Recent recent/> }));
    view! {
        <PlainPage title="Sign in">
            <main id="main" class="workspaces sign-in">
                <h1>"Sign in"</h1>
                <div class="stack">
                    <p class="muted">"Sign in, then choose your workspace."</p>
                    <a class="button primary large" href="/login" rel="external">
                        "Continue"
                        <Icon icon=Glyph::ArrowRight/>
                    </a>
                </div>
                {recent}
                <ByName/>
                <ByEmail/>
                <p class="muted small">
                    "New here? " <a href="/login?screen_hint=signup" rel="external">
                        "Create an account"
                    </a> "."
                </p>
            </main>
        </PlainPage>
    }
    .into_any()
}

#[component]
fn Recent(recent: Vec<RecentOrganization>) -> impl IntoView {
    let rows = recent.into_iter().map(|RecentOrganization { slug, display_name }| {
        view! {
            <li>
                <a class="row" href=format!("/o/{slug}") rel="external">
                    <OrganizationAvatar slug=slug.clone() name=display_name.clone()/>
                    <span class="name lines">
                        <span>{display_name.clone()}</span>
                    </span>
                    <Icon icon=Glyph::ChevronRight/>
                </a>
            </li>
        }
    });
    view! {
        <section class="way" aria-labelledby="recent">
            <div class="way-head">
                <h2 id="recent">"Last used on this device"</h2>
                <form method="post" action="/sign-in/forget">
                    <button type="submit" class="button quiet">
                        "Clear list"
                    </button>
                </form>
            </div>
            <ul class="rows card">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The form for the organization's name. `/login` returns an invalid name to this page; the page never says whether an
/// organization exists.
#[component]
fn ByName() -> impl IntoView {
    let typed = use_query_map().with_untracked(|query| query.get("workspace"));
    let error = typed.as_deref().and_then(|typed| typed_name::parse(typed).err());
    #[cfg(feature = "ssr")]
    if let (Some(_), Some(response)) = (error, use_context::<leptos_axum::ResponseOptions>()) {
        response.set_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    }
    let described_by = if error.is_some() { "workspace-error workspace-hint" } else { "workspace-hint" };
    view! {
        <form class="way" method="get" action="/login">
            <Labelled
                name="workspace"
                label="Workspace name".to_owned()
                hint=Some("The part after /o/ in the URL, for example acme-corp.")
                error=Signal::stored(error.map(str::to_owned))
            >
                <div class="inline">
                    <input
                        class="input"
                        id="workspace"
                        name="workspace"
                        value=typed.unwrap_or_default()
                        required
                        maxlength=typed_name::MAX.to_string()
                        autocomplete="organization"
                        autocapitalize="none"
                        spellcheck="false"
                        autofocus=error.is_some()
                        aria-invalid=error.is_some().then_some("true")
                        aria-describedby=described_by
                    />
                    <button type="submit" class="button">
                        "Go to workspace"
                    </button>
                </div>
            </Labelled>
        </form>
    }
    .into_any()
}

/// The form for an email address. The provider chooses the connection by its domain.
#[component]
fn ByEmail() -> impl IntoView {
    view! {
        <form class="way" method="get" action="/login">
            <Labelled
                name="login_hint"
                label="Work email".to_owned()
                hint=Some("If your company uses single sign-on, we’ll take you there.")
                error=Signal::stored(None)
            >
                <div class="inline">
                    <input
                        class="input"
                        // Browsers refuse international addresses in fields of the type email.
                        type="text"
                        inputmode="email"
                        autocapitalize="none"
                        spellcheck="false"
                        id="login_hint"
                        name="login_hint"
                        required
                        maxlength="254"
                        autocomplete="email"
                        aria-describedby="login_hint-hint"
                    />
                    <button type="submit" class="button">
                        "Continue with email"
                    </button>
                </div>
            </Labelled>
        </form>
    }
    .into_any()
}
