//! Page of the console that lists the signing keys.

use maud::html;

use crate::idp::{
    pages::{
        Page,
        console::{links, page, page_header, time},
    },
    state::Idp,
    store::keys::{KeyState, StoredKey},
};

pub fn list(idp: &Idp, keys: &[StoredKey]) -> Page {
    let below = html! { "Tokens are signed with the current key. The other keys are published too, so that a rotation interrupts no one." };
    let content = html! {
        (page_header("Keys", &below, &html! { a class="primary" href="/console/keys/rotate" { "Rotate" } }))
        ul class="list" {
            @for state in [KeyState::Current, KeyState::Next, KeyState::Previous, KeyState::Revoked] {
                @for key in keys.iter().filter(|key| key.state == state) {
                    li {
                        div class="row-text" {
                            code { (key.kid) }
                            span class="row-detail" { "since " (time(key.changed_at)) ", created " (time(key.created_at)) }
                        }
                        span class="row-end" {
                            @match state {
                                KeyState::Current => span class="tag good" { "signs" },
                                KeyState::Next => span class="tag" { "next" },
                                KeyState::Previous => {
                                    span class="tag" { "previous" }
                                    a href=(links::with_parameter("/console/keys/revoke", "kid", &key.kid)) { "Revoke" }
                                },
                                KeyState::Revoked => span class="tag bad" { "revoked" },
                            }
                        }
                    }
                }
            }
        }
    };
    page(idp, "keys", "Keys", &content)
}
