//! Swimlanes of a board, and moves of cards between them.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{TaskCard, priority::Priority};
use crate::domain::unknown_name::UnknownName;

/// A swimlane, defined by the value that its cards share. A card with several labels or assignees appears in each of
/// their lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The only lane of a board without swimlanes.
    #[default]
    Whole,
    /// Cards assigned to a person, or to no one.
    Assignee(Option<Uuid>),
    Priority(Priority),
    /// Cards with a label, or without any.
    Label(Option<Uuid>),
}

impl Lane {
    /// Whether `card` appears in the lane.
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

/// The name in pages and requests, for example `priority:high` or `assignee:none`.
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

impl FromStr for Lane {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let id = |text: &str| match text {
            "none" => Ok(None),
            text => text.parse().map(Some).map_err(|_| UnknownName),
        };
        match name.split_once(':') {
            Some(("assignee", person)) => id(person).map(Self::Assignee),
            Some(("priority", priority)) => priority.parse().map(Self::Priority).map_err(|_| UnknownName),
            Some(("label", label)) => id(label).map(Self::Label),
            None if name == "whole" => Ok(Self::Whole),
            _ => Err(UnknownName),
        }
    }
}

/// Move of a card between lanes. The new person or label replaces the old one. A move to the lane without a person or
/// label removes all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneMove {
    from: Lane,
    to: Lane,
}

impl LaneMove {
    /// Returns `None` if the lanes are the same, or of different boards.
    #[must_use]
    pub fn between(from: Lane, to: Lane) -> Option<Self> {
        (from != to && std::mem::discriminant(&from) == std::mem::discriminant(&to)).then_some(Self { from, to })
    }

    /// Parses the names of the old and the new lane. Returns `None` if neither is given.
    ///
    /// # Errors
    /// Returns an error if only one name is given, or the names are not two lanes of the same board.
    #[cfg(feature = "ssr")]
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Option<Self>, UnknownName> {
        match (from, to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => Self::between(from.parse()?, to.parse()?).map(Some).ok_or(UnknownName),
            _ => Err(UnknownName),
        }
    }

    /// The old lane.
    #[must_use]
    pub const fn from(self) -> Lane {
        self.from
    }

    /// The new lane.
    #[must_use]
    pub const fn to(self) -> Lane {
        self.to
    }

    /// Applies the move to a card.
    pub fn apply(self, card: &mut TaskCard) {
        let replace = |ids: &mut Vec<Uuid>, from: Option<Uuid>, to: Option<Uuid>| {
            ids.retain(|id| to.is_some() && Some(*id) != from && Some(*id) != to);
            ids.extend(to);
        };
        match (self.from, self.to) {
            (Lane::Assignee(from), Lane::Assignee(to)) => replace(&mut card.assignees, from, to),
            (Lane::Label(from), Lane::Label(to)) => replace(&mut card.labels, from, to),
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
    fn lane_names_round_trip() {
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
            assert_eq!(name.parse::<Lane>(), Err(UnknownName), "{name}");
        }
    }

    #[test]
    fn a_card_is_in_the_lane_of_each_assignee() {
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
    fn a_move_replaces_one_assignee() {
        let moved = |from, to, before: &[Uuid]| {
            let mut card = TaskCard { assignees: before.to_vec(), ..TaskCard::default() };
            let lane_move = LaneMove::between(Lane::Assignee(from), Lane::Assignee(to)).unwrap();
            lane_move.apply(&mut card);
            assert!(lane_move.to().holds(&card), "it is where it was put");
            card.assignees
        };
        assert_eq!(moved(Some(ONE), Some(THREE), &[ONE, TWO]), [TWO, THREE]);
        assert_eq!(moved(Some(ONE), Some(TWO), &[ONE, TWO]), [TWO]);
        assert_eq!(moved(None, Some(ONE), &[]), [ONE]);
        assert_eq!(moved(Some(ONE), None, &[ONE, TWO]), [] as [Uuid; 0]);
    }

    #[test]
    fn moves_stay_on_one_board() {
        assert_eq!(LaneMove::between(Lane::Whole, Lane::Whole), None);
        assert_eq!(LaneMove::between(Lane::Label(None), Lane::Label(None)), None);
        assert_eq!(LaneMove::between(Lane::Label(None), Lane::Assignee(Some(ONE))), None);
        assert_eq!(LaneMove::parse(None, None), Ok(None));
        assert_eq!(LaneMove::parse(Some("label:none"), None), Err(UnknownName));
        assert_eq!(LaneMove::parse(Some("label:none"), Some("priority:high")), Err(UnknownName));
        let (high, low) = (Lane::Priority(Priority::High), Lane::Priority(Priority::Low));
        let mut card = TaskCard { priority: Priority::High, ..TaskCard::default() };
        LaneMove::between(high, low).unwrap().apply(&mut card);
        assert_eq!(card.priority, Priority::Low);
    }
}
