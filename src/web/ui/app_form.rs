//! The form that every change goes through.

use std::sync::Arc;

use leptos::{
    form::FromFormData as _,
    html,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, error::ServerFnErrorErr, request::ClientReq},
    web_sys::{FormData, HtmlElement, SubmitEvent},
};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;

use super::{
    draft::Draft,
    form::{FormFeedback, FormPage, PAGE_FIELD},
    icon::{Icon, Icon as Glyph},
};
use crate::domain::errors::AppError;

/// Calls a server function with what the form of an event holds.
type Submission = Arc<dyn Fn(&SubmitEvent) + Send + Sync>;

/// A form that calls a server function, with WASM or without, and says on top what went wrong.
///
/// When the session has ended meanwhile, the form is sent the way it goes without WASM: the server then keeps what was
/// typed, has the person sign in, and shows the page with the form filled in again.
#[component]
pub fn AppForm<S, Output>(
    action: ServerAction<S>,
    feedback: FormFeedback,
    /// Added to the form's `form`.
    #[prop(optional)]
    class: &'static str,
    /// Whether it adds something, and is ready for the next once that is done.
    #[prop(optional)]
    adds: bool,
    /// Where what is typed into it is kept until it is saved.
    #[prop(optional)]
    draft: Option<Draft>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, Output>, Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Client: Client<AppError, Request: ClientReq<AppError, FormData: From<FormData>>>,
    Output: 'static,
{
    let send = move |event: &SubmitEvent| match S::from_event(event) {
        Ok(input) => drop(action.dispatch(input)),
        Err(error) => {
            let error = ServerFnErrorErr::Serialization(error.to_string());
            action.value().set(Some(Err(AppError::from_server_fn_error(error))));
        }
    };
    form_of(S::url(), Arc::new(send), feedback, class, adds, draft, children)
}

/// The form itself, once for all server functions: what depends on one is compiled for each, and sent to every browser.
fn form_of(
    url: &'static str,
    send: Submission,
    feedback: FormFeedback,
    class: &'static str,
    adds: bool,
    draft: Option<Draft>,
    children: Children,
) -> AnyView {
    let form = NodeRef::<html::Form>::new();
    let outcome = feedback.outcome();
    Effect::new(move |_| {
        let outcome = outcome.get();
        let Some(form) = form.get() else { return };
        match outcome {
            // Only a form that is no form any more cannot be sent; then the message on top remains.
            Some(Some(AppError::SignInRequired)) => drop(form.submit()),
            Some(Some(AppError::Invalid { .. })) => focus_first_error(form.into()),
            Some(None) => {
                if adds {
                    form.reset();
                }
                if let Some(draft) = draft {
                    draft.forget();
                }
            }
            _ => {}
        }
    });
    if let Some(draft) = draft {
        Effect::new(move || {
            // What was kept on the server while somebody signed in again is in the form already.
            if let Some(form) = form.get().filter(|_| !feedback.is_retry()) {
                draft.restore(&form);
            }
        });
    }
    let typed = move |_| {
        if let (Some(draft), Some(form)) = (draft, form.get_untracked()) {
            draft.keep(&form);
        }
    };
    let submit = move |event: SubmitEvent| {
        if !event.default_prevented() {
            event.prevent_default();
            send(&event);
        }
    };
    let page = use_context::<FormPage>().and_then(|FormPage(page)| page);
    view! {
        <form action=url method="post" class=format!("form {class}") node_ref=form on:submit=submit on:input=typed>
            {page.map(|page| view! { <input type="hidden" name=PAGE_FIELD value=page/> })}
            <FormError feedback/>
            {draft.map(|draft| view! { <DraftNote draft form feedback/> })}
            {children()}
        </form>
    }
    .into_any()
}

/// Says that what is in the form comes from before, and offers to send again what could not be sent.
#[component]
fn DraftNote(draft: Draft, form: NodeRef<html::Form>, feedback: FormFeedback) -> impl IntoView {
    let error = feedback.error();
    let discard = move |_| {
        if let Some(form) = form.get_untracked() {
            draft.discard(&form);
        }
    };
    view! {
        <Show when=move || error.with(|error| matches!(error, Some(AppError::Unreachable)))>
            <div class="buttons">
                <button type="submit" class="button">
                    "Try again"
                </button>
            </div>
        </Show>
        <p class="draft-note" role="status">
            {move || {
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
            }}
        </p>
    }
}

/// Calls `done` whenever the form was carried out, with WASM.
pub fn when_done<S>(action: ServerAction<S>, done: Callback<()>)
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move || {
        if value.with(|outcome| matches!(outcome, Some(Ok(())))) {
            done.run(());
        }
    });
}

/// Why the whole form was not accepted. Announced when it appears.
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

/// The form's main button. While the form is on its way it does nothing more.
#[component]
pub fn SubmitButton(
    /// What it does, for example “Create task”.
    label: &'static str,
    #[prop(into)] pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class="button primary" disabled=pending>
            {label}
        </button>
    }
}

/// Moves the focus to the first marked field, once the marks are on the page.
fn focus_first_error(form: HtmlElement) {
    request_animation_frame(move || {
        let marked = form.query_selector("[aria-invalid='true']").ok().flatten();
        if let Some(field) = marked.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            // A field that cannot take the focus is still marked.
            drop(field.focus());
        }
    });
}
