//! The lanes of a board, and the position in its column of a card that is moved into one of them. Does not touch the DOM.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use super::column_state::ColumnState;
use crate::{
    domain::{
        projects::{Assignable, Label},
        query::Lanes,
        tasks::{TaskCard, lane::Lane, priority::Priority},
    },
    web::sorting::sort_by_key,
};

/// How a board is divided into lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanePlan {
    group_by: Lanes,
    /// The people of the project, sorted by name.
    people: Vec<Assignable>,
    /// The labels of the project, sorted by name.
    labels: Vec<Label>,
}

/// A lane and its number of cards.
pub type LaneCount = (Lane, usize);

impl LanePlan {
    /// Plans the lanes of a project with these people and labels.
    #[must_use]
    pub fn new(group_by: Lanes, people: &[Assignable], labels: &[Label]) -> Self {
        Self { group_by, people: people.to_vec(), labels: labels.to_vec() }
    }

    /// The lanes that have cards, from top to bottom, with their `visible` cards. A lane whose last card is being moved away
    /// stays until the server has acknowledged the move, since the card may come back.
    #[must_use]
    pub fn lanes(&self, acknowledged: &[ColumnState], visible: &[ColumnState]) -> Vec<LaneCount> {
        if self.group_by == Lanes::None {
            return vec![(Lane::Whole, 0)];
        }
        let mut counts: HashMap<Lane, usize> = HashMap::new();
        for (columns, weight) in [(acknowledged, 0), (visible, 1)] {
            for card in columns.iter().flat_map(|column| &column.tasks) {
                self.for_each_lane(card, |lane| *counts.entry(lane).or_default() += weight);
            }
        }
        let mut lanes: Vec<_> = counts.into_iter().collect();
        sort_by_key(&mut lanes, |(lane, _)| self.sort_key(*lane));
        lanes
    }

    fn for_each_lane(&self, card: &TaskCard, mut visit: impl FnMut(Lane)) {
        let mut all = |ids: &[Uuid], lane: fn(Option<Uuid>) -> Lane| {
            if ids.is_empty() {
                visit(lane(None));
            }
            for id in ids {
                visit(lane(Some(*id)));
            }
        };
        match self.group_by {
            Lanes::None => visit(Lane::Whole),
            Lanes::Assignee => all(&card.assignees, Lane::Assignee),
            Lanes::Priority => visit(Lane::Priority(card.priority)),
            Lanes::Label => all(&card.labels, Lane::Label),
        }
    }

    /// Sort key of a lane: by name, then lanes without a known name, then the lane of cards without a value.
    fn sort_key(&self, lane: Lane) -> (usize, Option<Uuid>) {
        let at = |index: Option<usize>| index.unwrap_or(usize::MAX - 1);
        let index = match lane {
            Lane::Whole => 0,
            Lane::Priority(priority) => at(Priority::ALL.iter().position(|known| *known == priority)),
            Lane::Assignee(Some(id)) => at(self.people.iter().position(|person| person.id == id)),
            Lane::Label(Some(id)) => at(self.labels.iter().position(|label| label.id == id)),
            Lane::Assignee(None) | Lane::Label(None) => usize::MAX,
        };
        match lane {
            Lane::Assignee(id) | Lane::Label(id) => (index, id),
            _ => (index, None),
        }
    }

    /// The displayed name of a lane; empty on a board without lanes.
    #[must_use]
    pub fn name(&self, lane: Lane) -> String {
        match lane {
            Lane::Whole => String::new(),
            Lane::Priority(priority) => priority.label().to_owned(),
            Lane::Assignee(None) => "No assignee".to_owned(),
            Lane::Assignee(Some(id)) => {
                let found = self.people.iter().find(|person| person.id == id);
                found.map_or_else(|| "Former member".to_owned(), |person| person.name.clone())
            }
            Lane::Label(None) => "No label".to_owned(),
            Lane::Label(Some(id)) => self.label(id).map_or_else(|| "New label".to_owned(), |label| label.name.clone()),
        }
    }

    /// Finds a label by id.
    #[must_use]
    pub fn label(&self, id: Uuid) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == id)
    }
}

