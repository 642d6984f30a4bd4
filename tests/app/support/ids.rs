//! Objects of an organization, created when a test needs the id of one.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    ACME, BETA, Direct, Member, Person, TestApp,
    functions::{CreateOrganization, SaveView},
};

/// The ids of objects that exist in one organization, by their kind.
#[derive(Default)]
pub struct Ids {
    made: HashMap<String, String>,
}

/// Who creates the objects.
#[derive(Clone, Copy)]
pub struct Makers<'a> {
    pub app: &'a TestApp,
    /// An owner of the organization, who creates what the organization has.
    pub owner: &'a Member,
    /// Who creates what belongs to a person: comments, views, batches, requests for organizations.
    pub author: &'a Member,
    /// Whether projects are private to the owner.
    pub is_private: bool,
}

/// Returns a number that no other object of this process has.
fn next_number() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// Returns the subject of a new person.
pub fn new_person() -> Person {
    format!("auth0|person{}", next_number()).leak()
}

/// Returns the id of the person with this subject.
pub async fn person_id(app: &TestApp, person: Person) -> Uuid {
    app.database.id(&format!("SELECT id FROM person WHERE subject = '{person}'")).await
}

/// Returns an id of this kind that never existed.
pub fn unknown(kind: &str) -> String {
    match kind {
        "org" | "ticket" => "qqq",
        "key" => "QQQ",
        "task" | "other_task" => "QQQ-1",
        "domain" => "qqq.example",
        _ => "01890000-0000-7000-8000-000000000000",
    }
    .to_owned()
}

impl Ids {
    /// Forgets the objects, because they may have changed.
    pub fn clear(&mut self) {
        self.made.clear();
    }

    /// Returns the id of an object of this kind, which is created unless there is one.
    pub async fn get(&mut self, kind: &str, makers: Makers<'_>) -> String {
        if let Some(id) = self.made.get(kind) {
            return id.clone();
        }
        let Makers { app, owner, author, .. } = makers;
        let number = next_number();
        let id = match kind {
            // No object, but part of a name that nothing has.
            "fresh" => return number.to_string(),
            "org" => owner.org(),
            "key" => self.project(makers).await,
            "task" => self.task(makers).await,
            "other_task" => {
                let key = self.project(makers).await;
                format!("{key}-{}", owner.project(&key).add("todo", "Another").await)
            }
            "comment" | "comment_of_another" => {
                let author = if kind == "comment" { author } else { owner };
                let body = format!("Comment {number}");
                author.task(&self.task(makers).await).comment(&body).await.unwrap();
                app.database.id(&format!("SELECT id FROM comment WHERE body = '{body}'")).await.to_string()
            }
            "label" => {
                let name = format!("Label {number}");
                owner.project(&self.project(makers).await).create_label(&name, "4").await.unwrap();
                app.database.id(&format!("SELECT id FROM label WHERE name = '{name}'")).await.to_string()
            }
            "view" | "view_of_another" => {
                let key = self.project(makers).await;
                let (owner_of_view, shared) = if kind == "view" { (author, false) } else { (owner, true) };
                let name = format!("View {number}");
                let (org, layout, query) = (owner.org(), "list".to_owned(), String::new());
                owner_of_view.call(SaveView { org, key, layout, query, name: name.clone(), shared }).await.unwrap();
                app.database.id(&format!("SELECT id FROM saved_view WHERE name = '{name}'")).await.to_string()
            }
            "batch" => {
                let task = self.task(makers).await;
                // Another value each time, or the edit would change nothing.
                let points = (number % 90 + 1).to_string();
                author.task(&task).set("estimate", &points).await.unwrap().unwrap().to_string()
            }
            "person" => {
                let person = new_person();
                app.signed_in(person, owner.organization).await;
                person_id(app, person).await.to_string()
            }
            "joiner" => joiner(app, owner).await,
            "invitation" => {
                let address = format!("guest{number}@example.com");
                owner.invite(&address, "member").await.unwrap();
                app.database.id(&format!("SELECT id FROM invitation WHERE address = '{address}'")).await.to_string()
            }
            "ticket" => ticket(app, owner, &format!("guest{number}@example.com")).await,
            "domain" => {
                let domain = format!("domain{number}.example");
                owner.add_domain(&domain).await.unwrap();
                domain
            }
            "change" => change(app, owner, &format!("domain failed{number}.example")).await,
            "setup" => {
                let slug = format!("new-{number}");
                let name = format!("New {number}");
                author.call(CreateOrganization { name, slug: slug.clone() }).await.unwrap();
                app.database.id(&format!("SELECT id FROM organization_setup WHERE slug = '{slug}'")).await.to_string()
            }
            kind => panic!("no object of the kind {kind}"),
        };
        self.made.insert(kind.to_owned(), id.clone());
        id
    }

