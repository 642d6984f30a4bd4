//! Edits of a task: one field at a time, on one task or on many.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::project_writer::ProjectWriter;
use crate::{
    domain::{
        dates::chosen_day,
        errors::FieldError,
        keys::TaskKey,
        permissions::Permission,
        tasks::{
            TITLE_MAX,
            field_name::Field,
            fields::TaskFields,
            lane::{Lane, LaneMove},
            priority::Priority,
        },
    },
    server::{
        error::Error,
        repo::tasks::{Anchor, Place},
        services::text,
    },
};

/// Maximum estimate of a task in points.
const ESTIMATE_MAX: i64 = 999;

/// An edit of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    Title(String),
    /// Moves to `anchor` in the column `state`.
    Move {
        state: String,
        anchor: Anchor,
    },
    Priority(Priority),
    Estimate(Option<i64>),
    StartOn(Option<NaiveDate>),
    DueOn(Option<NaiveDate>),
    Parent(Option<TaskKey>),
    Assignees(BTreeSet<Uuid>),
    Assign(Uuid),
    Unassign(Uuid),
    Labels(BTreeSet<Uuid>),
    AddLabel(Uuid),
    RemoveLabel(Uuid),
    Archived(bool),
    Deleted(bool),
}

impl Edit {
    /// Parses the form `values` of `field`. No or empty values clear an optional field.
    ///
    /// # Errors
    /// Returns the message for the field.
    pub fn parse(field: Field, values: &[String]) -> Result<Self, FieldError> {
        let refuse = |message: &str| FieldError { field: field.slug().to_owned(), message: message.to_owned() };
        let given: Vec<&str> = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        let first = given.first().copied();
        let required = || first.ok_or_else(|| refuse("Choose a value."));
        let id = |text: &str| text.parse::<Uuid>().map_err(|_| refuse("Choose from the list."));
        let ids = || given.iter().map(|text| id(text)).collect::<Result<BTreeSet<_>, _>>();
        let date = || first.map(|text| chosen_day(text).ok_or_else(|| refuse("Enter a valid date.")));
        let flag = || match first {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(refuse("Choose yes or no.")),
        };
        Ok(match field {
            Field::Title => Self::Title(text::line("title", "a title", first.unwrap_or_default(), TITLE_MAX)?),
            Field::State => Self::Move { state: required()?.to_owned(), anchor: Anchor::default() },
            Field::Priority => {
                Self::Priority(required()?.parse().map_err(|_| refuse("Choose one of the priorities."))?)
            }
            Field::Estimate => Self::Estimate(match first {
                None => None,
                Some(text) => Some(
                    text.parse()
                        .ok()
                        .filter(|points| (0..=ESTIMATE_MAX).contains(points))
                        .ok_or_else(|| refuse("Enter a whole number of points from 0 to 999, or leave it blank."))?,
                ),
            }),
            Field::StartOn => Self::StartOn(date().transpose()?),
            Field::DueOn => Self::DueOn(date().transpose()?),
            Field::Parent => Self::Parent(
                first
                    .map(|text| text.parse().map_err(|_| refuse("Enter a task’s key, for example WEB-12.")))
                    .transpose()?,
            ),
            Field::Assignees => Self::Assignees(ids()?),
            Field::Assign => Self::Assign(id(required()?)?),
            Field::Unassign => Self::Unassign(id(required()?)?),
            Field::Labels => Self::Labels(ids()?),
            Field::AddLabel => Self::AddLabel(id(required()?)?),
            Field::RemoveLabel => Self::RemoveLabel(id(required()?)?),
            Field::Archived => Self::Archived(flag()?),
            Field::Deleted => Self::Deleted(flag()?),
        })
    }

