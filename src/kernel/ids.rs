//! Typed identifiers, which the compiler does not let callers confuse.

/// Defines an identifier over a `Uuid` or a `String`: `id! { OrgId(pub Uuid), Copy }`.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident($visibility:vis $inner:ty) $(, $derive:ident)?) => {
        $(#[$doc])*
        #[derive(
            Clone, $($derive,)? Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            sqlx::Type,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name($visibility $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use id;
