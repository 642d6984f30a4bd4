//! `GET` and `POST /console/settings`: shows and updates the settings of the tenant

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::idp::{
    page_error::PageError,
    pages::{Page, console::settings as page},
    parameters::Parameters,
    state::Idp,
    store::settings::{self, Switch},
};

pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let settings = settings::get(&mut idp.database.read().await?).await?;
    let on = Switch::ALL.into_iter().filter(|switch| switch.is_on(&settings)).collect::<Vec<_>>();
    let outcome = if parameters.get("saved").is_some() { page::Outcome::Saved } else { page::Outcome::None };
    Ok(page::page(&idp, &on, &settings.allowed_logout_urls.0.join(" "), outcome))
}

pub async fn save(State(idp): State<Idp>, parameters: Parameters) -> Result<Response, PageError> {
    let on: Vec<_> = Switch::ALL.into_iter().filter(|switch| parameters.get(switch.name()) == Some("on")).collect();

    // Validate the addresses
    let typed = parameters.text("allowed_logout_urls");
    let urls: Vec<_> = typed.split_whitespace().map(str::to_owned).collect();
    let is_address = |text: &str| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if let Some(wrong) = urls.iter().find(|text| !is_address(text)) {
        let error = format!("“{wrong}” is not an address like https://example.com/.");
        let page = page::page(&idp, &on, typed, page::Outcome::Wrong(&error)).with_status(StatusCode::BAD_REQUEST);
        return Ok(page.into_response());
    }

    // Store the settings
    let mut tx = idp.database.write().await?;
    for switch in Switch::ALL {
        settings::update(&mut tx, switch, on.contains(&switch)).await?;
    }
    settings::update_allowed_logout_urls(&mut tx, &urls).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/settings?saved=yes").into_response())
}
