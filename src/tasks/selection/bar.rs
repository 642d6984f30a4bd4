//! The bar at the foot of a page with which all chosen tasks are changed at once.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::Selection;
use crate::{
    access::Permission,
    error::AppError,
    organizations::current::CurrentWorkspace,
    projects::{
        functions::get_matching,
        key::{ProjectKey, TaskKey},
        model::{Assignable, Label, State},
    },
    tasks::{field::Field, functions::edit_tasks, model::AT_ONCE_MAX, priority::Priority, toast::Toasts},
    ui::icon::{Icon, Icon as Glyph},
};

/// What is typed in, rather than chosen from a list.
const TYPED: [Field; 4] = [Field::DueOn, Field::StartOn, Field::Estimate, Field::Parent];

/// Between which one chooses.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub states: Vec<State>,
    pub labels: Vec<Label>,
    pub people: Vec<Assignable>,
}

/// Everything that a page lists, be it loaded or not.
#[derive(Clone, Debug)]
pub struct Everything {
    pub project: ProjectKey,
    /// What it shows, as in its address.
    pub query: String,
}

/// What changes the chosen tasks, all of them or none, and tells what became of it.
#[derive(Clone, Copy)]
struct Changing {
    org: StoredValue<String>,
    selection: Selection,
    toasts: Toasts,
    is_pending: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    /// What of [`TYPED`] is being typed in.
    typing: RwSignal<Option<Field>>,
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
                    self.typing.try_set(None);
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

    /// Chooses everything that the page lists, as far as it can be changed at once.
    fn choose(self, Everything { project, query }: Everything) {
        let org = self.org.get_value();
        self.is_pending.set(true);
        spawn_local(async move {
            let matching = get_matching(org, project.to_string(), query).await;
            self.is_pending.try_set(false);
            self.wrong.try_set(match &matching {
                Ok(numbers) if numbers.len() == AT_ONCE_MAX => {
                    Some(format!("At most {AT_ONCE_MAX} tasks are changed at once: the first ones are selected."))
                }
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            });
            if let Ok(numbers) = matching {
                self.selection.replace(numbers.into_iter().map(|number| TaskKey { project: project.clone(), number }));
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
    /// What can be chosen with one press, where the page lists more than is on it.
    #[prop(optional)]
    everything: Option<Everything>,
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
        typing: RwSignal::new(None),
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
                    <Pick changing field=Field::State label="State" options=move || choices.with(states)/>
                    <Pick changing field=Field::Priority label="Priority" options=priorities/>
                    <Pick changing field=Field::Assign label="Assign" options=move || choices.with(people)/>
                    <Pick changing field=Field::Unassign label="Unassign" options=move || choices.with(people)/>
                    <Pick changing field=Field::AddLabel label="Add label" options=move || choices.with(labels)/>
                    <Pick changing field=Field::RemoveLabel label="Remove label" options=move || choices.with(labels)/>
                    <Typed changing/>
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

/// What is typed in: one says what first, and then gets a field for it.
#[component]
fn Typed(changing: Changing) -> impl IntoView {
    let typing = changing.typing;
    let options = TYPED.map(|field| view! { <option value=field.slug()>{field.label()}</option> });
    view! {
        <select
            class="input"
            aria-label="Set"
            disabled=changing.is_pending
            prop:value=move || typing.get().map_or("", Field::slug)
            on:change=move |event| typing.set(event_target_value(&event).parse().ok())
        >
            <option value="">"Set…"</option>
            {options.into_iter().collect_view()}
        </select>
        {move || typing.get().map(|field| view! { <Value changing field/> })}
    }
    .into_any()
}

/// Gives the tasks what is typed, or takes it from them.
#[component]
fn Value(changing: Changing, field: Field) -> impl IntoView {
    let (kind, hint) = match field {
        Field::DueOn | Field::StartOn => ("date", ""),
        Field::Estimate => ("text", "0 to 999"),
        _ => ("text", "Key of a task"),
    };
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            changing.change(field, input.value());
        }
    };
    view! {
        <form class="value" on:submit=submit>
            <input
                class="input"
                type=kind
                aria-label=field.label()
                placeholder=hint
                maxlength="20"
                autocomplete="off"
                required
                node_ref=input
            />
            <button class="button" disabled=changing.is_pending>
                "Set"
            </button>
            <button
                type="button"
                class="button quiet"
                disabled=changing.is_pending
                on:click=move |_| changing.change(field, String::new())
            >
                "Clear"
            </button>
        </form>
    }
    .into_any()
}
