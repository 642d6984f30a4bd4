//! Pages and menus about the signed-in person.

pub mod menu;
#[cfg(feature = "ssr")]
pub mod sign_in;
#[cfg(feature = "ssr")]
pub mod welcome;
