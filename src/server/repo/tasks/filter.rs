//! Translates a task filter to SQL. `domain::tasks::filter` evaluates the same filter on tasks in memory.

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    domain::{
        fold::fold,
        tasks::filter::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who},
    },
    server::db::Driver,
};

/// A condition on `task t` and its `project_state s`, with the value to bind.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// Consists of constant parts; refers to the value as `$3`.
    pub sql: String,
    /// All user input, as JSON.
    pub values: String,
}

/// Translates `filter` for the person `me` on the day `today`.
pub(super) fn condition(driver: Driver, filter: &Filter, me: Uuid, today: NaiveDate) -> Condition {
    let mut builder = Builder { driver, me, today, parts: Vec::new(), values: Map::new() };
    builder.add_filter(filter);
    Condition { sql: builder.parts.join(" AND "), values: Value::Object(builder.values).to_string() }
}

struct Builder {
    driver: Driver,
    me: Uuid,
    today: NaiveDate,
    parts: Vec<String>,
    values: Map<String, Value>,
}

impl Builder {
    fn add_filter(&mut self, filter: &Filter) {
        self.values.insert("today".to_owned(), self.today.to_string().into());
        self.parts.push("t.deleted_at IS NULL".to_owned());
        match filter.archived {
            Archived::No => self.parts.push("t.archived_at IS NULL".to_owned()),
            Archived::Yes => self.parts.push("t.archived_at IS NOT NULL".to_owned()),
            Archived::All => {}
        }
        if !filter.text.is_empty() {
            let text = self.text("text", fold(&filter.text));
            // A title whose fold is not written yet is compared as far as the database can.
            self.parts.push(match self.driver {
                Driver::Sqlite => format!("instr(COALESCE(t.title_folded, lower(t.title)), {text}) > 0"),
                Driver::Postgres => {
                    format!("strpos(COALESCE(t.title_folded, lower(t.title COLLATE \"C\")), {text}) > 0")
                }
            });
        }
        if !filter.states.is_empty() {
            let states = self.texts("states", filter.states.iter().cloned());
            self.parts.push(format!("t.state IN {states}"));
        }
        if !filter.categories.is_empty() {
            let categories = self.texts("categories", filter.categories.iter().map(|one| one.slug().to_owned()));
            self.parts.push(format!("s.category IN {categories}"));
        }
        if !filter.priorities.is_empty() {
            let priorities = self.numbers("priorities", filter.priorities.iter().map(|one| i64::from(*one)));
            self.parts.push(format!("t.priority IN {priorities}"));
        }
        self.assignees(filter);
        self.labels(filter);
        match filter.estimate {
            Some(Presence::Some) => self.parts.push("t.estimate IS NOT NULL".to_owned()),
            Some(Presence::None) => self.parts.push("t.estimate IS NULL".to_owned()),
            None => {}
        }
        if let Some(most) = filter.estimate_max {
            let most = self.number("most", most);
            self.parts.push(format!("t.estimate <= {most}"));
        }
        self.date("t.start_on", "start", &filter.start, filter.start_span);
        self.date("t.due_on", "due", &filter.due, filter.due_span);
        self.parents(filter);
        if !filter.creators.is_empty() {
            let people = filter.creators.iter().filter_map(|who| self.person(*who)).collect::<Vec<_>>();
            let (creator, people) = (self.id("t.created_by"), self.texts("creators", people));
            self.parts.push(format!("{creator} IN {people}"));
        }
    }

    fn assignees(&mut self, filter: &Filter) {
        const OF_TASK: &str = "SELECT 1 FROM task_assignee a
            WHERE a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number";
        if filter.assignees.is_empty() {
            return;
        }
        let people: Vec<_> = filter.assignees.iter().filter_map(|who| self.person(*who)).collect();
        let mut alternatives = Vec::new();
        if !people.is_empty() {
            let (id, people) = (self.id("a.person_id"), self.texts("people", people));
            alternatives.push(format!("EXISTS ({OF_TASK} AND {id} IN {people})"));
        }
        if filter.assignees.contains(&Who::Nobody) {
            alternatives.push(format!("NOT EXISTS ({OF_TASK})"));
        }
        self.add_any(&alternatives);
    }

    fn labels(&mut self, filter: &Filter) {
        const OF_TASK: &str = "SELECT 1 FROM task_label a
            JOIN label l ON l.org_id = a.org_id AND l.project_id = a.project_id AND l.id = a.label_id
            WHERE a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number";
        if filter.labels.is_empty() {
            return;
        }
        let names = filter.labels.iter().filter_map(|tag| match tag {
            Tag::Named(name) => Some(name.clone()),
            Tag::None => None,
        });
        let names: Vec<_> = names.collect();
        let mut alternatives = Vec::new();
        if !names.is_empty() {
            let names = self.texts("labels", names);
            alternatives.push(format!("EXISTS ({OF_TASK} AND l.folded IN {names})"));
        }
        if filter.labels.contains(&Tag::None) {
            alternatives.push(format!("NOT EXISTS ({OF_TASK})"));
        }
        self.add_any(&alternatives);
    }

