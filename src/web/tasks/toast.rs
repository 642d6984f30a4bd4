//! What has just been done, with the way back: one at a time, at the foot of the page, and never in the way of the focus.

use std::time::Duration;

use leptos::{
    ev,
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
    task::spawn_local,
};
use uuid::Uuid;

use super::functions::undo;
use crate::{
    domain::errors::AppError,
    web::ui::{
        icon::{Icon, Icon as Glyph},
        keyboard::is_taken,
    },
};

/// How long it stays when nobody points at it.
const STAYS: Duration = Duration::from_secs(10);

/// What is said of a thing that is no longer there.
const GONE: &str = "It is no longer there, so it can’t be undone.";

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    text: String,
    /// What undoes it.
    undo: Option<Uuid>,
    is_error: bool,
}

/// The toasts of a workspace. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Toasts {
    org: StoredValue<String>,
    shown: RwSignal<Option<Toast>>,
    /// What was done last, whether or not it is still told.
    last: RwSignal<Option<Uuid>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Toasts {
    /// Gives the toasts of the organization called `org` to everything rendered from here on down.
    pub fn provide(org: &str) -> Self {
        let toasts = Self {
            org: StoredValue::new(org.to_owned()),
            shown: RwSignal::new(None),
            last: RwSignal::new(None),
            timer: StoredValue::new(None),
        };
        provide_context(toasts);
        toasts
    }

    /// The toasts of the present workspace.
    ///
    /// # Panics
    ///
    /// Outside of the frame, where there are none.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("a page of an organization is rendered inside the frame")
    }

    /// Tells that something was done, which `undo` takes back.
    pub fn done(self, text: impl Into<String>, undo: Option<Uuid>) {
        if undo.is_some() {
            self.last.try_set(undo);
        }
        self.show(Toast { text: text.into(), undo, is_error: false });
    }

    /// Takes back what was done last; nothing when there is nothing.
    fn undo(self) {
        let (Some(Some(batch)), Some(org)) = (self.last.try_get_untracked(), self.org.try_get_value()) else { return };
        self.last.set(None);
        spawn_local(async move {
            let toast = match undo(org, batch).await {
                Ok(_) => Toast { text: "Undone".to_owned(), undo: None, is_error: false },
                Err(AppError::Unreachable) => {
                    // It may be tried again.
                    self.last.try_set(Some(batch));
                    Toast { text: AppError::Unreachable.to_string(), undo: Some(batch), is_error: true }
                }
                Err(error) => Toast { text: words(&error), undo: None, is_error: true },
            };
            self.show(toast);
        });
    }

    fn show(self, toast: Toast) {
        self.shown.try_set(Some(toast));
        self.leave_later();
    }

    fn close(self) {
        self.stay();
        self.shown.try_set(None);
    }

    /// Lets it stay as long as somebody points at it.
    fn stay(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn leave_later(self) {
        self.stay();
        let leave = move || {
            self.shown.try_set(None);
        };
        // Without a timer it stays until it is closed.
        self.timer.try_set_value(set_timeout_with_handle(leave, STAYS).ok());
    }
}

/// Why it cannot be undone.
fn words(error: &AppError) -> String {
    match error {
        AppError::NotFound => GONE.to_owned(),
        AppError::Invalid { .. } => format!("It can’t be undone. {}", error.reasons()),
        error => error.to_string(),
    }
}

/// Where the toasts of the workspace appear.
#[component]
pub fn ToastView() -> impl IntoView {
    let toasts = Toasts::expect();
    // In the browser alone.
    Effect::new(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            let is_undo = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
            if is_undo && event.key().eq_ignore_ascii_case("z") && !is_taken(&event) {
                event.prevent_default();
                toasts.undo();
            }
        });
        on_cleanup(move || handle.remove());
    });
    view! {
        <div
            class="toasts"
            role="status"
            on:pointerenter=move |_| toasts.stay()
            on:pointerleave=move |_| toasts.leave_later()
            on:focusin=move |_| toasts.stay()
            on:focusout=move |_| toasts.leave_later()
        >
            {move || {
                let Toast { text, undo, is_error } = toasts.shown.get()?;
                let button = undo
                    .map(|_| {
                        view! {
                            <button type="button" class="button quiet" on:click=move |_| toasts.undo()>
                                "Undo"
                            </button>
                        }
                    });
                Some(
                    view! {
                        <div class="toast" class:wrong=is_error>
                            <p>{text}</p>
                            {button}
                            <button
                                type="button"
                                class="button quiet square"
                                aria-label="Close"
                                on:click=move |_| toasts.close()
                            >
                                <Icon icon=Glyph::Close/>
                            </button>
                        </div>
                    },
                )
            }}
        </div>
    }
    .into_any()
}
