//! Users together with their connection, for administrators.

use crate::{
    idp::{
        id::{RoleId, UserId},
        store::{
            connections::Strategy,
            keyset::{Cursor, Keyed, KeysetPage},
            users::{User, user_columns},
        },
    },
    kernel::database::{
        Tx,
        query::{fetch_all, fetch_optional, scalar_one},
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Profile {
    #[sqlx(flatten)]
    pub user: User,
    /// Name of the connection.
    pub connection: String,
    pub strategy: Strategy,
}

impl Keyed for Profile {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.user.created_at, &self.user.id)
    }
}

pub async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<Profile>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            user_columns!("u."),
            ", c.name AS connection, c.strategy FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE u.id = $1"
        ),
        id,
    )
}

/// Lists the users with the address, which must be in lower case: at most one user per connection.
pub async fn by_email(tx: &mut Tx, email: &str) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            user_columns!("u."),
            ", c.name AS connection, c.strategy FROM users u JOIN connections c ON c.id = u.connection_id
         WHERE u.email = $1 ORDER BY u.created_at, u.id"
        ),
        email,
    )
}

/// Criteria of a list. An absent field matches all users. Patterns are for `LIKE`, with a backslash as the escape
/// character, and are compared with text in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Exact name of the connection.
    pub connection: Option<String>,
    /// Exact address, in lower case.
    pub email: Option<String>,
    pub email_like: Option<String>,
    pub id_like: Option<String>,
    pub name_like: Option<String>,
    pub connection_like: Option<String>,
}

/// Builds a statement about the users that match a [`Filter`], which is bound to the first six parameters.
macro_rules! filtered {
    ($what:expr, $then:literal) => {
        concat!(
            "SELECT ",
            $what,
            r" FROM users u JOIN connections c ON c.id = u.connection_id
             WHERE ($1 IS NULL OR c.name = $1) AND ($2 IS NULL OR u.email = $2)
                 AND ($3 IS NULL OR u.email LIKE $3 ESCAPE '\') AND ($4 IS NULL OR LOWER(u.id) LIKE $4 ESCAPE '\')
                 AND ($5 IS NULL OR LOWER(u.name) LIKE $5 ESCAPE '\')
                 AND ($6 IS NULL OR LOWER(c.name) LIKE $6 ESCAPE '\')",
            $then
        )
    };
}

/// Lists the matching users, oldest first.
pub async fn list(tx: &mut Tx, filter: &Filter, page: &KeysetPage) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        filtered!(
            concat!("", user_columns!("u."), ", c.name AS connection, c.strategy"),
            " AND (u.created_at, u.id) > ($7, $8) ORDER BY u.created_at, u.id LIMIT $9 OFFSET $10"
        ),
        &filter.connection,
        &filter.email,
        &filter.email_like,
        &filter.id_like,
        &filter.name_like,
        &filter.connection_like,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the matching users.
pub async fn count(tx: &mut Tx, filter: &Filter) -> sqlx::Result<i64> {
    scalar_one!(
        tx,
        _,
        filtered!("COUNT(*)", ""),
        &filter.connection,
        &filter.email,
        &filter.email_like,
        &filter.id_like,
        &filter.name_like,
        &filter.connection_like,
    )
}

/// Lists the users who have the role outside of organizations.
pub async fn of_role(tx: &mut Tx, role: &RoleId, page: &KeysetPage) -> sqlx::Result<Vec<Profile>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            user_columns!("u."),
            ", c.name AS connection, c.strategy
         FROM user_roles r JOIN users u ON u.id = r.user_id JOIN connections c ON c.id = u.connection_id
         WHERE r.role_id = $1 AND (u.created_at, u.id) > ($2, $3) ORDER BY u.created_at, u.id LIMIT $4 OFFSET $5"
        ),
        role,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the users who have the role outside of organizations.
pub async fn count_of_role(tx: &mut Tx, role: &RoleId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM user_roles WHERE role_id = $1", role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        idp::store,
        kernel::{
            database::{Durability, query::execute},
            random::Random,
        },
    };

    #[tokio::test]
    async fn a_filter_excludes_users_that_do_not_match() {
        let folder = std::env::temp_dir().join(format!("tessera-profiles-{}", Random::system().alphanumeric(12)));
        let url = format!("sqlite://{}", folder.join("idp.db").display());
        let database = store::open(&url, None, Durability::default()).await.unwrap();
        let mut tx = database.write().await.unwrap();
        execute!(tx, "INSERT INTO connections (id, name, strategy, created_at) VALUES ('con_1', 'Db', 'auth0', 0)")
            .unwrap();
        execute!(
            tx,
            "INSERT INTO users (id, connection_id, email, email_verified, name, nickname, created_at, updated_at)
             VALUES ('auth0|A1', 'con_1', 'ann@x.example', TRUE, 'Ann 100%', 'ann', 0, 0),
                    ('auth0|b2', 'con_1', 'bob@y.example', TRUE, 'Bob 100p', 'bob', 0, 0)",
        )
        .unwrap();
        let some = |text: &str| Some(text.to_owned());
        let all = Filter::default();
        for (filter, expected) in [
            (all.clone(), &["auth0|A1", "auth0|b2"][..]),
            (Filter { connection: some("Db"), ..all.clone() }, &["auth0|A1", "auth0|b2"]),
            (Filter { connection: some("db"), ..all.clone() }, &[]),
            (Filter { connection_like: some("db"), ..all.clone() }, &["auth0|A1", "auth0|b2"]),
            (Filter { email: some("ann@x.example"), ..all.clone() }, &["auth0|A1"]),
            (Filter { email_like: some("%@y.example"), ..all.clone() }, &["auth0|b2"]),
            (Filter { id_like: some("auth0|a1"), ..all.clone() }, &["auth0|A1"]),
            (Filter { name_like: some(r"____100\%"), ..all.clone() }, &["auth0|A1"]),
            (Filter { email: some("ann@x.example"), name_like: some("b%"), ..all.clone() }, &[]),
        ] {
            let page = KeysetPage::first(10);
            let found = list(&mut tx, &filter, &page).await.unwrap();
            assert_eq!(
                found.iter().map(|profile| profile.user.id.as_str()).collect::<Vec<_>>(),
                expected,
                "{filter:?}"
            );
            assert_eq!(usize::try_from(count(&mut tx, &filter).await.unwrap()), Ok(expected.len()), "{filter:?}");
        }
        drop(tx);
        database.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
