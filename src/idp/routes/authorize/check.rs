//! Validates authorization requests: first the client and the callback, which determine where errors are sent, then the
//! other parameters.

use crate::{
    idp::{
        authorization::{AuthorizationRequest, Callback, CallbackError, Prompt, ResponseMode, origin},
        organization_parameter,
        parameters::Parameters,
        routes::authorize::{connection, organization},
        scope::Scope,
        state::Idp,
        store::{
            apis,
            clients::{self, Client},
        },
    },
    kernel::database::Tx,
};

/// Where to report an error.
#[derive(Debug)]
pub enum Refusal {
    /// On a page, because the client or the callback is unknown. Contains the message.
    OnPage(String),
    /// At the client's callback.
    AtCallback(Callback, CallbackError),
}

/// Validates the request and finds its client.
pub async fn check(
    idp: &Idp,
    tx: &mut Tx,
    parameters: &Parameters,
) -> sqlx::Result<Result<(AuthorizationRequest, Client), Refusal>> {
    let (client, callback) = match callback(idp, tx, parameters).await? {
        Ok(found) => found,
        Err(text) => return Ok(Err(Refusal::OnPage(text))),
    };
    Ok(match check_request(idp, tx, parameters, &client, &callback).await? {
        Ok(request) => Ok((request, client)),
        Err(error) => Err(Refusal::AtCallback(callback, error)),
    })
}

/// Validates the client and the callback. Without both, no error may be sent to the callback.
async fn callback(idp: &Idp, tx: &mut Tx, parameters: &Parameters) -> sqlx::Result<Result<(Client, Callback), String>> {
    for name in ["client_id", "redirect_uri"] {
        if let Some(fault) = parameters.fault(name) {
            return Ok(Err(format!("The parameter {name} {}.", fault.phrase())));
        }
    }
    let Some(client_id) = parameters.get("client_id") else {
        return Ok(Err("Missing required parameter: client_id.".to_owned()));
    };
    let Some(client) = clients::find(tx, client_id).await? else {
        return Ok(Err(format!("Unknown client: {client_id}")));
    };
    let Some(redirect_uri) = parameters.get("redirect_uri") else {
        return Ok(Err("Missing required parameter: redirect_uri.".to_owned()));
    };
    if !client.callbacks.0.iter().any(|registered| registered == redirect_uri) {
        return Ok(Err(format!(
            "Callback URL mismatch. {redirect_uri} is not in the list of allowed callback URLs of {}.",
            client.name
        )));
    }
    let callback = Callback {
        redirect_uri: redirect_uri.to_owned(),
        // The validation that follows refuses an unknown mode, and the error is sent in the default mode.
        response_mode: response_mode(parameters, &client, redirect_uri).unwrap_or_default(),
        state: parameters.get("state").map(str::to_owned),
        issuer: idp.issuer.to_string(),
    };
    Ok(Ok((client, callback)))
}

/// Returns the mode; `None` if it is unknown, or not allowed: a message reaches only a window of an allowed web origin, which is
/// that of the callback, and pages of this provider are never shown in another site's window.
fn response_mode(parameters: &Parameters, client: &Client, redirect_uri: &str) -> Option<ResponseMode> {
    match parameters.get("response_mode") {
        None | Some("query") => Some(ResponseMode::Query),
        Some("fragment") => Some(ResponseMode::Fragment),
        Some("form_post") => Some(ResponseMode::FormPost),
        Some("web_message") if parameters.get("prompt") == Some("none") => {
            let is_allowed = origin(redirect_uri).is_some_and(|origin| client.is_web_origin(&origin));
            is_allowed.then_some(ResponseMode::WebMessage)
        }
        Some(_) => None,
    }
}

/// Validates all parameters whose errors are sent to the callback.
async fn check_request(
    idp: &Idp,
    tx: &mut Tx,
    parameters: &Parameters,
    client: &Client,
    callback: &Callback,
) -> sqlx::Result<Result<AuthorizationRequest, CallbackError>> {
    let parsed = match parse_parameters(parameters, client) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Err(error)),
    };

    // Check that the audience exists; the userinfo endpoint is no API and accepts an opaque token
    let userinfo = idp.address("userinfo");
    let audience = parameters.get("audience").filter(|audience| *audience != userinfo);
    if let Some(audience) = audience
        && apis::find(tx, audience).await?.is_none()
    {
        return Ok(Err(CallbackError::access_denied(format!("Service not found: {audience}"))));
    }

    let organization = match organization::organization(tx, parameters, client).await? {
        Ok(organization) => organization,
        Err(error) => return Ok(Err(error)),
    };
    let invitation = match parameters.get("invitation") {
        Some(ticket) => match organization::invitation(tx, ticket, client, organization.as_ref(), idp.now()).await? {
            Ok(invitation) => Some(invitation),
            Err(error) => return Ok(Err(error)),
        },
        None => None,
    };

    let connection = match parameters.get("connection") {
        Some(name) => match connection::named(tx, name, client, organization.as_ref()).await? {
            Ok(connection) => Some(connection),
            Err(error) => return Ok(Err(error)),
        },
        None => None,
    };

    Ok(Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        callback: callback.clone(),
        scope: Scope::from(parameters.text("scope")),
        audience: audience.map(str::to_owned),
        nonce: parameters.get("nonce").map(str::to_owned),
        code_challenge: parsed.code_challenge,
        organization,
        invitation,
        connection,
        prompt: parsed.prompt,
        max_age: parsed.max_age,
        login_hint: parameters.get("login_hint").map(str::to_owned),
        sign_up: parameters.get("screen_hint") == Some("signup"),
        ask_consent: parsed.ask_consent,
        has_chosen: false,
    }))
}

