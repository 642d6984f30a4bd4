//! Tasks that are chosen to be changed together, on whichever page lists them.

mod bar;
mod changing;
mod pickers;

use std::collections::BTreeSet;

use leptos::prelude::*;

pub use self::{bar::SelectionBar, changing::Everything, pickers::Choices};
use crate::domain::keys::TaskKey;

/// The tasks that are chosen. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
pub struct Selection {
    keys: RwSignal<BTreeSet<TaskKey>>,
    /// The one that was chosen last, from which a range goes on.
    last: StoredValue<Option<TaskKey>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { keys: RwSignal::new(BTreeSet::new()), last: StoredValue::new(None) }
    }
}

impl Selection {
    /// Reads it; in a reactive closure, again whenever it has changed.
    pub fn with<T>(self, read: impl FnOnce(&BTreeSet<TaskKey>) -> T) -> T {
        self.keys.with(read)
    }

    /// Reads it once.
    pub fn with_untracked<T>(self, read: impl FnOnce(&BTreeSet<TaskKey>) -> T) -> T {
        self.keys.with_untracked(read)
    }

    /// Whether nothing is chosen.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.keys.with(BTreeSet::is_empty)
    }

    /// Chooses the task called `key`, or no longer.
    pub fn set(self, key: TaskKey, chosen: bool) {
        self.last.set_value(Some(key.clone()));
        self.keys.update(|keys| {
            if chosen {
                keys.insert(key);
            } else {
                keys.remove(&key);
            }
        });
    }

    /// Chooses the task called `key` if it is not, and the other way round.
    pub fn toggle(self, key: TaskKey) {
        let chosen = !self.with_untracked(|keys| keys.contains(&key));
        self.set(key, chosen);
    }

    /// Chooses every task from the one that was chosen last to the one called `key`, or no longer. `listed` are those of
    /// the list in which `key` is, in order; when the last one is not among them, it is `key` alone.
    pub fn set_through(self, key: TaskKey, chosen: bool, listed: &[TaskKey]) {
        let at = |wanted: &TaskKey| listed.iter().position(|key| key == wanted);
        let last = self.last.get_value().and_then(|last| at(&last));
        if let (Some(from), Some(to)) = (last, at(&key)) {
            let range = &listed[from.min(to)..=from.max(to)];
            self.keys.update(|keys| {
                for key in range {
                    if chosen {
                        keys.insert(key.clone());
                    } else {
                        keys.remove(key);
                    }
                }
            });
        }
        self.set(key, chosen);
    }

    /// Chooses all of `listed`; when they are all chosen already, none of them.
    pub fn toggle_all(self, listed: Vec<TaskKey>) {
        self.keys.update(|keys| {
            if listed.iter().all(|key| keys.contains(key)) {
                keys.retain(|key| !listed.contains(key));
            } else {
                keys.extend(listed);
            }
        });
    }

    /// Chooses these, and no others.
    pub fn replace(self, keys: impl IntoIterator<Item = TaskKey>) {
        // The page may have been left.
        self.keys.try_set(keys.into_iter().collect());
    }

    /// Leaves only those that `is_there`.
    pub fn retain(self, is_there: impl Fn(&TaskKey) -> bool) {
        if self.with_untracked(|keys| !keys.iter().all(&is_there)) {
            self.keys.update(|keys| keys.retain(is_there));
        }
    }

    /// Chooses nothing.
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

    fn chosen(selection: Selection) -> Vec<i64> {
        selection.with_untracked(|keys| keys.iter().map(|key| key.number).collect())
    }

    #[test]
    fn a_range_goes_from_what_was_chosen_last() {
        let owner = Owner::new();
        owner.with(|| {
            let (selection, listed) = (Selection::default(), keys(1..=5));
            selection.toggle(listed[1].clone());
            selection.set_through(listed[3].clone(), true, &listed);
            assert_eq!(chosen(selection), [2, 3, 4]);
            selection.set_through(listed[2].clone(), false, &listed);
            assert_eq!(chosen(selection), [2]);
            selection.set_through(listed[0].clone(), true, &keys(1..=2));
            assert_eq!(chosen(selection), [1, 2], "the last one is in another list");
            selection.toggle_all(keys(1..=3));
            selection.retain(|key| key.number != 2);
            assert_eq!(chosen(selection), [1, 3]);
            selection.toggle_all(keys([1, 3]));
            assert!(selection.with_untracked(BTreeSet::is_empty));
        });
    }
}