    fn parents(&mut self, filter: &Filter) {
        let numbers: Vec<_> = filter.parents.iter().filter_map(number_of).collect();
        let mut alternatives = Vec::new();
        if !numbers.is_empty() {
            let numbers = self.numbers("parents", numbers);
            alternatives.push(format!("t.parent IN {numbers}"));
        }
        if filter.parents.contains(&Parent::None) {
            alternatives.push("t.parent IS NULL".to_owned());
        }
        self.add_any(&alternatives);
    }

    fn date(&mut self, column: &str, name: &str, days: &std::collections::BTreeSet<Day>, span: Span) {
        let today = self.read_date("today");
        let mut alternatives = Vec::new();
        for day in days {
            match day {
                Day::Overdue => alternatives.push(format!("({column} < {today} AND t.done_at IS NULL)")),
                Day::Today => alternatives.push(format!("{column} = {today}")),
                Day::None => alternatives.push(format!("{column} IS NULL")),
                // The longest span includes the others and is added below.
                Day::Within(_) => {}
            }
        }
        let within = days.iter().filter_map(|day| if let Day::Within(days) = day { Some(*days) } else { None }).max();
        if let Some(within) = within {
            let last = self.day(&format!("{name}_within"), self.today + Days::new(u64::from(within)));
            alternatives.push(format!("({column} >= {today} AND {column} <= {last})"));
        }
        self.add_any(&alternatives);
        if let Some(from) = span.from {
            let from = self.day(&format!("{name}_from"), from);
            self.parts.push(format!("{column} >= {from}"));
        }
        if let Some(until) = span.until {
            let until = self.day(&format!("{name}_until"), until);
            self.parts.push(format!("{column} <= {until}"));
        }
    }

    fn add_any(&mut self, alternatives: &[String]) {
        if !alternatives.is_empty() {
            self.parts.push(format!("({})", alternatives.join(" OR ")));
        }
    }

    /// Returns the id of a person in the format of [`Self::id`]; `None` for unassigned.
    fn person(&self, who: Who) -> Option<String> {
        let id = match who {
            Who::Me => self.me,
            Who::Person(id) => id,
            Who::Nobody => return None,
        };
        Some(id_text(self.driver, id))
    }

    fn id(&self, column: &str) -> String {
        match self.driver {
            Driver::Sqlite => format!("hex({column})"),
            Driver::Postgres => format!("{column}::text"),
        }
    }

    fn texts(&mut self, name: &str, texts: impl IntoIterator<Item = String>) -> String {
        self.values.insert(name.to_owned(), texts.into_iter().collect());
        match self.driver {
            Driver::Sqlite => format!("(SELECT value FROM json_each($3, '$.{name}'))"),
            Driver::Postgres => format!("(SELECT json_array_elements_text($3::json->'{name}'))"),
        }
    }

    fn numbers(&mut self, name: &str, numbers: impl IntoIterator<Item = i64>) -> String {
        self.values.insert(name.to_owned(), numbers.into_iter().collect());
        match self.driver {
            Driver::Sqlite => format!("(SELECT value FROM json_each($3, '$.{name}'))"),
            Driver::Postgres => format!("(SELECT json_array_elements_text($3::json->'{name}')::bigint)"),
        }
    }

    fn text(&mut self, name: &str, text: String) -> String {
        self.values.insert(name.to_owned(), text.into());
        match self.driver {
            Driver::Sqlite => format!("json_extract($3, '$.{name}')"),
            Driver::Postgres => format!("($3::json->>'{name}')"),
        }
    }

    fn number(&mut self, name: &str, number: i64) -> String {
        self.values.insert(name.to_owned(), json!(number));
        match self.driver {
            Driver::Sqlite => format!("json_extract($3, '$.{name}')"),
            Driver::Postgres => format!("($3::json->>'{name}')::bigint"),
        }
    }

    fn day(&mut self, name: &str, day: NaiveDate) -> String {
        self.values.insert(name.to_owned(), day.to_string().into());
        self.read_date(name)
    }

    fn read_date(&self, name: &str) -> String {
        match self.driver {
            Driver::Sqlite => format!("json_extract($3, '$.{name}')"),
            Driver::Postgres => format!("($3::json->>'{name}')::date"),
        }
    }
}

/// Formats an id as the database does.
fn id_text(driver: Driver, id: Uuid) -> String {
    match driver {
        Driver::Sqlite => format!("{:X}", id.simple()),
        Driver::Postgres => id.to_string(),
    }
}

const fn number_of(parent: &Parent) -> Option<i64> {
    match parent {
        Parent::Task(key) => Some(key.number),
        Parent::None => None,
    }
}
