//! The star button that adds a project to the favourites at the top of the sidebar.

use leptos::prelude::*;

use super::settings::functions::SetProjectFavourite;
use crate::{
    domain::keys::ProjectKey,
    web::{
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, when_done},
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
        },
    },
};

/// Adds the project `key` to the member's favourites, or removes it.
#[component]
pub fn Favourite(key: ProjectKey) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let action = FormAction::of::<SetProjectFavourite>();
    let feedback = FormFeedback::of(action);
    when_done(action, Callback::new(move |()| current.reload()));
    let name = key.to_string();
    let is_favourite = Memo::new(move |_| {
        current.with(|shell| shell.projects.iter().any(|project| project.key == key && project.is_favourite))
    });
    let label = move || if is_favourite.get() { "Remove from favourites" } else { "Add to favourites" };
    view! {
        <AppForm action feedback class="inline">
            <input type="hidden" name="org" value=current.slug()/>
            <input type="hidden" name="key" value=name/>
            <input type="hidden" name="favourite" value=move || (!is_favourite.get()).to_string()/>
            <button type="submit" class="button quiet square star" class:marked=is_favourite aria-label=label title=label>
                <Icon icon=Glyph::Star/>
            </button>
        </AppForm>
    }
    .into_any()
}
