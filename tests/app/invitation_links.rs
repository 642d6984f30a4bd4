//! Invitation links: the page that is shown before the provider receives the ticket, and the sign-in that follows.

use chrono::TimeDelta;
use reqwest::Method;
use tessera::testing::domain::{
    organizations::people::InvitationState,
    permissions::{Permission, Role},
};
use url::Url;

use crate::{
    invitations::{only, settled, there},
    support::{
        ABC, ACME, Answer, Authorization, Browser, CAROL, JOE, Member, NINA, Person, TestApp,
        functions::ListPendingInvitations, together,
    },
};

const NINAS: &str = "nina@example.com";

/// An open invitation to abc-inc, and Carol, who sent it.
struct Invited {
    app: TestApp,
    carol: Member,
    /// The link in the invitation mail.
    link: String,
    ticket: String,
}

async fn invited(email: &str, role: &str) -> Invited {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite(email, role).await.unwrap();
    settled(&app, &carol).await;
    let invitation = there(&app, ABC).await.remove(0);
    let link = Url::parse(invitation["invitation_url"].as_str().unwrap()).unwrap();
    let ticket = invitation["ticket_id"].as_str().unwrap().to_owned();
    let link = format!("{}?{}", link.path(), link.query().unwrap());
    Invited { app, carol, link, ticket }
}

impl Invited {
    fn page(&self) -> String {
        format!("/invitation?ticket={}", self.ticket)
    }

    /// Opens the link and follows the redirect to the invitation page.
    async fn open(&self, browser: &Browser) -> Answer {
        browser.get(&self.link).await.assert_leads_to(&self.page());
        browser.get(&self.page()).await
    }

    async fn post(&self, browser: &Browser, action: &str) -> Answer {
        browser.post_form(&self.page(), &format!("/invitation/{action}?ticket={}", self.ticket), &[]).await
    }

    /// Accepts the invitation and returns the authorization request to the provider.
    async fn accept(&self, browser: &Browser) -> Authorization {
        let answer = self.post(browser, "accept").await.assert_status(303);
        Authorization::of(answer.location())
    }

    /// Issues an authorization code for `person` with the address `email`.
    fn code(&self, authorization: &Authorization, person: Person, email: &str, is_verified: bool) -> String {
        let mut grant = authorization.grant(&self.app.provider, person);
        grant.id_token.set("email", email).set("email_verified", is_verified);
        self.app.provider.code(grant)
    }

    /// Advances the clock to one second before the invitation expires.
    async fn almost_expire(&self) {
        let expires_at = only(&self.carol).await.expires_at.unwrap();
        self.app.clock.advance(expires_at - self.app.clock.now() - TimeDelta::seconds(1));
    }

    async fn memberships(&self, person: Person, and: &str) -> i64 {
        let from = format!(
            "membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id
             WHERE o.slug = 'abc-inc' AND p.subject = '{person}' {and}"
        );
        self.app.count(&from).await
    }

    /// Asserts that the invitation is closed and that its link causes no call to the provider.
    async fn assert_closed(&self, title: &str) {
        let browser = self.app.browser();
        self.open(&browser).await.assert_status(410).assert_says(title);
        for action in ["accept", "decline"] {
            self.post(&browser, action).await.assert_status(410).assert_says(title);
        }
        assert_eq!(self.app.count("login_transaction").await, 0);
    }
}

/// Returns a browser in which `person` is signed in with the address `email`, but in no organization.
async fn signed_in(app: &TestApp, person: Person, email: &str) -> Browser {
    let browser = app.browser();
    let authorization = browser.begin("").await;
    let mut grant = authorization.grant(&app.provider, person);
    grant.id_token.set("email", email).set("email_verified", true);
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await.assert_status(303);
    browser
}

#[tokio::test]
async fn the_page_names_inviter_and_workspace_and_continues_at_the_provider() {
    let invited = invited(NINAS, "viewer").await;
    let browser = invited.app.browser();
    let page = invited.open(&browser).await.assert_status(200);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let page = page.assert_says("invites you to ABC Inc").assert_says("as a viewer").assert_says(NINAS);
    page.assert_says("Welcome aboard").assert_says("Accept invitation");
    let authorization = invited.accept(&browser).await;
    assert_eq!(authorization.get("invitation"), invited.ticket);
    assert_eq!(authorization.get("organization"), ABC.id);
}

