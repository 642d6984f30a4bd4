//! The tabs that switch between the pages of a project.

use leptos::prelude::*;

use crate::{
    domain::{query::Query, saved_views::Layout},
    web::ui::icon::{Glyph, Icon},
};

/// Links to the overview, the board and the list of the project at the address `project`; board and list keep `query`.
/// `present` is the open page; `None` for the overview.
#[must_use]
pub fn project_tabs(project: &str, query: &Query, present: Option<Layout>) -> AnyView {
    let overview =
        view! { <Tab href=project.to_owned() icon=Glyph::Info label="Overview" is_present=present.is_none()/> };
    let layouts = Layout::ALL.map(|layout| {
        let icon = if layout == Layout::Board { Glyph::Kanban } else { Glyph::List };
        let href = query.href(&format!("{project}/{}", layout.slug()));
        view! { <Tab href icon label=layout.label() is_present=present == Some(layout)/> }
    });
    (overview, layouts.collect_view()).into_any()
}

#[component]
fn Tab(href: String, icon: Glyph, label: &'static str, is_present: bool) -> impl IntoView {
    view! {
        <a class="view-tab" href=href aria-current=is_present.then_some("page")>
            <Icon icon/>
            {label}
        </a>
    }
    .into_any()
}
