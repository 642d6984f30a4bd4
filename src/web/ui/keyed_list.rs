//! A keyed list whose rows keep their state while their data changes.

use std::collections::HashMap;

use leptos::prelude::*;

/// A row before it is rendered.
pub struct KeyedRow {
    key: String,
    render: Box<dyn FnOnce() -> AnyView + Send>,
}

impl KeyedRow {
    /// The row with the key `key`.
    pub fn new<V: IntoView + 'static>(key: String, render: impl FnOnce() -> V + Send + 'static) -> Self {
        Self { key, render: Box::new(move || render().into_any()) }
    }
}

/// Renders rows, each once per key. Not generic over what the rows show, so that the WASM contains the code that compares
/// lists once.
pub fn keyed_rows(each: impl Fn() -> Vec<KeyedRow> + Send + 'static) -> AnyView {
    let each: Box<dyn Fn() -> Vec<KeyedRow> + Send> = Box::new(each);
    for_each(each)
}

fn for_each(each: Box<dyn Fn() -> Vec<KeyedRow> + Send>) -> AnyView {
    view! { <For each=each key=|row| row.key.clone() children=|row: KeyedRow| (row.render)()/> }.into_any()
}

/// Renders one row per item. A row is created once per key and receives its item as a memo, so open panels, typed text and
/// focus survive updates.
#[component]
pub fn KeyedList<T, V, F>(
    /// The current items.
    #[prop(into)]
    each: Signal<Vec<T>>,
    /// Returns the key of an item.
    key: fn(&T) -> String,
    /// Renders the row of an item.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(Memo<T>) -> V + Clone + Send + 'static,
{
    let by_key = Memo::new(move |_| {
        each.with(|each| each.iter().map(|item| (key(item), item.clone())).collect::<HashMap<_, _>>())
    });
    let row = move |initial: T| {
        let own_key = key(&initial);
        children(Memo::new(move |previous: Option<&T>| {
            // A removed item keeps its last value until its row is removed.
            let last = previous.unwrap_or(&initial);
            by_key.with(|by_key| by_key.get(&own_key).unwrap_or(last).clone())
        }))
    };
    keyed_rows(move || {
        let rows = each.get().into_iter().map(|item| {
            let row = row.clone();
            KeyedRow::new(key(&item), move || row(item))
        });
        rows.collect()
    })
}
