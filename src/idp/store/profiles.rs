//! People together with where they come from, as administrators see them.

use super::{connections::Strategy, slice::Slice, users::User};
use crate::{
    database::{
        Tx,
        query::{fetch_all, fetch_optional, scalar_one},
    },
    idp::id::{RoleId, UserId},
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Profile {
    #[sqlx(flatten)]
    pub user: User,
    /// The connection's name.
    pub connection: String,
    pub strategy: Strategy,
}

pub async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<Profile>> {
    fetch_optional!(
        tx,
        _,
        "SELECT u.*, c.name AS connection, c.strategy FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE u.id = $1",
        id,
    )
}

/// Everybody with the address, one for each connection. It must be in lower case.
pub async fn by_email(tx: &mut Tx, email: &str) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        "SELECT u.*, c.name AS connection, c.strategy FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE u.email = $1 ORDER BY u.created_at, u.id",
        email,
    )
}

/// A part of everybody, whoever came first before the others.
pub async fn list(tx: &mut Tx, slice: &Slice) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        "SELECT u.*, c.name AS connection, c.strategy FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE (u.created_at, u.id) > ($1, $2) ORDER BY u.created_at, u.id LIMIT $3 OFFSET $4",
        slice.after.created_at,
        &slice.after.id,
        slice.limit,
        slice.offset,
    )
}

/// How many people there are.
pub async fn count(tx: &mut Tx) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM users")
}

/// A part of those who have the role outside of organizations.
pub async fn of_role(tx: &mut Tx, role: &RoleId, slice: &Slice) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        "SELECT u.*, c.name AS connection, c.strategy
         FROM user_roles r JOIN users u ON u.id = r.user_id JOIN connections c ON c.id = u.connection_id
         WHERE r.role_id = $1 AND (u.created_at, u.id) > ($2, $3) ORDER BY u.created_at, u.id LIMIT $4 OFFSET $5",
        role,
        slice.after.created_at,
        &slice.after.id,
        slice.limit,
        slice.offset,
    )
}

/// How many people have the role outside of organizations.
pub async fn count_of_role(tx: &mut Tx, role: &RoleId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM user_roles WHERE role_id = $1", role)
}