    /// Returns the edits that move a card between lanes, matching [`LaneMove::apply`].
    pub(super) fn of_lane_move(lane_move: LaneMove) -> Vec<Self> {
        match (lane_move.from(), lane_move.to()) {
            (_, Lane::Priority(priority)) => vec![Self::Priority(priority)],
            (_, Lane::Assignee(None)) => vec![Self::Assignees(BTreeSet::new())],
            (Lane::Assignee(from), Lane::Assignee(Some(to))) => {
                from.map(Self::Unassign).into_iter().chain([Self::Assign(to)]).collect()
            }
            (_, Lane::Label(None)) => vec![Self::Labels(BTreeSet::new())],
            (Lane::Label(from), Lane::Label(Some(to))) => {
                from.map(Self::RemoveLabel).into_iter().chain([Self::AddLabel(to)]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Permission required for this edit.
    pub(super) const fn permission(&self) -> Permission {
        match self {
            Self::Deleted(_) => Permission::DeleteTasks,
            _ => Permission::WriteTasks,
        }
    }

    /// Returns where a move of a single one of the tasks `numbers` is to.
    pub(super) const fn place(&self, numbers: &[i64]) -> Option<Place<'_>> {
        match (self, numbers) {
            (Self::Move { state, anchor }, [number]) => {
                Some(Place { state: state.as_str(), number: *number, anchor: *anchor })
            }
            _ => None,
        }
    }

    /// Name of the edit in the audit log.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Move { .. } => "task.move",
            Self::Archived(_) => "task.archive",
            Self::Deleted(true) => "task.delete",
            Self::Deleted(false) => "task.restore",
            _ => "task.update",
        }
    }

    /// Applies the edit to the `fields` of the task `number`.
    pub(super) async fn apply(
        &self,
        writer: &mut ProjectWriter<'_, '_>,
        number: i64,
        fields: &mut TaskFields,
    ) -> Result<(), Error> {
        match self {
            Self::Title(title) => fields.title.clone_from(title),
            Self::Move { state, anchor } => {
                if let Some(position) = writer.moved(number, fields, state, *anchor).await? {
                    fields.position = position;
                }
            }
            Self::Priority(priority) => fields.priority = *priority,
            Self::Estimate(estimate) => fields.estimate = *estimate,
            Self::StartOn(date) => fields.start_on = *date,
            Self::DueOn(date) => fields.due_on = *date,
            Self::Parent(parent) => fields.parent = writer.number_of(parent.as_ref())?,
            Self::Assignees(people) => fields.assignees.clone_from(people),
            Self::Assign(person) => _ = fields.assignees.insert(*person),
            Self::Unassign(person) => _ = fields.assignees.remove(person),
            Self::Labels(labels) => fields.labels.clone_from(labels),
            Self::AddLabel(label) => _ = fields.labels.insert(*label),
            Self::RemoveLabel(label) => _ = fields.labels.remove(label),
            Self::Archived(is_archived) => fields.is_archived = *is_archived,
            Self::Deleted(is_deleted) => fields.is_deleted = *is_deleted,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(field: Field, values: &[&str]) -> Result<Edit, String> {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        Edit::parse(field, &values).map_err(|error| error.message)
    }

    #[test]
    fn form_values_parse_to_an_edit() {
        let id = Uuid::from_u128(7);
        let text = id.to_string();
        for (field, values, expected) in [
            (Field::Priority, vec!["high"], Edit::Priority(Priority::High)),
            (Field::Estimate, vec![" 3 "], Edit::Estimate(Some(3))),
            (Field::Estimate, vec![""], Edit::Estimate(None)),
            (Field::DueOn, vec!["2028-02-29"], Edit::DueOn(NaiveDate::from_ymd_opt(2028, 2, 29))),
            (Field::DueOn, vec![], Edit::DueOn(None)),
            (Field::Assignees, vec!["", &text], Edit::Assignees([id].into())),
            (Field::Assignees, vec![""], Edit::Assignees(BTreeSet::new())),
            (Field::Parent, vec!["web-3"], Edit::Parent(Some("WEB-3".parse().unwrap()))),
            (Field::Archived, vec!["true"], Edit::Archived(true)),
            (Field::Title, vec!["  Two\n words "], Edit::Title("Two words".to_owned())),
        ] {
            assert_eq!(parse(field, &values), Ok(expected), "{field:?} {values:?}");
        }
    }

    #[test]
    fn invalid_values_are_rejected_with_their_field() {
        for (field, value) in [
            (Field::Priority, "highest"),
            (Field::Estimate, "-1"),
            (Field::Estimate, "1000"),
            (Field::Estimate, "three"),
            (Field::DueOn, "2026-02-30"),
            (Field::DueOn, "0001-01-01"),
            (Field::DueOn, "tomorrow"),
            (Field::Assign, "alice"),
            (Field::Parent, "12"),
            (Field::Archived, "maybe"),
            (Field::State, " "),
            (Field::Title, " "),
        ] {
            let values = [value.to_owned()];
            assert_eq!(Edit::parse(field, &values).unwrap_err().field, field.slug(), "{field:?} {value}");
        }
    }
}
