//! Errors as they travel.

use super::*;

/// An error of each kind, as it travels.
fn each_kind() -> [(&'static str, AppError); 16] {
    [
        (r#"{"kind":"not_found"}"#, AppError::NotFound),
        (r#"{"kind":"sign_in_required"}"#, AppError::SignInRequired),
        (
            r#"{"kind":"membership_ended","organization":"Acme"}"#,
            AppError::MembershipEnded { organization: "Acme".to_owned() },
        ),
        (
            r#"{"kind":"organization_ended","organization":"Acme"}"#,
            AppError::OrganizationEnded { organization: "Acme".to_owned() },
        ),
        (
            r#"{"kind":"forbidden","permission":"write:tasks"}"#,
            AppError::Forbidden { permission: Permission::WriteTasks },
        ),
        (
            r#"{"kind":"invalid","fields":[{"field":"title","message":"Enter a title."}]}"#,
            AppError::invalid("title", "Enter a title."),
        ),
        (
            r#"{"kind":"conflict","message":"Somebody was first."}"#,
            AppError::Conflict { message: "Somebody was first.".to_owned() },
        ),
        (r#"{"kind":"sent_before"}"#, AppError::SentBefore),
        (r#"{"kind":"too_large"}"#, AppError::TooLarge),
        (r#"{"kind":"bad_request"}"#, AppError::BadRequest),
        (r#"{"kind":"restored"}"#, AppError::Restored),
        (r#"{"kind":"unreachable"}"#, AppError::Unreachable),
        (r#"{"kind":"too_many_sessions"}"#, AppError::TooManySessions),
        (r#"{"kind":"busy"}"#, AppError::Busy),
        (r#"{"kind":"unavailable"}"#, AppError::Unavailable),
        (r#"{"kind":"internal","reference":"7f"}"#, AppError::Internal { reference: "7f".to_owned() }),
    ]
}

/// Does not compile when a kind is added: it belongs into the list above, too.
const fn is_listed(error: &AppError) -> bool {
    match error {
        AppError::NotFound
        | AppError::SignInRequired
        | AppError::MembershipEnded { .. }
        | AppError::OrganizationEnded { .. }
        | AppError::Forbidden { .. }
        | AppError::Invalid { .. }
        | AppError::Conflict { .. }
        | AppError::SentBefore
        | AppError::TooLarge
        | AppError::BadRequest
        | AppError::Restored
        | AppError::Unreachable
        | AppError::TooManySessions
        | AppError::Busy
        | AppError::Unavailable
        | AppError::Internal { .. } => true,
    }
}

fn read(json: &str) -> Result<AppError, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn every_kind_is_written_and_read_back() {
    for (json, error) in each_kind() {
        assert_eq!(serde_json::to_string(&error).unwrap(), json);
        assert!(is_listed(&error));
        assert_eq!(read(json), Ok(error));
    }
}

#[test]
fn unknown_fields_are_ignored_and_unknown_tags_told() {
    for (json, error) in each_kind() {
        let later = json.replacen('{', r#"{"later":[{"kind":"busy"}],"#, 1);
        assert_eq!(read(&later), Ok(error));
    }
    for (json, said) in [
        (r#"{"kind":"later"}"#, "unknown variant `later`"),
        (r#"{"reference":"7f"}"#, "missing field `kind`"),
        (r#"{"kind":"internal"}"#, "missing field `reference`"),
        (r#"{"kind":"forbidden","permission":"fly"}"#, "unknown variant `fly`"),
        (r#""not_found""#, "invalid type: string"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(said), "{json}: {error}");
    }
}
