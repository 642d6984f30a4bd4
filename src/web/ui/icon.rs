//! Icons as inline SVG, in the colour of the text.

// Generated, with long lines.
#[rustfmt::skip]
mod lucide;

use leptos::prelude::*;

pub use lucide::Glyph;

/// Renders an icon of 16 px, or of 20 px if `large`. Hidden from screen readers: text beside it or an accessible name must
/// state its meaning.
#[component]
pub fn Icon(
    /// The icon to render.
    icon: Glyph,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = if large { "icon large" } else { "icon" };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.outline()></svg> }
}
