//! What leads from one view of a project to the others.

use leptos::prelude::*;
use leptos_router::components::A;

/// A view of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProjectTab {
    Overview,
    Board,
}

impl ProjectTab {
    const ALL: [Self; 2] = [Self::Overview, Self::Board];

    const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Board => "Board",
        }
    }

    /// What follows the address of the project.
    const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Board => "/board",
        }
    }
}

/// Links to the views of a project; `project` is its address.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn ProjectTabs(project: String) -> impl IntoView {
    let links = ProjectTab::ALL.map(|tab| {
        let href = format!("{project}{}", tab.path());
        view! {
            <li>
                <A href=href exact=true attr:class="tab">
                    {tab.label()}
                </A>
            </li>
        }
    });
    view! {
        <nav aria-label="Views of this project">
            <ul class="tabs">{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}
