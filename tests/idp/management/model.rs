//! Random calls about organizations, members, roles and invitations. The provider must respond as a small model in
//! memory does, whatever the order of the calls.

mod state;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tessera::testing::{domain::permissions::Role, kernel::random::Random};

use self::state::{Expected, Page, State};
use super::support::{Api, UNKNOWN_ORGANIZATION, segment};
use crate::support::Provider;

const STEPS: usize = 300;
const NAMES: [&str; 6] = ["alpha", "beta-2", "c_c", "delta", "e", "Capital"];
/// Names of the roles in the order of [`Role::ALL`].
const ROLES: [&str; 4] = [
    "SELECT id FROM roles WHERE name = 'viewer'",
    "SELECT id FROM roles WHERE name = 'member'",
    "SELECT id FROM roles WHERE name = 'admin'",
    "SELECT id FROM roles WHERE name = 'owner'",
];
const CLIENTS: [&str; 3] = ["web", "requires", "denies"];

#[tokio::test]
async fn random_calls_match_a_model_in_memory() {
    for seed in [1, 2, 3, 4] {
        run(seed).await;
    }
}

/// The provider, the model, and the ids that the responses have contained so far.
struct World {
    provider: Provider,
    api: Api,
    state: State,
    random: Random,
    seed: u64,
    step: usize,
    /// Ids of all organizations, including deleted ones.
    organizations: Vec<String>,
    invitations: Vec<String>,
    people: Vec<String>,
    roles: Vec<String>,
    /// Number of responses by status.
    statuses: BTreeMap<u16, usize>,
}

async fn run(seed: u64) {
    let mut world = World::start(seed).await;
    for step in 0..STEPS {
        world.step = step;
        match world.below(16) {
            0 | 1 => world.create_organization().await,
            2 => world.change_organization().await,
            3 => world.delete_organization().await,
            4 => world.show_organization().await,
            5 => world.list("/organizations", "organizations", true, State::organizations).await,
            6 | 7 => world.change_members().await,
            8 => world.list_members().await,
            9 | 10 => world.change_roles().await,
            11 => world.list_roles().await,
            12 | 13 => world.invite().await,
            14 => world.one_invitation().await,
            _ => world.list_invitations().await,
        }
        if world.below(3) == 0 {
            let seconds = i64::from(world.below(20));
            world.provider.advance(TimeDelta::seconds(seconds));
            world.state.now += seconds;
        }
    }
    // Each status must occur, or the random calls have not covered the interesting cases.
    let World { statuses, .. } = world;
    for status in [200, 201, 204, 400, 404, 409] {
        assert!(statuses.get(&status).is_some_and(|times| *times >= 10), "seed {seed}: {statuses:?}");
    }
}

impl World {
    async fn start(seed: u64) -> Self {
        let provider = Provider::start().await;
        let api = Api::of(&provider).await;
        // The demo organizations are deleted, because the model begins empty.
        for organization in tessera::testing::server::seed::demo_data::ORGANIZATIONS {
            api.delete(&format!("/organizations/{}", organization.id), Value::Null).await.no_content();
        }
        let mut roles = Vec::new();
        for (query, role) in ROLES.into_iter().zip(Role::ALL) {
            let id = provider.text(query).await;
            roles.push(json!({"id": id, "name": role.as_str(), "description": role.label()}));
        }
        let mut ids: Vec<_> = roles.iter().map(|role| role["id"].as_str().unwrap().to_owned()).collect();
        ids.push("rol_0000000000000000".to_owned());
        let mut people: Vec<_> =
            tessera::testing::server::seed::demo_data::PEOPLE.iter().map(|person| person.sub.to_owned()).collect();
        people.push("auth0|nobody".to_owned());
        Self {
            state: State::new(roles),
            random: Random::seeded(seed),
            organizations: vec![UNKNOWN_ORGANIZATION.to_owned()],
            invitations: vec!["uinv_0000000000000000".to_owned()],
            roles: ids,
            people,
            provider,
            api,
            seed,
            step: 0,
            statuses: BTreeMap::new(),
        }
    }

