//! What a list knows and what happens to it: rows come as they are scrolled to, and change as others change them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use leptos::{prelude::*, task::spawn_local};

use super::{
    row_html::Lines,
    window::{Line, Plan},
};
use crate::{
    domain::{
        keys::{ProjectKey, TaskKey},
        list::{GroupCount, Listing, PAGE, Row},
        live::LiveEvent,
        projects::Parts,
        query::{Group, Query, Sort},
        tasks::{event::Event, field_name::Field, fields::FieldChange, filter::Surroundings},
    },
    web::{projects::functions::get_list, tasks::selection::Selection},
};

/// Which task is being changed, and what about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Editing {
    /// As it was when it began.
    pub row: Row,
    /// One thing; none: everything.
    pub field: Option<Field>,
    /// Where on the window it was asked for.
    pub at: Option<(f64, f64)>,
}

/// What of the list is here.
struct Loaded {
    lines: Lines,
    plan: Plan,
    groups: Vec<GroupCount>,
    /// By their places in the whole list.
    rows: BTreeMap<usize, Row>,
    /// The number of the last event that all of it takes into account.
    as_of: i64,
    /// The lines that are on the page.
    window: Range<usize>,
    /// Whether the window follows the scrolling; until then one page is shown, as without scripts.
    is_live: bool,
}

/// The list's behaviour, shared by pointer, keyboard and events.
#[derive(Clone, Copy)]
pub struct ListStore {
    loaded: RwSignal<Loaded>,
    /// What is selected stays so when it is scrolled away.
    selection: Selection,
    editing: RwSignal<Option<Editing>>,
    org: StoredValue<String>,
    query: StoredValue<Query>,
    /// What the filter is read by.
    parts: StoredValue<Parts>,
    around: StoredValue<(uuid::Uuid, chrono::NaiveDate)>,
    /// Whether the server is being asked, and whether it is to be asked again.
    asking: StoredValue<(bool, bool)>,
    rebuild: Callback<()>,
}

impl ListStore {
    /// For a list in the organization `org` that shows `query`.
    #[must_use]
    pub fn new(org: String, listing: Listing, query: Query, may_write: bool, rebuild: Callback<()>) -> Self {
        let lines = Lines::new(&org, &listing, &query, may_write);
        let plan = plan(&listing.groups, query.group);
        let window = if listing.rows.is_empty() {
            0..0
        } else {
            let last = listing.from + listing.rows.len() - 1;
            plan.line_of(listing.from)..plan.line_of(last) + 1
        };
        let edited = query.edit.as_ref().filter(|_| may_write).and_then(|key| {
            let row = listing.rows.iter().find(|row| row.number == key.number && key.project == listing.parts.key)?;
            Some(Editing { row: row.clone(), field: None, at: None })
        });
        let Listing { parts, groups, from, rows, me, as_of, today } = listing;
        let rows = (from..).zip(rows).collect();
        Self {
            loaded: RwSignal::new(Loaded { lines, plan, groups, rows, as_of, window, is_live: false }),
            selection: Selection::default(),
            editing: RwSignal::new(edited),
            org: StoredValue::new(org),
            query: StoredValue::new(query),
            parts: StoredValue::new(parts),
            around: StoredValue::new((me, today)),
            asking: StoredValue::new((false, false)),
            rebuild,
        }
    }

