//! `GET /api/v1/projects`, for a caller with an access token.

use std::{error::Error, fs, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::with_database;

/// What a token must be.
pub struct Guard {
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
    issuer: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    org_id: String,
    permissions: Vec<String>,
}

impl Guard {
    pub fn new(jwks: &str, issuer: String, audience: &str) -> Result<Self, Box<dyn Error>> {
        let set: JwkSet = serde_json::from_slice(&fs::read(jwks)?)?;
        let key = |jwk: &jsonwebtoken::jwk::Jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?));
        let keys = set.keys.iter().filter_map(key).collect();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[audience]);
        Ok(Self { keys, validation, issuer })
    }

    /// Verifies the token of a request.
    fn verify(&self, headers: &HeaderMap) -> Result<Claims, StatusCode> {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        let kid = decode_header(token).ok().and_then(|header| header.kid).ok_or(StatusCode::UNAUTHORIZED)?;
        let (_, key) = self.keys.iter().find(|(id, _)| *id == kid).ok_or(StatusCode::UNAUTHORIZED)?;
        let token = decode::<Claims>(token, key, &self.validation).map_err(|_| StatusCode::UNAUTHORIZED)?;
        Ok(token.claims)
    }
}

#[derive(Serialize)]
pub struct Projects {
    projects: Vec<Project>,
}

#[derive(Serialize)]
struct Project {
    key: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    icon: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hue: Option<u8>,
    #[serde(skip_serializing_if = "is_false")]
    is_closed: bool,
    #[serde(skip_serializing_if = "is_false")]
    is_archived: bool,
    #[serde(skip_serializing_if = "is_false")]
    is_favourite: bool,
    open_tasks: i64,
    all_tasks: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

const LIST: &str = "
    SELECT p.key, p.name, p.icon, p.hue, p.is_private, p.archived_at IS NOT NULL, f.project_id IS NOT NULL,
           COALESCE(c.open_tasks, 0), COALESCE(c.all_tasks, 0)
    FROM organization o
    JOIN person a ON a.issuer = ?1 AND a.subject = ?2
    JOIN membership m ON m.org_id = o.id AND m.person_id = a.id AND m.status = 'active'
    JOIN project p ON p.org_id = o.id
    LEFT JOIN project_member pm ON pm.org_id = o.id AND pm.project_id = p.id AND pm.person_id = a.id
    LEFT JOIN project_favourite f ON f.org_id = o.id AND f.project_id = p.id AND f.person_id = a.id
    LEFT JOIN project_task_count c ON c.org_id = o.id AND c.project_id = p.id
    WHERE o.issuer = ?1 AND o.provider_id = ?3 AND (NOT p.is_private OR m.role = 'owner' OR pm.project_id IS NOT NULL)
    ORDER BY lower(p.name), p.key";

pub async fn list(State(guard): State<Arc<Guard>>, headers: HeaderMap) -> Result<Json<Projects>, StatusCode> {
    let Claims { sub, org_id, permissions } = guard.verify(&headers)?;
    if !permissions.iter().any(|permission| permission == "read:projects") {
        return Err(StatusCode::FORBIDDEN);
    }
    let project = |row: &Row<'_>| {
        Ok(Project {
            key: row.get(0)?,
            name: row.get(1)?,
            icon: row.get(2)?,
            hue: row.get(3)?,
            is_closed: row.get(4)?,
            is_archived: row.get(5)?,
            is_favourite: row.get(6)?,
            open_tasks: row.get(7)?,
            all_tasks: row.get(8)?,
        })
    };
    let projects = with_database(|database| {
        database.prepare_cached(LIST)?.query_map([&guard.issuer, &sub, &org_id], project)?.collect()
    });
    Ok(Json(Projects { projects: projects.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)? }))
}
