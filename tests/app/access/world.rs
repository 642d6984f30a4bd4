//! The callers of the table, and their requests.

use reqwest::{Method, RequestBuilder, header};
use serde_json::json;

use crate::{
    support::{
        ACME, ALICE, Answer, BETA, BOB, Browser, Dns, Member, Organization, Person, TestApp,
        domains::with_dns,
        ids::{Ids, Makers, new_person},
    },
    table::Row,
};

/// The kinds of callers, as the table names them.
pub const CALLERS: [&str; 9] =
    ["anonymous", "other", "suspended", "viewer", "member", "admin", "owner", "machine", "expired"];

/// What a request says about the page that it comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// A page of the application.
    Own,
    /// Another site, in a browser that sends these headers.
    Foreign(&'static [(&'static str, &'static str)]),
}

/// A caller of the application, with the session and the access token that they have.
pub struct Caller {
    pub name: &'static str,
    browser: Browser,
    /// The subject and the organization of the access token.
    token: Option<(Person, Organization)>,
    /// The caller as a member of the organization, who may create objects of their own.
    author: Option<Member>,
    pub ids: Ids,
}

/// An application with callers of every kind.
pub struct World {
    pub app: TestApp,
    _dns: Dns,
    /// The owner of acme, in which the requests of the table are made.
    pub owner: Member,
    /// The owner of beta, a person of another organization.
    pub stranger: Member,
}

impl World {
    pub async fn spawn() -> Self {
        let (app, dns) = with_dns().await;
        let owner = app.signed_in(ALICE, ACME).await;
        let stranger = app.signed_in(BOB, BETA).await;
        Self { app, _dns: dns, owner, stranger }
    }

    /// Creates a caller of this kind.
    pub async fn caller(&self, name: &'static str) -> Caller {
        let person = new_person();
        let (mut browser, mut token, mut author) = (self.app.browser(), None, None);
        match name {
            "anonymous" => {}
            "machine" => token = Some(("tessera-machine@clients", ACME)),
            _ => {
                let organization = if name == "other" { BETA } else { ACME };
                let member = self.app.signed_in(person, organization).await;
                browser = member.browser.clone();
                (token, author) = (Some((person, organization)), Some(member));
            }
        }
        // Those who write to others have confirmed their address.
        self.app.database.change(&format!("UPDATE person SET email_verified = TRUE WHERE subject = '{person}'")).await;
        let of_person = format!("WHERE person_id = (SELECT id FROM person WHERE subject = '{person}')");
        let change = match name {
            "viewer" | "admin" | "owner" => format!("UPDATE membership SET role = '{name}' {of_person}"),
            "suspended" => format!("UPDATE membership SET status = 'suspended' {of_person}"),
            "expired" => {
                let browser = format!("SELECT browser_id FROM seat {of_person}");
                self.app.database.change(&format!("DELETE FROM seat WHERE browser_id IN ({browser})")).await;
                format!("UPDATE browser_session SET expires_at = '2001-01-01T00:00:00+00:00' {of_person}")
            }
            _ => String::new(),
        };
        if !change.is_empty() {
            assert_eq!(self.app.database.change(&change).await, 1, "{change}");
        }
        // Those who may not create objects use the owner's.
        let author = author.filter(|_| ["other", "viewer", "member", "admin", "owner"].contains(&name));
        Caller { name, browser, token, author, ids: Ids::default() }
    }

    /// Returns ids for the row: objects of the organization, and the caller's own where objects belong to a person.
    pub async fn ids(&self, caller: &mut Caller, row: &Row) -> Vec<String> {
        let mut ids = Vec::new();
        for kind in row.id_positions() {
            ids.push(self.own_id(caller, &kind).await);
        }
        ids
    }

    /// Returns the id of an object that the caller may use.
    pub async fn own_id(&self, caller: &mut Caller, kind: &str) -> String {
        // A person of another organization, or a viewer, has nothing of their own in most places.
        let may_create = match (caller.name, kind) {
            (_, "setup") => true,
            ("other", _) => false,
            ("viewer", kind) => kind == "view",
            _ => true,
        };
        let author = caller.author.as_ref().filter(|_| may_create).unwrap_or(&self.owner);
        let makers = Makers { app: &self.app, owner: &self.owner, author, is_private: false };
        caller.ids.get(kind, makers).await
    }

    /// Sends the request of a row with these ids.
    pub async fn send(&self, caller: &Caller, row: &Row, ids: &[String], origin: Origin) -> Answer {
        let (path, parameters) = row.request(ids);
        // Of a form, the parameters with a question mark are in its address.
        let (query, fields): (Vec<_>, Vec<_>) = parameters.into_iter().partition(|(name, _)| name.starts_with('?'));
        let query: Vec<_> = query.iter().map(|(name, value)| (name.trim_start_matches('?'), value)).collect();
        // A copy of the browser, so that no answer changes the cookies of the caller.
        let browser = caller.browser.copy();
        let request = if row.method == "POST" {
            browser.request(Method::POST, &path).query(&query).form(&fields)
        } else {
            browser.request(Method::GET, &path).query(&fields)
        };
        let accept = if path.starts_with("/fn/") { "application/json" } else { "text/html" };
        let mut request = request.header(header::ACCEPT, accept);
        match origin {
            Origin::Own if row.is_safe() => {}
            Origin::Own => {
                let own = self.app.url.origin().ascii_serialization();
                request = request.header(header::ORIGIN, own).header("sec-fetch-site", "same-origin");
            }
            Origin::Foreign(headers) => {
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
            }
        }
        if let Some(token) = self.token(caller) {
            request = request.bearer_auth(token);
        }
        receive(request).await
    }

    fn token(&self, caller: &Caller) -> Option<String> {
        let (person, organization) = caller.token?;
        let mut grant = self.app.provider.grant(person, Some(organization.id)).at(self.app.clock.now());
        grant.access_token.set("permissions", json!(["read:projects", "read:tasks"]));
        match caller.name {
            "machine" => _ = grant.access_token.set("gty", "client-credentials"),
            "expired" => _ = grant.access_token.set("exp", self.app.clock.now().timestamp() - 3600),
            _ => {}
        }
        Some(self.app.provider.sign(&grant.access_token))
    }
}

/// Sends a request and reads the answer. Of an event stream, which does not end, it reads no body.
async fn receive(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let is_stream = headers.get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/event-stream"));
    let body = if is_stream { String::new() } else { response.text().await.unwrap() };
    Answer { status, headers, body }
}
