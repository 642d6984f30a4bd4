//! How much the provider may ask of a person who signs in (`prompt`, OpenID Connect Core section 3.1.2.1).

use axum::http::HeaderMap;

use super::login::LoginQuery;

/// What goes into the authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: the provider answers at once, with a code or with an error.
    None,
    /// Whatever the provider needs.
    AsNeeded,
    /// To sign in again, perhaps as somebody else.
    Login,
    /// Which account.
    SelectAccount,
}

impl Prompt {
    /// The prompt for `query`; `may_be_silent` when the provider could know the person and nothing has to be asked.
    pub fn of(query: &LoginQuery, may_be_silent: bool) -> Self {
        match query.prompt.as_deref() {
            Some("login") => return Self::Login,
            Some("select_account") => return Self::SelectAccount,
            // Nobody else decides that nothing is shown: the answer would be an error.
            _ => {}
        }
        // Whoever names an account, or comes to sign up or to accept an invitation, wants to see a page.
        let wants_a_page = [&query.invitation, &query.login_hint, &query.screen_hint].into_iter().any(Option::is_some);
        if may_be_silent && !wants_a_page { Self::None } else { Self::AsNeeded }
    }

    /// The value of the parameter, if it is sent.
    pub const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::None => Some("none"),
            Self::AsNeeded => None,
            Self::Login => Some("login"),
            Self::SelectAccount => Some("select_account"),
        }
    }
}

/// Whether an error of the provider says that it has to ask the person (OpenID Connect Core section 3.1.2.6).
pub fn must_ask(error: &str) -> bool {
    ["login_required", "interaction_required", "consent_required", "account_selection_required"].contains(&error)
}

/// Whether a person goes to another page, by what browsers say of a request (Fetch Metadata); old ones say nothing.
pub fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn who_asks_for_a_page_gets_it() {
        let some = || Some("x".to_owned());
        assert_eq!(Prompt::of(&LoginQuery::default(), true), Prompt::None);
        assert_eq!(Prompt::of(&LoginQuery::default(), false), Prompt::AsNeeded);
        for query in [
            LoginQuery { invitation: some(), ..LoginQuery::default() },
            LoginQuery { login_hint: some(), ..LoginQuery::default() },
            LoginQuery { screen_hint: some(), ..LoginQuery::default() },
        ] {
            assert_eq!(Prompt::of(&query, true), Prompt::AsNeeded);
        }
    }

    #[test]
    fn another_account_can_be_asked_for_and_silence_cannot() {
        let of = |prompt: &str, may_be_silent| {
            Prompt::of(&LoginQuery { prompt: Some(prompt.to_owned()), ..LoginQuery::default() }, may_be_silent)
        };
        assert_eq!(of("login", true), Prompt::Login);
        assert_eq!(of("select_account", true), Prompt::SelectAccount);
        assert_eq!(of("none", false), Prompt::AsNeeded);
    }

    #[test]
    fn a_script_does_not_navigate() {
        let mut headers = HeaderMap::new();
        assert!(is_navigation(&headers));
        headers.insert("sec-fetch-mode", HeaderValue::from_static("cors"));
        assert!(!is_navigation(&headers));
        headers.insert("sec-fetch-mode", HeaderValue::from_static("navigate"));
        assert!(is_navigation(&headers));
    }
}
