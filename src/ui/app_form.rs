//! The form that every change goes through.

use leptos::{
    form::ActionForm,
    html,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::{FormData, HtmlElement},
};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;

use super::{
    form::{FormFeedback, FormPage, PAGE_FIELD},
    icon::{Icon, Icon as Glyph},
};
use crate::error::AppError;

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
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, Output>, Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Client: Client<AppError, Request: ClientReq<AppError, FormData: From<FormData>>>,
    Output: 'static,
{
    let form = NodeRef::<html::Form>::new();
    let value = action.value();
    Effect::new(move |_| {
        let outcome = value.with(|value| value.as_ref().map(|outcome| outcome.as_ref().err().cloned()));
        let Some(form) = form.get() else { return };
        match outcome {
            // Only a form that is no form any more cannot be sent; then the message on top remains.
            Some(Some(AppError::SignInRequired)) => drop(form.submit()),
            Some(Some(AppError::Invalid { .. })) => focus_first_error(form.into()),
            Some(None) if adds => form.reset(),
            _ => {}
        }
    });
    let page = use_context::<FormPage>().and_then(|FormPage(page)| page);
    view! {
        <ActionForm action node_ref=form attr:class=format!("form {class}")>
            {page.map(|page| view! { <input type="hidden" name=PAGE_FIELD value=page/> })}
            <FormError feedback/>
            {children()}
        </ActionForm>
    }
    .into_any()
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
