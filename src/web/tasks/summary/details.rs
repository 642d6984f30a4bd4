//! The details of a task beside its name, on a card or in a line.

use chrono::NaiveDate;

use super::parts;
use crate::{
    domain::{projects::Label, tasks::priority::Priority},
    web::ui::markup::Html,
};

/// The details of a task. Those that are not set are not shown.
#[derive(Clone, Debug, Default)]
pub struct Details<'a> {
    pub priority: Priority,
    pub labels: Vec<&'a Label>,
    pub due: Option<Due>,
    pub points: Option<i64>,
    /// Names of the assignees.
    pub people: Vec<&'a str>,
}

/// A due date, with the data that decides whether the task is late.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub on: NaiveDate,
    pub is_done: bool,
    pub today: NaiveDate,
}

impl Details<'_> {
    /// Appends the details, each after a space. Visually hidden words name each detail for screen readers; sighted
    /// people recognize it by its icon and position.
    pub fn write(&self, html: &mut Html) {
        if self.priority != Priority::None {
            parts::priority(html.markup(" ").hidden("Priority"), self.priority);
        }
        if !self.labels.is_empty() {
            parts::labels(html.markup(" "), &self.labels);
        }
        if let Some(Due { on, is_done, today }) = self.due {
            parts::due(html.markup(" ").hidden("Due"), on, is_done, today);
        }
        if let Some(points) = self.points {
            parts::points(html.markup(" ").hidden("Points"), points);
        }
        if !self.people.is_empty() {
            parts::people(html.markup(" "), &self.people);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::web::ui::markup::render;

    fn html(details: &Details) -> String {
        render(|html| details.write(html))
    }

    #[test]
    fn only_what_is_set_is_shown() {
        assert_eq!(html(&Details::default()), "");
        let points = html(&Details { points: Some(3), ..Details::default() });
        assert_eq!(points, r#" <span class="visually-hidden">Points </span><span class="points">3</span>"#);
    }

    #[test]
    fn details_are_named_and_in_order() {
        let label = Label { id: Uuid::nil(), name: "Bug".to_owned(), hue: 3 };
        let on = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let details = Details {
            priority: Priority::High,
            labels: vec![&label],
            due: Some(Due { on, is_done: false, today: on }),
            points: Some(3),
            people: vec!["Alice Archer"],
        };
        let html = html(&details);
        let expected =
            ["Priority </span>", "High</span>", "Bug</span>", "Due </span>", "20 Nov", "Points </span>", "Alice"];
        let places: Vec<_> = expected.iter().map(|part| html.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {html}");
    }
}
