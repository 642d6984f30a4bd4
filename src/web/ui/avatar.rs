//! What stands for an organization or a person: initials on a colour that is always the same.

use leptos::prelude::*;

/// The square of an organization.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn OrganizationAvatar(
    /// The name in addresses, which never changes: it decides the colour.
    slug: String,
    /// The name that people read: it gives the initials.
    name: String,
    /// The address of its logo, which covers the initials once it is there.
    #[prop(optional_no_strip)]
    logo: Option<String>,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = token_class("tile", &slug, large);
    let logo = logo.map(|logo| view! { <img src=logo alt="" loading="lazy" referrerpolicy="no-referrer"/> });
    view! {
        <span class=class aria-hidden="true">
            {initials(&name)}
            {logo}
        </span>
    }
}

/// The round of a person. The person's name stands beside it or in the control's accessible name.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn Avatar(
    /// The person's name: it gives the initials and the colour.
    name: String,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = token_class("avatar", &name, large);
    view! { <span class=class aria-hidden="true">{initials(&name)}</span> }
}

fn token_class(shape: &str, identity: &str, large: bool) -> String {
    let size = if large { " large" } else { "" };
    format!("{shape}{size} hue-{}", hue(identity))
}

/// One of the twelve hues of `style/controls.css`, from 1: FNV-1a, so that it is the same on both sides and for ever.
#[must_use]
pub fn hue(identity: &str) -> u32 {
    let hash = identity.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % 12 + 1
}

/// The first letters of the first and the last word.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
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
    fn a_hue_exists_in_the_style_sheet() {
        for slug in ["acme", "beta", "abc-inc", "xyz-travel", ""] {
            assert!((1..=12).contains(&hue(slug)), "{slug:?}");
        }
    }
}