    /// The lines that are on the page.
    #[must_use]
    pub fn html(self) -> String {
        let chosen: BTreeSet<i64> = self.selection.with(|keys| keys.iter().map(|key| key.number).collect());
        self.loaded.with(|loaded| {
            let mut html = String::with_capacity(loaded.window.len() * 1_200);
            let found = loaded.plan.within(loaded.window.clone());
            // A page that begins within a group says in which.
            if let (false, Some(Line::Row(row)), true) = (loaded.is_live, found.first(), loaded.plan.line_of(0) > 0) {
                loaded.lines.heading(&loaded.groups[loaded.plan.group_of(*row)], &mut html);
            }
            for line in found {
                match line {
                    Line::Heading(group) => loaded.lines.heading(&loaded.groups[group], &mut html),
                    Line::Row(at) => match loaded.rows.get(&at) {
                        Some(row) => loaded.lines.row(row, at, chosen.contains(&row.number), &mut html),
                        None => Lines::waiting(&mut html),
                    },
                }
            }
            html
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(self) -> usize {
        self.loaded.with(|loaded| loaded.plan.rows())
    }

    /// The room above and below what is on the page, in pixels.
    #[must_use]
    pub fn room(self) -> (f64, f64) {
        self.loaded.with(|loaded| {
            if !loaded.is_live {
                return (0.0, 0.0);
            }
            let (plan, window) = (&loaded.plan, &loaded.window);
            (plan.top(window.start), plan.top(plan.lines()) - plan.top(window.end))
        })
    }

    /// Whether the window follows the scrolling.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.loaded.with(|loaded| loaded.is_live)
    }

    /// From now on the window follows the scrolling; headings and rows are as high as this. Gives how far down the page begins
    /// that was shown so far.
    pub fn follow(self, heading: Option<f64>, row: Option<f64>) -> f64 {
        self.loaded
            .try_update(|loaded| {
                loaded.is_live = true;
                loaded.plan.heading = heading.unwrap_or(loaded.plan.heading);
                loaded.plan.row = row.unwrap_or(loaded.plan.row);
                let first = loaded.window.start;
                if first > 1 { loaded.plan.top(first) } else { 0.0 }
            })
            .unwrap_or_default()
    }

    /// Has the lines on the page that are seen between these depths, and loads what of them is missing.
    pub fn see(self, depths: Range<f64>) {
        let window = self
            .loaded
            .with_untracked(|loaded| if loaded.is_live { loaded.plan.window(depths, &loaded.window) } else { None });
        if let Some(window) = window {
            self.loaded.update(|loaded| loaded.window = window);
            self.fill();
        }
    }

    /// Has the row at a place of the list on the page. `false` when there is no such place.
    pub fn show(self, at: usize) -> bool {
        let (exists, depths) = self.loaded.with_untracked(|loaded| {
            let top = loaded.plan.top(loaded.plan.line_of(at));
            (at < loaded.plan.rows(), top..top + loaded.plan.row)
        });
        if exists {
            self.see(depths);
        }
        exists
    }

    /// The row of a task, if it is here.
    #[must_use]
    pub fn row(self, number: i64) -> Option<Row> {
        self.loaded.with_untracked(|loaded| loaded.rows.values().find(|row| row.number == number).cloned())
    }

    /// What is being changed.
    #[must_use]
    pub fn editing(self) -> Signal<Option<Editing>> {
        self.editing.into()
    }

    /// Begins to change tasks, or stops.
    pub fn edit(self, editing: Option<Editing>) {
        self.editing.set(editing);
    }

    /// The tasks that are selected.
    #[must_use]
    pub const fn selection(self) -> Selection {
        self.selection
    }

    /// Selects a task, or no longer; `through`: and those between it and the one that was selected last.
    pub fn select(self, number: i64, through: bool) {
        let project = self.parts.with_value(|parts| parts.key.clone());
        let key = |number| TaskKey { project: project.clone(), number };
        if through {
            let listed: Vec<_> =
                self.loaded.with_untracked(|loaded| loaded.rows.values().map(|row| key(row.number)).collect());
            let chosen = !self.selection.with_untracked(|keys| keys.contains(&key(number)));
            self.selection.set_through(key(number), chosen, &listed);
        } else {
            self.selection.toggle(key(number));
        }
    }

    /// The columns of the list.
    #[must_use]
    pub fn columns(self) -> Vec<crate::domain::query::Column> {
        self.loaded.with_untracked(|loaded| loaded.lines.columns().to_vec())
    }

    /// What the project has.
    #[must_use]
    pub fn parts(self) -> Parts {
        self.parts.get_value()
    }

    /// What the list shows.
    #[must_use]
    pub fn query(self) -> Query {
        self.query.get_value()
    }

    /// The organization's name in addresses.
    #[must_use]
    pub fn org(self) -> String {
        self.org.get_value()
    }

    /// Takes over what happened, whoever did it.
    pub fn hear(self, heard: &LiveEvent) {
        let Some(project) = self.parts.try_with_value(|parts| parts.key.clone()) else { return };
        let is_known = self.loaded.with_untracked(|loaded| heard.number <= loaded.as_of);
        if project != heard.project || is_known {
            return;
        }
        match (&heard.event, heard.task) {
            // What is being changed stays; else everything is made anew, since states, labels or people may be others.
            (Event::ProjectChanged, _) if self.editing.with_untracked(Option::is_some) => self.refresh(),
            (Event::ProjectChanged, _) => self.rebuild.run(()),
            (Event::Created { facts }, Some(_)) if self.matches(facts, heard.person) => self.refresh(),
            (Event::Changed { changes }, Some(number)) => self.hear_changes(heard, number, changes),
            _ => {}
        }
    }

    fn hear_changes(self, heard: &LiveEvent, number: i64, changes: &[FieldChange]) {
        // A row that is here says whether it stays, and where.
        let row = self.row(number).map(|mut row| {
            for change in changes {
                change.apply(&mut row.facts);
            }
            row.facts.description.clear();
            row.updated_at = heard.at;
            row
        });
        let Some(row) = row else {
            if changes.iter().any(|change| !matches!(change, FieldChange::Description(_))) {
                self.refresh();
            }
            return;
        };
        let stays = self.matches(&row.facts, row.created_by);
        let moves = self.query.with_value(|query| changes.iter().any(|change| moves(change, query)));
        if stays {
            self.loaded.update(|loaded| {
                for known in loaded.rows.values_mut().filter(|known| known.number == number) {
                    known.clone_from(&row);
                }
            });
        }
        if !stays {
            self.selection.retain(|key| key.number != number);
        }
        if !stays || moves {
            self.refresh();
        }
    }

    fn matches(self, facts: &crate::domain::tasks::fields::TaskFields, created_by: uuid::Uuid) -> bool {
        let (me, today) = self.around.get_value();
        self.parts.with_value(|parts| {
            let around = Surroundings { me, today, states: &parts.states, labels: &parts.labels };
            self.query.with_value(|query| query.filter.matches(facts, created_by, &around))
        })
    }

    /// Loads what is on the page again.
    pub fn refresh(self) {
        self.ask(true);
    }

    /// Loads what is missing on the page.
    fn fill(self) {
        if self.missing().is_some() {
            self.ask(false);
        }
    }

    /// The first place on the page whose row is not here.
    fn missing(self) -> Option<usize> {
        self.loaded
            .try_with_untracked(|loaded| {
                let lines = loaded.plan.within(loaded.window.clone());
                lines.into_iter().find_map(|line| match line {
                    Line::Row(at) if !loaded.rows.contains_key(&at) => Some(at),
                    _ => None,
                })
            })
            .flatten()
    }

    /// One answer is waited for at a time. `anew`: what is here may be out of date.
    fn ask(self, anew: bool) {
        let (is_asking, again) = self.asking.try_get_value().unwrap_or((true, false));
        self.asking.try_set_value((true, again || (is_asking && anew)));
        if is_asking {
            return;
        }
        spawn_local(async move {
            let mut is_stale = anew;
            while let Some(from) = self.next_page(is_stale) {
                let Some((org, key, query)) = self.request(from) else { return };
                // What cannot be had stays as it is.
                let Ok(listing) = get_list(org, key.to_string(), query).await else { break };
                let Some((_, again)) = self.asking.try_get_value() else { return };
                self.asking.try_set_value((true, false));
                super::view::keep_focus(|| self.take(listing, is_stale));
                is_stale = again;
            }
            self.asking.try_set_value((false, false));
        });
    }

    fn next_page(self, is_stale: bool) -> Option<usize> {
        let first = |loaded: &Loaded| {
            let lines = loaded.plan.within(loaded.window.clone());
            let first = lines.into_iter().find_map(|line| if let Line::Row(at) = line { Some(at) } else { None });
            first.unwrap_or_default()
        };
        let at = if is_stale { self.loaded.try_with_untracked(first) } else { self.missing() };
        at.map(|at| at / PAGE * PAGE)
    }

    fn request(self, from: usize) -> Option<(String, ProjectKey, String)> {
        let query = self.query.try_with_value(|query| Query { from, edit: None, ..query.clone() }.address())?;
        Some((self.org.try_get_value()?, self.parts.try_with_value(|parts| parts.key.clone())?, query))
    }

    /// Takes over what was loaded; when what is here may be out of date, instead of it.
    fn take(self, listing: Listing, is_stale: bool) {
        let group = self.query.try_with_value(|query| query.group).unwrap_or_default();
        self.loaded.try_update(|loaded| {
            let has_changed = is_stale || loaded.groups != listing.groups;
            if has_changed {
                loaded.rows.clear();
                let (heading, row) = (loaded.plan.heading, loaded.plan.row);
                loaded.plan = plan(&listing.groups, group);
                (loaded.plan.heading, loaded.plan.row) = (heading, row);
                loaded.groups = listing.groups;
                let all = loaded.plan.lines();
                let shown = loaded.window.len().max(PAGE);
                let end = loaded.window.end.max(shown).min(all);
                loaded.window = loaded.window.start.min(end.saturating_sub(shown))..end;
                loaded.as_of = loaded.as_of.max(listing.as_of);
            }
            loaded.rows.extend((listing.from..).zip(listing.rows));
        });
    }
}

fn plan(groups: &[GroupCount], group: Group) -> Plan {
    Plan::new(groups.iter().map(|group| usize::try_from(group.tasks).unwrap_or_default()), group != Group::None)
}

/// Whether a row may stand elsewhere after the change.
fn moves(change: &FieldChange, query: &Query) -> bool {
    let by_group = match change {
        FieldChange::Place(swap) => query.group == Group::State && swap.from.state != swap.to.state,
        FieldChange::Priority(_) => query.group == Group::Priority,
        FieldChange::Assignees(_) => query.group == Group::Assignee,
        FieldChange::Labels(_) => query.group == Group::Label,
        FieldChange::DueOn(_) => query.group == Group::Due,
        _ => false,
    };
    let by_order = match query.sort {
        Sort::Board => matches!(change, FieldChange::Place(_)),
        Sort::Priority => matches!(change, FieldChange::Priority(_)),
        Sort::Due => matches!(change, FieldChange::DueOn(_)),
        Sort::Title => matches!(change, FieldChange::Title(_)),
        Sort::Estimate => matches!(change, FieldChange::Estimate(_)),
        Sort::Changed => true,
        Sort::Created => false,
    };
    by_group || by_order
}
