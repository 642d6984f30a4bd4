//! Saving what a page shows as a view, and changing or deleting the view that is open.

use leptos::prelude::*;

use super::{Panel, Toolbar};
use crate::{
    domain::saved_views::{NAME_MAX, SavedView},
    web::{
        saved_views::functions::{ChangeView as Change, DeleteView, SaveView as Save},
        ui::{
            app_form::{AppForm, when_done},
            form::FormFeedback,
            icon::Icon as Glyph,
        },
    },
};

/// Saves what is shown.
#[component]
pub fn SaveView(bar: Toolbar) -> impl IntoView {
    let action = ServerAction::<Save>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, bar.changed);
    let query = bar.query.address();
    view! {
        <Panel bar=bar.clone() icon=Glyph::Star label="Save view" open=feedback.is_retry()>
            <div class="drop-panel">
                <AppForm action feedback>
                    <input type="hidden" name="org" value=bar.org.clone()/>
                    <input type="hidden" name="key" value=bar.parts.key.to_string()/>
                    <input type="hidden" name="layout" value=bar.layout.slug()/>
                    <input type="hidden" name="query" value=query/>
                    <Named feedback name=String::new() is_shared=false may_share=bar.may_write/>
                    <div class="buttons">
                        <button class="button primary" type="submit" disabled=action.pending()>
                            "Save view"
                        </button>
                    </div>
                </AppForm>
            </div>
        </Panel>
    }
    .into_any()
}

/// Changes or deletes the view that is open.
#[component]
pub fn ChangeView(bar: Toolbar, view: SavedView) -> impl IntoView {
    let change = ServerAction::<Change>::new();
    let delete = ServerAction::<DeleteView>::new();
    let (changing, deleting) = (FormFeedback::of(change), FormFeedback::of(delete));
    when_done(change, bar.changed);
    when_done(delete, bar.changed);
    let (org, key, id) = (bar.org.clone(), bar.parts.key.to_string(), view.id.to_string());
    let may_share = bar.may_write;
    let about = match (&view.owner, view.is_shared) {
        (Some(owner), _) => format!("{owner} shares this view."),
        (None, true) => "Everybody who sees the project sees this view.".to_owned(),
        (None, false) => "Only you see this view.".to_owned(),
    };
    let own = view.owner.is_none().then(|| {
        let (org, key, id) = (org.clone(), key.clone(), id.clone());
        view! {
            <AppForm action=change feedback=changing>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="key" value=key/>
                <input type="hidden" name="view" value=id/>
                <Named feedback=changing name=view.name.clone() is_shared=view.is_shared may_share/>
                <div class="buttons">
                    <button class="button primary" type="submit" disabled=change.pending()>
                        "Save changes"
                    </button>
                </div>
            </AppForm>
        }
    });
    let removal = view.may_delete.then(|| {
        view! {
            <AppForm action=delete feedback=deleting>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="key" value=key/>
                <input type="hidden" name="view" value=id/>
                <div class="buttons">
                    <button class="button danger" type="submit" disabled=delete.pending()>
                        "Delete view"
                    </button>
                </div>
            </AppForm>
        }
    });
    view! {
        <Panel bar icon=Glyph::Star label="View" open=changing.is_retry() || deleting.is_retry()>
            <div class="drop-panel">
                <p class="small muted">{about}</p>
                {own}
                {removal}
            </div>
        </Panel>
    }
    .into_any()
}

/// The fields of a view.
#[component]
fn Named(feedback: FormFeedback, name: String, is_shared: bool, may_share: bool) -> impl IntoView {
    let wrong = feedback.field("name");
    let is_shared = if feedback.is_retry() { feedback.typed("shared", "") == "true" } else { is_shared };
    view! {
        <div class="field">
            <label for="view-name">"Name of the view"</label>
            <input
                class="input"
                id="view-name"
                name="name"
                value=feedback.typed("name", &name)
                required
                maxlength=NAME_MAX
                autocomplete="off"
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                aria-describedby="view-name-error"
            />
            <p class="error" id="view-name-error" role="alert">
                {wrong}
            </p>
        </div>
        {may_share
            .then(|| {
                view! {
                    <label class="tick">
                        <input type="checkbox" name="shared" value="true" checked=is_shared/>
                        <span>"Share it with everybody in the project"</span>
                    </label>
                }
            })}
    }
}
