//! The signed-in person.

pub mod menu;
pub mod welcome;
