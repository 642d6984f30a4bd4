//! Carries out the next step of a login.

use axum::response::{IntoResponse as _, Redirect, Response};

use crate::{
    idp::{
        authorization::CallbackError,
        flow::{code::issue_code, login::Login, screen::Step},
        pages,
        state::Idp,
        store::{login_transactions, sessions::Session},
    },
    kernel::database::Tx,
};

impl Login {
    /// Carries out `next`: redirects to a page, or responds to the client and finishes the login.
    pub async fn proceed(&self, idp: &Idp, tx: &mut Tx, session: &Session, next: Step) -> sqlx::Result<Response> {
        let outcome = match next {
            Step::Show(screen) => {
                login_transactions::update_session(tx, &self.state, &session.sid).await?;
                return Ok(Redirect::to(&screen.address(&self.state)).into_response());
            }
            Step::Grant(organization) => Ok(issue_code(idp, tx, &self.request, session, organization).await?),
            Step::Refuse(error) => Err(error),
        };
        login_transactions::update_finished(tx, &self.state).await?;
        Ok(pages::callback::respond(&self.request.callback, outcome))
    }

    /// Finishes the login and responds to the client with an error.
    pub async fn refuse(&self, tx: &mut Tx, error: CallbackError) -> sqlx::Result<Response> {
        login_transactions::update_finished(tx, &self.state).await?;
        Ok(pages::callback::respond(&self.request.callback, Err(error)))
    }
}
