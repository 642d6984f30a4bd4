//! The data of a browser session, and what of it is stored in columns of its own.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    domain::ids::{BrowserId, PersonId},
    server::repo::sessions::Owner,
};

pub const BROWSER_KEY: &str = "browser";
/// Key of the provider's session id (`sid`) at the last sign-in.
pub const SID_KEY: &str = "sid";
/// Key of the network of the client that started the session.
pub const CLIENT_KEY: &str = "client";
/// Key of the time of the last sign-in by the provider's clock, in seconds since 1970.
pub const BEGAN_KEY: &str = "began";
/// Key that is set once somebody has signed in.
pub const SIGNED_IN_KEY: &str = "signed_in";

/// The browser record in the session data. Data that grows is stored in separate tables, under `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    pub id: BrowserId,
    /// The person who signed in last, to an organization or to none.
    pub person: Option<PersonId>,
}

/// Whose a session is.
#[derive(Clone, Debug)]
pub struct SessionOwner {
    pub person: Option<PersonId>,
    pub sid: Option<String>,
    /// The network of the client, unless somebody has signed in.
    pub stranger: Option<String>,
    pub was_signed_in: bool,
}

impl SessionOwner {
    /// Returns the owner of a session with this data.
    pub fn of(data: &HashMap<String, Value>) -> Self {
        let text = |key: &str| data.get(key).and_then(Value::as_str).map(str::to_owned);
        let browser = data.get(BROWSER_KEY).and_then(|browser| Browser::deserialize(browser).ok());
        let person = browser.and_then(|browser| browser.person);
        let was_signed_in = person.is_some() || data.contains_key(SIGNED_IN_KEY);
        Self { person, sid: text(SID_KEY), stranger: text(CLIENT_KEY).filter(|_| !was_signed_in), was_signed_in }
    }

    /// Returns the owner as it is stored.
    pub fn row(&self) -> Owner<'_> {
        Owner { person: self.person, sid: self.sid.as_deref(), stranger: self.stranger.as_deref() }
    }
}
