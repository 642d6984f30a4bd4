//! Avatars of organizations and people: initials on a colour derived from the identity.

use leptos::prelude::*;

use crate::domain::letter_case;

/// The square avatar of an organization.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn OrganizationAvatar(
    /// Determines the colour, because it never changes.
    slug: String,
    /// The display name, which gives the initials.
    name: String,
    /// The URL of the logo, which covers the initials once it is loaded.
    #[prop(optional_no_strip)]
    logo: Option<String>,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = avatar_class("tile", &slug, large);
    let logo = logo.map(|logo| view! { <img src=logo alt="" loading="lazy" referrerpolicy="no-referrer"/> });
    view! {
        <span class=class aria-hidden="true">
            {initials(&name)}
            {logo}
        </span>
    }
}

/// The round avatar of a person. Hidden from screen readers: the name must stand beside it or in an accessible name.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn Avatar(
    /// The person's name, which gives the initials and the colour.
    name: String,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = avatar_class("avatar", &name, large);
    view! { <span class=class aria-hidden="true">{initials(&name)}</span> }
}

fn avatar_class(shape: &str, identity: &str, large: bool) -> String {
    let size = if large { " large" } else { "" };
    format!("{shape}{size} hue-{}", hue(identity))
}

/// Returns one of the twelve hues of `style/controls.css`, from 1.
///
/// Uses FNV-1a, because the result must be the same on server and client and in every version.
#[must_use]
pub fn hue(identity: &str) -> u32 {
    let hash = identity.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % 12 + 1
}

/// Returns the first letters of the first and the last word.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    letter_case::upper(&first.into_iter().chain(letters.next_back()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_first_and_last_word() {
        for (name, expected) in [
            ("Acme Corp", "AC"),
            ("Tessera", "T"),
            ("Ludwig van Beethoven", "LB"),
            ("  (abc) inc ", "AI"),
            ("élan vital", "ÉV"),
            ("—", ""),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn hues_exist_in_the_style_sheet() {
        for slug in ["acme", "beta", "abc-inc", "xyz-travel", ""] {
            assert!((1..=12).contains(&hue(slug)), "{slug:?}");
        }
    }
}
