//! The `prompt` parameter of an authorization request (OpenID Connect Core section 3.1.2.1).

use axum::http::HeaderMap;

use super::login_query::LoginQuery;

/// Which interaction the authorization request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// No interaction: the provider responds immediately, with a code or an error.
    None,
    /// The interaction that the provider needs.
    AsNeeded,
    /// Sign in again, possibly with another account.
    Login,
    /// Select an account.
    SelectAccount,
}

impl Prompt {
    /// Returns the prompt for `query`. `may_be_silent` says whether a sign-in without interaction is likely to succeed.
    pub fn for_query(query: &LoginQuery, may_be_silent: bool) -> Self {
        match query.prompt.as_deref() {
            Some("login") => return Self::Login,
            Some("select_account") => return Self::SelectAccount,
            // `none` in a link is ignored: without a session at the provider it would fail.
            _ => {}
        }
        // Signing up, accepting an invitation or naming an account needs interaction.
        let needs_interaction =
            [&query.invitation, &query.login_hint, &query.screen_hint].into_iter().any(Option::is_some);
        if may_be_silent && !needs_interaction { Self::None } else { Self::AsNeeded }
    }

    /// Returns the value of the `prompt` parameter; `None` if it is omitted.
    pub const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::None => Some("none"),
            Self::AsNeeded => None,
            Self::Login => Some("login"),
            Self::SelectAccount => Some("select_account"),
        }
    }
}

/// Whether an error of the provider says that the sign-in needs interaction (OpenID Connect Core section 3.1.2.6).
pub fn requires_interaction(error: &str) -> bool {
    ["login_required", "interaction_required", "consent_required", "account_selection_required"].contains(&error)
}

/// Whether a request is a navigation according to Fetch Metadata. Old browsers do not send it, so its absence counts as
/// a navigation.
pub fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn invitations_hints_and_sign_ups_are_not_silent() {
        let some = || Some("x".to_owned());
        assert_eq!(Prompt::for_query(&LoginQuery::default(), true), Prompt::None);
        assert_eq!(Prompt::for_query(&LoginQuery::default(), false), Prompt::AsNeeded);
        for query in [
            LoginQuery { invitation: some(), ..LoginQuery::default() },
            LoginQuery { login_hint: some(), ..LoginQuery::default() },
            LoginQuery { screen_hint: some(), ..LoginQuery::default() },
        ] {
            assert_eq!(Prompt::for_query(&query, true), Prompt::AsNeeded);
        }
    }

    #[test]
    fn a_link_can_request_another_account_but_not_silence() {
        let of = |prompt: &str, may_be_silent| {
            Prompt::for_query(&LoginQuery { prompt: Some(prompt.to_owned()), ..LoginQuery::default() }, may_be_silent)
        };
        assert_eq!(of("login", true), Prompt::Login);
        assert_eq!(of("select_account", true), Prompt::SelectAccount);
        assert_eq!(of("none", false), Prompt::AsNeeded);
    }

    #[test]
    fn a_fetch_is_no_navigation() {
        let mut headers = HeaderMap::new();
        assert!(is_navigation(&headers));
        headers.insert("sec-fetch-mode", HeaderValue::from_static("cors"));
        assert!(!is_navigation(&headers));
        headers.insert("sec-fetch-mode", HeaderValue::from_static("navigate"));
        assert!(is_navigation(&headers));
    }
}
