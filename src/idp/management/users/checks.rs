//! Checks that creating and changing people share.

use crate::idp::{
    management::error::ApiError,
    password::policy::{self, Policy},
};

/// 400 for a password that the connection does not take.
pub fn check_password(policy: &Policy, typed: &str, email: &str) -> Result<(), ApiError> {
    match policy::find_issue(policy, typed, email) {
        Some(_) => Err(ApiError::bad_request("PasswordStrengthError: Password is too weak", None)),
        None => Ok(()),
    }
}

/// 400 for a connection that is not there, or is another than the person's.
pub fn inexistent_connection() -> ApiError {
    ApiError::bad_request("The connection does not exist.", Some("inexistent_connection"))
}
