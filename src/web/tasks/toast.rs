//! Toasts: report the last change at the foot of the page and offer to undo it. Shows one at a time and never takes the focus.

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
        icon::{Glyph, Icon},
        keyboard::is_handled,
    },
};

/// How long a toast is shown while neither pointer nor focus is on it.
const DURATION: Duration = Duration::from_secs(10);

/// Message if the change to undo no longer exists.
const NOT_FOUND: &str = "It no longer exists, so this can’t be undone.";

/// A message about a change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    text: String,
    /// The batch that undoes the change.
    undo: Option<Uuid>,
    is_error: bool,
}

/// The toasts of an organization's pages. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Toasts {
    org: StoredValue<String>,
    shown: RwSignal<Option<Toast>>,
    /// The batch that undoes the last change, whether or not its toast is still shown.
    last: RwSignal<Option<Uuid>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Toasts {
    /// Provides the toasts of the organization `org` to all components below.
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

    /// The toasts of the current organization.
    ///
    /// # Panics
    ///
    /// Outside the app shell, which provides them.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("pages of an organization are rendered inside the app shell")
    }

    /// Shows a toast about a change. `undo` is the batch that undoes the change.
    pub fn done(self, text: impl Into<String>, undo: Option<Uuid>) {
        if undo.is_some() {
            self.last.try_set(undo);
        }
        self.show(Toast { text: text.into(), undo, is_error: false });
    }

    /// Undoes the last change, if there is one.
    fn undo(self) {
        let (Some(Some(batch)), Some(org)) = (self.last.try_get_untracked(), self.org.try_get_value()) else { return };
        self.last.set(None);
        spawn_local(async move {
            let toast = match undo(org, batch).await {
                Ok(_) => Toast { text: "Change undone".to_owned(), undo: None, is_error: false },
                Err(AppError::Unreachable) => {
                    // The server did not respond, so the undo can be retried.
                    self.last.try_set(Some(batch));
                    Toast { text: AppError::Unreachable.to_string(), undo: Some(batch), is_error: true }
                }
                Err(error) => Toast { text: error_text(&error), undo: None, is_error: true },
            };
            self.show(toast);
        });
    }

    fn show(self, toast: Toast) {
        self.shown.try_set(Some(toast));
        self.restart_timer();
    }

    fn close(self) {
        self.stop_timer();
        self.shown.try_set(None);
    }

    /// Keeps the toast open while the pointer or the focus is on it.
    fn stop_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Closes the toast after [`DURATION`].
    fn restart_timer(self) {
        self.stop_timer();
        let close = move || {
            self.shown.try_set(None);
        };
        // Without a timer the toast stays until the member closes it.
        self.timer.try_set_value(set_timeout_with_handle(close, DURATION).ok());
    }
}

/// Explains why the change cannot be undone.
fn error_text(error: &AppError) -> String {
    match error {
        AppError::NotFound => NOT_FOUND.to_owned(),
        AppError::Invalid { .. } => format!("This can’t be undone. {}", error.reasons()),
        error => error.to_string(),
    }
}

/// Renders the toasts and undoes the last change on Ctrl+Z or ⌘Z.
#[component]
pub fn ToastView() -> impl IntoView {
    let toasts = Toasts::expect();
    // Effects run in the browser only.
    Effect::new(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            let is_undo = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
            if is_undo && event.key().eq_ignore_ascii_case("z") && !is_handled(&event) {
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
            on:pointerenter=move |_| toasts.stop_timer()
            on:pointerleave=move |_| toasts.restart_timer()
            on:focusin=move |_| toasts.stop_timer()
            on:focusout=move |_| toasts.restart_timer()
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
