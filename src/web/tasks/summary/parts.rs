//! Writes the parts of a task: key, title, state, priority, labels, due date, points and people.
//!
//! A part shows a value; its surroundings name the field: a list by its column, a card or a line by visually hidden
//! words ([`Details`](super::details::Details)). The `word` beside an icon is visible in a list; elsewhere the style
//! sheet hides it visually.

use chrono::NaiveDate;

use crate::{
    domain::{
        dates,
        projects::{Label, StateCategory},
        tasks::{due::is_late, priority::Priority},
    },
    web::{
        projects::state_mark,
        tasks::priority_mark,
        ui::{
            avatar::{hue, initials},
            markup::Html,
        },
    },
};

/// Appends the key and the title of a task.
pub fn name(html: &mut Html, task_key: &Html, title: &str, is_done: bool) {
    key(html, task_key);
    let open =
        if is_done { r#" <span class="title closed" dir="auto">"# } else { r#" <span class="title" dir="auto">"# };
    html.markup(open).text(title).markup("</span>");
}

/// Appends the key of a task.
pub fn key(html: &mut Html, key: &Html) {
    html.markup(r#"<span class="key">"#).html(key).markup("</span>");
}

/// Appends the icon and the name of a state.
pub fn state(html: &mut Html, category: StateCategory, name: &str) {
    word(html.markup(state_mark::svg(category)), name);
}

/// Appends the icon and the name of a priority.
pub fn priority(html: &mut Html, priority: Priority) {
    word(html.markup(priority_mark::svg(priority)), priority.label());
}

/// Appends labels, separated by spaces.
pub fn labels(html: &mut Html, labels: &[&Label]) {
    for (at, one) in labels.iter().enumerate() {
        label(html.markup(if at == 0 { "" } else { " " }), one);
    }
}

/// Appends a label.
pub fn label(html: &mut Html, label: &Label) {
    html.markup(r#"<span class="label hue-"#)
        .number(label.hue.into())
        .markup("\" dir=\"auto\">")
        .text(&label.name)
        .markup("</span>");
}

/// Appends the due date of a task. If the task is late, the style sheet changes the colour, and a visually hidden word
/// says that the task is late.
pub fn due(html: &mut Html, due_on: NaiveDate, is_done: bool, today: NaiveDate) {
    let is_late = is_late(Some(due_on), is_done, today);
    html.markup(if is_late { r#"<span class="due late">"# } else { r#"<span class="due">"# }).text(&dates::day(due_on));
    html.markup(if is_late { r#"<span class="visually-hidden">, overdue</span></span>"# } else { "</span>" });
}

/// Appends an estimate.
pub fn points(html: &mut Html, points: i64) {
    html.markup(r#"<span class="points">"#).number(points).markup("</span>");
}

/// Appends the avatars of people, with their names for screen readers.
pub fn people(html: &mut Html, names: &[&str]) {
    html.markup(r#"<span class="faces">"#);
    for name in names {
        avatar(html, name);
        html.hidden(name);
    }
    html.markup("</span>");
}

/// Appends the avatar of a person. Hidden from screen readers: the name must stand beside it.
pub fn avatar(html: &mut Html, name: &str) {
    html.markup(r#"<span class="avatar hue-"#).number(hue(name).into()).markup(r#"" aria-hidden="true" title=""#);
    html.text(name).markup("\">").text(&initials(name)).markup("</span>");
}

fn word(html: &mut Html, word: &str) {
    html.markup(r#"<span class="word">"#).text(word).markup("</span>");
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::web::ui::markup::render;

    #[test]
    fn a_name_is_key_and_title() {
        let key = Html::of_text("WEB-12");
        let expected = r#"<span class="key">WEB-12</span> <span class="title" dir="auto">Ship &lt;it&gt;</span>"#;
        assert_eq!(render(|html| name(html, &key, "Ship <it>", false)), expected);
        let done = render(|html| name(html, &key, "Ship <it>", true));
        assert_eq!(done, expected.replace("title", "title closed"));
    }

    #[test]
    fn icons_have_words() {
        let state = render(|html| state(html, StateCategory::Started, "In <progress>"));
        assert!(state.starts_with(r#"<svg class="state-mark started""#), "{state}");
        assert!(state.ends_with(r#"</svg><span class="word">In &lt;progress&gt;</span>"#), "{state}");
        let priority = render(|html| priority(html, Priority::High));
        assert!(priority.ends_with(r#"</svg><span class="word">High</span>"#), "{priority}");
    }

    #[test]
    fn a_label_has_its_hue() {
        let bug = Label { id: Uuid::nil(), name: "Bug <1>".to_owned(), hue: 3 };
        assert_eq!(render(|html| label(html, &bug)), r#"<span class="label hue-3" dir="auto">Bug &lt;1&gt;</span>"#);
    }

    #[test]
    fn a_done_task_is_never_late() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let due = |is_done| render(|html| due(html, day(20), is_done, day(21)));
        let late = r#"<span class="due late">20 Nov 2026<span class="visually-hidden">, overdue</span></span>"#;
        assert_eq!(due(false), late);
        assert_eq!(due(true), r#"<span class="due">20 Nov 2026</span>"#);
    }

    #[test]
    fn people_have_avatars_and_names() {
        let people = render(|html| people(html, &["Alice Archer", "<B>"]));
        for part in [
            r#"aria-hidden="true" title="Alice Archer">AA</span><span class="visually-hidden">Alice Archer </span>"#,
            r#"title="&lt;B&gt;">B</span><span class="visually-hidden">&lt;B&gt; </span></span>"#,
        ] {
            assert!(people.contains(part), "{part} is not in {people}");
        }
    }
}
