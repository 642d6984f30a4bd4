//! Naming somebody in a text: what is typed after an `@` is completed.

use leptos::{
    ev::KeyboardEvent,
    html::Textarea,
    prelude::*,
    web_sys::{Event, EventInit, HtmlTextAreaElement},
};

use super::avatar::Avatar;

/// In the context of whatever holds texts: the names of those who can be named in them, in order.
#[derive(Clone, Copy)]
pub struct Mentionable(pub Signal<Vec<String>>);

/// The most names that are offered at a time.
const OFFERED_MAX: usize = 6;

/// How many characters of a name are taken for one.
const TYPED_MAX: usize = 40;

/// The height in pixels that the list needs below the field.
const ROOM: f64 = 280.0;

/// The names that are offered for what was typed from `from` to `to`, counted as browsers do (UTF-16).
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    from: usize,
    to: usize,
    names: Vec<String>,
    chosen: usize,
    /// Whether there is no room below the field.
    is_above: bool,
}

/// A field of several lines, in which an `@` offers those who can be named: the arrow keys choose, Enter and Tab take, Escape
/// closes. Outside of a [`Mentionable`] context, and before the scripts are there, it is the field alone.
#[component]
pub fn Mentions(
    /// The field that is inside.
    field: NodeRef<Textarea>,
    /// Its `id`.
    #[prop(into)]
    id: String,
    children: Children,
) -> impl IntoView {
    let Some(Mentionable(people)) = use_context() else { return children() };
    let (offer, closed) = (RwSignal::new(None), StoredValue::new(None));
    let completion = Completion { field, people, offer, closed, list: StoredValue::new(id + "-people") };
    Effect::new(move || completion.describe());
    let told = move || {
        offer.with(Option::is_some).then(|| match offer.with(|shown| shown.as_ref().map_or(0, |it| it.names.len())) {
            1 => "1 person. Press Enter to name them.".to_owned(),
            count => format!("{count} people. Choose with the arrow keys, press Enter to name one."),
        })
    };
    view! {
        <div
            class="mentions"
            on:input=move |_| completion.look()
            on:click=move |_| completion.look()
            on:keydown=move |event| completion.on_key(&event)
            on:focusout=move |_| offer.set(None)
        >
            {children()}
            {move || offer.get().map(|offer| view! { <OfferView completion offer/> })}
            <p class="unseen" aria-live="polite">
                {told}
            </p>
        </div>
    }
    .into_any()
}

