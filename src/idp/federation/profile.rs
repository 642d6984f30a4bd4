//! Claims that an issuer asserts about a user.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::idp::form;

/// Maximum length of a subject (OpenID Connect Core section 2).
const MAX_SUBJECT_LENGTH: usize = 255;
/// Maximum number of characters of a name; the rest is cut off.
const MAX_NAME_LENGTH: usize = 300;

/// Identity of a user at the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub subject: String,
    /// Address in lower case.
    pub email: String,
    pub email_verified: bool,
    pub name: String,
    pub nickname: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub picture: Option<String>,
}

/// The valid claims about a user.
#[derive(Default)]
pub struct UserClaims {
    /// Address in lower case, and whether the issuer verified it.
    pub email: Option<(String, bool)>,
    name: Option<String>,
    nickname: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    picture: Option<String>,
}

/// Profile claims, the same in ID tokens and userinfo (OpenID Connect Core section 5.1).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    email: Option<String>,
    email_verified: Option<bool>,
    name: Option<String>,
    nickname: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    picture: Option<String>,
}

impl UserClaims {
    /// Reads the claims of an ID token or of a userinfo response.
    pub fn new(claims: &impl Serialize) -> Self {
        let profile = serde_json::to_value(claims).and_then(serde_json::from_value).unwrap_or_default();
        let Profile { email, email_verified, name, nickname, given_name, family_name, picture } = profile;
        let text = |claim: Option<String>| -> Option<String> {
            let text: String = claim?.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME_LENGTH).collect();
            (!text.is_empty()).then_some(text)
        };
        let email = email.and_then(|email| form::email(&email));
        Self {
            email: email.map(|email| (email, email_verified == Some(true))),
            name: text(name),
            nickname: text(nickname),
            given_name: text(given_name),
            family_name: text(family_name),
            picture: picture
                .and_then(|url| Url::parse(&url).ok())
                .filter(|url| url.scheme() == "https")
                .map(Into::into),
        }
    }

    /// Adds the claims of `other` that are missing.
    pub fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            name: self.name.or(other.name),
            nickname: self.nickname.or(other.nickname),
            given_name: self.given_name.or(other.given_name),
            family_name: self.family_name.or(other.family_name),
            picture: self.picture.or(other.picture),
        }
    }

    /// Builds the identity of `subject`. Fails if the subject is invalid or the address is missing.
    pub fn identity(self, subject: &str) -> Result<Identity, String> {
        if subject.is_empty() || subject.len() > MAX_SUBJECT_LENGTH || subject.chars().any(char::is_control) {
            return Err("no usable subject".to_owned());
        }
        let (email, email_verified) = self.email.ok_or("no usable e-mail address")?;
        let nickname = email.split('@').next().unwrap_or_default().to_owned();
        Ok(Identity {
            subject: subject.to_owned(),
            name: self.name.unwrap_or_else(|| email.clone()),
            nickname: self.nickname.unwrap_or(nickname),
            given_name: self.given_name,
            family_name: self.family_name,
            picture: self.picture,
            email,
            email_verified,
        })
    }
}
