//! Which lanes a board has, and where in its column a card lands that is put into one of them. Without a browser.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use super::board_state::ColumnState;
use crate::domain::{
    projects::{Assignable, Label},
    query::Lanes,
    tasks::{TaskCard, lane::Lane, priority::Priority},
};

/// How a board is divided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    by: Lanes,
    /// By name.
    people: Vec<Assignable>,
    /// By name.
    labels: Vec<Label>,
}

/// A lane, and how many cards stand in it.
pub type Counted = (Lane, usize);

impl Plan {
    /// By what the board is divided, and whose lanes there can be.
    #[must_use]
    pub fn new(by: Lanes, people: &[Assignable], labels: &[Label]) -> Self {
        Self { by, people: people.to_vec(), labels: labels.to_vec() }
    }

    /// The lanes that have cards, from top to bottom. One whose only card is being moved away stays as long as that is under
    /// way: it may come back.
    #[must_use]
    pub fn lanes(&self, known: &[ColumnState], seen: &[ColumnState]) -> Vec<Counted> {
        if self.by == Lanes::None {
            return vec![(Lane::Whole, 0)];
        }
        let mut counts: HashMap<Lane, usize> = HashMap::new();
        for (columns, each) in [(known, 0), (seen, 1)] {
            for card in columns.iter().flat_map(|column| &column.tasks) {
                self.each_of(card, |lane| *counts.entry(lane).or_default() += each);
            }
        }
        let mut lanes: Vec<_> = counts.into_iter().collect();
        lanes.sort_by_key(|(lane, _)| self.place(*lane));
        lanes
    }

    fn each_of(&self, card: &TaskCard, mut put: impl FnMut(Lane)) {
        let mut all = |ids: &[Uuid], lane: fn(Option<Uuid>) -> Lane| {
            if ids.is_empty() {
                put(lane(None));
            }
            for id in ids {
                put(lane(Some(*id)));
            }
        };
        match self.by {
            Lanes::None => put(Lane::Whole),
            Lanes::Assignee => all(&card.assignees, Lane::Assignee),
            Lanes::Priority => put(Lane::Priority(card.priority)),
            Lanes::Label => all(&card.labels, Lane::Label),
        }
    }

    /// Where a lane stands among the others: by name, those whose name is not known after them, what says nothing last.
    fn place(&self, lane: Lane) -> (usize, Option<Uuid>) {
        let at = |place: Option<usize>| place.unwrap_or(usize::MAX - 1);
        let place = match lane {
            Lane::Whole => 0,
            Lane::Priority(priority) => at(Priority::ALL.iter().position(|known| *known == priority)),
            Lane::Assignee(Some(id)) => at(self.people.iter().position(|person| person.id == id)),
            Lane::Label(Some(id)) => at(self.labels.iter().position(|label| label.id == id)),
            Lane::Assignee(None) | Lane::Label(None) => usize::MAX,
        };
        match lane {
            Lane::Assignee(id) | Lane::Label(id) => (place, id),
            _ => (place, None),
        }
    }

    /// As people read it; nothing for a board without lanes.
    #[must_use]
    pub fn name(&self, lane: Lane) -> String {
        match lane {
            Lane::Whole => String::new(),
            Lane::Priority(priority) => priority.label().to_owned(),
            Lane::Assignee(None) => "No assignee".to_owned(),
            Lane::Assignee(Some(id)) => {
                let found = self.people.iter().find(|person| person.id == id);
                found.map_or_else(|| "Somebody who is not here any more".to_owned(), |person| person.name.clone())
            }
            Lane::Label(None) => "No label".to_owned(),
            Lane::Label(Some(id)) => {
                self.label(id).map_or_else(|| "A new label".to_owned(), |label| label.name.clone())
            }
        }
    }

    /// The label with this id.
    #[must_use]
    pub fn label(&self, id: Uuid) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == id)
    }
}

