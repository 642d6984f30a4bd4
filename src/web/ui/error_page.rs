//! The page shown when another page cannot be loaded.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};

use super::{
    logo::Mark,
    page::{InAppShell, Page, PlainPage},
};
use crate::domain::errors::AppError;

/// Explains the error and offers a next step, inside the app shell if there is one. Sets the response status.
///
/// If sign-in is required, redirects to the sign-in, which returns to this page.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::web::request::set_status(&error);
    let location = use_location();
    let current_address =
        location.pathname.get_untracked() + &location.search.with_untracked(|search| query_suffix(search));
    let shell = use_context::<InAppShell>();
    let home = shell.map_or_else(|| "/".to_owned(), |shell| shell.home.get_value());
    let sign_in = sign_in_href(&current_address);
    if error == AppError::SignInRequired {
        let sign_in = sign_in.clone();
        // If the browser refuses the redirect, the button below remains.
        Effect::new(move |_| drop(window().location().assign(&sign_in)));
    }
    let action = match error {
        AppError::SignInRequired => view! {
            <a class="button primary" href=sign_in rel="external" data-follow="">
                "Sign in"
            </a>
        }
        .into_any(),
        AppError::Internal { .. }
        | AppError::Unreachable
        | AppError::Busy
        | AppError::Unavailable
        | AppError::BadRequest => view! {
            <a class="button primary" href=current_address rel="external">
                "Try again"
            </a>
        }
        .into_any(),
        _ => view! {
            <a class="button" href=home>
                {if shell.is_some() { "Go to your projects" } else { "Go to the start page" }}
            </a>
        }
        .into_any(),
    };
    let title = title(&error);
    let text = error.to_string();
    let request_id = request_id_line(&text);
    let message = view! {
        <p>{text}</p>
        <div class="buttons">{action}</div>
        <p class="small">{request_id}</p>
    };
    if shell.is_some() {
        view! {
            <Page heading=title>
                <div class="empty">
                    <Mark/>
                    {message}
                </div>
            </Page>
        }
        .into_any()
    } else {
        view! {
            <PlainPage title=title>
                <main id="main" class="empty">
                    <Mark/>
                    <h1>{title}</h1>
                    {message}
                </main>
            </PlainPage>
        }
        .into_any()
    }
}

/// The page for an unknown address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage error=AppError::NotFound/> }
}

/// Returns the sign-in address that returns to `current_address` (path and query). An organization in the path is the one to
/// sign in to.
#[must_use]
pub fn sign_in_href(current_address: &str) -> String {
    let back = Url::escape(current_address);
    let path = current_address.split('?').next().unwrap_or_default();
    match path.strip_prefix("/o/").and_then(|rest| rest.split('/').next()) {
        Some(org) => format!("/login?organization_name={org}&return_to={back}"),
        None => format!("/login?return_to={back}"),
    }
}

const fn title(error: &AppError) -> &'static str {
    match error {
        AppError::NotFound => "Page not found",
        AppError::SignInRequired => "Sign in to continue",
        AppError::Forbidden { .. } => "You don’t have permission",
        AppError::MembershipEnded { .. } => "Your membership has ended",
        AppError::OrganizationEnded { .. } => "This workspace has ended",
        AppError::Invalid { .. }
        | AppError::Conflict { .. }
        | AppError::SentBefore
        | AppError::TooLarge
        | AppError::Restored => "That didn’t work",
        AppError::BadRequest => "This page is out of date",
        AppError::Unreachable | AppError::Unavailable => "Tessera can’t be reached",
        AppError::Busy => "Tessera is busy",
        AppError::TooManySessions => "Too many sign-ins",
        AppError::Internal { .. } => "Something went wrong",
    }
}

/// Returns the query with its question mark, which the router leaves out. Empty for an empty query.
#[must_use]
pub fn query_suffix(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

/// Returns the text that shows the request id on an error page.
#[cfg(feature = "ssr")]
#[must_use]
pub fn request_id_text(id: &str) -> String {
    format!("Request id: {id}")
}

/// Returns the line with the request id for a page with this text. Empty if the text contains the id already.
#[cfg(feature = "ssr")]
fn request_id_line(text: &str) -> String {
    let id = crate::web::request::id().filter(|id| !text.contains(id));
    id.map_or_else(String::new, |id| request_id_text(&id))
}

/// Returns an empty line, because only the server knows the request id. During hydration, the line rendered by the
/// server stays. The text is then a dash rather than empty, so that the line of a later error replaces it.
#[cfg(not(feature = "ssr"))]
fn request_id_line(_: &str) -> String {
    let context = Owner::current_shared_context();
    if context.is_some_and(|context| context.during_hydration()) { "-".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::sign_in_href;

    #[test]
    fn sign_in_href_names_organization_and_return_path() {
        let href = sign_in_href("/o/acme/projects/WEB/board?a=b&c");
        assert!(href.starts_with("/login?organization_name=acme&return_to="), "{href}");
        let back = href.split("return_to=").nth(1).unwrap();
        assert!(!back.contains(['/', '?', '&']), "{back}");
        assert_eq!(sign_in_href("/welcome").split('=').count(), 2);
    }
}
