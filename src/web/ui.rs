//! The design system: what pages are made of. Its rules and tokens are in `style/`.

pub mod again;
pub mod app_form;
pub mod date;
pub mod draft;
pub mod empty_state;
pub mod error_page;
pub mod field;
pub mod focus;
pub mod form;
pub mod icon;
pub mod keyboard;
pub mod loaded;
pub mod mark;
pub mod markup;
pub mod mention;
pub mod menu;
pub mod page;
pub mod pager;
pub mod panel;
pub mod rcdata;
pub mod rows;
pub mod theme;
pub mod tile;

#[cfg(feature = "ssr")]
pub mod document;
