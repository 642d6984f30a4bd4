//! Branding of organizations. Colours are set by SVG attributes, because the Content-Security-Policy forbids inline
//! styles.

use maud::{Markup, html};

use crate::idp::store::organizations::Organization;

/// Returns the organization's colour if it is valid.
pub fn colour(organization: &Organization) -> Option<&str> {
    organization.primary_colour.as_deref().filter(|colour| channels(colour).is_some())
}

/// Renders a coloured line at the top of a card.
pub fn stripe(colour: &str) -> Markup {
    html! {
        svg class="stripe" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect width="100" height="1" fill=(colour) {}
        }
    }
}

/// Renders the organization's logo, or its initials.
pub fn avatar(organization: &Organization) -> Markup {
    html! {
        @match &organization.logo_url {
            Some(logo) => img class="avatar" src=(logo) alt="" width="48" height="48";,
            None => {
                svg class="avatar" viewBox="0 0 48 48" aria-hidden="true" focusable="false" {
                    @let colour = colour(organization).unwrap_or("#6b5f55");
                    rect width="48" height="48" rx="10" fill=(colour) {}
                    text x="24" y="31" text-anchor="middle" fill=(text_colour_on(colour)) { (initials(organization.label())) }
                }
            }
        }
    }
}

/// Renders the logo of the provider: a tile that is split as a tessera was. Its own size counts where the style sheet is
/// missing.
pub fn logo() -> Markup {
    html! {
        svg class="avatar logo" width="40" height="40" viewBox="0 0 48 48" aria-hidden="true" focusable="false" {
            path d="M10 4h26L4 36V10a6 6 0 0 1 6-6z" {}
            path d="M38 44H12L44 12v26a6 6 0 0 1-6 6z" {}
        }
    }
}

/// Returns up to two initials of `name`.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = words.first().and_then(|word| word.chars().next());
    let last = words.get(1..).and_then(<[&str]>::last).and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Returns white or near-black, whichever has more contrast on `colour` (WCAG 2.2, contrast ratio).
pub fn text_colour_on(colour: &str) -> &'static str {
    let Some(channels) = channels(colour) else { return "#ffffff" };
    let [red, green, blue] = channels.map(|channel| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    // At this luminance, white and near-black have the same contrast.
    if luminance > 0.179 { "#1c1613" } else { "#ffffff" }
}

/// Parses the colour formats `#rgb` and `#rrggbb`.
fn channels(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#')?;
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    if long.len() != 6 || !long.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(&long, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("ABC Inc"), "AI");
        assert_eq!(initials("Acme"), "A");
        assert_eq!(initials("Société des  bains de mer"), "SM");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn text_is_readable_on_any_colour() {
        assert_eq!(text_colour_on("#000"), "#ffffff");
        assert_eq!(text_colour_on("#2f6f4f"), "#ffffff");
        assert_eq!(text_colour_on("#ffe08a"), "#1c1613");
        assert_eq!(channels("#12345"), None);
        assert_eq!(channels("red\"/>"), None);
    }
}
