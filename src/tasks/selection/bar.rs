//! The bar at the foot of a page with which all chosen tasks are changed at once.

use leptos::{ev, prelude::*, task::spawn_local};

use super::Selection;
use crate::{
    access::Permission,
    error::AppError,
    organizations::current::CurrentWorkspace,
    projects::model::{Assignable, Label, State},
    tasks::{field::Field, functions::edit_tasks, priority::Priority, toast::Toasts},
    ui::icon::{Icon, Icon as Glyph},
};

/// Between which one chooses.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub states: Vec<State>,
    pub labels: Vec<Label>,
    pub people: Vec<Assignable>,
}

/// What changes the chosen tasks, all of them or none, and tells what became of it.
#[derive(Clone, Copy)]
struct Changing {
    org: StoredValue<String>,
    selection: Selection,
    toasts: Toasts,
    is_pending: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    done: Callback<()>,
}

impl Changing {
    fn change(self, field: Field, value: String) {
        let keys: Vec<_> = self.selection.with_untracked(|keys| keys.iter().map(ToString::to_string).collect());
        if keys.is_empty() || self.is_pending.get_untracked() {
            return;
        }
        let count = if keys.len() == 1 { keys[0].clone() } else { format!("{} tasks", keys.len()) };
        let (org, values) = (self.org.get_value(), vec![value]);
        self.is_pending.set(true);
        self.wrong.set(None);
        spawn_local(async move {
            let outcome = edit_tasks(org, keys, field.slug().to_owned(), values).await;
            self.is_pending.try_set(false);
            match outcome {
                Ok(undo) => {
                    let leaves = matches!(field, Field::Archived | Field::Deleted);
                    let text = match field {
                        _ if undo.is_none() => format!("{count}: nothing had to be changed"),
                        Field::Archived => format!("{count} archived"),
                        Field::Deleted => format!("{count} put into the bin"),
                        field => format!("{count}: {} changed", field.label().to_lowercase()),
                    };
                    self.toasts.done(text, undo);
                    if leaves {
                        self.selection.clear();
                    }
                    // The page may have been left.
                    _ = self.done.try_run(());
                }
                Err(error) => _ = self.wrong.try_set(Some(words(&error))),
            }
        });
    }
}

/// Why nothing was changed.
fn words(error: &AppError) -> String {
    match error {
        AppError::Invalid { .. } => format!("Nothing was changed. {}", error.reasons()),
        error => error.to_string(),
    }
}

/// Changes everything that is chosen. It is there while something is.
#[component]
pub fn SelectionBar(
    org: String,
    selection: Selection,
    #[prop(into)] choices: Signal<Choices>,
    /// Called when something was changed.
    done: Callback<()>,
) -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let may_delete = current.may(Permission::DeleteTasks);
    let changing = Changing {
        org: StoredValue::new(org),
        selection,
        toasts: Toasts::expect(),
        is_pending: RwSignal::new(false),
        wrong: RwSignal::new(None),
        done,
    };
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
                    <Pick changing field=Field::State label="State" options=move || choices.with(states)/>
                    <Pick changing field=Field::Priority label="Priority" options=priorities/>
                    <Pick changing field=Field::Assign label="Assign" options=move || choices.with(people)/>
                    <Pick changing field=Field::Unassign label="Unassign" options=move || choices.with(people)/>
                    <Pick changing field=Field::AddLabel label="Add label" options=move || choices.with(labels)/>
                    <Pick changing field=Field::RemoveLabel label="Remove label" options=move || choices.with(labels)/>
                    <Due changing/>
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

type Options = Vec<(String, String)>;

fn states(choices: &Choices) -> Options {
    choices.states.iter().map(|state| (state.slug.clone(), state.name.clone())).collect()
}

fn people(choices: &Choices) -> Options {
    choices.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect()
}

fn labels(choices: &Choices) -> Options {
    choices.labels.iter().map(|label| (label.id.to_string(), label.name.clone())).collect()
}

fn priorities() -> Options {
    Priority::ALL.map(|priority| (priority.slug().to_owned(), priority.label().to_owned())).into()
}

/// A list from which one chooses what the tasks are to have; it shows its own name again then.
#[component]
fn Pick<F>(changing: Changing, field: Field, label: &'static str, options: F) -> impl IntoView
where
    F: Fn() -> Options + Copy + Send + Sync + 'static,
{
    let choose = move |event: ev::Event| {
        let select = event_target::<leptos::web_sys::HtmlSelectElement>(&event);
        let value = select.value();
        select.set_selected_index(0);
        if !value.is_empty() {
            changing.change(field, value);
        }
    };
    view! {
        <select class="input" aria-label=label disabled=changing.is_pending on:change=choose hidden=move || options().is_empty()>
            <option value="" selected>
                {format!("{label}…")}
            </option>
            {move || {
                options().into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()
            }}
        </select>
    }
    .into_any()
}

#[component]
fn Due(changing: Changing) -> impl IntoView {
    let choose = move |event: ev::Event| changing.change(Field::DueOn, event_target_value(&event));
    view! {
        <label class="due-on">
            <span>"Due"</span>
            <input class="input" type="date" disabled=changing.is_pending on:change=choose/>
        </label>
        <button
            type="button"
            class="button quiet"
            disabled=changing.is_pending
            on:click=move |_| changing.change(Field::DueOn, String::new())
        >
            "No due date"
        </button>
    }
    .into_any()
}
