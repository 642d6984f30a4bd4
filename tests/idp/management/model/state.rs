//! Model of the state that the provider should have.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

/// Status and body of an expected response.
pub type Expected = (u16, Value);

/// State of the model. The organizations are in the order of their creation.
pub struct State {
    pub now: i64,
    organizations: Vec<Organization>,
    /// Roles ordered by id.
    roles: Vec<Value>,
}

struct Organization {
    created_at: i64,
    /// JSON of the organization, as the API returns it.
    body: Value,
    members: Vec<Member>,
    /// Roles of people who are no members.
    early_roles: BTreeMap<String, BTreeSet<String>>,
    invitations: Vec<Invitation>,
}

struct Member {
    joined_at: i64,
    person: &'static tessera::testing::server::seed::demo_data::Person,
    roles: BTreeSet<String>,
}

struct Invitation {
    created_at: i64,
    expires_at: i64,
    /// JSON of the invitation, as the API returns it.
    body: Value,
}

/// A requested page of a list.
#[derive(Clone, Copy)]
pub struct Page {
    pub number: u32,
    pub size: u32,
    pub is_counted: bool,
}

impl Page {
    pub fn query(self) -> String {
        format!("page={}&per_page={}&include_totals={}", self.number, self.size, self.is_counted)
    }

    pub fn cut(self, key: &str, items: &[Value]) -> Value {
        let start = self.number * self.size;
        let part: Vec<_> = items.iter().skip(start as usize).take(self.size as usize).cloned().collect();
        if !self.is_counted {
            return part.into();
        }
        let mut body = json!({"start": start, "limit": self.size, key: part});
        if key != "invitations" {
            body["total"] = items.len().into();
        }
        body
    }
}

fn refusal(status: u16, error: &str, message: &str, code: Option<&str>) -> Expected {
    let mut body = json!({"statusCode": status, "error": error, "message": message});
    if let Some(code) = code {
        body["errorCode"] = code.into();
    }
    (status, body)
}

fn no_organization() -> Expected {
    refusal(404, "Not Found", "No organization found by that id or name", None)
}

fn no_invitation() -> Expected {
    refusal(404, "Not Found", "The invitation does not exist.", Some("inexistent_invitation"))
}

fn name_taken() -> Expected {
    refusal(409, "Conflict", "An organization with the same name already exists.", Some("organization_conflict"))
}

fn invalid(message: &str) -> Expected {
    refusal(400, "Bad Request", message, Some("invalid_body"))
}

fn person(id: &str) -> Result<&'static tessera::testing::server::seed::demo_data::Person, Expected> {
    let found = tessera::testing::server::seed::demo_data::PEOPLE.iter().find(|person| person.sub == id);
    found.ok_or_else(|| refusal(404, "Not Found", "The user does not exist.", Some("inexistent_user")))
}

/// Checks the name of an organization, which must begin with a lower-case letter.
fn check_name(body: &Value) -> Result<(), Expected> {
    match body["name"].as_str().filter(|name| name.starts_with(char::is_uppercase)) {
        Some(name) => Err(invalid(&format!(
            "Payload validation error: 'Object didn't pass validation for format organization-name: {name}' on property \
             name."
        ))),
        None => Ok(()),
    }
}

