//! Fields as HTML, for forms that no code reads or changes field by field: the whole content is one string, because a view
//! of each field takes more time than the rest of a page.

use super::markup::{Html, render};

/// Appends a field that is sent without being shown.
pub fn hidden(html: &mut Html, name: &str, value: &str) {
    html.markup(r#"<input type="hidden" name=""#).text(name).markup(r#"" value=""#).text(value).markup("\">");
}

/// Appends a checkbox before its label.
pub fn tick(html: &mut Html, name: &str, value: &str, label: &str, is_ticked: bool) {
    html.markup(r#"<label class="tick"><input type="checkbox" name=""#).text(name).markup(r#"" value=""#).text(value);
    html.markup(if is_ticked { "\" checked>" } else { "\">" });
    html.markup("<span>").text(label).markup("</span></label>");
}

/// Appends a label above the control that `control` appends.
pub fn line(html: &mut Html, label: &str, control: impl FnOnce(&mut Html)) {
    html.markup(r#"<label class="line"><span>"#).text(label).markup("</span>");
    control(html);
    html.markup("</label>");
}

/// Appends a text field with further `attributes`, which start with a space.
pub fn input(html: &mut Html, name: &str, value: &str, attributes: &'static str) {
    html.markup(r#"<input class="input" name=""#).text(name).markup(r#"" value=""#).text(value).markup("\"");
    html.markup(attributes).markup(">");
}

/// Appends a drop-down list. An option has a value, a label, and whether it is selected.
pub fn select<'a>(html: &mut Html, name: &str, options: impl IntoIterator<Item = (&'a str, &'a str, bool)>) {
    html.markup(r#"<select class="input" name=""#).text(name).markup("\">");
    for (value, label, is_selected) in options {
        option(html, value, label, is_selected);
    }
    html.markup("</select>");
}

/// Appends an option of a drop-down list.
fn option(html: &mut Html, value: &str, label: &str, is_selected: bool) {
    html.markup(r#"<option value=""#).text(value).markup(if is_selected { "\" selected>" } else { "\">" });
    html.text(label).markup("</option>");
}

/// The options of a drop-down list whose element the page builds.
#[must_use]
pub fn options<'a>(options: impl IntoIterator<Item = (&'a str, &'a str, bool)>) -> String {
    render(|html| {
        for (value, label, is_selected) in options {
            option(html, value, label, is_selected);
        }
    })
}

/// Appends the button that sends the form.
pub fn apply(html: &mut Html) {
    html.markup(r#"<div class="buttons"><button class="button primary" type="submit">Apply</button></div>"#);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_marked_and_what_was_typed_is_escaped() {
        let html = render(|html| {
            hidden(html, "text", "\"><b>");
            line(html, "Points", |html| input(html, "points", "<3>", r#" maxlength="3""#));
            tick(html, "state", "to-do", "To <do>", true);
            tick(html, "state", "done", "Done", false);
            select(html, "lanes", [("none", "No <lanes>", false), ("label", "Label", true)]);
        });
        for part in [
            r#"<input type="hidden" name="text" value="&quot;&gt;&lt;b&gt;">"#,
            r#"<label class="line"><span>Points</span><input class="input" name="points" value="&lt;3&gt;" maxlength="3"></label>"#,
            r#"<input type="checkbox" name="state" value="to-do" checked><span>To &lt;do&gt;</span></label>"#,
            r#"<input type="checkbox" name="state" value="done"><span>Done</span></label>"#,
            r#"<option value="none">No &lt;lanes&gt;</option><option value="label" selected>Label</option></select>"#,
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }
}
