//! The actions at the right of the top bar of a project's pages.

use leptos::prelude::*;
use leptos_router::components::A;

use super::favourite::Favourite;
use crate::{
    domain::{keys::ProjectKey, permissions::Permission},
    web::{
        live::presence::Presence,
        organization::current::CurrentOrganization,
        ui::icon::{Glyph, Icon},
    },
};

/// Presence, the favourite button, and the link to the settings of the project `key` for members who may change them.
#[must_use]
pub fn actions(current: CurrentOrganization, org: &str, key: &ProjectKey) -> AnyView {
    let settings = format!("/o/{org}/projects/{key}/settings");
    let settings = current.may(Permission::WriteProjects).then(|| {
        view! {
            <A href=settings attr:class="button quiet square" attr:aria-label="Project settings">
                <Icon icon=Glyph::Settings/>
            </A>
        }
    });
    view! {
        <div class="actions">
            <Presence page=key.to_string()/>
            <Favourite key=key.clone()/>
            {settings}
        </div>
    }
    .into_any()
}