fn iso(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns the expected response, whether success or refusal.
fn either(result: Result<Expected, Expected>) -> Expected {
    result.unwrap_or_else(|refusal| refusal)
}

impl State {
    pub fn new(roles: Vec<Value>) -> Self {
        let mut roles = roles;
        roles.sort_by_key(|role| role["id"].as_str().unwrap().to_owned());
        Self { now: 1_788_000_000, organizations: Vec::new(), roles }
    }

    fn find(&mut self, id: &str) -> Result<&mut Organization, Expected> {
        self.organizations.iter_mut().find(|one| one.body["id"] == id).ok_or_else(no_organization)
    }

    fn peek(&self, id: &str) -> Result<&Organization, Expected> {
        self.organizations.iter().find(|one| one.body["id"] == id).ok_or_else(no_organization)
    }

    fn has_name(&self, body: &Value, except: &str) -> bool {
        self.organizations.iter().any(|one| one.body["name"] == body["name"] && one.body["id"] != except)
    }

    fn check_roles(&self, ids: &[String]) -> Result<(), Expected> {
        let exists = |id: &String| self.roles.iter().any(|role| role["id"] == id.as_str());
        let unknown: Vec<_> = ids.iter().filter(|id| !exists(id)).map(String::as_str).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(invalid(&format!("One or more of the specified roles do not exist: {}", unknown.join(", "))))
    }

    /// Creates an organization and returns the expected response. The id is taken from `answer`, because the API
    /// generates it.
    pub fn create(&mut self, sent: &Value, answer: &Value) -> Expected {
        if let Err(refusal) = check_name(sent) {
            return refusal;
        }
        if self.has_name(sent, "") {
            return name_taken();
        }
        let mut body = sent.clone();
        body["id"] = answer["id"].clone();
        let created_at = self.now;
        let organization = Organization {
            created_at,
            body: body.clone(),
            members: Vec::new(),
            early_roles: BTreeMap::new(),
            invitations: Vec::new(),
        };
        self.organizations.push(organization);
        self.organizations.sort_by_key(|one| (one.created_at, one.body["id"].as_str().map(str::to_owned)));
        (201, body)
    }

    pub fn change(&mut self, id: &str, sent: &Value) -> Expected {
        either(check_name(sent).and_then(|()| {
            let is_taken = self.has_name(sent, id);
            let organization = self.find(id)?;
            if is_taken {
                return Err(name_taken());
            }
            for (name, value) in sent.as_object().unwrap() {
                let mut value = value.clone();
                if let Value::Object(pairs) = &mut value {
                    pairs.retain(|_, value| !value.is_null());
                }
                organization.body[name] = value;
            }
            Ok((200, organization.body.clone()))
        }))
    }

    pub fn delete(&mut self, id: &str) -> Expected {
        let before = self.organizations.len();
        self.organizations.retain(|one| one.body["id"] != id);
        if self.organizations.len() < before { (204, Value::Null) } else { no_organization() }
    }

    pub fn show(&self, id: &str) -> Expected {
        either(self.peek(id).map(|one| (200, one.body.clone())))
    }

    pub fn show_by_name(&self, name: &str) -> Expected {
        let found = self.organizations.iter().find(|one| one.body["name"] == name);
        found.map_or_else(no_organization, |one| (200, one.body.clone()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "a list like the others")]
    pub fn organizations(&self) -> Result<Vec<Value>, Expected> {
        Ok(self.organizations.iter().map(|one| one.body.clone()).collect())
    }

    pub fn change_members(&mut self, id: &str, people: &[String], adds: bool) -> Expected {
        let now = self.now;
        either(self.find(id).and_then(|organization| {
            let people = people.iter().map(|id| person(id)).collect::<Result<Vec<_>, _>>()?;
            for person in people {
                let is_member = organization.members.iter().any(|member| member.person.sub == person.sub);
                if adds && !is_member {
                    let roles = organization.early_roles.remove(person.sub).unwrap_or_default();
                    organization.members.push(Member { joined_at: now, person, roles });
                } else if !adds {
                    organization.early_roles.remove(person.sub);
                    organization.members.retain(|member| member.person.sub != person.sub);
                }
            }
            organization.members.sort_by_key(|member| (member.joined_at, member.person.sub));
            Ok((204, Value::Null))
        }))
    }

    pub fn members(&self, id: &str, with_roles: bool) -> Result<Vec<Value>, Expected> {
        let show = |member: &Member| {
            let tessera::testing::server::seed::demo_data::Person { sub, email, name, .. } = member.person;
            if !with_roles {
                return json!({"user_id": sub, "email": email, "name": name});
            }
            let mine = self.roles.iter().filter(|role| member.roles.contains(role["id"].as_str().unwrap()));
            let roles: Vec<_> = mine.map(|role| json!({"id": role["id"], "name": role["name"]})).collect();
            json!({"user_id": sub, "roles": roles})
        };
        Ok(self.peek(id)?.members.iter().map(show).collect())
    }

    pub fn change_roles(&mut self, id: &str, sub: &str, roles: &[String], adds: bool) -> Expected {
        let checked = self.check_roles(roles);
        either(self.roles_of(id, sub).and_then(|mine| {
            checked?;
            for role in roles {
                if adds {
                    mine.insert(role.clone());
                } else {
                    mine.remove(role);
                }
            }
            Ok((204, Value::Null))
        }))
    }

    pub fn roles(&self, id: &str, sub: &str) -> Result<Vec<Value>, Expected> {
        let organization = self.peek(id)?;
        person(sub)?;
        let member = organization.members.iter().find(|member| member.person.sub == sub);
        let given = member.map(|member| &member.roles).or_else(|| organization.early_roles.get(sub));
        let has = |role: &&Value| given.is_some_and(|given| given.contains(role["id"].as_str().unwrap()));
        let mine = self.roles.iter().filter(has);
        Ok(mine.cloned().collect())
    }

    fn roles_of(&mut self, id: &str, sub: &str) -> Result<&mut BTreeSet<String>, Expected> {
        let organization = self.find(id)?;
        person(sub)?;
        let Organization { members, early_roles, .. } = organization;
        let member = members.iter_mut().find(|member| member.person.sub == sub);
        Ok(member.map_or_else(|| early_roles.entry(sub.to_owned()).or_default(), |member| &mut member.roles))
    }

    /// Creates an invitation and returns the expected response. Id and ticket are taken from `answer`, because the API
    /// generates them.
    pub fn invite(&mut self, id: &str, sent: &Value, answer: &Value) -> Expected {
        let now = self.now;
        let roles: Vec<String> = serde_json::from_value(sent["roles"].clone()).unwrap_or_default();
        let checked = self.check_roles(&roles);
        either(self.find(id).and_then(|organization| {
            if sent["client_id"] == "denies" {
                return Err(invalid("The specified client_id does not allow organizations."));
            }
            checked?;
            let expires_at = now + sent["ttl_sec"].as_i64().filter(|seconds| *seconds > 0).unwrap_or(604_800);
            let (ticket, name) = (answer["ticket_id"].as_str().unwrap(), organization.body["name"].as_str().unwrap());
            let link =
                format!("http://app.example/login?invitation={ticket}&organization={id}&organization_name={name}");
            let mut body = json!({
                "id": answer["id"], "organization_id": id, "inviter": sent["inviter"], "invitee": sent["invitee"],
                "invitation_url": link, "created_at": iso(now), "expires_at": iso(expires_at),
                "client_id": sent["client_id"], "ticket_id": ticket,
            });
            if !roles.is_empty() {
                body["roles"] = roles.into();
            }
            organization.invitations.push(Invitation { created_at: now, expires_at, body: body.clone() });
            Ok((201, body))
        }))
    }

    /// Returns the id of the invitation's organization, even if the invitation has expired.
    pub fn organization_of(&self, invitation: &str) -> Option<String> {
        let holds = |one: &&Organization| one.invitations.iter().any(|it| it.body["id"] == invitation);
        Some(self.organizations.iter().find(holds)?.body["id"].as_str()?.to_owned())
    }

    pub fn invitation(&mut self, id: &str, invitation: &str, deletes: bool) -> Expected {
        let now = self.now;
        either(self.find(id).and_then(|organization| {
            let is_it = |it: &Invitation| it.body["id"] == invitation && it.expires_at > now;
            let index = organization.invitations.iter().position(is_it).ok_or_else(no_invitation)?;
            if deletes {
                organization.invitations.remove(index);
                return Ok((204, Value::Null));
            }
            Ok((200, shown(organization, index)))
        }))
    }

    pub fn invitations(&self, id: &str, newest_first: bool) -> Result<Vec<Value>, Expected> {
        let organization = self.peek(id)?;
        let mut open: Vec<_> = (0..organization.invitations.len())
            .filter(|it| organization.invitations[*it].expires_at > self.now)
            .collect();
        open.sort_by_key(|index| {
            let it = &organization.invitations[*index];
            (it.created_at, it.body["id"].as_str().map(str::to_owned))
        });
        if newest_first {
            open.reverse();
        }
        Ok(open.into_iter().map(|index| shown(organization, index)).collect())
    }
}

/// Returns the JSON of an invitation. Its link contains the current name of the organization.
fn shown(organization: &Organization, index: usize) -> Value {
    let mut body = organization.invitations[index].body.clone();
    let link = body["invitation_url"].as_str().unwrap().rsplit_once('=').unwrap().0.to_owned();
    body["invitation_url"] = format!("{link}={}", organization.body["name"].as_str().unwrap()).into();
    body
}
