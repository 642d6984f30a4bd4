//! Data that all tasks of one project share on a board or in a list.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    domain::{
        keys::ProjectKey,
        projects::{Assignable, Label},
    },
    web::{sorting::sort_by_key, ui::markup::Html},
};

/// The addresses, labels and people of a project's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTasks {
    /// Address of a task up to its key, for example `/o/acme/tasks/`.
    address: Html,
    /// Key of a task up to its number, for example `WEB-`.
    key_prefix: Html,
    /// The labels by id, each with its position in the project's order.
    labels: HashMap<Uuid, (usize, Label)>,
    /// The people by id, each with their position in the project's order.
    people: HashMap<Uuid, (usize, Assignable)>,
    /// The server's current date.
    pub today: NaiveDate,
}

impl ProjectTasks {
    /// Creates the data of `project` in the organization with the slug `org`.
    #[must_use]
    pub fn new(org: &str, project: &ProjectKey, labels: &[Label], people: &[Assignable], today: NaiveDate) -> Self {
        let mut address = Html::default();
        address.markup("/o/").text(org).markup("/tasks/");
        let mut key_prefix = Html::of_text(project.as_str());
        key_prefix.markup("-");
        let labels = labels.iter().enumerate().map(|(at, label)| (label.id, (at, label.clone())));
        let people = people.iter().enumerate().map(|(at, person)| (person.id, (at, person.clone())));
        let (labels, people) = (labels.collect(), people.collect());
        Self { address, key_prefix, labels, people, today }
    }

    /// The key of task `number`.
    #[must_use]
    pub fn key(&self, number: i64) -> Html {
        let mut key = self.key_prefix.clone();
        key.number(number);
        key
    }

    /// Appends the address of the task with the key `key`.
    pub fn address(&self, key: &Html, html: &mut Html) {
        html.html(&self.address).html(key);
    }

    /// The labels with these ids, in the order of the project. Unknown ids are skipped.
    #[must_use]
    pub fn labels(&self, ids: &mut dyn Iterator<Item = &Uuid>) -> Vec<&Label> {
        let mut found: Vec<_> = ids.filter_map(|id| self.labels.get(id)).collect();
        sort_by_key(&mut found, |(at, _)| *at);
        found.into_iter().map(|(_, label)| label).collect()
    }

    /// The names of the people with these ids, in the order of the project. Unknown ids are skipped.
    #[must_use]
    pub fn people(&self, ids: &mut dyn Iterator<Item = &Uuid>) -> Vec<&str> {
        let mut found: Vec<_> = ids.filter_map(|id| self.people.get(id)).collect();
        sort_by_key(&mut found, |(at, _)| *at);
        found.into_iter().map(|(_, person)| person.name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::ui::markup::render;

    #[test]
    fn labels_and_people_come_in_the_order_of_the_project() {
        let label = |id, name: &str| Label { id: Uuid::from_u128(id), name: name.to_owned(), hue: 1 };
        let person = |id, name: &str| Assignable { id: Uuid::from_u128(id), name: name.to_owned() };
        let (labels, people) = ([label(2, "Bug"), label(1, "Design")], [person(9, "Alice"), person(8, "Alice")]);
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let tasks = ProjectTasks::new("acme", &"WEB".parse().unwrap(), &labels, &people, today);
        let ids = [1, 2, 3, 8, 9].map(Uuid::from_u128);
        assert_eq!(tasks.labels(&mut ids.iter()), [&labels[0], &labels[1]]);
        assert_eq!(tasks.people(&mut ids.iter()), ["Alice", "Alice"], "two people may have the same name");
    }

    #[test]
    fn an_address_is_escaped() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let tasks = ProjectTasks::new("\"", &"WEB".parse().unwrap(), &[], &[], today);
        assert_eq!(render(|html| tasks.address(&tasks.key(12), html)), "/o/&quot;/tasks/WEB-12");
    }
}
