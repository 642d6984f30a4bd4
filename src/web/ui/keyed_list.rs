//! A keyed list whose rows keep their state while their data changes.

use std::{collections::HashMap, hash::Hash};

use leptos::prelude::*;

/// Renders one row per item. A row is created once per key and receives its item as a memo, so open panels, typed text and
/// focus survive updates.
#[component]
pub fn KeyedList<T, K, V, F>(
    /// The current items.
    #[prop(into)]
    each: Signal<Vec<T>>,
    /// Returns the key of an item.
    key: fn(&T) -> K,
    /// Renders the row of an item.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
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
    view! { <For each=move || each.get() key=key children=row/> }.into_any()
}
