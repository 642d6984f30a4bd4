//! Events as they are stored and read.

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;

/// An event of each kind, as it has been stored since the first version.
fn each_kind() -> [(&'static str, Event); 14] {
    let comment = Uuid::nil();
    let fields = TaskFields { title: "Ship".to_owned(), due_on: day(), ..TaskFields::default() };
    let changes = TaskFields { title: "Ship".to_owned(), ..TaskFields::default() }.changes_to(&fields);
    [
        (
            r#"{"kind":"created","facts":{"title":"Ship","description":"","place":{"state":"","rank":""},"priority":0,"estimate":null,"start_on":null,"due_on":"2026-11-21","parent":null,"assignees":[],"labels":[],"is_archived":false,"is_deleted":false}}"#,
            Event::Created { fields: Box::new(fields) },
        ),
        (r#"{"kind":"changed","changes":[{"due_on":{"from":null,"to":"2026-11-21"}}]}"#, Event::changed(changes)),
        (r#"{"kind":"commented","comment":"00000000-0000-0000-0000-000000000000"}"#, Event::Commented { comment }),
        (
            r#"{"kind":"comment_edited","comment":"00000000-0000-0000-0000-000000000000"}"#,
            Event::CommentEdited { comment },
        ),
        (
            r#"{"kind":"comment_deleted","comment":"00000000-0000-0000-0000-000000000000"}"#,
            Event::CommentDeleted { comment },
        ),
        (r#"{"kind":"reacted","comment":"00000000-0000-0000-0000-000000000000"}"#, Event::Reacted { comment }),
        (
            r#"{"kind":"related","relation":"blocked_by","other":"WEB-1"}"#,
            Event::Related { relation: Relation::BlockedBy, other: "WEB-1".parse().ok() },
        ),
        (r#"{"kind":"related","relation":"relates"}"#, Event::Related { relation: Relation::Relates, other: None }),
        (
            r#"{"kind":"unrelated","relation":"duplicates"}"#,
            Event::Unrelated { relation: Relation::Duplicates, other: None },
        ),
        (r#"{"kind":"due","on":"2026-11-21"}"#, Event::Due { on: day().unwrap() }),
        (
            r#"{"kind":"ranked","ranks":[[7,"V"],[8,"k"]]}"#,
            Event::Ranked { ranks: vec![(7, "V".to_owned()), (8, "k".to_owned())] },
        ),
        (r#"{"kind":"ranked","ranks":[]}"#, Event::Ranked { ranks: Vec::new() }),
        (r#"{"kind":"project_changed"}"#, Event::ProjectChanged),
        (r#"{"kind":"purged","number":9}"#, Event::Purged { number: 9 }),
    ]
}

fn day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 11, 21)
}

fn read(json: &str) -> Result<Event, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn every_kind_is_written_and_read_back() {
    for (json, event) in each_kind() {
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(read(json), Ok(event));
    }
}

#[test]
fn the_tag_may_come_last_and_unknown_fields_are_ignored() {
    for (json, event) in each_kind() {
        let mut value: serde_json::Map<_, _> = serde_json::from_str(json).unwrap();
        let kind = value.remove("kind").unwrap();
        value.insert("zone".to_owned(), serde_json::json!({ "of": [1, null, "later"] }));
        value.insert("kind".to_owned(), kind);
        assert_eq!(read(&serde_json::to_string(&value).unwrap()), Ok(event), "{json}");
    }
    assert_eq!(read(r#"{"number":9,"later":{"kind":"due"},"kind":"purged"}"#), Ok(Event::Purged { number: 9 }));
}

#[test]
fn an_unknown_tag_or_a_missing_field_is_told() {
    for (json, said) in [
        (r#"{"kind":"renamed","number":9}"#, "unknown variant `renamed`"),
        (r#"{"number":9}"#, "missing field `kind`"),
        (r#"{"kind":"purged"}"#, "missing field `number`"),
        (r#"{"kind":"purged","number":null}"#, "missing field `number`"),
        (r#"{"kind":"due","on":"2026-02-30"}"#, "2026-02-30"),
        (r#"{"kind":"purged","number":"9"}"#, "invalid type: string"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(said), "{json}: {error}");
    }
    for (json, _) in each_kind() {
        let mut value: serde_json::Map<_, _> = serde_json::from_str(json).unwrap();
        value.retain(|name, _| name == "kind");
        let bare = serde_json::to_string(&value).unwrap();
        assert_eq!(read(&bare).is_ok(), bare == r#"{"kind":"project_changed"}"#, "{bare}");
    }
}
