//! Pages and menus about the signed-in person.

pub mod menu;
pub mod sign_in;
pub mod welcome;
