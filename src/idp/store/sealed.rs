//! The sealed values of all tables, to seal them with another key.

use serde_json::{Map, Value};

use crate::{
    idp::{
        id::{ApiId, ConnectionId, InvitationId, MailId},
        store::{JsonText, json_text},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, scalar_one},
        },
        sealer::SealedText,
        secret::SecretHash,
    },
};

/// Returns the known text that was sealed with the key of all sealed values, and locks it until the transaction ends.
/// `None` if nothing is sealed yet.
pub async fn check(tx: &mut Tx) -> sqlx::Result<Option<SealedText>> {
    execute!(tx, "UPDATE settings SET seal_check = seal_check WHERE id = 1")?;
    scalar_one!(tx, _, "SELECT seal_check FROM settings WHERE id = 1")
}

pub async fn update_check(tx: &mut Tx, check: Option<&SealedText>) -> sqlx::Result<()> {
    execute!(tx, "UPDATE settings SET seal_check = $1 WHERE id = 1", check)?;
    Ok(())
}

/// Lists the private keys by key id.
pub async fn private_keys(tx: &mut Tx) -> sqlx::Result<Vec<(String, SealedText)>> {
    fetch_all!(tx, _, "SELECT kid, private_key FROM signing_keys ORDER BY kid")
}

pub async fn update_private_key(tx: &mut Tx, kid: &str, private_key: &SealedText) -> sqlx::Result<()> {
    execute!(tx, "UPDATE signing_keys SET private_key = $2 WHERE kid = $1", kid, private_key)?;
    Ok(())
}

/// Lists the tickets of all invitations.
pub async fn tickets(tx: &mut Tx) -> sqlx::Result<Vec<(InvitationId, SealedText)>> {
    fetch_all!(tx, _, "SELECT id, ticket FROM invitations ORDER BY id")
}

/// Stores the sealed `ticket` and its hash.
pub async fn update_ticket(tx: &mut Tx, id: &InvitationId, sealed: &SealedText, ticket: &str) -> sqlx::Result<()> {
    let hash = SecretHash::of(ticket);
    execute!(tx, "UPDATE invitations SET ticket = $2, ticket_hash = $3 WHERE id = $1", id, sealed, hash)?;
    Ok(())
}

/// Lists the text and the HTML of all mails.
pub async fn mail_bodies(tx: &mut Tx) -> sqlx::Result<Vec<(MailId, SealedText, SealedText)>> {
    fetch_all!(tx, _, "SELECT id, body_text, body_html FROM mails ORDER BY id")
}

pub async fn update_mail_body(tx: &mut Tx, id: &MailId, text: &SealedText, html: &SealedText) -> sqlx::Result<()> {
    execute!(tx, "UPDATE mails SET body_text = $2, body_html = $3 WHERE id = $1", id, text, html)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub struct ConnectionOptions {
    pub id: ConnectionId,
    #[sqlx(try_from = "String")]
    pub options: JsonText<Map<String, Value>>,
}

/// Lists the options of all connections.
pub async fn connection_options(tx: &mut Tx) -> sqlx::Result<Vec<ConnectionOptions>> {
    fetch_all!(tx, _, "SELECT id, options FROM connections ORDER BY id")
}

pub async fn update_connection_options(
    tx: &mut Tx,
    id: &ConnectionId,
    options: &Map<String, Value>,
) -> sqlx::Result<()> {
    execute!(tx, "UPDATE connections SET options = $2 WHERE id = $1", id, json_text(options)?)?;
    Ok(())
}

/// Lists the signing secrets of APIs by the API's id.
pub async fn signing_secrets(tx: &mut Tx) -> sqlx::Result<Vec<(ApiId, SealedText)>> {
    fetch_all!(tx, _, "SELECT id, signing_secret FROM apis WHERE signing_secret IS NOT NULL ORDER BY id")
}

pub async fn update_signing_secret(tx: &mut Tx, id: &ApiId, secret: &SealedText) -> sqlx::Result<()> {
    execute!(tx, "UPDATE apis SET signing_secret = $2 WHERE id = $1", id, secret)?;
    Ok(())
}

/// Lets the provider's keys sign the tokens of all APIs.
pub async fn delete_signing_secrets(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(tx, "UPDATE apis SET signing_alg = 'RS256', signing_secret = NULL WHERE signing_secret IS NOT NULL")?;
    Ok(())
}

/// Deletes the signing keys and the mails, which are worthless if they cannot be opened.
pub async fn delete_keys_and_mails(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM signing_keys")?;
    execute!(tx, "DELETE FROM mails")?;
    Ok(())
}
