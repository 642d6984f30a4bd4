//! Vanity hosts: `acme.tessera.example/x` redirects to `tessera.example/o/acme/x`.

use axum::{
    extract::{Request, State},
    http::Uri,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use url::{Url, form_urlencoded};

use super::canonical;
use crate::{
    domain::organizations::{
        name::{InvalidName, OrganizationName},
        typed_name,
    },
    kernel::request_host::RequestHost,
    server::state::AppState,
};

/// First segments of the paths that are not below an organization, or name theirs.
const GLOBAL: [&str; 9] =
    ["callback", "fn", "invitation", "join", "logout", "new-organization", "o", "sign-in", "welcome"];

/// Middleware that redirects from a vanity host to the same page of the organization. It does not check whether the
/// organization exists: the page does, without revealing it.
pub async fn redirect(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let slug = RequestHost::of(&request).and_then(|host| slug(&app.config.base_url, &host));
    let Some(slug) = slug else { return next.run(request).await };
    match target(&app.config.base_url, &slug, request.uri()) {
        Some(target) => Redirect::temporary(target.as_str()).into_response(),
        None => next.run(request).await,
    }
}

/// Returns the organization's name in `host`, a subdomain of the site at `base`.
pub fn slug(base: &Url, host: &RequestHost) -> Option<String> {
    let label = host.subdomain_of(base)?;
    // Reserved names are no organizations.
    if label.parse::<OrganizationName>() == Err(InvalidName::Reserved) {
        return None;
    }
    typed_name::parse(label).ok()
}

/// Returns the URL of `uri` in the organization with the name `slug`.
fn target(base: &Url, slug: &str, uri: &Uri) -> Option<Url> {
    let path = canonical::path(uri.path());
    let first = path.split('/').nth(1).unwrap_or_default();
    if first == "login" {
        // Sign in to this organization, unless the link names another.
        let mut query: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
        if !query.iter().any(|(name, _)| ["organization", "organization_name", "workspace"].contains(&name.as_ref())) {
            query.push(("organization_name".into(), slug.into()));
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        return on_site(base, &format!("{path}?{query}"));
    }
    let path = if GLOBAL.contains(&first) { path } else { canonical::path(&format!("/o/{slug}{path}")) };
    on_site(base, &uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}")))
}

/// Returns the URL of a path of the site at `base`.
fn on_site(base: &Url, target: &str) -> Option<Url> {
    base.join(target).ok().filter(|target| target.origin() == base.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("http://localhost:3000/").unwrap()
    }

    #[test]
    fn finds_the_organization_in_a_host() {
        for (host, expected) in [
            ("acme.localhost:3000", Some("acme")),
            ("ACME.localhost", Some("acme")),
            ("abc-inc.localhost:3000", Some("abc-inc")),
            ("localhost:3000", None),
            ("www.localhost:3000", None),
            (".localhost:3000", None),
            ("a.b.localhost:3000", None),
            ("evillocalhost:3000", None),
            ("acme.localhost.evil.example", None),
            ("%2e.localhost", None),
            ("", None),
        ] {
            let request = Request::builder().header("host", host).body(()).unwrap();
            let slug = RequestHost::of(&request).and_then(|host| slug(&base(), &host));
            assert_eq!(slug.as_deref(), expected, "{host:?}");
        }
    }

    #[test]
    fn redirects_to_the_page_of_the_organization() {
        for (path, expected) in [
            ("/", "/o/acme"),
            ("/?x=1", "/o/acme?x=1"),
            ("/?from=/o/", "/o/acme?from=/o/"),
            ("/inbox/", "/o/acme/inbox"),
            ("/tasks/web-1//", "/o/acme/tasks/WEB-1"),
            ("/join", "/join"),
            ("/join/", "/join"),
            ("/invitation?ticket=t", "/invitation?ticket=t"),
            ("/invitation/decline?ticket=t", "/invitation/decline?ticket=t"),
            ("/new-organization/1", "/new-organization/1"),
            ("/tasks/WEB-1?x=1", "/o/acme/tasks/WEB-1?x=1"),
            ("/o/beta", "/o/beta"),
            ("/login", "/login?organization_name=acme"),
            (
                "/login?return_to=%2Fo%2Facme%2Fsettings",
                "/login?return_to=%2Fo%2Facme%2Fsettings&organization_name=acme",
            ),
            ("/login?organization=org_x&invitation=t", "/login?organization=org_x&invitation=t"),
            ("/callback?state=x", "/callback?state=x"),
            ("/sign-in", "/sign-in"),
            ("//evil.example", "/o/acme/evil.example"),
        ] {
            let target = target(&base(), "acme", &path.parse().unwrap()).unwrap();
            assert_eq!(target.as_str(), format!("http://localhost:3000{expected}"), "{path:?}");
        }
    }
}
