//! The bar at the foot of a page that edits all selected tasks together.

use std::sync::Arc;

use leptos::prelude::*;

use super::{TaskView, commands::BulkEdit, pickers::Pickers};
use crate::{
    domain::{permissions::Permission, tasks::field_name::Field},
    web::{
        modules::split_module,
        organization::current::CurrentOrganization,
        ui::icon::{Glyph, Icon},
    },
};

/// What the bar edits, in the context of the page.
#[derive(Clone, Copy)]
struct Selected {
    edit: BulkEdit,
    with_select_all: bool,
}

/// Edits the selected tasks. Shown while a task is selected.
#[component]
pub fn SelectionBar(
    /// The page of the tasks.
    view: Arc<dyn TaskView>,
    /// Whether tasks that the page has not loaded can be selected, too.
    #[prop(optional)]
    with_select_all: bool,
) -> impl IntoView {
    let edit = BulkEdit::new(view);
    let keys = edit.store().selection();
    provide_context(Selected { edit, with_select_all });
    let is_selecting = Memo::new(move |_| !keys.is_empty());
    selection::MODULE.on_demand(is_selecting.into()).into_any()
}

split_module! {
    /// The bar, which most visits do without.
    mod selection { Bar }
}

#[component]
fn Bar() -> impl IntoView {
    let Selected { edit, with_select_all } = use_context().expect("the page provides what is selected");
    let may_delete = CurrentOrganization::expect().may(Permission::DeleteTasks);
    let selection = edit.store().selection();
    let count = move || {
        selection
            .with(|keys| if keys.len() == 1 { "1 selected".to_owned() } else { format!("{} selected", keys.len()) })
    };
    view! {
        <section class="selection" aria-label="Selected tasks">
            <div class="controls">
                <p class="count" role="status">
                    {count}
                </p>
                {with_select_all
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                disabled=edit.is_pending
                                on:click=move |_| edit.select_all()
                            >
                                "Select all"
                            </button>
                        }
                    })}
                <Pickers edit/>
                <RemoveButton edit field=Field::Archived icon=Glyph::Archive label="Archive"/>
                {may_delete
                    .then(|| view! { <RemoveButton edit field=Field::Deleted icon=Glyph::Trash label="Delete"/> })}
                <button
                    type="button"
                    class="button quiet square"
                    aria-label="Clear selection"
                    on:click=move |_| selection.clear()
                >
                    <Icon icon=Glyph::Close/>
                </button>
            </div>
            <p class="error" role="alert">
                {move || edit.error.get()}
            </p>
        </section>
    }
    .into_any()
}

/// Takes the selected tasks off the board and the list, by setting `field`.
#[component]
fn RemoveButton(edit: BulkEdit, field: Field, icon: Glyph, label: &'static str) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            disabled=edit.is_pending
            on:click=move |_| edit.apply(field, "true".to_owned())
        >
            <Icon icon/>
            {label}
        </button>
    }
}
