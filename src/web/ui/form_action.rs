//! What a form calls, what it has sent, and what came of it.

use std::{ops::Deref, rc::Rc};

use leptos::{
    form::form_data_from_event,
    prelude::*,
    server_fn::ServerFn,
    web_sys::{Element, HtmlInputElement, SubmitEvent, UrlSearchParams},
};
use send_wrapper::SendWrapper;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;

use super::sent_form::SentForm;
use crate::{
    domain::errors::AppError,
    web::call::{self, Post},
};

/// The fields of a submitted form, encoded as the body of its request.
///
/// The server parses them. The browser does not, because the code for that would be different for every form; where a page
/// needs what was sent, it reads single fields by name.
#[derive(Clone)]
pub struct FormFields {
    encoded: String,
    form: SendWrapper<Rc<SentForm>>,
}

impl FormFields {
    /// The fields of `form`, and the value of the button that it was submitted with. `None` if a file is chosen, which the
    /// browser sends with the form. In the browser only.
    #[must_use]
    pub fn of(event: &SubmitEvent, form: SentForm) -> Option<Self> {
        let fields = form_data_from_event(event).ok()?;
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(file) = element.and_then(|form| form.query_selector("input[type='file']").ok().flatten()) {
            let file = file.dyn_into::<HtmlInputElement>().ok()?;
            if !file.value().is_empty() {
                return None;
            }
            fields.delete(&file.name());
        }
        let encoded = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        Some(Self { encoded: encoded.to_string().into(), form: SendWrapper::new(Rc::new(form)) })
    }

    /// The text of the field `name`, if the form has it. In the browser only.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        UrlSearchParams::new_with_str(&self.encoded).ok()?.get(name)
    }
}

/// A server function that a form calls with its fields. It returns `T`.
///
/// Not generic over the server function, so that the WASM contains the code once for all forms with the same kind of answer.
pub struct FormAction<T: Send + Sync + 'static = ()> {
    path: &'static str,
    calls: Action<FormFields, Result<T, AppError>>,
}

impl<T: Send + Sync + 'static> Clone for FormAction<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for FormAction<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> FormAction<T> {
    /// The action of a form that calls the server function `S`.
    #[must_use]
    pub fn of<S: ServerFn<Protocol = Post, Output = T, Error = AppError>>() -> Self {
        Self::at(S::PATH)
    }

    fn at(path: &'static str) -> Self {
        let calls = Action::new(move |fields: &FormFields| {
            let FormFields { encoded, form } = fields.clone();
            let answer = call::post(path, encoded);
            async move {
                let answer = answer.await;
                if answer.is_ok() {
                    form.settle();
                }
                answer
            }
        });
        Self { path, calls }
    }
}

impl<T: Send + Sync + 'static> FormAction<T> {
    /// The address of the server function.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.path
    }
}

impl<T: Send + Sync + 'static> Deref for FormAction<T> {
    type Target = Action<FormFields, Result<T, AppError>>;

    fn deref(&self) -> &Self::Target {
        &self.calls
    }
}