    /// Returns a random number below `end`.
    fn below(&self, end: u32) -> u32 {
        u32::from_be_bytes(self.random.bytes()) % end
    }

    fn pick<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }

    /// Picks an organization, more often a recent one, because older ones are mostly deleted.
    fn organization(&self) -> String {
        let from = if self.below(4) == 0 { 0 } else { self.organizations.len().saturating_sub(4) };
        self.pick(&self.organizations[from..]).clone()
    }

    /// Picks one to three items of `all`. The last item of `all` does not exist and is picked rarely.
    fn some(&self, all: &[String]) -> Vec<String> {
        let candidates = &all[..all.len() - usize::from(self.below(6) != 0)];
        (0..=self.below(3)).map(|_| self.pick(candidates).clone()).collect()
    }

    /// Calls the API and compares the response with that of the model.
    async fn compare(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
        model: impl FnOnce(&mut State, &Value) -> Expected,
    ) -> Value {
        let call = format!("seed {}, step {}: {method} {path} {body}", self.seed, self.step);
        let answer = self.api.call(method, path, body).await;
        let expected = model(&mut self.state, &answer.body);
        *self.statuses.entry(answer.status).or_default() += 1;
        assert_eq!((answer.status, &answer.body), (expected.0, &expected.1), "{call}");
        answer.body
    }

    /// Lists resources in one of the formats of a list, and compares the response with the model.
    async fn list(
        &mut self,
        path: &str,
        key: &str,
        has_checkpoints: bool,
        model: impl Fn(&State) -> Result<Vec<Value>, Expected>,
    ) {
        let size = 1 + self.below(4);
        if has_checkpoints && self.below(3) == 0 {
            let expected = model(&self.state);
            let mut all = Vec::new();
            let mut from = String::new();
            loop {
                let separator = if path.contains('?') { '&' } else { '?' };
                let answer = self.api.get(&format!("{path}{separator}take={size}{from}")).await;
                if answer.status != 200 {
                    assert_eq!(
                        Some((answer.status, answer.body)),
                        expected.err(),
                        "seed {}, step {}",
                        self.seed,
                        self.step
                    );
                    return;
                }
                all.extend(answer.body[key].as_array().unwrap().clone());
                let Some(next) = answer.body["next"].as_str() else { break };
                from = format!("&from={next}");
            }
            assert_eq!(Ok(all), expected, "seed {}, step {}: {path}", self.seed, self.step);
            return;
        }
        let page = Page { number: self.below(3), size, is_counted: self.below(2) == 0 };
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}{}", page.query());
        self.compare(Method::GET, &path, Value::Null, |state, _| match model(state) {
            Ok(items) => (200, page.cut(key, &items)),
            Err(refusal) => refusal,
        })
        .await;
    }

    async fn create_organization(&mut self) {
        let mut body = json!({"name": self.pick(&NAMES)});
        if self.below(2) == 0 {
            body["display_name"] = format!("Label {}", self.below(100)).into();
        }
        if self.below(2) == 0 {
            body["metadata"] = json!({"number": self.below(100).to_string()});
        }
        let sent = body.clone();
        let created =
            self.compare(Method::POST, "/organizations", body, |state, answer| state.create(&sent, answer)).await;
        if let Some(id) = created["id"].as_str() {
            self.organizations.push(id.to_owned());
        }
    }

    async fn change_organization(&mut self) {
        let id = self.organization();
        let body = match self.below(4) {
            0 => json!({"name": self.pick(&NAMES)}),
            1 => json!({"display_name": format!("Label {}", self.below(100))}),
            2 => json!({"metadata": {"number": self.below(100).to_string(), "gone": null}}),
            _ => json!({}),
        };
        let sent = body.clone();
        let path = format!("/organizations/{id}");
        self.compare(Method::PATCH, &path, body, |state, _| state.change(&id, &sent)).await;
    }

    async fn delete_organization(&mut self) {
        let id = self.organization();
        let path = format!("/organizations/{id}");
        self.compare(Method::DELETE, &path, Value::Null, |state, _| state.delete(&id)).await;
    }

    async fn show_organization(&mut self) {
        let id = self.organization();
        let path = format!("/organizations/{id}");
        self.compare(Method::GET, &path, Value::Null, |state, _| state.show(&id)).await;
        let name = *self.pick(&NAMES);
        let path = format!("/organizations/name/{name}");
        self.compare(Method::GET, &path, Value::Null, |state, _| state.show_by_name(name)).await;
    }

    async fn change_members(&mut self) {
        let (id, people) = (self.organization(), self.some(&self.people));
        let adds = self.below(3) != 0;
        let method = if adds { Method::POST } else { Method::DELETE };
        let path = format!("/organizations/{id}/members");
        let body = json!({"members": people});
        self.compare(method, &path, body, |state, _| state.change_members(&id, &people, adds)).await;
    }

    async fn list_members(&mut self) {
        let id = self.organization();
        let with_roles = self.below(2) == 0;
        let fields = if with_roles { "?fields=user_id,roles" } else { "" };
        let path = format!("/organizations/{id}/members{fields}");
        self.list(&path, "members", true, |state| state.members(&id, with_roles)).await;
    }

    async fn change_roles(&mut self) {
        let (id, roles) = (self.organization(), self.some(&self.roles));
        let person = self.some(&self.people).remove(0);
        let adds = self.below(3) != 0;
        let method = if adds { Method::POST } else { Method::DELETE };
        let path = format!("/organizations/{id}/members/{}/roles", segment(&person));
        let body = json!({"roles": roles});
        self.compare(method, &path, body, |state, _| state.change_roles(&id, &person, &roles, adds)).await;
    }

    async fn list_roles(&mut self) {
        let (id, person) = (self.organization(), self.some(&self.people).remove(0));
        let path = format!("/organizations/{id}/members/{}/roles", segment(&person));
        self.list(&path, "roles", false, |state| state.roles(&id, &person)).await;
    }

    async fn invite(&mut self) {
        let id = self.organization();
        let mut body = json!({
            "inviter": {"name": "Somebody"}, "invitee": {"email": format!("p{}@example.com", self.below(9))},
            "client_id": self.pick(&CLIENTS), "ttl_sec": self.pick(&[0, 5, 60]), "send_invitation_email": self.below(2) == 0,
        });
        if self.below(2) == 0 {
            body["roles"] = self.some(&self.roles).into();
        }
        let sent = body.clone();
        let path = format!("/organizations/{id}/invitations");
        let made = self.compare(Method::POST, &path, body, |state, answer| state.invite(&id, &sent, answer)).await;
        if let Some(invitation) = made["id"].as_str() {
            self.invitations.push(invitation.to_owned());
        }
    }

    async fn one_invitation(&mut self) {
        let young = self.invitations.len().saturating_sub(6);
        let invitation = self.pick(&self.invitations[young..]).clone();
        let id = self
            .state
            .organization_of(&invitation)
            .filter(|_| self.below(4) != 0)
            .unwrap_or_else(|| self.organization());
        let deletes = self.below(3) == 0;
        let method = if deletes { Method::DELETE } else { Method::GET };
        let path = format!("/organizations/{id}/invitations/{invitation}");
        self.compare(method, &path, Value::Null, |state, _| state.invitation(&id, &invitation, deletes)).await;
    }

    async fn list_invitations(&mut self) {
        let id = self.organization();
        let newest_first = self.below(2) == 0;
        let sort = if newest_first { "-1" } else { "1" };
        let path = format!("/organizations/{id}/invitations?sort=created_at:{sort}");
        self.list(&path, "invitations", false, |state| state.invitations(&id, newest_first)).await;
    }
}
