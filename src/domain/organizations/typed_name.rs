//! The name of a workspace in addresses, as people type it.

/// The most characters that a name has.
pub const MAX: usize = 50;

/// What somebody typed, when it can be the name of a workspace: lower case, without spaces around it. Whether there is one
/// of that name is another question.
///
/// # Errors
/// A sentence for the person who typed it.
pub fn parse(typed: &str) -> Result<String, &'static str> {
    let name = typed.trim().to_lowercase();
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let is_outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        Err("Enter the name of your workspace.")
    } else if name.chars().count() > MAX {
        Err("The name of a workspace has at most 50 characters.")
    } else if !bytes.iter().copied().all(is_inner) {
        Err("The name of a workspace has only the letters a to z, digits, hyphens and underscores.")
    } else if !is_outer(bytes.first()) || !is_outer(bytes.last()) {
        Err("The name of a workspace starts and ends with a letter or a digit.")
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for (typed, name) in [("acme", "acme"), (" ACME ", "acme"), ("abc-inc", "abc-inc"), ("a", "a"), ("4_2", "4_2")]
        {
            assert_eq!(parse(typed).as_deref(), Ok(name), "{typed:?}");
        }
        assert!(parse(&"a".repeat(50)).is_ok());
    }

    #[test]
    fn what_can_be_no_name_is_explained() {
        for typed in ["", "  ", "ac me", "acme!", "-acme", "acme_", "über", "a/b", "a\0b", "%61", &"a".repeat(51)] {
            assert!(parse(typed).is_err(), "{typed:?}");
        }
    }
}
