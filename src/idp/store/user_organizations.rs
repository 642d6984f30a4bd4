//! Organizations that a user is a member of.

use crate::{
    idp::{
        id::UserId,
        store::{
            keyset::KeysetPage,
            organizations::{Organization, organization_columns},
        },
    },
    kernel::database::{
        Tx,
        query::{fetch_all, scalar_one},
    },
};

/// Lists the user's organizations, oldest first.
pub async fn list(tx: &mut Tx, user: &UserId, page: &KeysetPage) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            organization_columns!("o."),
            " FROM members m JOIN organizations o ON o.id = m.organization_id
         WHERE m.user_id = $1 AND (o.created_at, o.id) > ($2, $3) ORDER BY o.created_at, o.id LIMIT $4 OFFSET $5"
        ),
        user,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

pub async fn count(tx: &mut Tx, user: &UserId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM members WHERE user_id = $1", user)
}
