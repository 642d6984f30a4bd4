//! The one error that server functions and pages speak.
//!
//! Every variant is safe to show: it says what happened and what to do. Causes stay in the server's log, tied to the
//! page by the reference of [`AppError::Internal`]. Code below the server functions has its own error
//! (`server::error`), which is turned into this one in one place.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use super::permissions::Permission;

/// Why a request could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppError {
    /// There is no such thing here, or it belongs to somebody else: the two look the same. HTTP 404.
    #[error("There is nothing at this address, or it isn’t shared with you.")]
    NotFound,
    /// No seat in the organization, or it has ended. HTTP 401.
    #[error("Your session has ended. Sign in again to continue.")]
    SignInRequired,
    /// Signed in, but the role does not allow it. HTTP 403.
    #[error("Your role doesn’t allow this. Ask an owner for the permission “{permission}”.")]
    Forbidden {
        /// The missing permission.
        permission: Permission,
    },
    /// What was sent cannot be accepted; each field says why. HTTP 422.
    #[error("Check the marked fields.")]
    Invalid {
        /// At least one, in the order of the form.
        fields: Vec<FieldError>,
    },
    /// Somebody else was quicker. Nothing was changed. HTTP 409.
    #[error("{message}")]
    Conflict {
        /// What happened, what was kept and what to do.
        message: String,
    },
    /// More than any form of ours holds. HTTP 413.
    #[error("That is too much text. Nothing was changed: shorten it and try again.")]
    TooLarge,
    /// The request is not one that the pages of this version send. HTTP 400.
    #[error("This page is out of date. Reload it and try again.")]
    BadRequest,
    /// The form was kept while its author signed in again; nothing was refused. Never the answer to a request.
    #[error("You were signed out while this form was open. What you typed is back: check it and send it again.")]
    Restored,
    /// The server did not answer. Made in the browser, never sent.
    #[error("Tessera can’t be reached. What you typed is kept; try again when you are online.")]
    Unreachable,
    /// A defect or a broken part; the log has the cause under the reference. HTTP 500.
    #[error("Something went wrong on our side. Try again; if it stays, report reference {reference}.")]
    Internal {
        /// The request's id in the log.
        reference: String,
    },
}

/// Why one field of a form was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// A sentence for the person who filled it in.
    pub message: String,
}

impl AppError {
    /// One field that cannot be accepted.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { fields: vec![FieldError { field: field.to_owned(), message: message.into() }] }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignInRequired => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge => 413,
            Self::Invalid { .. } => 422,
            Self::Internal { .. } | Self::Restored => 500,
            Self::Unreachable => 503,
        }
    }

    /// What is wrong with the field called `name`, if that is what the error is about.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Invalid { fields } => {
                fields.iter().find(|error| error.field == name).map(|error| error.message.as_str())
            }
            _ => None,
        }
    }
}

impl AppError {
    /// What is told of it where the fields that it is about are not in sight.
    #[must_use]
    pub fn reasons(&self) -> String {
        match self {
            Self::Invalid { fields } => fields.iter().map(|field| field.message.as_str()).collect::<Vec<_>>().join(" "),
            error => error.to_string(),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadRequest,
            _ => Self::Internal { reference: "-".to_owned() },
        }
    }
}
