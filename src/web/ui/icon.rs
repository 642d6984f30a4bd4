//! Icons as inline SVG, in the colour of the text.
//!
//! The outlines are those of Lucide (<https://lucide.dev>), ISC License, Copyright (c) Lucide Icons and Contributors.

use leptos::prelude::*;

/// An icon of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Archive,
    ArrowLeft,
    ArrowRight,
    Building,
    Check,
    ChevronRight,
    ChevronsInward,
    ChevronsOutward,
    ChevronsUpDown,
    Clock,
    Close,
    Comment,
    Eye,
    Filter,
    Home,
    Inbox,
    Info,
    Kanban,
    Keyboard,
    List,
    ListChecks,
    Menu,
    Monitor,
    Moon,
    More,
    Pencil,
    Plus,
    Search,
    Settings,
    SignOut,
    Sliders,
    Star,
    Sun,
    Trash,
    User,
}

impl Icon {
    /// Returns the content of the `<svg>`, drawn on 24 by 24 units.
    const fn outline(self) -> &'static str {
        match self {
            Self::Alert => r#"<circle cx="12" cy="12" r="10"/><path d="M12 8v4M12 16h.01"/>"#,
            Self::Archive => {
                r#"<rect width="20" height="5" x="2" y="3" rx="1"/><path d="M4 8v11a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8M10 12h4"/>"#
            }
            Self::ArrowLeft => r#"<path d="m12 19-7-7 7-7M19 12H5"/>"#,
            Self::ArrowRight => r#"<path d="M5 12h14M12 5l7 7-7 7"/>"#,
            Self::Building => concat!(
                r#"<path d="M10 12h4M10 8h4M14 21v-3a2 2 0 0 0-4 0v3M6 10H4a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h16a2 2 0 0 0 2"#,
                r#"-2V9a2 2 0 0 0-2-2h-2M6 21V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v16"/>"#
            ),
            Self::Check => r#"<path d="M20 6 9 17l-5-5"/>"#,
            Self::ChevronRight => r#"<path d="m9 18 6-6-6-6"/>"#,
            Self::ChevronsInward => r#"<path d="m20 17-5-5 5-5M4 17l5-5-5-5"/>"#,
            Self::ChevronsOutward => r#"<path d="m9 7-5 5 5 5M15 7l5 5-5 5"/>"#,
            Self::ChevronsUpDown => r#"<path d="m7 15 5 5 5-5M7 9l5-5 5 5"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>"#,
            Self::Close => r#"<path d="M18 6 6 18M6 6l12 12"/>"#,
            Self::Comment => concat!(
                r#"<path d="M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 "#,
                r#"2-2h16a2 2 0 0 1 2 2z"/>"#
            ),
            Self::Filter => r#"<path d="M3 6h18M7 12h10M10 18h4"/>"#,
            Self::Eye => concat!(
                r#"<path d="M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-1"#,
                r#"9.876 0"/><circle cx="12" cy="12" r="3"/>"#
            ),
            Self::Home => concat!(
                r#"<path d="M15 21v-8a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v8"/><path d="M3 10a2 2 0 0 1 .709-1.528l7-6a2 2 0 0 "#,
                r#"1 2.582 0l7 6A2 2 0 0 1 21 10v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>"#
            ),
            Self::Info => r#"<circle cx="12" cy="12" r="10"/><path d="M12 16v-4M12 8h.01"/>"#,
            Self::Kanban => r#"<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M8 7v7M12 7v4M16 7v9"/>"#,
            Self::Keyboard => concat!(
                r#"<rect width="20" height="16" x="2" y="4" rx="2"/><path d="M6 8h.01M10 8h.01M14 8h.01M18 8h.01M8 12h."#,
                r#"01M12 12h.01M16 12h.01M7 16h10"/>"#
            ),
            Self::List => r#"<path d="M3 5h.01M3 12h.01M3 19h.01M8 5h13M8 12h13M8 19h13"/>"#,
            Self::Inbox => concat!(
                r#"<path d="M22 12h-6l-2 3h-4l-2-3H2"/><path d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6"#,
                r#".89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"/>"#
            ),
            Self::ListChecks => r#"<path d="m3 17 2 2 4-4M3 7l2 2 4-4M13 6h8M13 12h8M13 18h8"/>"#,
            Self::Menu => r#"<path d="M4 5h16M4 12h16M4 19h16"/>"#,
            Self::Monitor => r#"<rect width="20" height="14" x="2" y="3" rx="2"/><path d="M8 21h8M12 17v4"/>"#,
            Self::Moon => concat!(
                r#"<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215"#,
                r#".825-.004.803.401"/>"#
            ),
            Self::More => {
                r#"<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>"#
            }
            Self::Pencil => concat!(
                r#"<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623"#,
                r#".622l4.353-1.32a2 2 0 0 0 .83-.497zM15 5l4 4"/>"#
            ),
            Self::Plus => r#"<path d="M5 12h14M12 5v14"/>"#,
            Self::Search => r#"<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>"#,
            Self::Settings => concat!(
                r#"<path d="M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2"#,
                r#".34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 "#,
                r#"2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.0"#,
                r#"51a2.34 2.34 0 0 0 3.319-1.915"/><circle cx="12" cy="12" r="3"/>"#
            ),
            Self::SignOut => r#"<path d="m16 17 5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>"#,
            Self::Sliders => r#"<path d="M10 5H3M12 19H3M14 3v4M16 17v4M21 12h-9M21 19h-5M21 5h-7M8 10v4M8 12H3"/>"#,
            Self::Star => concat!(
                r#"<path d="M11.525 2.295a.53.53 0 0 1 .95 0l2.31 4.679a2.123 2.123 0 0 0 1.595 1.16l5.166.756a.53.53 0 0 "#,
                r#"1 .294.904l-3.736 3.638a2.123 2.123 0 0 0-.611 1.878l.882 5.14a.53.53 0 0 1-.771.56l-4.618-2.428a2.122 "#,
                r#"2.122 0 0 0-1.973 0L6.396 21.01a.53.53 0 0 1-.77-.56l.881-5.139a2.122 2.122 0 0 0-.611-1.879L2.16 "#,
                r#"9.795a.53.53 0 0 1 .294-.906l5.165-.755a2.122 2.122 0 0 0 1.597-1.16z"/>"#
            ),
            Self::Sun => concat!(
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2v2M12 20v2M4.93 4.93l1.41 1.41M17.66 17.66l1.41 1.41M2 12"#,
                r#"h2M20 12h2M6.34 17.66l-1.41 1.41M19.07 4.93l-1.41 1.41"/>"#
            ),
            Self::Trash => {
                r#"<path d="M10 11v6M14 11v6M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M3 6h18M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"/>"#
            }
            Self::User => r#"<path d="M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2"/><circle cx="12" cy="7" r="4"/>"#,
        }
    }
}

/// Renders an icon of 16 px, or of 20 px if `large`. Hidden from screen readers: text beside it or an accessible name must
/// state its meaning.
#[component]
pub fn Icon(
    /// The icon to render.
    icon: Icon,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let class = if large { "icon large" } else { "icon" };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.outline()></svg> }
}
