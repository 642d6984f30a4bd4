//! `GET /console/people` and `/console/person`, and the actions on a user

use axum::{extract::State, response::Redirect};

use crate::{
    idp::{
        backchannel,
        console::navigation::query,
        id::UserId,
        page_error::PageError,
        pages::{
            Page,
            console::{confirm::Confirmation, links, people as page},
        },
        parameters::Parameters,
        state::Idp,
        store::{
            connections,
            console_queries::people as queries,
            grants,
            users::{self, User},
        },
    },
    kernel::database::Tx,
};

pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let listing = queries::list(&mut idp.database.read().await?, &query(&parameters)).await?;
    Ok(page::list(&idp, parameters.text("q"), &listing))
}

pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let mut tx = idp.database.read().await?;
    let user = find(&mut tx, &parameters).await?;
    let details = page::Details {
        memberships: queries::memberships(&mut tx, &user.id).await?,
        sessions: queries::sessions(&mut tx, &user.id, idp.now()).await?,
        connection: connections::find(&mut tx, &user.connection_id).await?,
        user,
    };
    Ok(page::details(&idp, &details))
}

pub async fn ask_block(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let user = find(&mut idp.database.read().await?, &parameters).await?;
    let text = "They are signed out everywhere and cannot sign in until you unblock them. Their content and memberships \
                stay.";
    let confirmation = Confirmation {
        section: "people",
        title: &format!("Block {}?", user.name),
        text,
        action: "/console/person/block",
        field: Some(("id", user.id.as_str())),
        button: "Block",
        back: &links::person(&user.id),
    };
    Ok(confirmation.page(&idp))
}

pub async fn block(State(idp): State<Idp>, parameters: Parameters) -> Result<Redirect, PageError> {
    let mut tx = idp.database.write().await?;
    let user = find(&mut tx, &parameters).await?;
    users::update_blocked(&mut tx, &user.id, true, idp.now()).await?;
    end_everything(&idp, tx, &user).await?;
    Ok(Redirect::to(&links::person(&user.id)))
}

pub async fn unblock(State(idp): State<Idp>, parameters: Parameters) -> Result<Redirect, PageError> {
    let mut tx = idp.database.write().await?;
    let user = find(&mut tx, &parameters).await?;
    users::update_blocked(&mut tx, &user.id, false, idp.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&links::person(&user.id)))
}

pub async fn ask_sign_out(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let user = find(&mut idp.database.read().await?, &parameters).await?;
    let text = "They must sign in again in every browser. Applications end their own sessions at the next refresh.";
    let confirmation = Confirmation {
        section: "people",
        title: &format!("Sign {} out everywhere?", user.name),
        text,
        action: "/console/person/sign-out",
        field: Some(("id", user.id.as_str())),
        button: "Sign out",
        back: &links::person(&user.id),
    };
    Ok(confirmation.page(&idp))
}

pub async fn sign_out(State(idp): State<Idp>, parameters: Parameters) -> Result<Redirect, PageError> {
    let mut tx = idp.database.write().await?;
    let user = find(&mut tx, &parameters).await?;
    end_everything(&idp, tx, &user).await?;
    Ok(Redirect::to(&links::person(&user.id)))
}

/// Ends the user's sessions, revokes the user's grants, and notifies the clients.
async fn end_everything(idp: &Idp, mut tx: Tx, user: &User) -> Result<(), PageError> {
    let notifications = backchannel::end_sessions_of_user(&mut tx, &user.id, idp.now()).await?;
    grants::update_revoked_of_user(&mut tx, &user.id, idp.now()).await?;
    tx.commit().await?;
    notifications.send(idp);
    Ok(())
}

async fn find(tx: &mut Tx, parameters: &Parameters) -> Result<User, PageError> {
    users::find(tx, &UserId::unchecked(parameters.text("id"))).await?.ok_or(PageError::NotFound)
}
