//! Applies events and fetched columns to the cards that the server has acknowledged.

use std::{collections::HashMap, sync::Arc};

use super::{BoardState, find, sort};
use crate::{
    domain::{
        board::Column,
        tasks::{
            TaskCard,
            event::Event,
            fields::{FieldChange, TaskPosition},
        },
    },
    web::{board::column_state::ColumnState, task_view::store::EventOutcome},
};

impl BoardState {
    /// Replaces the acknowledged cards by reloaded ones and keeps the pending moves. Returns `false` and changes nothing if
    /// the columns differ from those on the page.
    pub fn replace(&mut self, columns: Vec<Column>, as_of: i64) -> bool {
        let is_same =
            self.acknowledged.iter().map(|column| &column.state).eq(columns.iter().map(|column| &column.state));
        if is_same && as_of >= self.as_of {
            (self.acknowledged, self.as_of) = (columns.into_iter().map(ColumnState::from).collect(), as_of);
        }
        is_same
    }

    /// Applies an event about task `number` or about the project.
    pub fn apply_event(&mut self, event_number: i64, number: Option<i64>, event: &Event) -> EventOutcome {
        if event_number <= self.as_of {
            return EventOutcome::Applied;
        }
        self.as_of = event_number;
        match (event, number) {
            (Event::Created { fields }, Some(number)) => {
                if find(&self.acknowledged, number).is_none() {
                    self.insert(&fields.position, Arc::new(TaskCard::of(number, fields)));
                }
                EventOutcome::Applied
            }
            (Event::Changed { changes, .. }, Some(number)) => self.apply_changes(number, changes),
            (Event::Ranked { ranks }, _) => {
                let ranks: HashMap<i64, &str> = ranks.iter().map(|(number, rank)| (*number, rank.as_str())).collect();
                for column in &mut self.acknowledged {
                    for task in &mut column.tasks {
                        if let Some(rank) = ranks.get(&task.number) {
                            (*rank).clone_into(&mut Arc::make_mut(task).rank);
                        }
                    }
                    sort(&mut column.tasks);
                }
                EventOutcome::Applied
            }
            (Event::ProjectChanged, _) => EventOutcome::Reload,
            _ => EventOutcome::Applied,
        }
    }

    /// Applies changes of a task to its card.
    fn apply_changes(&mut self, number: i64, changes: &[FieldChange]) -> EventOutcome {
        let removes_card = |change: &FieldChange| matches!(change, FieldChange::Archived(value) | FieldChange::Deleted(value) if value.to);
        let Some(at) = find(&self.acknowledged, number) else {
            // Unknown card: reload if it may belong here, else ignore.
            let has_hidden = self.acknowledged.iter().any(|column| column.hidden > 0);
            let may_add_card = |change: &FieldChange| match change {
                FieldChange::Archived(value) | FieldChange::Deleted(value) => !value.to || has_hidden,
                FieldChange::Position(_) => has_hidden,
                _ => false,
            };
            return if changes.iter().any(may_add_card) { EventOutcome::Reload } else { EventOutcome::Applied };
        };
        if changes.iter().any(removes_card) {
            self.acknowledged[at.column].tasks.remove(at.index);
            self.pending.retain(|later| later.number != number);
            if self.lifted().is_some_and(|(lifted, _)| lifted == number) {
                self.lifted = None;
            }
            return EventOutcome::Applied;
        }
        let card = Arc::make_mut(&mut self.acknowledged[at.column].tasks[at.index]);
        for change in changes {
            card.change(change);
        }
        if let Some(FieldChange::Position(value)) =
            changes.iter().find(|change| matches!(change, FieldChange::Position(_)))
        {
            let card = self.acknowledged[at.column].tasks.remove(at.index);
            self.insert(&value.to, card);
        }
        EventOutcome::Applied
    }

    /// Inserts a card at `position`. Ignores a state that the board does not have: the project change that added it
    /// reloads the board.
    pub(super) fn insert(&mut self, position: &TaskPosition, mut card: Arc<TaskCard>) {
        Arc::make_mut(&mut card).rank.clone_from(&position.rank);
        if let Some(column) = self.acknowledged.iter_mut().find(|column| column.state.slug == position.state) {
            column.tasks.push(card);
            sort(&mut column.tasks);
        }
    }
}