#[tokio::test]
async fn accepting_gives_a_membership_with_the_invited_role() {
    let invited = invited(NINAS, "admin").await;
    let browser = invited.app.browser();
    let authorization = invited.accept(&browser).await;
    let code = invited.code(&authorization, NINA, "Nina@Example.com", true);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
    browser.get("/o/abc-inc").await.assert_status(200);
    assert_eq!(invited.memberships(NINA, "AND m.role = 'admin'").await, 1);
    assert!(invited.carol.people().await.invitations.is_empty());
    assert_eq!(invited.app.count("audit_log WHERE action = 'invitation.accept'").await, 1);
    // The link cannot be used a second time.
    let other = invited.app.browser();
    invited.open(&other).await.assert_status(410).assert_says("This invitation was accepted");
}

#[tokio::test]
async fn the_permissions_of_the_provider_override_the_invited_role() {
    let invited = invited(NINAS, "admin").await;
    let granted: Vec<_> = Role::Viewer.permissions().iter().map(Permission::as_str).collect();
    invited.app.provider.permit(NINA, ABC.id, &granted);
    let browser = invited.app.browser();
    let authorization = invited.accept(&browser).await;
    let code = invited.code(&authorization, NINA, NINAS, true);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
    assert_eq!(invited.memberships(NINA, "AND m.role = 'viewer'").await, 1);
}

#[tokio::test]
async fn an_owner_needs_an_invitation_and_the_providers_confirmation() {
    let invited = invited(NINAS, "owner").await;
    let granted: Vec<_> = Role::Owner.permissions().iter().map(Permission::as_str).collect();
    invited.app.provider.permit(NINA, ABC.id, &granted);
    let browser = invited.app.browser();
    let authorization = invited.accept(&browser).await;
    let code = invited.code(&authorization, NINA, NINAS, true);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
    assert_eq!(invited.memberships(NINA, "AND m.role = 'owner'").await, 1);
}

#[tokio::test]
async fn accepting_twice_concurrently_gives_one_membership() {
    let invited = invited(NINAS, "member").await;
    let mut callbacks = Vec::new();
    for _ in 0..4 {
        let browser = invited.app.browser();
        let authorization = invited.accept(&browser).await;
        let code = invited.code(&authorization, NINA, NINAS, true);
        callbacks.push((browser, authorization.callback(&code)));
    }
    let answers = together(4, |number| {
        let (browser, callback) = callbacks[number].clone();
        async move { browser.get(&callback).await.status }
    })
    .await;
    assert_eq!(answers, [303; 4]);
    assert_eq!(invited.memberships(NINA, "AND m.role = 'member'").await, 1);
    assert_eq!(invited.app.count("invitation WHERE state = 'accepted'").await, 1);
    assert_eq!(invited.app.count("audit_log WHERE action = 'invitation.accept'").await, 1);
}

#[tokio::test]
async fn an_invitation_for_another_address_raises_no_role() {
    let invited = invited(NINAS, "admin").await;
    // Joe is a member. He takes the ticket from the authorization request and signs in as himself, or with Nina's
    // address, which is not verified.
    for (email, is_verified) in [("joe@example.com", true), (NINAS, false)] {
        let browser = invited.app.browser();
        let authorization = invited.accept(&browser).await;
        let code = invited.code(&authorization, JOE, email, is_verified);
        browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
        assert_eq!(invited.memberships(JOE, "AND m.role = 'member'").await, 1);
        assert_eq!(invited.app.count("invitation WHERE state = 'open'").await, 1);
    }
}

