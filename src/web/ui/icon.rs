//! Icons as inline SVG, in the colour of the text.

// Generated, with long lines.
#[rustfmt::skip]
mod lucide;

use leptos::{prelude::*, tachys::html::InertElement};

use super::markup::Html;

pub use lucide::Glyph;

/// Renders an icon of 16 px, or of 20 px if `large`. Hidden from screen readers: text beside it or an accessible name must
/// state its meaning.
#[component]
pub fn Icon(
    /// The icon to render.
    icon: Glyph,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let mut html = Html::default();
    write(&mut html, icon, large);
    InertElement::new(html.into_string())
}

/// Appends an icon of 16 px.
pub fn icon(html: &mut Html, icon: Glyph) {
    write(html, icon, false);
}

fn write(html: &mut Html, icon: Glyph, large: bool) {
    html.markup(if large { r#"<svg class="icon large""# } else { r#"<svg class="icon""# });
    html.markup(r#" viewBox="0 0 24 24" aria-hidden="true">"#).markup(icon.outline()).markup("</svg>");
}
