//! The section on the states of a project.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{MoveState, RemoveState, SaveState},
    setting::{Setting, SettingForm},
};
use crate::{
    domain::projects::{
        StateCategory,
        settings::{LABEL_MAX, ProjectSettings, WorkflowState},
    },
    web::{
        projects::state_mark::StateMark,
        ui::{form::FormFeedback, keyed_list::KeyedList},
    },
};

/// The section.
#[component]
pub fn Workflow(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let moves = format!("/o/{}/projects/{}/settings/moves", setting.org, setting.key);
    let states = Memo::new(move |_| settings.with(|settings| settings.states.clone()));
    let add = view! { <StateForm setting=setting.clone() state=None/> };
    let row = move |state| view! { <Row setting=setting.clone() states state/> };
    view! {
        <section class="section measure">
            <h2>"Workflow"</h2>
            <p class="muted">"The columns of the board, from left to right."</p>
            <ol class="card rows">
                <KeyedList each=states key=slug_of children=row/>
            </ol>
            {add}
            <p>
                <A href=moves>"Choose between which states tasks may move"</A>
            </p>
        </section>
    }
    .into_any()
}

fn slug_of(state: &WorkflowState) -> String {
    state.state.slug.clone()
}

#[component]
fn Row(setting: Setting, states: Memo<Vec<WorkflowState>>, state: Memo<WorkflowState>) -> impl IntoView {
    let slug = state.with_untracked(slug_of);
    let name = Memo::new(move |_| state.with(|state| state.state.name.clone()));
    let category = Memo::new(move |_| state.with(|state| state.state.category));
    let tasks = Memo::new(move |_| state.with(|state| state.tasks));
    let count = move || if tasks.get() == 1 { "1 task".to_owned() } else { format!("{} tasks", tasks.get()) };
    let limit = move || {
        let limit = state.with(|state| state.state.wip_limit);
        limit.map(|limit| view! { <span class="badge">{format!("at most {limit}")}</span> })
    };
    let is_empty = Memo::new(move |_| tasks.get() == 0);
    let remove = {
        let (setting, slug) = (setting.clone(), slug.clone());
        move || is_empty.get().then(|| view! { <RemoveForm setting=setting.clone() slug=slug.clone()/> })
    };
    view! {
        <li class="row wrapping">
            {move || view! { <StateMark category=category.get()/> }}
            <p class="name">
                {name} " " <span class="muted small">{count}</span>
            </p>
            {limit}
            <MoveForm setting=setting.clone() states slug name/>
            <details class="change">
                <summary>"Change"</summary>
                <StateForm setting state=Some(state)/>
                {remove}
            </details>
        </li>
    }
    .into_any()
}

/// Changes `state`, or adds a state if it is `None`.
#[component]
fn StateForm(setting: Setting, state: Option<Memo<WorkflowState>>) -> impl IntoView {
    let action = ServerAction::<SaveState>::new();
    let feedback = FormFeedback::of(action);
    let error = move || ["name", "category", "limit"].iter().find_map(|field| feedback.field(field).get());
    let slug = state.map_or_else(String::new, |state| state.with_untracked(slug_of));
    let prefix = format!("state-{}", if slug.is_empty() { "new" } else { &slug });
    let [name_id, category_id, limit_id] = ["name", "category", "limit"].map(|field| format!("{prefix}-{field}"));
    let adds = state.is_none();
    let button = if adds { "Add state" } else { "Save state" };
    let selected = move || state.map_or(StateCategory::Started, |state| state.with(|state| state.state.category));
    let limit = move || {
        let limit = state.and_then(|state| state.with(|state| state.state.wip_limit));
        limit.map_or_else(String::new, |limit| limit.to_string())
    };
    let name = move || state.map_or_else(String::new, |state| state.with(|state| state.state.name.clone()));
    let options = StateCategory::ALL.map(|category| {
        view! {
            <option value=category.slug() selected=move || selected() == category>
                {category.label()}
            </option>
        }
    });
    view! {
        <SettingForm setting action feedback class="inline" adds>
            <input type="hidden" name="state" value=slug/>
            <label class="visually-hidden" for=name_id.clone()>
                "Name of the state"
            </label>
            <input class="input" id=name_id name="name" value=name required maxlength=LABEL_MAX placeholder="Name"/>
            <label class="visually-hidden" for=category_id.clone()>
                "What it means"
            </label>
            <select class="input" id=category_id name="category">
                {options.collect_view()}
            </select>
            <label class="visually-hidden" for=limit_id.clone()>
                "The most tasks at a time"
            </label>
            <input class="input limit" id=limit_id name="limit" value=limit inputmode="numeric" maxlength="3" placeholder="No limit"/>
            <button type="submit" class="button" disabled=action.pending()>
                {button}
            </button>
            <p class="error" role="alert">
                {error}
            </p>
        </SettingForm>
    }
    .into_any()
}

#[component]
fn MoveForm(setting: Setting, states: Memo<Vec<WorkflowState>>, slug: String, name: Memo<String>) -> impl IntoView {
    let (up, down) = (format!("state-{slug}-up"), format!("state-{slug}-down"));
    let (first_slug, last_slug) = (slug.clone(), slug.clone());
    let is_first = move || states.with(|states| states.first().is_some_and(|first| first.state.slug == first_slug));
    let is_last = move || states.with(|states| states.last().is_some_and(|last| last.state.slug == last_slug));
    let action = ServerAction::<MoveState>::new();
    let feedback = FormFeedback::of(action);
    view! {
        <SettingForm setting action feedback class="inline">
            <input type="hidden" name="state" value=slug/>
            <button
                type="submit"
                class="button quiet square"
                id=up
                name="up"
                value="true"
                aria-label=move || format!("Move {} up", name.get())
                disabled=is_first
            >
                "↑"
            </button>
            <button
                type="submit"
                class="button quiet square"
                id=down
                name="up"
                value="false"
                aria-label=move || format!("Move {} down", name.get())
                disabled=is_last
            >
                "↓"
            </button>
        </SettingForm>
    }
    .into_any()
}

#[component]
fn RemoveForm(setting: Setting, slug: String) -> impl IntoView {
    let action = ServerAction::<RemoveState>::new();
    let feedback = FormFeedback::of(action);
    view! {
        <SettingForm setting action feedback>
            <input type="hidden" name="state" value=slug/>
            <div class="buttons">
                <button type="submit" class="button danger" disabled=action.pending()>
                    "Remove state"
                </button>
            </div>
        </SettingForm>
    }
    .into_any()
}
