//! Mentions: completes a person's name typed after `@`.

use leptos::{
    ev::KeyboardEvent,
    html::Textarea,
    prelude::*,
    web_sys::{Event, EventInit, HtmlTextAreaElement},
};

use super::{avatar::Avatar, keyboard::key_of};
use crate::{domain::fold::fold, web::sorting::sort_by_key};

/// The names that can be mentioned, in order. In the context of forms with text fields.
#[derive(Clone, Copy)]
pub struct Mentionable(pub Signal<Vec<String>>);

/// The maximum number of suggestions.
const SUGGESTIONS_MAX: usize = 6;

/// Longer text after an `@`, in characters, is not taken for a name.
const TYPED_MAX: usize = 40;

/// The height of the list in pixels.
const LIST_HEIGHT: f64 = 280.0;

/// The suggested names for the text from `from` to `to`, in UTF-16 code units as in the DOM.
#[derive(Clone, Debug, PartialEq)]
struct Suggestions {
    from: usize,
    to: usize,
    names: Vec<String>,
    selected: usize,
    /// Whether the list opens above the field for lack of space below.
    is_above: bool,
}

/// A multi-line field that suggests names after `@`: the arrow keys select, Enter and Tab accept, Escape closes.
///
/// Outside a [`Mentionable`] context and without WASM, renders the field only.
#[component]
pub fn Mentions(
    /// The field among the children.
    field: NodeRef<Textarea>,
    /// The `id` of the field.
    #[prop(into)]
    id: String,
    children: Children,
) -> impl IntoView {
    let Some(Mentionable(people)) = use_context() else { return children() };
    let (suggestions, dismissed_at) = (RwSignal::new(None), StoredValue::new(None));
    let completion = Completion { field, people, suggestions, dismissed_at, list_id: StoredValue::new(id + "-people") };
    Effect::new(move || completion.update_aria());
    let announcement = move || {
        let count = suggestions.with(|shown| shown.as_ref().map(|shown: &Suggestions| shown.names.len()));
        count.map(|count| match count {
            1 => "1 person. Press Enter to mention them.".to_owned(),
            count => format!("{count} people. Choose with the arrow keys, then press Enter to mention one."),
        })
    };
    view! {
        <div
            class="mentions"
            on:input=move |_| completion.update()
            on:click=move |_| completion.update()
            on:keydown=move |event| completion.on_key(&event)
            on:focusout=move |_| suggestions.set(None)
        >
            {children()}
            {move || suggestions.get().map(|suggestions| view! { <SuggestionList completion suggestions/> })}
            <p class="visually-hidden" aria-live="polite">
                {announcement}
            </p>
        </div>
    }
    .into_any()
}

#[component]
fn SuggestionList(completion: Completion, suggestions: Suggestions) -> impl IntoView {
    let Suggestions { names, selected, is_above, .. } = suggestions;
    let options = names.into_iter().enumerate().map(|(index, name)| {
        view! {
            <li
                class="menu-item"
                role="option"
                id=completion.option_id(index)
                aria-selected=(index == selected).to_string()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| completion.accept(index)
            >
                <Avatar name=name.clone()/>
                <span class="clip">{name}</span>
            </li>
        }
    });
    view! {
        <ul
            class="mentions-list"
            class:above=is_above
            role="listbox"
            id=completion.list_id.get_value()
            aria-label="People"
        >
            {options.collect_view()}
        </ul>
    }
    .into_any()
}

/// The completion of names in a field. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
struct Completion {
    field: NodeRef<Textarea>,
    people: Signal<Vec<String>>,
    suggestions: RwSignal<Option<Suggestions>>,
    /// The position of the `@` whose list was closed with Escape.
    dismissed_at: StoredValue<Option<usize>>,
    /// The `id` of the list.
    list_id: StoredValue<String>,
}

impl Completion {
    /// Updates the suggestions for the text at the caret.
    fn update(self) {
        let found = self.field.get_untracked().and_then(|field| {
            let (from, to, typed) = typed_in(&field)?;
            let names = self.people.with_untracked(|names| matching(names, &typed));
            Some(Suggestions { from, to, names, selected: 0, is_above: lacks_space_below(&field) })
        });
        if self.dismissed_at.get_value() != found.as_ref().map(|found| found.from) {
            self.dismissed_at.set_value(None);
        }
        let is_open = self.dismissed_at.get_value().is_none();
        self.suggestions.set(found.filter(|found| is_open && !found.names.is_empty()));
    }

