//! Carries out the next step of a login.

use axum::response::{IntoResponse as _, Redirect, Response};

use crate::{
    idp::{
        authorization::CallbackError,
        flow::{code::issue_code, login::Login, screen::Next},
        pages,
        state::Idp,
        store::{login_transactions, sessions::Session},
    },
    kernel::database::Tx,
};

impl Login {
    /// Carries out `next`: on to another page, or back to the client.
    pub async fn proceed(&self, idp: &Idp, tx: &mut Tx, session: &Session, next: Next) -> sqlx::Result<Response> {
        let outcome = match next {
            Next::Show(screen) => {
                login_transactions::set_session(tx, &self.state, &session.sid).await?;
                return Ok(Redirect::to(&screen.address(&self.state)).into_response());
            }
            Next::Grant(organization) => Ok(issue_code(idp, tx, &self.request, session, organization).await?),
            Next::Refuse(error) => Err(error),
        };
        login_transactions::finish(tx, &self.state).await?;
        Ok(pages::callback::respond(&self.request.callback, outcome))
    }

    /// Ends the login with an error.
    pub async fn refuse(&self, tx: &mut Tx, error: CallbackError) -> sqlx::Result<Response> {
        login_transactions::finish(tx, &self.state).await?;
        Ok(pages::callback::respond(&self.request.callback, Err(error)))
    }
}
