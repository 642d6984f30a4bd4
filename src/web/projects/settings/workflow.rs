//! The section on the states of a project.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{MoveState, RemoveState, SaveState},
    setting::{ItemForm, ItemName, ItemSelect, RemoveForm, Setting, SettingForm},
};
use crate::{
    domain::projects::{
        StateCategory,
        settings::{ProjectSettings, WorkflowState},
    },
    web::{
        projects::state_mark::StateMark,
        ui::{form::FormFeedback, form_action::FormAction, keyed_list::KeyedList},
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
                <A href=moves>"Restrict transitions"</A>
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
        limit.map(|limit| view! { <span class="badge">{format!("WIP limit {limit}")}</span> })
    };
    let is_empty = Memo::new(move |_| tasks.get() == 0);
    let remove = {
        let (setting, slug) = (setting.clone(), slug.clone());
        move || {
            is_empty.get().then(|| {
                let (setting, action) = (setting.clone(), FormAction::of::<RemoveState>());
                let item = ("state", slug.clone());
                view! { <RemoveForm setting action item label="Remove state"/> }
            })
        }
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
    let action = FormAction::of::<SaveState>();
    let slug = state.map_or_else(String::new, |state| state.with_untracked(slug_of));
    let place = if slug.is_empty() { "new" } else { &slug };
    let (prefix, feedback) = (format!("state-{place}"), FormFeedback::at(action, place));
    let limit_id = format!("{prefix}-limit");
    let adds = state.is_none();
    let button = if adds { "Add state" } else { "Save state" };
    let name = move || state.map_or_else(String::new, |state| state.with(|state| state.state.name.clone()));
    let category = move || {
        let category = state.map_or(StateCategory::Started, |state| state.with(|state| state.state.category));
        category.slug().to_owned()
    };
    let categories = StateCategory::ALL.map(|category| (category.slug().to_owned(), category.label().to_owned()));
    let limit = feedback.typed_until("limit", move || {
        let limit = state.and_then(|state| state.with(|state| state.state.wip_limit));
        limit.map_or_else(String::new, |limit| limit.to_string())
    });
    view! {
        <ItemForm setting action fields=&["name", "category", "limit"] button feedback adds>
            <input type="hidden" name="state" value=slug/>
            <ItemName id=format!("{prefix}-name") label="State name" feedback name=Signal::derive(name)/>
            <ItemSelect
                id=format!("{prefix}-category")
                name="category"
                label="Category"
                feedback
                options=categories.into()
                selected=Signal::derive(category)
            />
            <label class="visually-hidden" for=limit_id.clone()>
                "WIP limit"
            </label>
            <input class="input limit" id=limit_id name="limit" value=limit inputmode="numeric" maxlength="3" placeholder="No limit"/>
        </ItemForm>
    }
    .into_any()
}

#[component]
fn MoveForm(setting: Setting, states: Memo<Vec<WorkflowState>>, slug: String, name: Memo<String>) -> impl IntoView {
    let action = FormAction::of::<MoveState>();
    let feedback = FormFeedback::at(action, &slug);
    let button = |up: bool| {
        let (direction, arrow) = if up { ("up", "↑") } else { ("down", "↓") };
        let id = format!("state-{slug}-{direction}");
        let slug = slug.clone();
        let is_at_end = move || {
            states.with(|states| {
                let end = if up { states.first() } else { states.last() };
                end.is_some_and(|end| end.state.slug == slug)
            })
        };
        view! {
            <button
                type="submit"
                class="button quiet square"
                id=id
                name="up"
                value=up.to_string()
                aria-label=move || format!("Move {} {direction}", name.get())
                disabled=is_at_end
            >
                {arrow}
            </button>
        }
    };
    let (up, down) = (button(true), button(false));
    view! {
        <SettingForm setting action feedback class="inline">
            <input type="hidden" name="state" value=slug/>
            {up}
            {down}
        </SettingForm>
    }
    .into_any()
}
