//! The page that limits the moves between the states of a project.

use leptos::prelude::*;

use super::{
    functions::{SetTransitions, get_transitions},
    setting::{Setting, SettingForm},
};
use crate::domain::isolate::isolated;
use crate::{
    domain::projects::{State, settings::Transitions},
    web::{
        organization::current::CurrentOrganization,
        projects::state_mark::StateMark,
        tasks::toast::Toasts,
        ui::{
            app_form::SubmitButton,
            form::FormFeedback,
            form_action::FormAction,
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/o/{org}/projects/{key}/settings/moves`.
#[component]
pub fn TransitionsPage() -> impl IntoView {
    let transitions = PageResource::new(path_params(["org", "key"]), |[org, key]| get_transitions(org, key));
    let changed = Callback::new(move |()| transitions.refetch());
    transitions.render_page(move |transitions| view! { <Moves transitions changed/> })
}

#[component]
fn Moves(transitions: Transitions, changed: Callback<()>) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let home = format!("/o/{}", org.slug);
    let Transitions { key, name, states, allowed } = transitions;
    let project = format!("{home}/projects/{key}");
    let crumbs = vec![
        Crumb::new(org.display_name, home.clone()),
        Crumb::new(name.clone(), format!("{project}/board")),
        Crumb::new("Settings", format!("{project}/settings")),
    ];
    let title = Signal::derive(move || format!("{} allowed transitions", isolated(&name)));
    let setting = Setting { org: org.slug, key: key.to_string(), changed };
    let action = FormAction::of::<SetTransitions>();
    let feedback = FormFeedback::of(action);
    let error = feedback.field("moves");
    let toasts = Toasts::expect();
    Effect::new(move || {
        if action.value().with(|outcome| matches!(outcome, Some(Ok(())))) {
            toasts.done("Allowed transitions saved", None);
        }
    });
    let is_limited = feedback.typed("moves", if allowed.is_empty() { "any" } else { "chosen" }) == "chosen";
    let choice = |value: &'static str, label: &'static str, chosen: bool| {
        view! {
            <label class="tick">
                <input type="radio" name="moves" value=value checked=chosen/>
                <span>{label}</span>
            </label>
        }
    };
    let heads =
        states.iter().map(|state| view! { <th scope="col"><StateName state=state.clone()/></th> }).collect_view();
    let rows = states.iter().map(|from| {
        let cells = states.iter().map(|to| {
            if from.slug == to.slug {
                return view! { <td><span class="muted" aria-hidden="true">"–"</span></td> }.into_any();
            }
            let name = format!("ticks[{}][{}]", from.slug, to.slug);
            let is_allowed = allowed.is_empty() || allowed.contains(&(from.slug.clone(), to.slug.clone()));
            let is_ticked = if feedback.is_retry() { !feedback.typed(&name, "").is_empty() } else { is_allowed };
            let label = format!("From {} to {}", from.name, to.name);
            view! {
                <td>
                    <input type="checkbox" name=name value="on" checked=is_ticked aria-label=label/>
                </td>
            }
            .into_any()
        });
        view! {
            <tr>
                <th scope="row">
                    <StateName state=from.clone()/>
                </th>
                {cells.collect_view()}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Page heading="Allowed transitions" title crumbs class="project-settings">
            <section class="section">
                <p class="muted measure">
                    "By default, tasks can move between any two states. Restrictions apply to the board, task pages and the API."
                </p>
                <SettingForm setting action feedback class="moves">
                    <fieldset>
                        <legend class="visually-hidden">"Which transitions are allowed"</legend>
                        {choice("any", "From any state to any other", !is_limited)}
                        {choice("chosen", "Only the transitions selected below", is_limited)}
                    </fieldset>
                    <div class="grid-scroll" tabindex="0" role="region" aria-label="Transitions from row to column">
                        <table class="grid">
                            <thead>
                                <tr>
                                    <td class="muted small">"From ↓ To →"</td>
                                    {heads}
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <p class="error" role="alert">
                        {error}
                    </p>
                    <div class="buttons">
                        <SubmitButton label="Save transitions" pending=action.pending()/>
                    </div>
                </SettingForm>
            </section>
        </Page>
    }
    .into_any()
}

#[component]
fn StateName(state: State) -> impl IntoView {
    view! {
        <span class="state">
            <StateMark category=state.category/>
            {state.name}
        </span>
    }
}
