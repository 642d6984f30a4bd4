//! The set of selected tasks. Does not touch the DOM.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::domain::keys::TaskKey;

/// The selected tasks. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Selection {
    keys: RwSignal<BTreeSet<TaskKey>>,
    /// The task that was selected last: the start of a range.
    last: StoredValue<Option<TaskKey>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { keys: RwSignal::new(BTreeSet::new()), last: StoredValue::new(None) }
    }
}

impl Selection {
    /// Reads the selected keys and subscribes to changes.
    pub fn with<T>(self, read: impl FnOnce(&BTreeSet<TaskKey>) -> T) -> T {
        self.keys.with(read)
    }

    /// Reads the selected keys without subscribing.
    pub fn with_untracked<T>(self, read: impl FnOnce(&BTreeSet<TaskKey>) -> T) -> T {
        self.keys.with_untracked(read)
    }

    /// Whether no task is selected.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.keys.with(BTreeSet::is_empty)
    }

    /// Selects or deselects a task.
    pub fn set(self, key: TaskKey, is_selected: bool) {
        self.last.set_value(Some(key.clone()));
        self.keys.update(|keys| {
            if is_selected {
                keys.insert(key);
            } else {
                keys.remove(&key);
            }
        });
    }

    /// Toggles the selection of a task.
    pub fn toggle(self, key: TaskKey) {
        let is_selected = !self.with_untracked(|keys| keys.contains(&key));
        self.set(key, is_selected);
    }

    /// Selects or deselects all tasks from the one selected last to `key`. `listed` are the tasks around `key` in order; if
    /// the one selected last is not among them, only `key` changes.
    pub fn set_through(self, key: TaskKey, is_selected: bool, listed: &[TaskKey]) {
        let at = |key: &TaskKey| listed.iter().position(|other| other == key);
        let last = self.last.get_value().and_then(|last| at(&last));
        if let (Some(from), Some(to)) = (last, at(&key)) {
            let range = &listed[from.min(to)..=from.max(to)];
            self.keys.update(|keys| {
                for key in range {
                    if is_selected {
                        keys.insert(key.clone());
                    } else {
                        keys.remove(key);
                    }
                }
            });
        }
        self.set(key, is_selected);
    }

    /// Selects all of `listed`, or deselects them if all are selected already.
    pub fn toggle_all(self, listed: Vec<TaskKey>) {
        self.keys.update(|keys| {
            if listed.iter().all(|key| keys.contains(key)) {
                keys.retain(|key| !listed.contains(key));
            } else {
                keys.extend(listed);
            }
        });
    }

    /// Selects exactly these tasks.
    pub fn replace(self, keys: impl IntoIterator<Item = TaskKey>) {
        // The page may be unmounted.
        self.keys.try_set(keys.into_iter().collect());
    }

    /// Deselects the tasks that do not match `keep`.
    pub fn retain(self, keep: impl Fn(&TaskKey) -> bool) {
        if self.with_untracked(|keys| !keys.iter().all(&keep)) {
            self.keys.update(|keys| keys.retain(keep));
        }
    }

    /// Deselects all tasks.
    pub fn clear(self) {
        self.last.set_value(None);
        self.keys.set(BTreeSet::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: impl IntoIterator<Item = i64>) -> Vec<TaskKey> {
        numbers.into_iter().map(|number| format!("WEB-{number}").parse().unwrap()).collect()
    }

    fn numbers(selection: Selection) -> Vec<i64> {
        selection.with_untracked(|keys| keys.iter().map(|key| key.number).collect())
    }

    #[test]
    fn a_range_starts_at_the_task_selected_last() {
        let owner = Owner::new();
        owner.with(|| {
            let (selection, listed) = (Selection::default(), keys(1..=5));
            selection.toggle(listed[1].clone());
            selection.set_through(listed[3].clone(), true, &listed);
            assert_eq!(numbers(selection), [2, 3, 4]);
            selection.set_through(listed[2].clone(), false, &listed);
            assert_eq!(numbers(selection), [2]);
            selection.set_through(listed[0].clone(), true, &keys(1..=2));
            assert_eq!(numbers(selection), [1, 2], "the task selected last is in another list");
            selection.toggle_all(keys(1..=3));
            selection.retain(|key| key.number != 2);
            assert_eq!(numbers(selection), [1, 3]);
            selection.toggle_all(keys([1, 3]));
            assert!(selection.with_untracked(BTreeSet::is_empty));
        });
    }
}
