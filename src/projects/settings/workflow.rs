//! The states of a project.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{MoveState, RemoveState, SaveState},
    model::{LABEL_MAX, WorkflowState},
    page::{Setting, SettingForm},
};
use crate::{
    projects::{
        model::{State, StateCategory},
        state_mark::StateMark,
    },
    ui::form::FormFeedback,
};

#[component]
pub fn Workflow(setting: Setting, states: Vec<WorkflowState>) -> impl IntoView {
    let moves = format!("/o/{}/projects/{}/settings/moves", setting.org, setting.key);
    let add = view! { <StateForm setting=setting.clone() state=None/> };
    let last = states.len().saturating_sub(1);
    let rows = states.into_iter().enumerate().map(move |(index, WorkflowState { state, tasks })| {
        let limit = state.wip_limit.map(|limit| view! { <span class="badge">{format!("at most {limit}")}</span> });
        let count = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
        let (slug, name) = (state.slug.clone(), state.name.clone());
        view! {
            <li class="row wrapping">
                <StateMark category=state.category/>
                <p class="name">
                    {name.clone()} " " <span class="muted small">{count}</span>
                </p>
                {limit}
                <MoveForm setting=setting.clone() slug=slug.clone() name=name.clone() is_first=index == 0 is_last=index == last/>
                <details class="change">
                    <summary>"Change"</summary>
                    <StateForm setting=setting.clone() state=Some(state)/>
                    {(tasks == 0).then(|| view! { <RemoveForm setting=setting.clone() slug/> })}
                </details>
            </li>
        }
    });
    view! {
        <section class="section measure">
            <h2>"Workflow"</h2>
            <p class="muted">"The columns of the board, from left to right."</p>
            <ol class="card rows">{rows.collect_view()}</ol>
            {add}
            <p>
                <A href=moves>"Choose between which states tasks may move"</A>
            </p>
        </section>
    }
    .into_any()
}

/// Changes `state`, or adds one.
#[component]
fn StateForm(setting: Setting, state: Option<State>) -> impl IntoView {
    let action = ServerAction::<SaveState>::new();
    let feedback = FormFeedback::of(action);
    let wrong = move || ["name", "category", "limit"].iter().find_map(|field| feedback.field(field).get());
    let slug = state.as_ref().map_or_else(String::new, |state| state.slug.clone());
    let prefix = format!("state-{}", if slug.is_empty() { "new" } else { &slug });
    let [name_id, category_id, limit_id] = ["name", "category", "limit"].map(|field| format!("{prefix}-{field}"));
    let adds = state.is_none();
    let button = if adds { "Add state" } else { "Save state" };
    let chosen = state.as_ref().map_or(StateCategory::Started, |state| state.category);
    let limit = state.as_ref().and_then(|state| state.wip_limit).map_or_else(String::new, |limit| limit.to_string());
    let name = state.map_or_else(String::new, |state| state.name);
    let options = StateCategory::ALL.map(|category| {
        view! {
            <option value=category.slug() selected=category == chosen>
                {category.label()}
            </option>
        }
    });
    view! {
        <SettingForm setting action feedback class="inline" adds>
            <input type="hidden" name="state" value=slug/>
            <label class="unseen" for=name_id.clone()>
                "Name of the state"
            </label>
            <input class="input" id=name_id name="name" value=name required maxlength=LABEL_MAX placeholder="Name"/>
            <label class="unseen" for=category_id.clone()>
                "What it means"
            </label>
            <select class="input" id=category_id name="category">
                {options.collect_view()}
            </select>
            <label class="unseen" for=limit_id.clone()>
                "The most tasks at a time"
            </label>
            <input class="input limit" id=limit_id name="limit" value=limit inputmode="numeric" maxlength="3" placeholder="No limit"/>
            <button type="submit" class="button" disabled=action.pending()>
                {button}
            </button>
            <p class="error" role="alert">
                {wrong}
            </p>
        </SettingForm>
    }
    .into_any()
}

#[component]
fn MoveForm(setting: Setting, slug: String, name: String, is_first: bool, is_last: bool) -> impl IntoView {
    let action = ServerAction::<MoveState>::new();
    let feedback = FormFeedback::of(action);
    view! {
        <SettingForm setting action feedback class="inline">
            <input type="hidden" name="state" value=slug/>
            <button
                type="submit"
                class="button quiet square"
                name="up"
                value="true"
                aria-label=format!("Move {name} up")
                disabled=is_first
            >
                "↑"
            </button>
            <button
                type="submit"
                class="button quiet square"
                name="up"
                value="false"
                aria-label=format!("Move {name} down")
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
