//! The member's last changes in this tab, to undo and to redo. They survive a reload.

use leptos::prelude::window;
use uuid::Uuid;

/// The maximum number of changes to undo.
const LEVELS: usize = 100;

/// The direction of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Undo,
    Redo,
}

/// The changes to undo and to redo, the last one at the end. A change of very many tasks has several batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The key in the session storage.
    key: String,
    undo: Vec<Vec<Uuid>>,
    redo: Vec<Vec<Uuid>>,
}

impl History {
    /// The history of the person and organization `owner`.
    #[must_use]
    pub fn of(owner: &str) -> Self {
        let key = format!("tessera-undo:{owner}");
        if cfg!(feature = "ssr") {
            return Self { key, ..Self::default() };
        }
        let storage = window().session_storage().ok().flatten();
        let kept = storage.and_then(|storage| storage.get_item(&key).ok().flatten()).unwrap_or_default();
        Self::parse(key, &kept)
    }

    fn parse(key: String, kept: &str) -> Self {
        let batches = |change: &str| change.split('+').filter_map(|batch| batch.parse().ok()).collect();
        let changes = |list: &str| list.split(',').filter(|change| !change.is_empty()).map(batches).collect();
        let (undo, redo) = kept.split_once('|').unwrap_or_default();
        Self { key, undo: changes(undo), redo: changes(redo) }
    }

    fn to_kept(&self) -> String {
        let change = |batches: &Vec<Uuid>| batches.iter().map(Uuid::to_string).collect::<Vec<_>>().join("+");
        let list = |changes: &[Vec<Uuid>]| changes.iter().map(change).collect::<Vec<_>>().join(",");
        format!("{}|{}", list(&self.undo), list(&self.redo))
    }

    /// Adds a change. What was undone before it cannot be redone any more.
    pub fn push(&mut self, change: Vec<Uuid>) {
        self.redo.clear();
        self.put(Step::Undo, change);
        if self.undo.len() > LEVELS {
            self.undo.remove(0);
        }
        self.keep();
    }

    /// Takes the batches that the next `step` undoes.
    pub fn take(&mut self, step: Step) -> Option<Vec<Uuid>> {
        let change = self.list(step).pop();
        self.keep();
        change
    }

    /// Puts back what the next `step` undoes.
    pub fn put(&mut self, step: Step, change: Vec<Uuid>) {
        self.list(step).push(change);
        self.keep();
    }

    /// Forgets a batch that was undone elsewhere.
    pub fn forget(&mut self, batch: Uuid) {
        for list in [&mut self.undo, &mut self.redo] {
            list.retain(|change| !change.contains(&batch));
        }
        self.keep();
    }

    const fn list(&mut self, step: Step) -> &mut Vec<Vec<Uuid>> {
        match step {
            Step::Undo => &mut self.undo,
            Step::Redo => &mut self.redo,
        }
    }

    fn keep(&self) {
        if cfg!(feature = "hydrate")
            && let Ok(Some(storage)) = window().session_storage()
        {
            // Without storage, the history ends with the page.
            drop(storage.set_item(&self.key, &self.to_kept()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_back_and_forth_until_a_new_change() {
        let [first, second, third] =
            [1, 2, 3].map(|number| vec![Uuid::from_u128(number), Uuid::from_u128(number + 10)]);
        let mut history = History::default();
        history.push(first.clone());
        history.push(second.clone());
        assert_eq!(history.take(Step::Undo), Some(second.clone()));
        history.put(Step::Redo, third.clone());
        assert_eq!(History::parse(String::new(), &history.to_kept()), history, "it survives a reload");
        assert_eq!(history.take(Step::Redo), Some(third.clone()));
        assert_eq!(history.take(Step::Redo), None);
        history.put(Step::Redo, third);
        history.push(second.clone());
        assert_eq!(history.take(Step::Redo), None, "a new change ends it");
        assert_eq!([history.take(Step::Undo), history.take(Step::Undo)], [Some(second), Some(first.clone())]);
        history.push(first.clone());
        history.forget(first[1]);
        assert_eq!(history.take(Step::Undo), None);
    }

    #[test]
    fn the_oldest_changes_are_forgotten() {
        let mut history = History::default();
        for number in 0..150 {
            history.push(vec![Uuid::from_u128(number)]);
        }
        assert_eq!(history.undo.len(), LEVELS);
        assert_eq!(history.take(Step::Undo), Some(vec![Uuid::from_u128(149)]));
    }
}
