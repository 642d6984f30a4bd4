//! The lanes of a board: what the cards of each have in common, and what a card becomes that is moved from one to another.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{TaskCard, priority::Priority};

/// What the cards of a lane have in common. A card that has several labels, or was given to several people, stands in the
/// lane of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Nothing: the board has no lanes.
    #[default]
    Whole,
    /// Somebody they were given to; none: nobody.
    Assignee(Option<Uuid>),
    Priority(Priority),
    /// A label; none: none at all.
    Label(Option<Uuid>),
}

impl Lane {
    /// Whether the card stands in it.
    #[must_use]
    pub fn holds(self, card: &TaskCard) -> bool {
        let among = |ids: &[Uuid], one: Option<Uuid>| one.map_or(ids.is_empty(), |one| ids.contains(&one));
        match self {
            Self::Whole => true,
            Self::Assignee(person) => among(&card.assignees, person),
            Self::Priority(priority) => card.priority == priority,
            Self::Label(label) => among(&card.labels, label),
        }
    }
}

/// The name on the page and in requests, for example `priority:high` or `assignee:none`.
impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut put = |kind: &str, id: &Option<Uuid>| match id {
            Some(id) => write!(f, "{kind}:{id}"),
            None => write!(f, "{kind}:none"),
        };
        match self {
            Self::Whole => f.write_str("whole"),
            Self::Assignee(person) => put("assignee", person),
            Self::Priority(priority) => write!(f, "priority:{}", priority.slug()),
            Self::Label(label) => put("label", label),
        }
    }
}

/// The name is no lane's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such lane.")]
pub struct UnknownLane;

impl FromStr for Lane {
    type Err = UnknownLane;

    fn from_str(name: &str) -> Result<Self, UnknownLane> {
        let id = |text: &str| match text {
            "none" => Ok(None),
            text => text.parse().map(Some).map_err(|_| UnknownLane),
        };
        match name.split_once(':') {
            Some(("assignee", person)) => id(person).map(Self::Assignee),
            Some(("priority", priority)) => priority.parse().map(Self::Priority).map_err(|_| UnknownLane),
            Some(("label", label)) => id(label).map(Self::Label),
            None if name == "whole" => Ok(Self::Whole),
            _ => Err(UnknownLane),
        }
    }
}

/// What a card becomes that goes from one lane into another: the new person or label takes the place of the old one, and
/// where there is nobody, or no label, there is none left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneMove {
    from: Lane,
    to: Lane,
}

impl LaneMove {
    /// Nothing when the card stays in its lane, or the two are not lanes of the same board.
    #[must_use]
    pub fn between(from: Lane, to: Lane) -> Option<Self> {
        (from != to && std::mem::discriminant(&from) == std::mem::discriminant(&to)).then_some(Self { from, to })
    }

    /// From the names of both lanes, or of none.
    ///
    /// # Errors
    /// When they are not two lanes of one board.
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Option<Self>, UnknownLane> {
        match (from, to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => Self::between(from.parse()?, to.parse()?).map(Some).ok_or(UnknownLane),
            _ => Err(UnknownLane),
        }
    }

    /// Where the card comes from.
    #[must_use]
    pub const fn from(self) -> Lane {
        self.from
    }

    /// Where it goes.
    #[must_use]
    pub const fn to(self) -> Lane {
        self.to
    }

    /// Makes the card what it is to become.
    pub fn apply(self, card: &mut TaskCard) {
        let exchange = |ids: &mut Vec<Uuid>, from: Option<Uuid>, to: Option<Uuid>| {
            ids.retain(|id| to.is_some() && Some(*id) != from && Some(*id) != to);
            ids.extend(to);
        };
        match (self.from, self.to) {
            (Lane::Assignee(from), Lane::Assignee(to)) => exchange(&mut card.assignees, from, to),
            (Lane::Label(from), Lane::Label(to)) => exchange(&mut card.labels, from, to),
            (_, Lane::Priority(priority)) => card.priority = priority,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);
    const THREE: Uuid = Uuid::from_u128(3);

    #[test]
    fn a_lane_has_one_name() {
        for lane in [
            Lane::Whole,
            Lane::Assignee(Some(ONE)),
            Lane::Assignee(None),
            Lane::Priority(Priority::High),
            Lane::Priority(Priority::None),
            Lane::Label(Some(TWO)),
            Lane::Label(None),
        ] {
            assert_eq!(lane.to_string().parse(), Ok(lane));
        }
        for name in ["", "none", "assignee", "assignee:alice", "priority:highest", "state:todo"] {
            assert_eq!(name.parse::<Lane>(), Err(UnknownLane), "{name}");
        }
    }

    #[test]
    fn a_card_stands_in_the_lane_of_each_of_its_people() {
        let card = TaskCard { assignees: vec![ONE, TWO], priority: Priority::Low, ..TaskCard::default() };
        let holds = [
            (Lane::Assignee(Some(ONE)), true),
            (Lane::Assignee(Some(TWO)), true),
            (Lane::Assignee(Some(THREE)), false),
            (Lane::Assignee(None), false),
            (Lane::Label(None), true),
            (Lane::Priority(Priority::Low), true),
            (Lane::Priority(Priority::None), false),
            (Lane::Whole, true),
        ];
        for (lane, expected) in holds {
            assert_eq!(lane.holds(&card), expected, "{lane}");
        }
    }

    #[test]
    fn the_new_person_takes_the_place_of_the_old_one_and_the_others_stay() {
        let shifted = |from, to, before: &[Uuid]| {
            let mut card = TaskCard { assignees: before.to_vec(), ..TaskCard::default() };
            let shift = LaneMove::between(Lane::Assignee(from), Lane::Assignee(to)).unwrap();
            shift.apply(&mut card);
            assert!(shift.to().holds(&card), "it is where it was put");
            card.assignees
        };
        assert_eq!(shifted(Some(ONE), Some(THREE), &[ONE, TWO]), [TWO, THREE]);
        assert_eq!(shifted(Some(ONE), Some(TWO), &[ONE, TWO]), [TWO]);
        assert_eq!(shifted(None, Some(ONE), &[]), [ONE]);
        assert_eq!(shifted(Some(ONE), None, &[ONE, TWO]), [] as [Uuid; 0]);
    }

    #[test]
    fn a_card_goes_between_lanes_of_one_board() {
        assert_eq!(LaneMove::between(Lane::Whole, Lane::Whole), None);
        assert_eq!(LaneMove::between(Lane::Label(None), Lane::Label(None)), None);
        assert_eq!(LaneMove::between(Lane::Label(None), Lane::Assignee(Some(ONE))), None);
        assert_eq!(LaneMove::parse(None, None), Ok(None));
        assert_eq!(LaneMove::parse(Some("label:none"), None), Err(UnknownLane));
        assert_eq!(LaneMove::parse(Some("label:none"), Some("priority:high")), Err(UnknownLane));
        let (high, low) = (Lane::Priority(Priority::High), Lane::Priority(Priority::Low));
        let mut card = TaskCard { priority: Priority::High, ..TaskCard::default() };
        LaneMove::between(high, low).unwrap().apply(&mut card);
        assert_eq!(card.priority, Priority::Low);
    }
}
