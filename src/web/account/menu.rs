//! The account menu at the foot of the sidebar, and the sign-out button.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::components::A;

use crate::{
    domain::organizations::{OtherIdentity, Person},
    web::{
        shortcuts::help::Help,
        ui::{
            avatar::Avatar,
            draft,
            icon::{Glyph, Icon},
            menu::{Menu, open_on_arrow, takes_over},
            theme::ThemeChoice,
        },
    },
};

const MENU_ID: &str = "person-menu";

/// A button with the person's name, and the menu with their other identities in this browser, the theme and the sign-out.
#[component]
pub fn PersonMenu(
    person: Person,
    others: Vec<OtherIdentity>,
    /// The slug of the open organization.
    org: String,
) -> impl IntoView {
    let Person { name, email } = person;
    let help = Help::expect();
    let show_help = move |event: MouseEvent| {
        if takes_over(&event) {
            help.show();
        }
    };
    view! {
        <button
            type="button"
            class="switcher"
            popovertarget=MENU_ID
            on:keydown=|event| open_on_arrow(&event, MENU_ID)
        >
            <Avatar name=name.clone()/>
            <span class="clip">{name.clone()}</span>
            <span class="visually-hidden">"Your account"</span>
        </button>
        <Menu id=MENU_ID label="Your account" class="person-menu rising">
            <div class="who">
                <strong class="clip">{name}</strong>
                <span class="muted small clip">{email}</span>
            </div>
            {(!others.is_empty()).then(|| view! { <Others others/> })}
            <ThemeChoice/>
            <hr/>
            <A href=format!("/o/{org}/shortcuts") attr:class="menu-item" on:click=show_help>
                <Icon icon=Glyph::Keyboard/>
                "Keyboard shortcuts"
                <span class="end" aria-hidden="true">
                    <kbd>"?"</kbd>
                </span>
            </A>
            <a class="menu-item" href=format!("/login?organization_name={org}&prompt=login") rel="external">
                <Icon icon=Glyph::User/>
                "Switch account"
            </a>
            <SignOut class="menu-item"/>
        </Menu>
    }
    .into_any()
}

/// The other identities signed in within this browser session, each with its organizations.
#[component]
fn Others(others: Vec<OtherIdentity>) -> impl IntoView {
    let rows = others.into_iter().map(|OtherIdentity { email, workspaces }| {
        view! {
            <li>
                <span class="clip">{email}</span>
                <span class="muted small">{format!("in {}", workspaces.join(", "))}</span>
            </li>
        }
    });
    view! {
        <div class="others">
            <p class="muted small" id="others">
                "Also signed in on this browser"
            </p>
            <ul aria-labelledby="others">{rows.collect_view()}</ul>
        </div>
    }
}

/// Signs out with a plain form, which works without WASM and after an error.
#[component]
pub fn SignOut(
    /// The class of the button.
    class: &'static str,
) -> impl IntoView {
    view! {
        // The next user of this browser must not see this person's drafts.
        <form method="post" action="/logout" on:submit=|_| draft::delete_all()>
            <button type="submit" class=class>
                <Icon icon=Glyph::SignOut/>
                "Sign out"
            </button>
        </form>
    }
}
