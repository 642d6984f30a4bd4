//! Reads the parameters of the token endpoint.

use crate::idp::{parameters::Parameters, token_request::error::TokenError};

/// Returns the parameters of the body, or refuses a body in which one is invalid.
pub fn usable(parameters: Option<Parameters>) -> Result<Parameters, TokenError> {
    let parameters = parameters.ok_or_else(|| TokenError::invalid_request("The body is not a JSON object."))?;
    match parameters.first_fault() {
        Some((name, fault)) => Err(TokenError::invalid_request(format!("Parameter '{name}' {}.", fault.phrase()))),
        None => Ok(parameters),
    }
}

pub fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, TokenError> {
    parameters.get(name).ok_or_else(|| TokenError::invalid_request(format!("Missing required parameter: {name}")))
}
