//! The page that creates a project.

use leptos::{ev, html, prelude::*};

use super::functions::CreateProject;
use crate::{
    domain::{
        errors::AppError,
        keys::ProjectKey,
        permissions::Permission,
        projects::template::{ProjectSource, Template},
    },
    web::{
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, SubmitButton},
            error_page::ErrorPage,
            field::{Labelled, TextField},
            form::FormFeedback,
            form_action::FormAction,
            page::{Crumb, Page},
        },
    },
};

/// The form for a new project, or an error page for members who may not create one.
#[component]
pub fn NewProjectPage() -> impl IntoView {
    let current = CurrentOrganization::expect();
    if current.may(Permission::WriteProjects) {
        view! { <NewProjectForm org=current.slug()/> }.into_any()
    } else {
        view! { <ErrorPage error=AppError::Forbidden { permission: Permission::WriteProjects }/> }.into_any()
    }
}

#[component]
fn NewProjectForm(org: String) -> impl IntoView {
    let action = FormAction::of::<CreateProject>();
    let feedback = FormFeedback::of(action);
    let home = format!("/o/{org}");
    let crumbs = vec![Crumb::new("Home", home.clone())];

    // The key is derived from the name until the member types a key.
    let key_field = NodeRef::<html::Input>::new();
    let suggested = StoredValue::new(String::new());
    let suggest = move |event: ev::Event| {
        let Some(key) = key_field.get_untracked() else { return };
        if key.value() == suggested.get_value() {
            let suggestion = suggested_key(&event_target_value(&event));
            key.set_value(&suggestion);
            suggested.set_value(suggestion);
        }
    };
    view! {
        <Page heading="New project" crumbs=crumbs>
            <AppForm action feedback>
                <input type="hidden" name="org" value=org/>
                <TextField name="name" label="Name" feedback required=true autofocus=true on:input=suggest/>
                <TextField
                    name="key"
                    label="Key"
                    feedback
                    hint="2 to 8 letters and digits. Starts the key of every task, for example WEB-12."
                    class="key"
                    maxlength=ProjectKey::MAX
                    required=true
                    node_ref=key_field
                />
                <StartField feedback/>
                <div class="buttons">
                    <SubmitButton label="Create project" pending=action.pending()/>
                    <a class="button" href=home>
                        "Cancel"
                    </a>
                </div>
            </AppForm>
        </Page>
    }
}

/// The field that chooses a template, or another project to copy from.
#[component]
fn StartField(feedback: FormFeedback) -> impl IntoView {
    const NAME: &str = "start";
    let error = feedback.field(NAME);
    let selected = feedback.typed(NAME, Template::Simple.slug());
    let option = {
        let selected = selected.clone();
        move |start: &ProjectSource, label: String| {
            let value = start.to_string();
            let is_selected = value == selected;
            view! {
                <option value=value selected=is_selected>
                    {label}
                </option>
            }
        }
    };
    let templates = Template::ALL
        .map(|template| option(&ProjectSource::Template(template), template.label().to_owned()))
        .collect_view();
    let (projects, may_copy) = CurrentOrganization::expect()
        .with_untracked(|workspace| (workspace.projects.clone(), workspace.permissions.allow(Permission::WriteTasks)));
    let group = move |label: &'static str, start: fn(ProjectKey) -> ProjectSource| {
        let options = projects.iter().map(|project| option(&start(project.key.clone()), project.name.clone()));
        let options = options.collect_view();
        (!projects.is_empty()).then(|| view! { <optgroup label=label>{options}</optgroup> })
    };
    let described = move || error.with(Option::is_some).then_some("start-error");
    view! {
        <Labelled name=NAME label="Start with".to_owned() hint=None error>
            <select class="input" id=NAME name=NAME aria-describedby=described>
                <optgroup label="Template">{templates}</optgroup>
                {group("Copy workflow and labels from", ProjectSource::Like)}
                {may_copy.then(|| group("Copy workflow, labels and open tasks from", ProjectSource::Copy))}
            </select>
        </Labelled>
    }
    .into_any()
}

/// Suggests a key for a project called `name`: the initials of its words, or the first letters of a single word. Empty if
/// that is no valid key.
fn suggested_key(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [word] => word.chars().take(3).collect(),
        words => words.iter().filter_map(|word| word.chars().next()).take(4).collect(),
    };
    letters.parse::<ProjectKey>().map_or_else(|_| String::new(), |key| key.to_string())
}

#[cfg(test)]
mod tests {
    use super::suggested_key;

    #[test]
    fn a_key_is_suggested_from_the_name() {
        for (name, key) in [
            ("Website", "WEB"),
            ("Winter campaign 2027", "WC2"),
            ("go to market of the new thing", "GTMO"),
            ("QA", "QA"),
            ("Q", ""),
            ("7th floor", ""),
            ("", ""),
        ] {
            assert_eq!(suggested_key(name), key, "{name:?}");
        }
    }
}
