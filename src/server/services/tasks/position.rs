//! Positions of tasks in their columns.

use super::project_writer::ProjectWriter;
use crate::{
    domain::tasks::{
        event::Event,
        fields::{TaskFields, TaskPosition},
        rank,
    },
    server::{
        error::Error,
        repo::tasks::{self, Anchor, Gap, Place},
    },
};

impl ProjectWriter<'_, '_> {
    /// Returns a position for a move of the task `number` to `anchor` in the column `state`; `None` if it would stay at the
    /// end of the column.
    pub async fn moved(
        &mut self,
        number: i64,
        fields: &TaskFields,
        state: &str,
        anchor: Anchor,
    ) -> Result<Option<TaskPosition>, Error> {
        let gap = self.gap(Place { state, number, anchor }).await?;
        let is_to_the_end = if anchor.after.is_some() { gap.next.is_none() } else { anchor.before.is_none() };
        let is_last = gap.low.as_ref().is_none_or(|last| *last <= fields.position.rank);
        if is_to_the_end && is_last && fields.position.state == state && fields.is_open_to_work() {
            return Ok(None);
        }
        self.position_in(number, state, gap).await.map(Some)
    }

    /// Returns a position at the end of the column `state` for the task `number`.
    pub async fn last_position(&mut self, number: i64, state: &str) -> Result<TaskPosition, Error> {
        let gap = self.gap(Place { state, number, anchor: Anchor::default() }).await?;
        self.position_in(number, state, gap).await
    }

    /// Returns the position of `gap`. Assigns new ranks to the whole column if there is no room.
    async fn position_in(&mut self, number: i64, state: &str, gap: Gap) -> Result<TaskPosition, Error> {
        self.state(state)?;
        let between = |gap: &Gap| rank::between(gap.low.as_deref(), gap.high.as_deref());
        let position = |rank| TaskPosition { state: state.to_owned(), rank };
        if let Some(rank) = between(&gap) {
            return Ok(position(rank));
        }
        let project = self.project().id;
        let tx = self.work().tx();
        let numbers = tasks::numbers(tx, project, state).await?;
        let ranks: Vec<_> = numbers.iter().copied().zip(rank::spread(numbers.len())).collect();
        for (number, rank) in &ranks {
            tasks::update_rank(tx, project, *number, rank).await?;
        }
        let place = Place { state, number, anchor: Anchor { before: gap.next, after: None } };
        let gap = tasks::gap(tx, project, place).await?;
        self.work().emit(project, None, Event::Ranked { ranks });
        between(&gap).map(position).ok_or(Error::Corrupt("rank"))
    }
}
