//! The form component that every change is submitted with.

use std::sync::Arc;

use leptos::{
    html,
    prelude::*,
    web_sys::{HtmlElement, SubmitEvent},
};
use wasm_bindgen::JsCast;

use super::{
    controls::reveal,
    draft::Draft,
    form::{FormFeedback, FormPage, PAGE_FIELD},
    form_action::{FormAction, FormFields},
    form_names::{PLACE_FIELD, TOKEN_FIELD},
    icon::{Glyph, Icon},
    sent_form::{PageToken, SentForm},
};
use crate::domain::errors::AppError;

/// Calls the server function with the fields of the submitted form.
type Submission = Arc<dyn Fn(FormFields) + Send + Sync>;

/// A form that calls a server function, with or without WASM, and shows errors at its top.
///
/// If the session has ended, the form is submitted as without WASM: the server keeps the fields, lets the person sign in and
/// renders the page with the form filled in again. Unsaved text is kept in the browser as a [`Draft`]. The server carries the
/// form out once, however often it is sent ([`TOKEN_FIELD`]).
#[component]
pub fn AppForm<T: Send + Sync + 'static>(
    action: FormAction<T>,
    feedback: FormFeedback,
    /// Added to the class `form`.
    #[prop(optional)]
    class: &'static str,
    /// Whether the form adds an item: it is cleared after success, ready for the next item.
    #[prop(optional)]
    adds: bool,
    /// The draft, if the page needs to know it.
    #[prop(optional)]
    draft: Option<Draft>,
    /// Whether the form has a field for a file.
    #[prop(optional)]
    has_file: bool,
    children: Children,
) -> impl IntoView {
    let draft = draft.unwrap_or_else(Draft::of_form);
    let send = move |fields| drop(action.dispatch(fields));
    form_of(action.path(), Arc::new(send), feedback, class, FormKind { adds, has_file }, draft, children)
}

/// What is special about a form.
#[derive(Clone, Copy)]
struct FormKind {
    adds: bool,
    has_file: bool,
}

/// Renders the form. Not generic over the answer, so that the WASM contains it only once.
fn form_of(
    url: &'static str,
    send: Submission,
    feedback: FormFeedback,
    class: &'static str,
    FormKind { adds, has_file }: FormKind,
    draft: Draft,
    children: Children,
) -> AnyView {
    let form = NodeRef::<html::Form>::new();
    let outcome = feedback.outcome();
    Effect::new(move |_| {
        let outcome = outcome.get();
        let Some(form) = form.get() else { return };
        match outcome {
            // Fails only if the form is no longer in the document; then the message at the top remains.
            Some(Some(AppError::SignInRequired)) => drop(form.submit()),
            Some(Some(AppError::Invalid { .. })) => focus_first_error(form.into()),
            _ => {}
        }
    });
    let has_text = RwSignal::new(false);
    Effect::new(move || {
        let Some(form) = form.get() else { return };
        has_text.set(draft.attach(&form));
        if has_text.get_untracked() && !feedback.is_retry() {
            draft.restore(&form);
        }
        // A retried form is filled in by the server already.
        if feedback.is_retry() || draft.is_restored().get_untracked() {
            reveal(&form);
        }
    });
    let save_draft = move |_| {
        if let Some(form) = form.get_untracked().filter(|_| has_text.get_untracked()) {
            draft.save(&form);
        }
    };
    let submit = move |event: SubmitEvent| {
        // If the browser cannot read the fields, it submits the form itself.
        if !event.default_prevented()
            && let Some(form) = form.get_untracked()
            && let Some(fields) = FormFields::of(&event, SentForm::of(form, adds, draft))
        {
            event.prevent_default();
            send(fields);
        }
    };
    let hidden = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
    };
    let page = use_context::<FormPage>().and_then(|FormPage(page)| page).unwrap_or_default();
    let names = view! {
        {hidden(PAGE_FIELD, page)}
        {hidden(PLACE_FIELD, feedback.place())}
        {hidden(TOKEN_FIELD, PageToken::of_form())}
    };
    view! {
        <form
            action=url
            method="post"
            enctype=has_file.then_some("multipart/form-data")
            class=format!("form {class}")
            node_ref=form
            on:submit=submit
            on:input=save_draft
        >
            {names}
            <FormError feedback/>
            <DraftNote draft form feedback has_text/>
            {children()}
        </form>
    }
    .into_any()
}

/// Says that a draft was restored, and offers to submit again after a connection error.
#[component]
fn DraftNote(
    draft: Draft,
    form: NodeRef<html::Form>,
    feedback: FormFeedback,
    /// Whether the form has text fields. Known in the browser.
    has_text: RwSignal<bool>,
) -> impl IntoView {
    let error = feedback.error();
    let discard = move |_| {
        if let Some(form) = form.get_untracked() {
            draft.discard(&form);
        }
    };
    view! {
        {move || {
            (has_text.get() && error.with(|error| matches!(error, Some(AppError::Unreachable))))
                .then(|| {
                    view! {
                        <div class="buttons">
                            <button type="submit" class="button">
                                "Try again"
                            </button>
                        </div>
                    }
                })
        }}
        {move || {
            has_text
                .get()
                .then(|| {
                    let note = move || {
                        draft
                            .is_restored()
                            .get()
                            .then(|| {
                                view! {
                                    "Draft restored · "
                                    <button type="button" class="link" on:click=discard>
                                        "Discard"
                                    </button>
                                }
                            })
                    };
                    view! { <p class="draft-note" role="status">{note}</p> }
                })
        }}
    }
    .into_any()
}

/// Calls `done` after every successful submission with WASM.
pub fn when_done(action: FormAction, done: Callback<()>) {
    let value = action.value();
    Effect::new(move || {
        if value.with(|outcome| matches!(outcome, Some(Ok(())))) {
            done.run(());
        }
    });
}

/// The error that concerns the whole form. Screen readers announce it when it appears.
#[component]
pub fn FormError(feedback: FormFeedback) -> impl IntoView {
    let error = feedback.error();
    view! {
        <div role="alert" hidden=move || error.with(Option::is_none)>
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p class="notice danger">
                                <Icon icon=Glyph::Alert/>
                                <span>{error.to_string()}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// The form's main button, disabled while a submission is pending.
#[component]
pub fn SubmitButton(
    /// The action, for example “Create task”.
    label: &'static str,
    #[prop(into)] pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class="button primary" disabled=pending>
            {label}
        </button>
    }
}

/// Focuses the first invalid field after the errors are rendered.
fn focus_first_error(form: HtmlElement) {
    request_animation_frame(move || {
        let invalid = form.query_selector("[aria-invalid='true']").ok().flatten();
        if let Some(field) = invalid.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            // If the field cannot be focused, its error is still shown.
            drop(field.focus());
        }
    });
}
