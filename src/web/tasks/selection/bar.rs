//! The bar at the foot of a page that edits all selected tasks at once.

use leptos::prelude::*;

use super::{
    bulk_edit::{AllMatching, BulkEdit},
    pickers::{PickerOptions, Pickers},
    selected_tasks::Selection,
};
use crate::{
    domain::{permissions::Permission, tasks::field_name::Field},
    web::{
        organization::current::CurrentOrganization,
        ui::icon::{Icon, Icon as Glyph},
    },
};

/// Edits the selected tasks. Shown while a task is selected.
#[component]
pub fn SelectionBar(
    org: String,
    selection: Selection,
    #[prop(into)] options: Signal<PickerOptions>,
    /// The tasks that "Select all" selects, on a page that renders only some of its tasks.
    #[prop(optional)]
    all_matching: Option<AllMatching>,
    /// Called when tasks have changed.
    done: Callback<()>,
) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let may_delete = current.may(Permission::DeleteTasks);
    let edit = BulkEdit::new(org, selection, done);
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
                    {all_matching
                        .clone()
                        .map(|all_matching| {
                            view! {
                                <button
                                    type="button"
                                    class="button quiet"
                                    disabled=edit.is_pending
                                    on:click=move |_| edit.select_all(all_matching.clone())
                                >
                                    "Select all"
                                </button>
                            }
                        })}
                    <Pickers edit options/>
                    <button
                        type="button"
                        class="button"
                        disabled=edit.is_pending
                        on:click=move |_| edit.apply(Field::Archived, "true".to_owned())
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
                                    disabled=edit.is_pending
                                    on:click=move |_| edit.apply(Field::Deleted, "true".to_owned())
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
                    {move || edit.error.get()}
                </p>
            </section>
        </Show>
    }
    .into_any()
}
