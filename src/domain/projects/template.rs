//! The source of a new project: a built-in template or another project.

use std::{fmt, str::FromStr};

use crate::domain::{keys::ProjectKey, unknown_name::UnknownName};

/// The source of a new project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectSource {
    Template(Template),
    /// Copies workflow, labels and description of another project.
    Like(ProjectKey),
    /// Copies workflow, labels, description and open tasks of another project.
    Copy(ProjectKey),
}

/// A built-in workflow with labels for a kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    Simple,
    Software,
    Content,
    Support,
}

impl Template {
    /// In display order.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Software, Self::Content, Self::Support];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Software => "software",
            Self::Content => "content",
            Self::Support => "support",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Simple => "Backlog, To do, In progress, Done",
            Self::Software => "Software: with review, and labels for bugs and features",
            Self::Content => "Content: from idea to publication",
            Self::Support => "Support: from request to solution",
        }
    }
}

impl FromStr for ProjectSource {
    type Err = UnknownName;

    /// Parses an empty text as the simplest template.
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let key = |key: &str| key.parse().map_err(|_| UnknownName);
        match text.split_once(':') {
            Some(("like", other)) => key(other).map(Self::Like),
            Some(("copy", other)) => key(other).map(Self::Copy),
            Some(_) => Err(UnknownName),
            None if text.is_empty() => Ok(Self::Template(Template::Simple)),
            None => {
                let template = Template::ALL.into_iter().find(|template| template.slug() == text);
                template.map(Self::Template).ok_or(UnknownName)
            }
        }
    }
}

impl fmt::Display for ProjectSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(template) => f.write_str(template.slug()),
            Self::Like(key) => write!(f, "like:{key}"),
            Self::Copy(key) => write!(f, "copy:{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_round_trip() {
        let key: ProjectKey = "WEB".parse().unwrap();
        let others = [ProjectSource::Like(key.clone()), ProjectSource::Copy(key)];
        for start in Template::ALL.map(ProjectSource::Template).into_iter().chain(others) {
            assert_eq!(start.to_string().parse(), Ok(start));
        }
        assert_eq!("".parse(), Ok(ProjectSource::Template(Template::Simple)));
        for unknown in ["like:", "like:1", "other:WEB", "simpler"] {
            assert_eq!(unknown.parse::<ProjectSource>(), Err(UnknownName), "{unknown}");
        }
    }
}