/// Before which card of the whole column the card `number` lands that is put into `lane`, right above `before` or at the lane's
/// end: next to those that it is seen beside there. Where it is alone it stays where it is in its column, or goes to the end
/// of another.
#[must_use]
pub fn landing(tasks: &[Arc<TaskCard>], lane: Lane, number: i64, before: Option<i64>) -> Option<i64> {
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
    use crate::domain::projects::{Column, State, StateCategory};

    const ALICE: Uuid = Uuid::from_u128(9);
    const BOB: Uuid = Uuid::from_u128(2);
    const GONE: Uuid = Uuid::from_u128(5);

    fn stack(cards: &[(i64, &[Uuid])]) -> ColumnState {
        let state = State {
            slug: "todo".to_owned(),
            name: "To do".to_owned(),
            category: StateCategory::Unstarted,
            hue: None,
            wip_limit: None,
        };
        let card = |(number, assignees): &(i64, &[Uuid])| TaskCard {
            number: *number,
            assignees: assignees.to_vec(),
            ..TaskCard::default()
        };
        ColumnState::from(Column { state, tasks: cards.iter().map(card).collect(), hidden: 0 })
    }

    fn plan(by: Lanes) -> Plan {
        let person = |id, name: &str| Assignable { id, name: name.to_owned() };
        Plan::new(by, &[person(ALICE, "Alice Archer"), person(BOB, "Bob")], &[])
    }

    #[test]
    fn lanes_that_have_cards_stand_in_the_order_of_names() {
        let columns = [stack(&[(1, &[BOB, ALICE]), (2, &[])]), stack(&[(3, &[GONE]), (4, &[BOB])])];
        let plan = plan(Lanes::Assignee);
        let lanes = plan.lanes(&columns, &columns);
        let named: Vec<_> = lanes.iter().map(|(lane, cards)| (plan.name(*lane), *cards)).collect();
        let named: Vec<_> = named.iter().map(|(name, cards)| (name.as_str(), *cards)).collect();
        let expected = [("Alice Archer", 1), ("Bob", 2), ("Somebody who is not here any more", 1), ("No assignee", 1)];
        assert_eq!(named, expected);
    }

    #[test]
    fn the_most_urgent_lane_comes_first() {
        let mut column = stack(&[(1, &[]), (2, &[]), (3, &[])]);
        for (task, priority) in column.tasks.iter_mut().zip([Priority::None, Priority::Low, Priority::Urgent]) {
            Arc::make_mut(task).priority = priority;
        }
        let columns = [column];
        let lanes: Vec<_> = plan(Lanes::Priority).lanes(&columns, &columns).into_iter().map(|(lane, _)| lane).collect();
        assert_eq!(lanes, [Priority::Urgent, Priority::Low, Priority::None].map(Lane::Priority));
        assert_eq!(plan(Lanes::None).lanes(&columns, &columns), [(Lane::Whole, 0)]);
    }

    #[test]
    fn a_lane_that_is_being_emptied_stays_meanwhile() {
        let (known, seen) = ([stack(&[(1, &[BOB])])], [stack(&[(1, &[ALICE])])]);
        let lanes = plan(Lanes::Assignee).lanes(&known, &seen);
        assert_eq!(lanes, [(Lane::Assignee(Some(ALICE)), 1), (Lane::Assignee(Some(BOB)), 0)]);
    }

    #[test]
    fn a_card_lands_beside_those_it_is_seen_beside() {
        let tasks = stack(&[(1, &[ALICE]), (2, &[BOB]), (3, &[ALICE]), (4, &[BOB]), (5, &[])]).tasks;
        let into = |person, number, before| landing(&tasks, Lane::Assignee(person), number, before);
        assert_eq!(into(Some(ALICE), 9, Some(1)), Some(1), "above the first");
        assert_eq!(into(Some(ALICE), 9, Some(3)), Some(2), "right below the one above");
        assert_eq!(into(Some(ALICE), 9, None), Some(4), "right below the last");
        assert_eq!(into(Some(ALICE), 2, Some(3)), Some(3), "it is not its own neighbour");
        assert_eq!(into(None, 9, None), None, "right below the last of the column");
        assert_eq!(into(Some(GONE), 2, None), Some(3), "alone it stays where it is");
        assert_eq!(into(Some(GONE), 9, None), None, "alone in another column it goes to the end");
        assert_eq!(landing(&tasks, Lane::Whole, 9, Some(4)), Some(4));
    }
}
