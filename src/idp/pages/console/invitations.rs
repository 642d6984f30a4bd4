//! Pages about invitations: the list, the details with the link, and the form.

use maud::{Markup, html};

use crate::idp::{
    pages::{
        Page, alert,
        console::{empty, links, page, page_header, paging, search, tags, time},
        field::Field,
    },
    state::Idp,
    store::{
        clients::Client,
        console_queries::{Listing, organizations::InvitationRow, tenant::RoleRow},
        invitations::Invitation,
        organizations::Organization,
    },
};

const LIST: &str = "/console/invitations";

pub fn list(idp: &Idp, q: &str, listing: &Listing<InvitationRow>) -> Page {
    let content = html! {
        (page_header("Invitations", &html! { "Open invitations." }, &html! {
            a class="primary" href="/console/organizations" { "Invite to an organization" }
        }))
        (search(LIST, "Email address", q))
        @if listing.rows.is_empty() {
            @if q.is_empty() {
                (empty("No open invitations", &html! {
                    "Open an organization and choose “Invite someone”. Accepted, revoked and expired invitations are not kept."
                }))
            } @else {
                (empty("Nothing found", &html! { "No invited address contains “" (q) "”." }))
            }
        } @else {
            (rows(&listing.rows, true))
        }
        (paging(listing, LIST, &[("q", q)]))
    };
    page(idp, "invitations", "Invitations", &content)
}

/// Renders a list of invitations, with or without their organization.
pub fn rows(invitations: &[InvitationRow], with_organization: bool) -> Markup {
    html! {
        ul class="list" {
            @for invitation in invitations {
                li {
                    div class="row-text" {
                        a href=(links::invitation(&invitation.id)) { (invitation.email) }
                        span class="row-detail" {
                            "invited by " (invitation.inviter_name)
                            @if with_organization {
                                " into " a href=(links::organization(&invitation.organization_id)) { (invitation.organization) }
                            }
                        }
                    }
                    span class="row-detail" { "until " (time(invitation.expires_at)) }
                }
            }
        }
    }
}

/// Input of the form and its errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormInput<'a> {
    pub email: &'a str,
    pub inviter: &'a str,
    /// Id of the chosen role.
    pub role: &'a str,
    pub email_error: Option<&'a str>,
    pub inviter_error: Option<&'a str>,
    pub role_error: Option<&'a str>,
    pub form_error: Option<&'a str>,
}

pub fn draft(idp: &Idp, organization: &Organization, roles: &[RoleRow], draft: &FormInput<'_>) -> Page {
    let title = format!("Invite someone to {}", organization.label());
    let focus_inviter = draft.email_error.is_none() && draft.inviter_error.is_some();
    let content = html! {
        (page_header(&title, &html! { "They get a link and become a member when they accept." }, &html! {}))
        (alert(draft.form_error))
        form class="narrow" method="post" action="/console/invitations/new" {
            input type="hidden" name="organization" value=(organization.id);
            (Field {
                name: "email", label: "Email address", kind: "email", value: draft.email, autocomplete: "off",
                error: draft.email_error, focus: !focus_inviter, ..Field::default()
            })
            (Field {
                name: "inviter", label: "Inviter", kind: "text", value: draft.inviter, autocomplete: "name",
                hint: Some("Named in the invitation."), error: draft.inviter_error, focus: focus_inviter,
                ..Field::default()
            })
            div class="field" {
                label for="role" { "Role" }
                select id="role" name="role" aria-invalid=[draft.role_error.map(|_| "true")]
                    aria-describedby=[draft.role_error.map(|_| "role-error")] {
                    option value="" { "No role" }
                    @for role in roles {
                        option value=(role.id) selected[role.id.as_str() == draft.role] { (role.name) }
                    }
                }
                @if let Some(error) = draft.role_error {
                    p class="error" id="role-error" { (error) }
                }
            }
            label class="switch" { input type="checkbox" name="mail" value="on" checked; "Send by email" }
            div class="actions" {
                button class="primary" type="submit" { "Invite" }
                a class="secondary" href=(links::organization(&organization.id)) { "Cancel" }
            }
        }
    };
    page(idp, "invitations", &title, &content)
}

#[derive(Debug)]
pub struct Details {
    pub invitation: Invitation,
    pub organization: Organization,
    pub client: Client,
    /// All roles to choose from.
    pub roles: Vec<RoleRow>,
    pub link: String,
}

pub fn details(idp: &Idp, details: &Details) -> Page {
    let Details { invitation, organization, client, roles, link } = details;
    let given = roles.iter().filter(|role| invitation.role_ids.0.contains(&role.id)).map(|role| role.name.as_str());
    let revoke = links::with_parameter("/console/invitation/revoke", "id", invitation.id.as_str());
    let content = html! {
        (page_header(&invitation.email, &html! {
            "is invited to " a href=(links::organization(&organization.id)) { (organization.label()) }
        }, &html! { a class="secondary" href=(revoke) { "Revoke" } }))
        div class="field" {
            label for="link" { "Link" }
            p class="hint" { "Anyone with the link can accept. Copy it if the email doesn’t arrive." }
            input id="link" type="text" value=(link) readonly spellcheck="false";
        }
        dl class="properties" {
            dt { "Invited by" } dd { (invitation.inviter_name) }
            dt { "Roles" } dd { (tags(given, "none")) }
            dt { "Application" } dd { (client.name) }
            dt { "Created" } dd { (time(invitation.created_at)) }
            dt { "Expires" } dd { (time(invitation.expires_at)) }
            dt { "Id" } dd { code { (invitation.id) } }
        }
    };
    page(idp, "invitations", &invitation.email, &content)
}