/// Parameters that are validated without the database.
struct RequestParameters {
    code_challenge: Option<String>,
    prompt: Prompt,
    ask_consent: bool,
    max_age: Option<i64>,
}

fn parse_parameters(parameters: &Parameters, client: &Client) -> Result<RequestParameters, CallbackError> {
    let invalid = |text: &str| Err(CallbackError::invalid_request(text));
    match parameters.first_fault() {
        Some(("organization", _)) => return invalid(organization_parameter::MUST_BE_ID),
        Some((name, fault)) => return invalid(&format!("parameter {name} {}", fault.phrase())),
        None => {}
    }
    for (name, error) in [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")] {
        if parameters.get(name).is_some() {
            return Err(CallbackError { error, description: format!("parameter {name} is not supported") });
        }
    }
    match parameters.get("response_type") {
        Some("code") => {}
        None => return invalid("Missing required parameter: response_type"),
        Some(other) => {
            let description = format!("Unsupported response type: {other}");
            return Err(CallbackError { error: "unsupported_response_type", description });
        }
    }
    if response_mode(parameters, client, parameters.text("redirect_uri")).is_none() {
        return invalid(
            "parameter response_mode must be query, fragment or form_post, or web_message with prompt=none and a callback at an \
             allowed web origin",
        );
    }
    Ok(RequestParameters {
        code_challenge: code_challenge(parameters, client)?,
        prompt: prompt(parameters)?,
        ask_consent: parameters.text("prompt").split_ascii_whitespace().any(|value| value == "consent"),
        max_age: match parameters.get("max_age").map(str::parse) {
            None => None,
            Some(Ok(seconds @ 0_i64..)) => Some(seconds),
            Some(_) => return invalid("parameter max_age must be a number of seconds"),
        },
    })
}

/// Validates the PKCE challenge (RFC 7636 section 4.3). The method must be S256, and public clients must send a
/// challenge.
fn code_challenge(parameters: &Parameters, client: &Client) -> Result<Option<String>, CallbackError> {
    let invalid = |text: &str| Err(CallbackError::invalid_request(text));
    let (challenge, method) = (parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    match (challenge, method) {
        (None, None) if client.is_public() => invalid("code_challenge is required for this client"),
        (None, None) => Ok(None),
        (None, Some(_)) => invalid("code_challenge_method needs a code_challenge"),
        (Some(challenge), Some("S256")) => {
            let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if challenge.len() == 43 && challenge.bytes().all(base64url) {
                Ok(Some(challenge.to_owned()))
            } else {
                invalid("code_challenge must be a SHA-256 in base64url")
            }
        }
        // Without a method, the challenge would be of the method `plain`.
        (Some(_), _) => invalid("code_challenge_method must be S256"),
    }
}

fn prompt(parameters: &Parameters) -> Result<Prompt, CallbackError> {
    let mut prompt = Prompt::AsNeeded;
    let text = parameters.text("prompt");
    for value in text.split_ascii_whitespace() {
        prompt = match value {
            "none" if text.trim() == "none" => Prompt::None,
            "none" => return Err(CallbackError::invalid_request("prompt=none must stand alone")),
            "login" => Prompt::Login,
            "select_account" if prompt != Prompt::Login => Prompt::SelectAccount,
            "select_account" | "consent" => prompt,
            other => return Err(CallbackError::invalid_request(format!("Unsupported prompt value: {other}"))),
        };
    }
    Ok(prompt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_combine_except_none() {
        let of = |text: &str| {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("prompt", text).finish();
            prompt(&Parameters::from_form(query.as_bytes()))
        };
        assert_eq!(of(""), Ok(Prompt::AsNeeded));
        assert_eq!(of("none"), Ok(Prompt::None));
        assert_eq!(of("consent"), Ok(Prompt::AsNeeded));
        assert_eq!(of("login select_account"), Ok(Prompt::Login));
        assert_eq!(of("select_account consent"), Ok(Prompt::SelectAccount));
        assert!(of("none login").is_err());
        assert!(of("dance").is_err());
    }
}