    fn on_key(self, event: &KeyboardEvent) {
        let Some(mut shown) = self.suggestions.get_untracked() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let count = shown.names.len();
        match key_of(event).as_str() {
            "ArrowDown" => {
                shown.selected = (shown.selected + 1) % count;
                self.suggestions.set(Some(shown));
            }
            "ArrowUp" => {
                shown.selected = (shown.selected + count - 1) % count;
                self.suggestions.set(Some(shown));
            }
            "Enter" | "Tab" => self.accept(shown.selected),
            "Escape" => {
                self.dismissed_at.set_value(Some(shown.from));
                self.suggestions.set(None);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Inserts the name at `index`.
    fn accept(self, index: usize) {
        let (Some(field), Some(shown)) = (self.field.get_untracked(), self.suggestions.get_untracked()) else { return };
        self.suggestions.set(None);
        if let Some(name) = shown.names.get(index) {
            insert(&field, shown.from, shown.to, name);
        }
    }

    /// Updates the field's ARIA attributes for the list.
    fn update_aria(self) {
        let Some(field) = self.field.get() else { return };
        let shown = self.suggestions.get();
        for (name, value) in [
            ("aria-autocomplete", Some("list".to_owned())),
            ("aria-haspopup", Some("listbox".to_owned())),
            ("aria-controls", shown.as_ref().map(|_| self.list_id.get_value())),
            ("aria-activedescendant", shown.as_ref().map(|shown| self.option_id(shown.selected))),
        ] {
            // Valid attribute names do not fail.
            drop(match value {
                Some(value) => field.set_attribute(name, &value),
                None => field.remove_attribute(name),
            });
        }
    }

    fn option_id(self, index: usize) -> String {
        self.list_id.with_value(|list_id| format!("{list_id}-{index}"))
    }
}

/// Returns the position of the `@`, the position of the caret and the text between them.
fn typed_in(field: &HtmlTextAreaElement) -> Option<(usize, usize, String)> {
    let [start, end] = [field.selection_start(), field.selection_end()].map(|at| at.ok().flatten());
    let caret = usize::try_from(start.filter(|_| start == end)?).ok()?;
    let units: Vec<u16> = field.value().encode_utf16().take(caret).collect();
    let before = String::from_utf16_lossy(&units);
    let (at, typed) = mention_before(&before)?;
    Some((before[..at].encode_utf16().count(), caret, typed.to_owned()))
}

/// Replaces the typed text with `name` and dispatches an `input` event, as typing does.
fn insert(field: &HtmlTextAreaElement, from: usize, to: usize, name: &str) {
    let units: Vec<u16> = field.value().encode_utf16().collect();
    let (Some(before), Some(after)) = (units.get(..from), units.get(to..)) else { return };
    let (before, after) = (String::from_utf16_lossy(before), String::from_utf16_lossy(after));
    let space = if after.starts_with(char::is_whitespace) { "" } else { " " };
    let before = format!("{before}@{name}{space}");
    field.set_value(&format!("{before}{after}"));
    let caret = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
    // Fails only for a field without text.
    drop(field.set_selection_range(caret, caret));
    let options = EventInit::new();
    options.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &options) {
        drop(field.dispatch_event(&event));
    }
}

/// Whether the list fits above but not below `field`.
fn lacks_space_below(field: &HtmlTextAreaElement) -> bool {
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    let bounds = field.get_bounding_client_rect();
    height.is_some_and(|height| bounds.bottom() + LIST_HEIGHT > height && bounds.y() > LIST_HEIGHT)
}

/// Finds a mention at the end of `before`: the byte position of its `@` and the text after it.
fn mention_before(before: &str) -> Option<(usize, &str)> {
    let (at, sign) = before.rmatch_indices(['@', '＠']).next()?;
    let typed = &before[at + sign.len()..];
    // After a letter of another script no space may be missing, as after a letter of an e-mail address.
    let begins_word = !before[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    let is_name =
        !typed.starts_with(char::is_whitespace) && !typed.contains('\n') && typed.chars().count() <= TYPED_MAX;
    (begins_word && is_name).then_some((at, typed))
}

/// Returns the `names` that begin with `typed`, then those with another word that does. Empty if `typed` is the only match.
fn matching(names: &[String], typed: &str) -> Vec<String> {
    let typed = fold(typed);
    let rank = |name: &str| {
        let name = fold(name);
        let ends = name.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
        let mut matches = std::iter::once(0).chain(ends).filter(|at| name[*at..].starts_with(&typed));
        matches.next().map(|at| usize::from(at > 0))
    };
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((rank(name)?, name))).collect();
    sort_by_key(&mut found, |(rank, _)| *rank);
    let mut found: Vec<_> = found.into_iter().map(|(_, name)| name.clone()).collect();
    found.dedup();
    if matches!(&found[..], [only] if fold(only) == typed) {
        found.clear();
    }
    found.truncate(SUGGESTIONS_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_mentions_at_the_start_of_a_word() {
        for (before, expected) in [
            ("@", Some((0, ""))),
            ("Ask @da", Some((4, "da"))),
            ("Ask (@da", Some((5, "da"))),
            ("@Dana Dv", Some((0, "Dana Dv"))),
            ("@Dana and @é", Some((10, "é"))),
            ("dana@acme", None),
            ("お願いします@da", Some((18, "da"))),
            ("спасибо＠да", Some((14, "да"))),
            ("@ da", None),
            ("@da\nnext", None),
            ("nobody", None),
            ("", None),
        ] {
            assert_eq!(mention_before(before), expected, "{before:?}");
        }
        assert_eq!(mention_before(&format!("@{}", "d".repeat(41))), None);
    }

    #[test]
    fn matches_the_beginning_of_any_word() {
        let names = ["Alice Archer", "Alice Archer-Dane", "Dana Dvorak", "Dana Dvorak", "Élan d’Ailleurs"];
        let names = names.map(str::to_owned);
        let found = |typed: &str| matching(&names, typed).join(", ");
        assert_eq!(found("da"), "Dana Dvorak, Alice Archer-Dane");
        assert_eq!(found("DVO"), "Dana Dvorak");
        assert_eq!(found("él"), "Élan d’Ailleurs");
        assert_eq!(found("ai"), "Élan d’Ailleurs");
        assert_eq!(found("alice archer"), "Alice Archer, Alice Archer-Dane");
        assert_eq!(found(""), "Alice Archer, Alice Archer-Dane, Dana Dvorak, Élan d’Ailleurs");
        for nobody in ["x", "ana", "dana dvorak", "dana  "] {
            assert_eq!(found(nobody), "", "{nobody:?}");
        }
        let many: Vec<_> = (0..20).map(|number| format!("Person {number:02}")).collect();
        assert_eq!(matching(&many, "p").len(), SUGGESTIONS_MAX);
    }
}
