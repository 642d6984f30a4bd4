//! The person at the foot of the sidebar.

use leptos::prelude::*;

use crate::{
    organizations::model::Person,
    ui::{
        icon::{Icon, Icon as Glyph},
        menu::{Menu, open_on_arrow},
        theme::ThemeChoice,
        tile::Avatar,
    },
};

const MENU: &str = "person-menu";

/// Who is signed in; opens the menu with theme and sign-out.
#[component]
pub fn PersonMenu(person: Person) -> impl IntoView {
    let Person { name, email } = person;
    view! {
        <button
            type="button"
            class="switcher"
            popovertarget=MENU
            on:keydown=|event| open_on_arrow(&event, MENU)
        >
            <Avatar name=name.clone()/>
            <span class="clip">{name.clone()}</span>
            <span class="unseen">"Your account"</span>
        </button>
        <Menu id=MENU label="Your account" class="person-menu rising">
            <div class="who">
                <strong class="clip">{name}</strong>
                <span class="muted small">{email}</span>
            </div>
            <ThemeChoice/>
            <hr/>
            <SignOut class="menu-item"/>
        </Menu>
    }
    .into_any()
}

/// Ends the session: a plain form, so that it works whatever else does not.
#[component]
pub fn SignOut(
    /// Of the button.
    class: &'static str,
) -> impl IntoView {
    view! {
        <form method="post" action="/logout">
            <button type="submit" class=class>
                <Icon icon=Glyph::SignOut/>
                "Sign out"
            </button>
        </form>
    }
}
