//! Priority of a task.

use serde::{Deserialize, Serialize};

/// Priority of a task; most have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum Priority {
    #[default]
    None,
    Urgent,
    High,
    Medium,
    Low,
}

/// The number or name is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Choose one of the priorities.")]
pub struct UnknownPriority;

impl Priority {
    /// All priorities, from the most urgent to none.
    pub const ALL: [Self; 5] = [Self::Urgent, Self::High, Self::Medium, Self::Low, Self::None];

    /// The name in forms and URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Urgent => "urgent",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "No priority",
            Self::Urgent => "Urgent",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

impl std::str::FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(slug: &str) -> Result<Self, UnknownPriority> {
        Self::ALL.into_iter().find(|priority| priority.slug() == slug).ok_or(UnknownPriority)
    }
}

/// The stored number: lower is more urgent, except that 0 means none.
impl From<Priority> for i64 {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::None => 0,
            Priority::Urgent => 1,
            Priority::High => 2,
            Priority::Medium => 3,
            Priority::Low => 4,
        }
    }
}

impl TryFrom<i64> for Priority {
    type Error = UnknownPriority;

    fn try_from(number: i64) -> Result<Self, UnknownPriority> {
        Self::ALL.into_iter().find(|priority| i64::from(*priority) == number).ok_or(UnknownPriority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_slugs_round_trip() {
        for priority in Priority::ALL {
            assert_eq!(Priority::try_from(i64::from(priority)), Ok(priority));
            assert_eq!(priority.slug().parse(), Ok(priority));
        }
        assert_eq!(Priority::try_from(5), Err(UnknownPriority));
        assert_eq!("Urgent".parse::<Priority>(), Err(UnknownPriority));
    }
}
