//! The bar at the foot of a page with which all chosen tasks are changed at once.

use leptos::prelude::*;

use super::{
    Selection,
    changing::{Changing, Everything},
    pickers::{Choices, Pickers},
};
use crate::{
    domain::{permissions::Permission, tasks::field_name::Field},
    web::{
        organization::current::CurrentOrganization,
        ui::icon::{Icon, Icon as Glyph},
    },
};

/// Changes everything that is chosen. It is there while something is.
#[component]
pub fn SelectionBar(
    org: String,
    selection: Selection,
    #[prop(into)] choices: Signal<Choices>,
    /// What can be chosen with one press, where the page lists more than is on it.
    #[prop(optional)]
    everything: Option<Everything>,
    /// Called when something was changed.
    done: Callback<()>,
) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let may_delete = current.may(Permission::DeleteTasks);
    let changing = Changing::new(org, selection, done);
    let count = move || {
        selection
            .with(|keys| if keys.len() == 1 { "1 selected".to_owned() } else { format!("{} selected", keys.len()) })
    };
    view! {
        <Show when=move || !selection.is_empty()>
            <section class="selection" aria-label="Selected tasks">
                <div class="controls">
                    <p class="count" role="status">
                        {count}
                    </p>
                    {everything
                        .clone()
                        .map(|everything| {
                            view! {
                                <button
                                    type="button"
                                    class="button quiet"
                                    disabled=changing.is_pending
                                    on:click=move |_| changing.choose(everything.clone())
                                >
                                    "Select all"
                                </button>
                            }
                        })}
                    <Pickers changing choices/>
                    <button
                        type="button"
                        class="button"
                        disabled=changing.is_pending
                        on:click=move |_| changing.change(Field::Archived, "true".to_owned())
                    >
                        <Icon icon=Glyph::Archive/>
                        "Archive"
                    </button>
                    {may_delete
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    disabled=changing.is_pending
                                    on:click=move |_| changing.change(Field::Deleted, "true".to_owned())
                                >
                                    <Icon icon=Glyph::Trash/>
                                    "Delete"
                                </button>
                            }
                        })}
                    <button
                        type="button"
                        class="button quiet square"
                        aria-label="Clear the selection"
                        on:click=move |_| selection.clear()
                    >
                        <Icon icon=Glyph::Close/>
                    </button>
                </div>
                <p class="error" role="alert">
                    {move || changing.wrong.get()}
                </p>
            </section>
        </Show>
    }
    .into_any()
}
