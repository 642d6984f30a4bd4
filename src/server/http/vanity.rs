//! Hosts that name an organization: `acme.tessera.example/x` is `tessera.example/o/acme/x`.

use axum::{
    extract::{Request, State},
    http::{Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use url::{Url, form_urlencoded};

use crate::{
    domain::organizations::{
        name::{InvalidName, OrganizationName},
        typed_name,
    },
    server::state::AppState,
};

/// What is there once, whichever organization the host names.
const COMMON: [&str; 6] = ["/callback", "/logout", "/sign-in", "/sign-in/forget", "/welcome", "/new-organization"];

/// Middleware: leads from such a host to the same page of the organization. Whether there is one by that name is not
/// looked at: the page knows how to tell nobody.
pub async fn redirect(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(slug) = slug(&app.config.base_url, host) else { return next.run(request).await };
    match target(&app.config.base_url, &slug, request.uri()) {
        Some(target) => Redirect::temporary(target.as_str()).into_response(),
        None => next.run(request).await,
    }
}

/// The organization that `host` names, as a part of the site at `base`.
fn slug(base: &Url, host: &str) -> Option<String> {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    let label = host.strip_suffix(base.host_str()?)?.strip_suffix('.')?;
    // What has a meaning of its own is no organization.
    if label.parse::<OrganizationName>() == Err(InvalidName::Reserved) {
        return None;
    }
    typed_name::parse(label).ok()
}

/// The address of `uri` in the organization called `slug`.
fn target(base: &Url, slug: &str, uri: &Uri) -> Option<Url> {
    let here = uri.path_and_query().map_or("", |here| here.as_str());
    let path = uri.path();
    let here = if path == "/login" {
        // Whoever comes to this host signs in to this organization, unless the link names another.
        let mut query: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
        if !query.iter().any(|(name, _)| ["organization", "organization_name", "workspace"].contains(&name.as_ref())) {
            query.push(("organization_name".into(), slug.into()));
        }
        format!("/login?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
    } else if path.starts_with("/o/") || path.starts_with("/fn/") || COMMON.contains(&path) {
        here.to_owned()
    } else {
        format!("/o/{slug}{}", here.trim_end_matches('/'))
    };
    base.join(&here).ok().filter(|target| target.origin() == base.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("http://localhost:3000/").unwrap()
    }

    #[test]
    fn a_host_names_its_organization() {
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
            assert_eq!(slug(&base(), host).as_deref(), expected, "{host:?}");
        }
    }

    #[test]
    fn a_page_of_the_host_is_a_page_of_the_organization() {
        for (path, expected) in [
            ("/", "/o/acme"),
            ("/?x=1", "/o/acme/?x=1"),
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
            ("//evil.example", "/o/acme//evil.example"),
        ] {
            let target = target(&base(), "acme", &path.parse().unwrap()).unwrap();
            assert_eq!(target.as_str(), format!("http://localhost:3000{expected}"), "{path:?}");
        }
    }
}
