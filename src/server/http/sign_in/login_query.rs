//! The query parameters of `/login`.

use serde::Deserialize;
use url::form_urlencoded;

/// Maximum number of characters of a login hint that is sent to the provider.
const MAX_HINT_LENGTH: usize = 320;

/// The parameters of Auth0's login route and of third-party-initiated login (OpenID Connect Core section 4), and the
/// page to return to.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LoginQuery {
    /// Id (`org_…`) or name of an organization.
    pub organization: Option<String>,
    pub organization_name: Option<String>,
    /// The name of an organization as the person entered it. Unlike `organization_name`, it does not reveal to a person
    /// who is no member whether the organization exists.
    pub workspace: Option<String>,
    /// Ticket of an invitation; sent together with `organization`.
    pub invitation: Option<String>,
    pub login_hint: Option<String>,
    /// `no` disables the discovery of an organization by the domain of `login_hint`.
    pub discover: Option<String>,
    pub screen_hint: Option<String>,
    /// `login` or `select_account`, to use another account.
    pub prompt: Option<String>,
    pub iss: Option<String>,
    pub return_to: Option<String>,
    /// The absolute URL to return to, as third parties send it.
    pub target_link_uri: Option<String>,
    /// Id of the draft to restore after the sign-in.
    pub draft: Option<String>,
    /// The email address that `organization` was discovered by. Not a query parameter.
    #[serde(skip)]
    pub discovered_by: Option<String>,
}

impl LoginQuery {
    /// Returns the path and query of `/login` that start this sign-in.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = form_urlencoded::Serializer::new(String::new());
        let parameters = [
            ("organization", &self.organization),
            ("organization_name", &self.organization_name),
            ("workspace", &self.workspace),
            ("invitation", &self.invitation),
            ("login_hint", &self.login_hint),
            ("discover", &self.discover),
            ("screen_hint", &self.screen_hint),
            ("prompt", &self.prompt),
            ("return_to", &self.return_to),
            ("target_link_uri", &self.target_link_uri),
            ("draft", &self.draft),
        ];
        for (name, value) in parameters {
            if let Some(value) = value {
                address.append_pair(name, value);
            }
        }
        let address = address.finish();
        if address.is_empty() { "/login".to_owned() } else { format!("/login?{address}") }
    }

    /// Returns the path and query of `/login` that start this sign-in with another account.
    #[must_use]
    pub fn address_for_other_account(&self) -> String {
        Self { prompt: Some("login".to_owned()), login_hint: None, ..self.clone() }.address()
    }

    /// Trims the parameters and removes empty ones, and a login hint that is too long.
    pub(super) fn normalized(self) -> Self {
        let trim = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            organization: trim(self.organization),
            organization_name: trim(self.organization_name),
            invitation: trim(self.invitation),
            login_hint: trim(self.login_hint).filter(|hint| hint.chars().count() <= MAX_HINT_LENGTH),
            screen_hint: trim(self.screen_hint),
            prompt: trim(self.prompt),
            ..self
        }
    }
}