#[tokio::test]
async fn another_signed_in_person_is_warned_before_the_provider_is_called() {
    let invited = invited(NINAS, "member").await;
    for browser in [signed_in(&invited.app, JOE, "joe@example.com").await, {
        // This browser also has a seat of Joe in abc-inc.
        let browser = signed_in(&invited.app, JOE, "joe@example.com").await;
        browser.sign_in(&invited.app, JOE, ABC).await;
        browser
    }] {
        let page = invited.open(&browser).await.assert_status(200);
        let page = page.assert_says("This invitation is for another address");
        let page = page.assert_says(NINAS).assert_says("@example.com").assert_says("Sign out and accept as");
        assert!(!page.body.contains("/invitation/accept"), "{}", page.body);
        // A forged request to accept leads back to the invitation page.
        invited.post(&browser, "accept").await.assert_leads_to(&invited.page());
    }
    assert_eq!(invited.app.count("login_transaction").await, 0);
    assert_eq!(only(&invited.carol).await.state, InvitationState::Open);
    assert_eq!(there(&invited.app, ABC).await.len(), 1);
}

#[tokio::test]
async fn changing_the_account_signs_out_and_returns_to_the_invitation() {
    let invited = invited(NINAS, "member").await;
    let browser = signed_in(&invited.app, JOE, "joe@example.com").await;
    browser.sign_in(&invited.app, JOE, ABC).await;
    let thief = browser.copy();
    let answer = invited.post(&browser, "change-account").await.assert_status(303);
    let target = Url::parse(answer.location()).unwrap();
    assert_eq!(target.path(), "/oidc/logout");
    let back = target.query_pairs().find(|(name, _)| name == "post_logout_redirect_uri").unwrap().1.into_owned();
    assert_eq!(back, invited.app.url.as_str());
    assert!(!answer.location().contains(&invited.ticket));
    thief.get("/o/abc-inc").await.assert_status(303);
    // The stored session does not contain the ticket in plain text. Its return path is used once.
    let records = invited.app.database.bytes_of("browser_session", "record").await;
    assert!(!records.windows(invited.ticket.len()).any(|window| window == invited.ticket.as_bytes()));
    let answer = browser.get("/").await.assert_status(303);
    assert!(answer.location().starts_with("/login?"), "{}", answer.location());
    browser.get(answer.location()).await.assert_leads_to(&invited.page());
    invited.open(&browser).await.assert_says("Accept invitation");
    browser.get("/").await.assert_status(200);
    // The stored return path expires after an hour.
    let other = signed_in(&invited.app, JOE, "joe@example.com").await;
    invited.post(&other, "change-account").await.assert_status(303);
    invited.app.clock.advance(TimeDelta::hours(1));
    other.get("/").await.assert_status(200);
    let last = signed_in(&invited.app, JOE, "joe@example.com").await;
    invited.post(&last, "change-account").await.assert_status(303);
    invited.app.clock.advance(TimeDelta::hours(1) - TimeDelta::seconds(1));
    last.get("/").await.assert_status(303);
}

#[tokio::test]
async fn a_member_is_redirected_to_the_workspace() {
    let invited = invited(NINAS, "member").await;
    let path = format!("/organizations/{}/members", ABC.id);
    let body = serde_json::json!({ "members": [NINA] });
    invited.app.management().send(Method::POST, &path, Some(body)).await;
    let browser = signed_in(&invited.app, NINA, NINAS).await;
    let authorization = browser.begin("organization=org_AbcInc0000000001").await;
    let code = invited.code(&authorization, NINA, NINAS, true);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/abc-inc");
    let page = invited.open(&browser).await.assert_status(200).assert_says("You’re already in ABC Inc");
    page.assert_says("href=\"/o/abc-inc\"");
}

#[tokio::test]
async fn a_declined_invitation_is_withdrawn_at_the_provider() {
    let invited = invited(NINAS, "member").await;
    let browser = invited.app.browser();
    let ask = browser.get(&format!("/invitation/decline?ticket={}", invited.ticket)).await.assert_status(200);
    ask.assert_says("Decline the invitation to ABC Inc?");
    assert_eq!(only(&invited.carol).await.state, InvitationState::Open);
    invited.post(&browser, "decline").await.assert_status(200).assert_says("Invitation declined");
    let all = settled(&invited.app, &invited.carol).await;
    assert_eq!((all.len(), all[0].state), (1, InvitationState::Declined));
    assert!(there(&invited.app, ABC).await.is_empty());
    invited.assert_closed("This invitation was declined").await;
    // A form on another site cannot decline the invitation.
    let request = browser.request(Method::POST, &format!("/invitation/decline?ticket={}", invited.ticket));
    browser.send(request.header("sec-fetch-site", "cross-site")).await.assert_status(403);
}

