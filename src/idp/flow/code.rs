//! Issues authorization codes.

use crate::{
    idp::{
        authorization::AuthorizationRequest,
        id::{GrantId, OrganizationId},
        scope::Scope,
        state::Idp,
        store::{
            codes,
            grants::{self, Grant},
            sessions::Session,
        },
    },
    kernel::database::Tx,
};

/// Inserts the grant of a login and its authorization code.
pub async fn issue_code(
    idp: &Idp,
    tx: &mut Tx,
    request: &AuthorizationRequest,
    session: &Session,
    organization: Option<OrganizationId>,
) -> sqlx::Result<String> {
    let now = idp.now();
    let grant = Grant {
        id: GrantId::random(&idp.random),
        user_id: session.user_id.clone(),
        client_id: request.client_id.clone(),
        organization_id: organization,
        scope: Scope::clone(&request.scope),
        audience: request.audience.clone(),
        sid: session.sid.clone(),
        auth_time: request.wants_auth_time().then_some(session.authenticated_at),
        revoked_at: None,
    };
    grants::insert(tx, &grant, now).await?;
    let code = idp.random.token();
    let new = codes::NewCode {
        code: &code,
        grant_id: &grant.id,
        redirect_uri: &request.callback.redirect_uri,
        code_challenge: request.code_challenge.as_deref(),
        nonce: request.nonce.as_deref(),
    };
    codes::insert(tx, &new, now).await?;
    Ok(code)
}
