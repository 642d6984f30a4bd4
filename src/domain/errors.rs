//! The error of server functions and pages.
//!
//! Every variant is safe to show: it says what happened and what to do. Causes are logged on the server under the
//! reference of [`AppError::Internal`]. Code below the server functions has its own error (`server::error`), which is
//! converted to this one in a single place.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{
    missing_field::{MissingField, required},
    permissions::Permission,
};

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "FlatError")]
pub enum AppError {
    /// The address names nothing, or something that the reader may not see. Both cases look the same. HTTP 404.
    #[error("This page doesn’t exist, or you don’t have access to it.")]
    NotFound,
    /// Not signed in to the organization, or the session has ended. HTTP 401.
    #[error("Your session has ended. Sign in again to continue.")]
    SignInRequired,
    /// The reader was a member of the organization and is none any more, or is suspended. HTTP 403.
    #[error(
        "Your membership in {organization} has ended or is suspended, so nothing was changed. Copy anything you need. If you \
         think this is a mistake, ask an administrator there."
    )]
    MembershipEnded {
        /// Display name of the organization.
        organization: String,
    },
    /// The reader was a member of the organization, which has ended. HTTP 410.
    #[error("{organization} was deleted at the sign-in service, so nothing was changed. Copy anything you need.")]
    OrganizationEnded {
        /// Display name of the organization.
        organization: String,
    },
    /// Signed in, but without the permission. HTTP 403.
    #[error("Your role doesn’t allow this. Ask an owner to let you {}.", permission.deed())]
    Forbidden {
        /// The missing permission.
        permission: Permission,
    },
    /// The form was rejected; each field says why. HTTP 422.
    #[error("Check the highlighted fields.")]
    Invalid {
        /// The errors, at least one, in the order of the form's fields.
        fields: Vec<FieldError>,
    },
    /// Another change came first, so nothing was changed. HTTP 409.
    #[error("{message}")]
    Conflict {
        /// The text for the reader: what happened, what was kept and what to do.
        message: String,
    },
    /// The form was sent twice, and the first was carried out. Shown only if its answer cannot be found. HTTP 409.
    #[error("This form was sent before, and what it says is saved. Reload the page to see it.")]
    SentBefore,
    /// The body is larger than the largest form. HTTP 413.
    #[error("There is too much text. Nothing was changed. Shorten it and try again.")]
    TooLarge,
    /// The request is malformed: no page of this version sends it. HTTP 400.
    #[error("This page is out of date. Reload it and try again.")]
    BadRequest,
    /// The form was restored after its author signed in again; nothing was rejected. Created for the page only, never
    /// sent as a response.
    #[error("You were signed out while this form was open. Your text has been restored. Check it and submit it again.")]
    Restored,
    /// The server did not respond. Created in the browser, never sent.
    #[error("Tessera can’t be reached. Your text is kept. Try again when you’re online.")]
    Unreachable,
    /// Too many sign-ins were started from one address and not finished. HTTP 429.
    #[error("Too many sign-ins were started from your network. Try again in an hour.")]
    TooManySessions,
    /// The server has too much to do; nothing was changed. HTTP 503.
    #[error("Tessera is busy at the moment. Nothing was changed. Try again in a few seconds.")]
    Busy,
    /// The database cannot be used at the moment. If it went away during a commit, nobody knows whether that succeeded.
    /// HTTP 503.
    #[error(
        "Tessera can’t reach its data at the moment. If you were saving something, check whether it is there before you \
         try again in a few seconds."
    )]
    Unavailable,
    /// An internal error; the log has the cause under the reference. HTTP 500.
    #[error(
        "Something went wrong on our side. Try again. If it keeps happening, contact support with reference {reference}."
    )]
    Internal {
        /// Id of the request in the log.
        reference: String,
    },
}

/// Why one field of a form was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// A sentence for the person who filled in the form.
    pub message: String,
}

impl AppError {
    /// An error of one field.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { fields: vec![FieldError { field: field.to_owned(), message: message.into() }] }
    }

    /// The HTTP status of the error.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignInRequired => 401,
            Self::Forbidden { .. } | Self::MembershipEnded { .. } => 403,
            Self::NotFound => 404,
            Self::OrganizationEnded { .. } => 410,
            Self::Conflict { .. } | Self::SentBefore => 409,
            Self::TooLarge => 413,
            Self::Invalid { .. } => 422,
            Self::TooManySessions => 429,
            Self::Internal { .. } | Self::Restored => 500,
            Self::Unreachable | Self::Busy | Self::Unavailable => 503,
        }
    }

    /// Seconds after which to try again, for errors that pass.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy | Self::Unavailable => Some(5),
            Self::TooManySessions => Some(3_600),
            _ => None,
        }
    }

    /// The message of the field `name`, if it was rejected.
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
    /// The messages of all rejected fields, for places that do not show the fields.
    #[must_use]
    pub fn reasons(&self) -> String {
        match self {
            Self::Invalid { fields } => fields.iter().map(|field| field.message.as_str()).collect::<Vec<_>>().join(" "),
            error => error.to_string(),
        }
    }
}

/// How an [`AppError`] is read: a type with the fields of all kinds is less code than a derived reader (`FlatEvent` says why).
#[derive(Deserialize)]
struct FlatError {
    kind: Kind,
    permission: Option<Permission>,
    fields: Option<Vec<FieldError>>,
    message: Option<String>,
    reference: Option<String>,
    organization: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    NotFound,
    SignInRequired,
    MembershipEnded,
    OrganizationEnded,
    Forbidden,
    Invalid,
    Conflict,
    SentBefore,
    TooLarge,
    BadRequest,
    Restored,
    Unreachable,
    TooManySessions,
    Busy,
    Unavailable,
    Internal,
}

impl TryFrom<FlatError> for AppError {
    type Error = MissingField;

    fn try_from(flat: FlatError) -> Result<Self, MissingField> {
        let FlatError { kind, permission, fields, message, reference, organization } = flat;
        let organization = || required(organization, "organization");
        Ok(match kind {
            Kind::NotFound => Self::NotFound,
            Kind::SignInRequired => Self::SignInRequired,
            Kind::MembershipEnded => Self::MembershipEnded { organization: organization()? },
            Kind::OrganizationEnded => Self::OrganizationEnded { organization: organization()? },
            Kind::Forbidden => Self::Forbidden { permission: required(permission, "permission")? },
            Kind::Invalid => Self::Invalid { fields: required(fields, "fields")? },
            Kind::Conflict => Self::Conflict { message: required(message, "message")? },
            Kind::SentBefore => Self::SentBefore,
            Kind::TooLarge => Self::TooLarge,
            Kind::BadRequest => Self::BadRequest,
            Kind::Restored => Self::Restored,
            Kind::Unreachable => Self::Unreachable,
            Kind::TooManySessions => Self::TooManySessions,
            Kind::Busy => Self::Busy,
            Kind::Unavailable => Self::Unavailable,
            Kind::Internal => Self::Internal { reference: required(reference, "reference")? },
        })
    }
}
