//! Checks that creating and updating users share.

use crate::idp::{
    management::error::ApiError,
    password::policy::{self, Policy},
};

/// Refuses a password that violates the password policy.
pub fn check_password(policy: &Policy, typed: &str, email: &str) -> Result<(), ApiError> {
    match policy::find_issue(policy, typed, email) {
        Some(_) => Err(ApiError::bad_request("PasswordStrengthError: Password is too weak", None)),
        None => Ok(()),
    }
}

/// Creates the 400 for a connection that does not exist or is not the user's.
pub fn inexistent_connection() -> ApiError {
    ApiError::bad_request("The connection does not exist.", Some("inexistent_connection"))
}
