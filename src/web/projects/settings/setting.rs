//! The form that all sections of a project's settings use.

use leptos::{
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::FormData,
};
use serde::de::DeserializeOwned;

use crate::{
    domain::errors::AppError,
    web::ui::{
        app_form::{AppForm, when_done},
        form::FormFeedback,
    },
};

/// The project that a form changes.
#[derive(Clone)]
pub struct Setting {
    pub org: String,
    pub key: String,
    /// Called after a change.
    pub changed: Callback<()>,
}

/// A form that changes the settings of a project and fetches them again afterwards.
#[component]
pub fn SettingForm<S, Output>(
    setting: Setting,
    action: ServerAction<S>,
    feedback: FormFeedback,
    /// Additional class of the form.
    #[prop(optional)]
    class: &'static str,
    /// Whether the form adds an item, and is therefore emptied after success.
    #[prop(optional)]
    adds: bool,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Protocol = Http<PostUrl, Output>, Output = (), Error = AppError>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    S::Client: Client<AppError, Request: ClientReq<AppError, FormData: From<FormData>>>,
    Output: 'static,
{
    let Setting { org, key, changed } = setting;
    when_done(action, changed);
    view! {
        <AppForm action feedback class adds>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            {children()}
        </AppForm>
    }
    .into_any()
}