#[component]
fn OfferView(completion: Completion, offer: Offer) -> impl IntoView {
    let Offer { names, chosen, is_above, .. } = offer;
    let options = names.into_iter().enumerate().map(|(index, name)| {
        view! {
            <li
                class="menu-item"
                role="option"
                id=completion.option_id(index)
                aria-selected=(index == chosen).to_string()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| completion.take(index)
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
            id=completion.list.get_value()
            aria-label="People"
        >
            {options.collect_view()}
        </ul>
    }
    .into_any()
}

/// What completes names in a field. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
struct Completion {
    field: NodeRef<Textarea>,
    people: Signal<Vec<String>>,
    offer: RwSignal<Option<Offer>>,
    /// Where the `@` is whose list was closed.
    closed: StoredValue<Option<usize>>,
    /// The `id` of the list.
    list: StoredValue<String>,
}

impl Completion {
    /// Offers those who begin as what was typed where the caret is.
    fn look(self) {
        let found = self.field.get_untracked().and_then(|field| {
            let (from, to, typed) = typed_in(&field)?;
            let names = self.people.with_untracked(|names| matching(names, &typed));
            Some(Offer { from, to, names, chosen: 0, is_above: is_low(&field) })
        });
        if self.closed.get_value() != found.as_ref().map(|found| found.from) {
            self.closed.set_value(None);
        }
        let is_open = self.closed.get_value().is_none();
        self.offer.set(found.filter(|found| is_open && !found.names.is_empty()));
    }

    fn on_key(self, event: &KeyboardEvent) {
        let Some(mut shown) = self.offer.get_untracked() else { return };
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let count = shown.names.len();
        match event.key().as_str() {
            "ArrowDown" => {
                shown.chosen = (shown.chosen + 1) % count;
                self.offer.set(Some(shown));
            }
            "ArrowUp" => {
                shown.chosen = (shown.chosen + count - 1) % count;
                self.offer.set(Some(shown));
            }
            "Enter" | "Tab" => self.take(shown.chosen),
            "Escape" => {
                self.closed.set_value(Some(shown.from));
                self.offer.set(None);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Names the person at `index` of those who are offered.
    fn take(self, index: usize) {
        let (Some(field), Some(shown)) = (self.field.get_untracked(), self.offer.get_untracked()) else { return };
        self.offer.set(None);
        if let Some(name) = shown.names.get(index) {
            put(&field, shown.from, shown.to, name);
        }
    }

    /// Says of the list at the field what those who cannot see it need.
    fn describe(self) {
        let Some(field) = self.field.get() else { return };
        let shown = self.offer.get();
        for (name, value) in [
            ("aria-autocomplete", Some("list".to_owned())),
            ("aria-haspopup", Some("listbox".to_owned())),
            ("aria-controls", shown.as_ref().map(|_| self.list.get_value())),
            ("aria-activedescendant", shown.as_ref().map(|shown| self.option_id(shown.chosen))),
        ] {
            // The names of attributes are right.
            drop(match value {
                Some(value) => field.set_attribute(name, &value),
                None => field.remove_attribute(name),
            });
        }
    }

    fn option_id(self, index: usize) -> String {
        self.list.with_value(|list| format!("{list}-{index}"))
    }
}

/// The name that is being typed where the caret is: from where the `@` is to the caret, and what stands between.
fn typed_in(field: &HtmlTextAreaElement) -> Option<(usize, usize, String)> {
    let [start, end] = [field.selection_start(), field.selection_end()].map(|at| at.ok().flatten());
    let caret = usize::try_from(start.filter(|_| start == end)?).ok()?;
    let units: Vec<u16> = field.value().encode_utf16().take(caret).collect();
    let before = String::from_utf16_lossy(&units);
    let (at, typed) = call(&before)?;
    Some((before[..at].encode_utf16().count(), caret, typed.to_owned()))
}

/// Puts `name` in the place of what was typed, as if it had been typed too.
fn put(field: &HtmlTextAreaElement, from: usize, to: usize, name: &str) {
    let units: Vec<u16> = field.value().encode_utf16().collect();
    let (Some(before), Some(after)) = (units.get(..from), units.get(to..)) else { return };
    let (before, after) = (String::from_utf16_lossy(before), String::from_utf16_lossy(after));
    let space = if after.starts_with(char::is_whitespace) { "" } else { " " };
    let before = format!("{before}@{name}{space}");
    field.set_value(&format!("{before}{after}"));
    let caret = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
    // A field that is there can be written in.
    drop(field.set_selection_range(caret, caret));
    let options = EventInit::new();
    options.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &options) {
        drop(field.dispatch_event(&event));
    }
}

/// Whether there is no room for the list below `field`.
fn is_low(field: &HtmlTextAreaElement) -> bool {
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    let place = field.get_bounding_client_rect();
    height.is_some_and(|height| place.bottom() + ROOM > height && place.y() > ROOM)
}

/// The name that is being typed at the end of `before`, and where its `@` is.
fn call(before: &str) -> Option<(usize, &str)> {
    let at = before.rfind('@')?;
    let typed = &before[at + 1..];
    let is_beginning = !before[..at].ends_with(char::is_alphanumeric);
    let is_name =
        !typed.starts_with(char::is_whitespace) && !typed.contains('\n') && typed.chars().count() <= TYPED_MAX;
    (is_beginning && is_name).then_some((at, typed))
}

/// Those of `names` that begin with what was `typed`, then those of which another word does. None when it is a whole name,
/// and the only one.
fn matching(names: &[String], typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let rank = |name: &str| {
        let name = name.to_lowercase();
        let ends = name.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
        let mut beginnings = std::iter::once(0).chain(ends).filter(|at| name[*at..].starts_with(&typed));
        beginnings.next().map(|at| usize::from(at > 0))
    };
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((rank(name)?, name))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    let mut found: Vec<_> = found.into_iter().map(|(_, name)| name.clone()).collect();
    found.dedup();
    if let [only] = &found[..]
        && only.to_lowercase() == typed
    {
        found.clear();
    }
    found.truncate(OFFERED_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_after_an_at_that_begins_a_word() {
        for (before, expected) in [
            ("@", Some((0, ""))),
            ("Ask @da", Some((4, "da"))),
            ("Ask (@da", Some((5, "da"))),
            ("@Dana Dv", Some((0, "Dana Dv"))),
            ("@Dana and @é", Some((10, "é"))),
            ("dana@acme", None),
            ("@ da", None),
            ("@da\nnext", None),
            ("nobody", None),
            ("", None),
        ] {
            assert_eq!(call(before), expected, "{before:?}");
        }
        assert_eq!(call(&format!("@{}", "d".repeat(41))), None);
    }

    #[test]
    fn names_are_found_by_how_any_of_their_words_begins() {
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
        assert_eq!(matching(&many, "p").len(), OFFERED_MAX);
    }
}