#[tokio::test]
async fn each_closed_invitation_says_why() {
    let expired = invited(NINAS, "member").await;
    expired.almost_expire().await;
    expired.open(&expired.app.browser()).await.assert_status(200).assert_says("Accept invitation");
    expired.app.clock.advance(TimeDelta::seconds(1));
    expired.assert_closed("This invitation has expired").await;

    let revoked = invited(NINAS, "member").await;
    let id = only(&revoked.carol).await.id;
    revoked.carol.revoke_invitation(id).await.unwrap();
    revoked.assert_closed("This invitation was revoked").await;

    let replaced = invited(NINAS, "member").await;
    let id = only(&replaced.carol).await.id;
    replaced.carol.resend_invitation(id).await.unwrap();
    replaced.assert_closed("There is a newer invitation").await;
}

#[tokio::test]
async fn an_unknown_ticket_is_refused() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    for path in ["/invitation", "/invitation?ticket=", "/invitation?ticket=x%00", "/invitation/decline?ticket=x"] {
        browser.get(path).await.assert_status(404).assert_says("Invitation not found");
    }
}

#[tokio::test]
async fn an_invitation_unknown_here_asks_the_signed_in_person_first() {
    let app = TestApp::spawn().await;
    let link = "/login?invitation=elsewhere&organization=org_AcmeCorp00000001&organization_name=acme";
    // Without a signed-in person, the link leads directly to the provider.
    let asked = app.browser().begin(link.strip_prefix("/login?").unwrap()).await;
    assert_eq!((asked.get("invitation"), asked.get("organization")), ("elsewhere", ACME.id));
    // With a signed-in person, the link first asks which account to use.
    let browser = signed_in(&app, JOE, "joe@example.com").await;
    let page = browser.get(link).await.assert_status(200).assert_says("Which account is this invitation for?");
    page.assert_says("Continue as joe@example.com").assert_says("Switch account");
    let query = "ticket=elsewhere&organization=org_AcmeCorp00000001";
    let answer = browser.post_form("/login", &format!("/invitation/continue?{query}"), &[]).await.assert_status(303);
    assert_eq!(Authorization::of(answer.location()).get("invitation"), "elsewhere");
    browser.post_form("/login", &format!("/invitation/change-account?{query}"), &[]).await.assert_status(303);
    let back = browser.get("/").await.assert_status(303);
    let asked = Authorization::of(browser.get(back.location()).await.assert_status(303).location());
    assert_eq!((asked.get("invitation"), asked.get("organization")), ("elsewhere", ACME.id));
    browser
        .get("/login?invitation=elsewhere")
        .await
        .assert_status(400)
        .assert_says("This invitation link is incomplete");
}

#[tokio::test]
async fn open_invitations_are_shown_only_to_the_proven_address() {
    let invited = invited("Nina@Example.com", "viewer").await;
    let pending = |browser: Browser| async move { browser.call(ListPendingInvitations {}).await.unwrap() };
    let nina = signed_in(&invited.app, NINA, NINAS).await;
    let found = pending(nina.clone()).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].slug.as_str(), found[0].role), ("abc-inc", Role::Viewer));
    let page = nina.get("/welcome").await.assert_status(200).assert_says("ABC Inc invites you");
    assert!(!page.body.contains(&invited.ticket), "whoever reads the mail has the ticket");
    // The invitation is not shown to a person with an unverified address, to another person or to a visitor.
    let claimant = invited.app.browser();
    let authorization = claimant.begin("").await;
    let code = invited.code(&authorization, JOE, NINAS, false);
    claimant.get(&authorization.callback(&code)).await.assert_status(303);
    assert!(pending(claimant).await.is_empty());
    assert!(pending(signed_in(&invited.app, JOE, "joe@example.com").await).await.is_empty());
    assert!(pending(invited.app.browser()).await.is_empty());
    // An expired invitation is not shown.
    invited.almost_expire().await;
    assert_eq!(pending(signed_in(&invited.app, NINA, NINAS).await).await.len(), 1);
    invited.app.clock.advance(TimeDelta::seconds(1));
    assert!(pending(signed_in(&invited.app, NINA, NINAS).await).await.is_empty());
}
