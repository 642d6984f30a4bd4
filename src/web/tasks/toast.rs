//! Toasts: report the last change at the foot of the page and offer to undo it. Shows one at a time and never takes the focus.

use std::{collections::VecDeque, time::Duration};

use leptos::{
    ev,
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
    task::spawn_local,
};
use uuid::Uuid;

use super::{
    functions::{Undone, undo},
    history::{History, Step},
};
use crate::{
    domain::errors::AppError,
    web::ui::{
        icon::{Glyph, Icon},
        keyboard::{is_handled, key_of},
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
    /// What the toast's button does.
    step: Option<Step>,
    is_error: bool,
}

/// The toasts of an organization's pages. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Toasts {
    org: StoredValue<String>,
    shown: RwSignal<Option<Toast>>,
    /// The changes to undo and to redo, whether or not their toasts are still shown.
    history: StoredValue<History>,
    /// Steps that wait for the one before.
    steps: StoredValue<VecDeque<Step>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Toasts {
    /// Provides the toasts of the organization `org`, for `owner`, to all components below.
    pub fn provide(org: &str, owner: &str) -> Self {
        let toasts = Self {
            org: StoredValue::new(org.to_owned()),
            shown: RwSignal::new(None),
            history: StoredValue::new(History::of(owner)),
            steps: StoredValue::new(VecDeque::new()),
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

    /// Shows a toast about a change. `undo` has the batches that undo the change.
    pub fn done(self, text: impl Into<String>, undo: impl IntoIterator<Item = Uuid>) {
        let undo: Vec<_> = undo.into_iter().collect();
        let step = (!undo.is_empty()).then_some(Step::Undo);
        if step.is_some() {
            self.history.try_update_value(|history| history.push(undo));
        }
        self.show(Toast::about(text.into(), step));
    }

    /// Shows a toast about `batch`, which was undone elsewhere on the page.
    pub fn undone(self, batch: Uuid, (back, restored, of): Undone) {
        self.history.try_update_value(|history| history.forget(batch));
        self.stepped(Step::Undo, back.into_iter().collect(), (restored, of));
    }

    /// Undoes the last change, or redoes what was undone last, if there is one. Steps are taken one after the other.
    fn step(self, step: Step) {
        let waiting = self.steps.try_update_value(|steps| {
            steps.push_back(step);
            steps.len()
        });
        if waiting == Some(1) {
            spawn_local(async move {
                while let Some(Some(step)) = self.steps.try_with_value(|steps| steps.front().copied()) {
                    self.take_step(step).await;
                    self.steps.try_update_value(VecDeque::pop_front);
                }
            });
        }
    }

    async fn take_step(self, step: Step) {
        let change = self.history.try_update_value(|history| history.take(step)).flatten();
        let (Some(mut left), Some(org)) = (change, self.org.try_get_value()) else { return };
        let (mut back, mut restored, mut of) = (Vec::new(), 0, 0);
        // The last batch first.
        while let Some(batch) = left.last().copied() {
            match undo(org.clone(), batch).await {
                Ok((batch, restored_here, of_here)) => {
                    back.extend(batch);
                    (restored, of) = (restored + restored_here, of + of_here);
                    left.pop();
                }
                Err(error) => return self.stopped(step, (left, back), &error),
            }
        }
        self.stepped(step, back, (restored, of));
    }

    /// Shows why a step ended, and keeps what is `left` of it if it may be taken later, and what leads `back`.
    fn stopped(self, step: Step, (left, back): (Vec<Uuid>, Vec<Uuid>), error: &AppError) {
        let may_retry =
            matches!(error, AppError::Unreachable | AppError::Busy | AppError::Unavailable | AppError::SignInRequired);
        self.history.try_update_value(|history| {
            if !back.is_empty() {
                history.put(step.back(), back);
            }
            if may_retry {
                history.put(step, left);
            }
        });
        self.show(Toast { is_error: true, ..Toast::about(error_text(error), may_retry.then_some(step)) });
    }

    /// Shows what came of a step: `back` leads back, and as many of so many tasks are as before.
    fn stepped(self, step: Step, back: Vec<Uuid>, (restored, of): (usize, usize)) {
        let name = match step {
            Step::Undo => "undone",
            Step::Redo => "redone",
        };
        let text = if restored < of {
            format!("Change {name} for {restored} of {of} tasks. Someone has changed the others since.")
        } else if back.is_empty() {
            format!("Change {name} already")
        } else {
            format!("Change {name}")
        };
        let next = (!back.is_empty()).then(|| step.back());
        if let Some(next) = next {
            self.history.try_update_value(|history| history.put(next, back));
        }
        self.show(Toast::about(text, next));
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

impl Toast {
    const fn about(text: String, step: Option<Step>) -> Self {
        Self { text, step, is_error: false }
    }
}

impl Step {
    /// The step that the keys ask for: Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, or those with ⌘.
    fn of_keys(event: &ev::KeyboardEvent) -> Option<Self> {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return None;
        }
        match key_of(event).as_str() {
            "z" => Some(Self::Undo),
            "Z" | "y" => Some(Self::Redo),
            _ => None,
        }
    }

    /// The step that takes this one back.
    const fn back(self) -> Self {
        match self {
            Self::Undo => Self::Redo,
            Self::Redo => Self::Undo,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Undo => "Undo",
            Self::Redo => "Redo",
        }
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

/// Renders the toasts, and undoes and redoes changes by keys.
#[component]
pub fn ToastView() -> impl IntoView {
    let toasts = Toasts::expect();
    // Effects run in the browser only.
    Effect::new(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            if let Some(step) = Step::of_keys(&event).filter(|_| !is_handled(&event)) {
                event.prevent_default();
                toasts.step(step);
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
                let Toast { text, step, is_error } = toasts.shown.get()?;
                let button = step
                    .map(|step| {
                        view! {
                            <button type="button" class="button quiet" on:click=move |_| toasts.step(step)>
                                {step.label()}
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