/// Returns the card before which card `number` is inserted in the whole column when it is dropped into `lane`, right
/// above the card `before` or at the end of the lane. The card keeps its visible neighbours of that lane. As the only
/// card of the lane it keeps its position in its own column and goes to the end of another column.
#[must_use]
pub fn insertion_point(tasks: &[Arc<TaskCard>], lane: Lane, number: i64, before: Option<i64>) -> Option<i64> {
    if lane == Lane::Whole {
        return before;
    }
    let below = |above: i64| {
        let at = tasks.iter().position(|task| task.number == above)?;
        tasks[at + 1..].iter().map(|task| task.number).find(|below| *below != number)
    };
    let mut above = None;
    for other in tasks.iter().filter(|task| task.number != number && lane.holds(task)) {
        if before == Some(other.number) {
            return above.map_or(before, below);
        }
        above = Some(other.number);
    }
    below(above.unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        board::Column,
        projects::{State, StateCategory},
    };

    const ALICE: Uuid = Uuid::from_u128(9);
    const BOB: Uuid = Uuid::from_u128(2);
    const GONE: Uuid = Uuid::from_u128(5);

    fn column(cards: &[(i64, &[Uuid])]) -> ColumnState {
        let state = State {
            slug: "todo".to_owned(),
            name: "To do".to_owned(),
            category: StateCategory::Unstarted,
            hue: None,
            wip_limit: None,
        };
        let card = |(number, assignees): &(i64, &[Uuid])| {
            Arc::new(TaskCard { number: *number, assignees: assignees.to_vec(), ..TaskCard::default() })
        };
        ColumnState::from(Column { state, tasks: cards.iter().map(card).collect(), hidden: 0 })
    }

    fn plan(group_by: Lanes) -> LanePlan {
        let person = |id, name: &str| Assignable { id, name: name.to_owned() };
        LanePlan::new(group_by, &[person(ALICE, "Alice Archer"), person(BOB, "Bob")], &[])
    }

    #[test]
    fn lanes_with_cards_are_sorted_by_name() {
        let columns = [column(&[(1, &[BOB, ALICE]), (2, &[])]), column(&[(3, &[GONE]), (4, &[BOB])])];
        let plan = plan(Lanes::Assignee);
        let lanes = plan.lanes(&columns, &columns);
        let named: Vec<_> = lanes.iter().map(|(lane, cards)| (plan.name(*lane), *cards)).collect();
        let named: Vec<_> = named.iter().map(|(name, cards)| (name.as_str(), *cards)).collect();
        let expected = [("Alice Archer", 1), ("Bob", 2), ("Former member", 1), ("No assignee", 1)];
        assert_eq!(named, expected);
    }

    #[test]
    fn priority_lanes_start_with_the_most_urgent() {
        let mut column = column(&[(1, &[]), (2, &[]), (3, &[])]);
        for (task, priority) in column.tasks.iter_mut().zip([Priority::None, Priority::Low, Priority::Urgent]) {
            Arc::make_mut(task).priority = priority;
        }
        let columns = [column];
        let lanes: Vec<_> = plan(Lanes::Priority).lanes(&columns, &columns).into_iter().map(|(lane, _)| lane).collect();
        assert_eq!(lanes, [Priority::Urgent, Priority::Low, Priority::None].map(Lane::Priority));
        assert_eq!(plan(Lanes::None).lanes(&columns, &columns), [(Lane::Whole, 0)]);
    }

    #[test]
    fn a_lane_stays_while_its_last_card_is_moved_away() {
        let (acknowledged, visible) = ([column(&[(1, &[BOB])])], [column(&[(1, &[ALICE])])]);
        let lanes = plan(Lanes::Assignee).lanes(&acknowledged, &visible);
        assert_eq!(lanes, [(Lane::Assignee(Some(ALICE)), 1), (Lane::Assignee(Some(BOB)), 0)]);
    }

    #[test]
    fn a_dropped_card_keeps_its_visible_neighbours() {
        let tasks = column(&[(1, &[ALICE]), (2, &[BOB]), (3, &[ALICE]), (4, &[BOB]), (5, &[])]).tasks;
        let into = |person, number, before| insertion_point(&tasks, Lane::Assignee(person), number, before);
        assert_eq!(into(Some(ALICE), 9, Some(1)), Some(1), "above the first");
        assert_eq!(into(Some(ALICE), 9, Some(3)), Some(2), "right below the one above");
        assert_eq!(into(Some(ALICE), 9, None), Some(4), "right below the last");
        assert_eq!(into(Some(ALICE), 2, Some(3)), Some(3), "it is not its own neighbour");
        assert_eq!(into(None, 9, None), None, "right below the last of the column");
        assert_eq!(into(Some(GONE), 2, None), Some(3), "alone it stays where it is");
        assert_eq!(into(Some(GONE), 9, None), None, "alone in another column it goes to the end");
        assert_eq!(insertion_point(&tasks, Lane::Whole, 9, Some(4)), Some(4));
    }
}
