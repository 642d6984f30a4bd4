//! The design system: components and helpers that pages share. Their styles are in `style/`.

pub mod app_form;
pub mod avatar;
pub mod button_form;
mod controls;
pub mod date;
pub mod draft;
pub mod early;
pub mod empty_state;
pub mod error_page;
pub mod field;
pub mod focus;
pub mod form;
pub mod form_action;
pub mod form_html;
pub mod form_names;
pub mod icon;
pub mod keyboard;
pub mod keyed_list;
mod loaded;
pub mod logo;
pub mod markup;
pub mod mention;
pub mod menu;
pub mod page;
pub mod page_resource;
pub mod pager;
pub mod panel;
pub mod params;
pub mod rcdata;
#[cfg(feature = "ssr")]
pub mod script;
pub mod sent_form;
pub mod style;
pub mod theme;
