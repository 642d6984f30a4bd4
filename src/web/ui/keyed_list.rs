//! KeyedList that come and go around those that stay, in which everything remains: what is open, what is typed, where the focus is.

use std::{collections::HashMap, hash::Hash};

use leptos::prelude::*;

/// A row for each thing, built once for as long as there is one with the same key, and told what it is at any moment.
#[component]
pub fn KeyedList<T, K, V, F>(
    /// The things at any moment.
    #[prop(into)]
    each: Signal<Vec<T>>,
    /// What makes a thing the same one.
    key: fn(&T) -> K,
    /// The row.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(Memo<T>) -> V + Clone + Send + 'static,
{
    let known = Memo::new(move |_| {
        each.with(|each| each.iter().map(|thing| (key(thing), thing.clone())).collect::<HashMap<_, _>>())
    });
    let row = move |first: T| {
        let own = key(&first);
        children(Memo::new(move |before: Option<&T>| {
            // What is gone stays as it was until its row is taken away.
            let last = before.unwrap_or(&first);
            known.with(|known| known.get(&own).unwrap_or(last).clone())
        }))
    };
    view! { <For each=move || each.get() key=key children=row/> }.into_any()
}
