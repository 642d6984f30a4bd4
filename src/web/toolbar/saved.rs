//! Saves the current query as a view, and changes or deletes the open view.

use leptos::prelude::*;

use super::{context::Toolbar, panel::Panel};
use crate::{
    domain::saved_views::{NAME_MAX, SavedView},
    web::{
        saved_views::functions::{ChangeView as Change, DeleteView, SaveView as Save},
        ui::{
            app_form::{AppForm, when_done},
            form::FormFeedback,
            form_action::FormAction,
            icon::Glyph,
        },
    },
};

/// The menu that saves the current query as a view.
#[component]
pub fn SaveView(toolbar: Toolbar) -> impl IntoView {
    let action = FormAction::of::<Save>();
    let feedback = FormFeedback::of(action);
    when_done(action, toolbar.changed);
    let query = toolbar.query.clone().saved().address();
    view! {
        <Panel toolbar=toolbar.clone() icon=Glyph::Star label="Save view" open=feedback.is_retry()>
            <div class="drop-panel">
                <AppForm action feedback>
                    <input type="hidden" name="org" value=toolbar.org.clone()/>
                    <input type="hidden" name="key" value=toolbar.project.key.to_string()/>
                    <input type="hidden" name="layout" value=toolbar.layout.slug()/>
                    <input type="hidden" name="query" value=query/>
                    <ViewFields feedback name=String::new() is_shared=false may_share=toolbar.may_write/>
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

/// The menu that changes or deletes the open view.
#[component]
pub fn ChangeView(toolbar: Toolbar, view: SavedView) -> impl IntoView {
    let change = FormAction::of::<Change>();
    let delete = FormAction::of::<DeleteView>();
    let (changing, deleting) = (FormFeedback::of(change), FormFeedback::of(delete));
    when_done(change, toolbar.changed);
    when_done(delete, toolbar.changed);
    let (org, key, id) = (toolbar.org.clone(), toolbar.project.key.to_string(), view.id.to_string());
    let may_share = toolbar.may_write;
    let visibility = match (&view.owner, view.is_shared) {
        (Some(owner), _) => format!("Shared by {owner}."),
        (None, true) => "Everyone who can see this project can see this view.".to_owned(),
        (None, false) => "Only you can see this view.".to_owned(),
    };
    let changed = (!toolbar.shows(&view)).then(|| {
        let href = toolbar.view_href(&view);
        view! {
            <p class="small">
                "The page shows something else than the saved view. " <a href=href>"Discard changes"</a>
            </p>
        }
    });
    let change_form = view.owner.is_none().then(|| {
        let (org, key, id) = (org.clone(), key.clone(), id.clone());
        // With the question mark: an empty field would mean that the query stays.
        let search = format!("?{}", toolbar.query.clone().saved().address());
        view! {
            <AppForm action=change feedback=changing>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="key" value=key/>
                <input type="hidden" name="view" value=id/>
                <input type="hidden" name="search" value=search/>
                {changed}
                <ViewFields feedback=changing name=view.name.clone() is_shared=view.is_shared may_share/>
                <div class="buttons">
                    <button class="button primary" type="submit" disabled=change.pending()>
                        "Save changes"
                    </button>
                </div>
            </AppForm>
        }
    });
    let delete_form = view.may_delete.then(|| {
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
        <Panel toolbar icon=Glyph::Star label="View" open=changing.is_retry() || deleting.is_retry()>
            <div class="drop-panel">
                <p class="small muted">{visibility}</p>
                {change_form}
                {delete_form}
            </div>
        </Panel>
    }
    .into_any()
}

/// The form fields of a view.
#[component]
fn ViewFields(feedback: FormFeedback, name: String, is_shared: bool, may_share: bool) -> impl IntoView {
    let error = feedback.field("name");
    let is_shared = if feedback.is_retry() { feedback.typed("shared", "") == "true" } else { is_shared };
    view! {
        <div class="field">
            <label for="view-name">"View name"</label>
            <input
                dir="auto"
                class="input"
                id="view-name"
                name="name"
                value=feedback.typed("name", &name)
                required
                maxlength=NAME_MAX
                autocomplete="off"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby="view-name-error"
            />
            <p class="error" id="view-name-error" role="alert">
                {error}
            </p>
        </div>
        {may_share
            .then(|| {
                view! {
                    <label class="tick">
                        <input type="checkbox" name="shared" value="true" checked=is_shared/>
                        <span>"Share with everyone in this project"</span>
                    </label>
                }
            })}
    }
}
