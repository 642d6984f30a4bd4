//! Finds the open invitation of a login.

use axum::http::HeaderMap;

use crate::{
    idp::{
        authentication,
        flow::{login::Login, screen::Screen},
        page_error::PageError,
        pages::{
            self,
            invitation::{FormInput, Invitee},
        },
        parameters::Parameters,
        state::Idp,
        store::{
            connections::{self, Connection, Strategy},
            invitations::{self, Invitation},
            organizations::{self, Organization},
            sessions::Session,
            settings,
            users::{self, User},
        },
    },
    kernel::database::Tx,
};

/// A login with an open invitation, and the accounts that it concerns.
pub(super) struct Invited {
    pub(super) login: Login,
    pub(super) invitation: Invitation,
    organization: Organization,
    /// Connection of the account, which may not exist yet.
    pub(super) connection: Connection,
    /// User with the invited address, if the account exists.
    pub(super) user: Option<User>,
    /// User of the browser's session, if it is not the invited user.
    pub(super) other: Option<(Session, User)>,
    pub(super) is_consumed_by_others: bool,
}

impl Invited {
    /// Opens the login and its invitation. `Err` contains a login whose invitation no longer exists.
    pub(super) async fn open(
        idp: &Idp,
        tx: &mut Tx,
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Result<Self, Login>, PageError> {
        let login = Login::open(idp, tx, headers, parameters).await?;
        let id = login.request.invitation.clone().ok_or(PageError::NotFound)?;
        let Some(invitation) = invitations::find(tx, &id, idp.now()).await? else { return Ok(Err(login)) };
        let Some(organization) = organizations::find(tx, &invitation.organization_id).await? else {
            return Ok(Err(login));
        };
        let named = match &invitation.connection_id {
            Some(id) => connections::find(tx, id).await?,
            None => None,
        };
        let (connection, user) = match named {
            Some(connection) => {
                let user = users::by_connection_and_email(tx, &connection.id, &invitation.email).await?;
                (connection, user)
            }
            None => (connections::default(tx).await?, users::with_password(tx, &invitation.email).await?),
        };
        let other = match authentication::current_session(idp, tx, headers).await? {
            Some(session) => users::find(tx, &session.user_id).await?.map(|user| (session, user)),
            None => None,
        };
        let other = other.filter(|(_, user)| user.email != invitation.email);
        let is_consumed_by_others = settings::get(tx).await?.invitation_spent_by_others;
        Ok(Ok(Self { login, invitation, organization, connection, user, other, is_consumed_by_others }))
    }

    /// Whether the user must sign in at another issuer.
    pub(super) fn is_federated(&self) -> bool {
        self.connection.strategy == Strategy::Oidc
    }

    pub(super) fn page(&self, idp: &Idp, input: FormInput<'_>) -> pages::Page {
        let Connection { id, name, display_name, .. } = &self.connection;
        let name = display_name.as_ref().unwrap_or(name);
        let address = Screen::issuer_address(&self.login.state, id, None);
        let invitee = Invitee {
            has_account: self.user.is_some(),
            other: self.other.as_ref().map(|(_, user)| user),
            is_consumed_by_others: self.is_consumed_by_others,
            hint: &self.connection.password_policy().hint(),
            sign_in: self.is_federated().then_some((name, &address)),
        };
        pages::invitation::page(idp, &self.login, &self.invitation, &self.organization, invitee, input)
    }

    /// Whether the signed-in user cannot accept the invitation.
    pub(super) fn is_reserved(&self) -> bool {
        self.other.is_some() && !self.is_consumed_by_others
    }
}