    async fn project(&mut self, makers: Makers<'_>) -> String {
        if let Some(key) = self.made.get("key") {
            return key.clone();
        }
        let key = format!("P{}", next_number());
        makers.owner.create_project(&format!("Project {key}"), &key).await.unwrap();
        if makers.is_private {
            makers.owner.project(&key).set_private(true).await.unwrap();
        }
        self.made.insert("key".to_owned(), key.clone());
        key
    }

    async fn task(&mut self, makers: Makers<'_>) -> String {
        if let Some(key) = self.made.get("task") {
            return key.clone();
        }
        let project = self.project(makers).await;
        let key = format!("{project}-{}", makers.owner.project(&project).add("todo", "A task").await);
        self.made.insert("task".to_owned(), key.clone());
        key
    }
}

/// Creates a request to join the organization, from a person of another one.
async fn joiner(app: &TestApp, owner: &Member) -> String {
    let (person, slug) = (new_person(), owner.organization.slug);
    let elsewhere = if slug == ACME.slug { BETA } else { ACME };
    app.signed_in(person, elsewhere).await;
    let sql = format!(
        "INSERT INTO join_request (org_id, person_id, email, domain, asked_at)
         SELECT o.id, p.id, p.email, 'example.com', o.created_at FROM organization o, person p
         WHERE o.slug = '{slug}' AND p.subject = '{person}'"
    );
    assert_eq!(app.database.change(&sql).await, 1);
    person_id(app, person).await.to_string()
}

/// Sends an invitation; returns the ticket in its link, as the provider has it.
async fn ticket(app: &TestApp, owner: &Member, address: &str) -> String {
    owner.invite(address, "member").await.unwrap();
    let path = format!("/organizations/{}/invitations?per_page=100", owner.organization.id);
    app.until(async || {
        app.clock.advance(TimeDelta::milliseconds(100));
        let all = app.management().get(&path).await;
        let one = all.as_array().unwrap().iter().find(|one| one["invitee"]["email"] == address)?;
        let is_open = app.count(&format!("invitation WHERE address = '{address}' AND state = 'open'")).await == 1;
        is_open.then(|| one["ticket_id"].as_str().unwrap().to_owned())
    })
    .await
}

/// Inserts a command that the provider has refused; returns its id.
async fn change(app: &TestApp, owner: &Member, topic: &str) -> String {
    let new_id = match app.database.direct() {
        Direct::Sqlite { .. } => "randomblob(16)",
        Direct::Postgres { .. } => "gen_random_uuid()",
    };
    let (slug, command) = (owner.organization.slug, r#"{"kind":"remove_domain","domain":"failed.example"}"#);
    let sql = format!(
        "INSERT INTO provider_change (org_id, id, topic, change, state, problem, due_at, requested_by, created_at)
         SELECT id, {new_id}, '{topic}', '{command}', 'failed', 'refused', created_at, owner_id, created_at
         FROM organization WHERE slug = '{slug}'"
    );
    assert_eq!(app.database.change(&sql).await, 1);
    app.database.id(&format!("SELECT id FROM provider_change WHERE topic = '{topic}'")).await.to_string()
}
