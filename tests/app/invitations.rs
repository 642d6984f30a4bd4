//! Inviting people, in the application and at the provider.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::Value;
use tessera::testing::domain::{
    errors::AppError,
    organizations::people::{Invitation, InvitationState},
    permissions::{Permission, Role},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, Browser, CAROL, DANA, Fault, JOE, Member, NINA, Process, Settings, TestApp,
    functions::InvitePeople, together,
};

const INVITE: (Method, &str) = (Method::POST, "/organizations/*/invitations");

/// Returns the only listed invitation.
pub async fn only(member: &Member) -> Invitation {
    let mut all = member.people().await.invitations;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Advances the clock until no invitation waits to be sent; returns all invitations.
pub async fn settled(app: &TestApp, member: &Member) -> Vec<Invitation> {
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        let all = member.people().await.invitations;
        let is_settled = all.iter().all(|one| one.state != InvitationState::Waiting)
            && app.count("provider_change WHERE state = 'waiting'").await == 0;
        is_settled.then_some(all)
    })
    .await
}

/// Lists the invitations of `organization` at the provider.
pub async fn there(app: &TestApp, organization: crate::support::Organization) -> Vec<Value> {
    let found = app.management().get(&format!("/organizations/{}/invitations?per_page=100", organization.id)).await;
    found.as_array().unwrap().clone()
}

#[tokio::test]
async fn an_invitation_reaches_the_provider_with_all_its_fields() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("New.One@Example.com", "viewer").await.unwrap();
    let all = settled(&app, &carol).await;
    assert_eq!((all.len(), all[0].state, all[0].role), (1, InvitationState::Open, Role::Viewer));
    let there = there(&app, ABC).await;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["invitee"]["email"], "new.one@example.com");
    assert_eq!(there[0]["client_id"], "tessera-under-test");
    let role = app.management().get("/roles?name_filter=viewer").await;
    assert_eq!(there[0]["roles"][0], role[0]["id"]);
    // The people page shows the invitation with actions that work without scripts, but not its ticket: only the mail
    // proves who reads it.
    let page = carol.get("/o/abc-inc/settings/people").await.assert_status(200);
    let page = page.assert_says("New.One@Example.com").assert_says("Resend");
    assert!(!page.body.contains(there[0]["ticket_id"].as_str().unwrap()));
    let record = "audit_log WHERE action = 'invitation.create' AND outcome = 'done' AND target = 'new.one@example.com'";
    assert_eq!(app.count(record).await, 1);
}

#[tokio::test]
async fn tickets_are_not_readable_in_the_database() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("new@example.com", "member").await.unwrap();
    settled(&app, &carol).await;
    let ticket = there(&app, ABC).await[0]["ticket_id"].as_str().unwrap().to_owned();
    assert_eq!(app.count(&format!("invitation WHERE ticket = '{ticket}'")).await, 0);
    if let Some(file) = app.database.bytes() {
        assert!(!file.windows(ticket.len()).any(|window| window == ticket.as_bytes()));
    }
}

#[tokio::test]
async fn a_pasted_list_invites_every_address() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let list = "email,role\r\nann@example.com,admin\r\nBen <ben@example.com>,\r\nANN@example.com,admin";
    let fields = [("org", "abc-inc"), ("addresses", list), ("role", "member"), ("message", ""), ("lifetime", "30")];
    let answer = carol.submit::<InvitePeople>("/o/abc-inc/settings/people/invite", &fields).await;
    answer.assert_leads_to("/o/abc-inc/settings/people");
    let all = settled(&app, &carol).await;
    let mut found: Vec<_> = all.iter().map(|one| (one.email.as_str(), one.role)).collect();
    found.sort_unstable();
    assert_eq!(found, [("ann@example.com", Role::Admin), ("ben@example.com", Role::Member)]);
    assert_eq!(there(&app, ABC).await.len(), 2);
}

#[tokio::test]
async fn an_invalid_line_invites_nobody_and_keeps_the_input() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("open@example.com", "member").await.unwrap();
    settled(&app, &carol).await;
    let list = "good@example.com\nnonsense\nJOE@example.com\nOPEN@example.com";
    let fields =
        [("org", "abc-inc"), ("addresses", list), ("role", "viewer"), ("message", "Come & see"), ("lifetime", "3")];
    let answer = carol.submit::<InvitePeople>("/o/abc-inc/settings/people/invite", &fields).await;
    let answer = answer.assert_status(422).assert_says("Line 2: “nonsense” is not an email address.");
    answer.assert_says("good@example.com\nnonsense").assert_says("Come &amp; see");
    let list = "good@example.com\nJOE@example.com\nOPEN@example.com";
    let error = carol.invite(list, "member").await.unwrap_err();
    let said = error.field("addresses").unwrap();
    assert!(said.contains("Line 2: JOE@example.com is already a member."), "{said}");
    assert!(said.contains("Line 3: open@example.com already has an open invitation."), "{said}");
    assert_eq!((app.count("invitation").await, there(&app, ABC).await.len()), (1, 1));
}

#[tokio::test]
async fn each_invalid_field_shows_its_error() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let many: Vec<_> = (0..101).map(|number| format!("p{number}@example.com")).collect();
    let long = "m".repeat(1001);
    for (addresses, role, message, lifetime, field) in [
        ("", "member", "", "7", "addresses"),
        (" ,;\n", "member", "", "7", "addresses"),
        ("a\u{0}@example", "member", "", "7", "addresses"),
        (&many.join("\n"), "member", "", "7", "addresses"),
        ("a@example.com", "boss", "", "7", "role"),
        ("a@example.com", "member", &long, "7", "message"),
        ("a@example.com", "member", "", "31", "lifetime"),
        ("a@example.com", "member", "", "-1", "lifetime"),
    ] {
        let [addresses, role, message, lifetime] = [addresses, role, message, lifetime].map(str::to_owned);
        let error =
            carol.call(InvitePeople { org: carol.org(), addresses, role, message, lifetime }).await.unwrap_err();
        assert!(error.field(field).is_some(), "{field}: {error:?}");
    }
    assert_eq!(app.count("invitation").await, 0);
}

#[tokio::test]
async fn nobody_invites_into_a_role_above_their_own() {
    let app = TestApp::managing().await;
    let dana = app.signed_in(DANA, ACME).await;
    for (list, role) in [("a@example.com", "owner"), ("email,role\na@example.com,owner", "member")] {
        let error = dana.invite(list, role).await.unwrap_err();
        assert!(error.field("role").unwrap().contains("above your own, admin"), "{error:?}");
    }
    assert_eq!(app.count("audit_log WHERE action = 'invitation.create' AND outcome = 'refused'").await, 2);
    dana.invite("a@example.com", "admin").await.unwrap();
    // An admin cannot resend or revoke an owner's invitation for the role owner.
    let alice = app.signed_in(ALICE, ACME).await;
    alice.invite("b@example.com", "owner").await.unwrap();
    let all = settled(&app, &dana).await;
    let theirs = all.iter().find(|one| one.role == Role::Owner).unwrap();
    assert!(!theirs.may_change);
    for refused in [dana.resend_invitation(theirs.id).await, dana.revoke_invitation(theirs.id).await] {
        assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn members_and_outsiders_cannot_invite_or_see_invitations() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("new@example.com", "member").await.unwrap();
    let id = settled(&app, &carol).await[0].id;
    let joe = app.signed_in(JOE, ABC).await;
    let forbidden = Err(AppError::Forbidden { permission: Permission::ManageInvitations });
    assert_eq!(joe.invite("a@example.com", "viewer").await, forbidden);
    assert_eq!(joe.revoke_invitation(id).await, forbidden);
    assert!(joe.people().await.invitations.is_empty());
    joe.get("/o/abc-inc/settings/people/invite").await.assert_status(403);
    assert_eq!(app.count("audit_log WHERE outcome = 'refused'").await, 2);
    // The id of another organization's invitation gives the same error as an unknown id.
    let bob = app.signed_in(BOB, BETA).await;
    let never = "00000000-0000-0000-0000-000000000000";
    for id in [id.to_string().as_str(), never, "nonsense"] {
        assert_eq!(bob.resend_invitation(id).await, Err(AppError::NotFound), "{id}");
        assert_eq!(bob.revoke_invitation(id).await, Err(AppError::NotFound), "{id}");
    }
    assert!(bob.people().await.invitations.is_empty());
    assert_eq!(bob.in_organization(ABC).invite("a@example.com", "viewer").await, Err(AppError::SignInRequired));
    assert_eq!(app.count("invitation WHERE state = 'open'").await, 1);
}

#[tokio::test]
async fn a_temporary_failure_leaves_one_invitation() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    for (number, (step, fault)) in [
        (INVITE, Fault::TooMany),
        (INVITE, Fault::Trouble),
        (INVITE, Fault::LostAnswer),
        ((Method::GET, "/roles"), Fault::Trouble),
    ]
    .into_iter()
    .enumerate()
    {
        app.management().fail(step, fault, 1);
        carol.invite(&format!("p{number}@example.com"), "member").await.unwrap();
        let all = settled(&app, &carol).await;
        assert!(all.iter().all(|one| one.state == InvitationState::Open), "{fault:?} {all:?}");
        assert_eq!(there(&app, ABC).await.len(), number + 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_shown_with_its_reason_and_can_be_retried() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    app.management().fail(INVITE, Fault::Refusal, 1);
    carol.invite("new@example.com", "member").await.unwrap();
    let all = settled(&app, &carol).await;
    assert_eq!((all[0].state, all[0].problem.as_deref()), (InvitationState::Failed, Some("Insufficient scope")));
    carol.get("/o/abc-inc/settings/people").await.assert_says("Not sent").assert_says("Insufficient scope");
    let id = all[0].id;
    carol.resend_invitation(id).await.unwrap();
    let all = settled(&app, &carol).await;
    assert_eq!((all.len(), all[0].state), (1, InvitationState::Open));
    assert_eq!(there(&app, ABC).await.len(), 1);
}

#[tokio::test]
async fn resending_replaces_the_link() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("new@example.com", "member").await.unwrap();
    let id = settled(&app, &carol).await[0].id;
    let before = there(&app, ABC).await;
    carol.resend_invitation(id).await.unwrap();
    let second = settled(&app, &carol).await;
    assert_eq!(second.len(), 1);
    let after = there(&app, ABC).await;
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before[0]["ticket_id"], after[0]["ticket_id"]);
    // The replaced invitation cannot be resent.
    let again = carol.resend_invitation(id).await;
    assert!(matches!(again, Err(AppError::Conflict { .. })), "{again:?}");
}

#[tokio::test]
async fn an_address_is_invited_twice_a_minute_and_five_times_a_day() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let resend = async || carol.resend_invitation(only(&carol).await.id).await;
    let says = |refused: &Result<(), AppError>, text: &str| matches!(refused, Err(AppError::Conflict { message }) if message.contains(text));
    carol.invite("new@example.com", "member").await.unwrap();
    resend().await.unwrap();
    let refused = resend().await;
    assert!(says(&refused, "Wait a minute before you send another."), "{refused:?}");
    app.clock.advance(TimeDelta::seconds(59));
    assert!(resend().await.is_err());
    app.clock.advance(TimeDelta::seconds(1));
    resend().await.unwrap();
    resend().await.unwrap();

    // Revoking and inviting again counts as well, and says why at the line of the list.
    carol.revoke_invitation(only(&carol).await.id).await.unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    carol.invite("new@example.com", "member").await.unwrap();
    carol.revoke_invitation(only(&carol).await.id).await.unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    let refused = carol.invite("other@example.com, New@example.com", "member").await;
    let Err(AppError::Invalid { fields }) = &refused else { panic!("{refused:?}") };
    assert!(fields[0].message.contains("Line 1: New@example.com: This person was sent five invitations today."));
    carol.invite("other@example.com", "member").await.unwrap();

    // Another organization has its own count.
    let alice = app.signed_in(ALICE, ACME).await;
    alice.invite("new@example.com", "member").await.unwrap();
    app.clock.advance(TimeDelta::days(1));
    app.signed_in(CAROL, ABC).await.invite("new@example.com", "member").await.unwrap();
}

#[tokio::test]
async fn an_organization_sends_five_hundred_invitations_a_day() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let addresses = |batch: usize, count: usize| {
        let list: Vec<_> = (0..count).map(|number| format!("p{batch}-{number}@example.com")).collect();
        list.join(", ")
    };
    for batch in 0..5 {
        carol.invite(&addresses(batch, if batch == 4 { 99 } else { 100 }), "viewer").await.unwrap();
    }
    // Those that are revoked do not count as open, but were sent.
    for invitation in &carol.people().await.invitations[..5] {
        carol.revoke_invitation(invitation.id).await.unwrap();
    }
    let refused = carol.invite(&addresses(5, 2), "viewer").await;
    assert!(matches!(&refused, Err(AppError::Conflict { message }) if message.contains("too many invitations today")));
    // Another sender does not get around the limit at the same moment.
    let joes = carol.people().await.members.into_iter().find(|member| member.email == "joe@example.com").unwrap().id;
    carol.set_role(&joes.to_string(), "admin").await.unwrap();
    let (one, other) = (addresses(5, 1), addresses(6, 1));
    let (of_carol, of_joe) = tokio::join!(carol.invite(&one, "viewer"), joe.invite(&other, "viewer"));
    assert!(of_carol.is_ok() != of_joe.is_ok(), "{of_carol:?} {of_joe:?}");
    assert!(carol.invite(&addresses(7, 1), "viewer").await.is_err());
}

#[tokio::test]
async fn a_sender_confirms_their_address_first() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    app.database.execute("UPDATE person SET email_verified = FALSE").await;
    let confirm = async |is_confirmed: bool| {
        let body = serde_json::json!({ "email_verified": is_confirmed });
        app.management().send(Method::PATCH, &format!("/users/{}", CAROL.replace('|', "%7C")), Some(body)).await;
    };
    confirm(false).await;
    let refused = carol.invite("new@example.com", "member").await;
    let Err(AppError::Conflict { message }) = &refused else { panic!("{refused:?}") };
    assert!(message.contains("Confirm your email address first"), "{message}");
    assert_eq!(app.count("invitation").await, 0);
    // While the provider does not answer, nothing is believed.
    app.management().fail((Method::GET, "/users/*"), Fault::Trouble, 1);
    assert!(carol.invite("new@example.com", "member").await.is_err());
    // The provider knows that the address was confirmed since the sign-in.
    confirm(true).await;
    carol.invite("new@example.com", "member").await.unwrap();
    // An account of another connection has nothing to confirm.
    app.database.execute("UPDATE person SET email_verified = FALSE, subject = 'oidc|corp|' || subject").await;
    carol.invite("newer@example.com", "member").await.unwrap();
}

#[tokio::test]
async fn revoking_removes_the_invitation_on_both_sides_even_while_it_is_sent() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("one@example.com", "member").await.unwrap();
    let id = settled(&app, &carol).await[0].id;
    carol.revoke_invitation(id).await.unwrap();
    assert!(settled(&app, &carol).await.is_empty());
    assert!(there(&app, ABC).await.is_empty());
    // The provider creates the invitation, but its answer is lost. Revoking removes the invitation at the provider too.
    app.management().fail(INVITE, Fault::LostAnswer, 1);
    carol.invite("two@example.com", "member").await.unwrap();
    app.until(async || (there(&app, ABC).await.len() == 1).then_some(())).await;
    let id = only(&carol).await.id;
    carol.revoke_invitation(id).await.unwrap();
    assert!(settled(&app, &carol).await.is_empty());
    assert!(there(&app, ABC).await.is_empty());
}

#[tokio::test]
async fn concurrent_invitations_of_one_person_leave_one() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let outcomes = together(6, |number| {
        let carol = carol.clone();
        let address = if number % 2 == 0 { "new@example.com" } else { "NEW@Example.com" };
        async move { carol.invite(address, "member").await.is_ok() }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|is_done| **is_done).count(), 1);
    settled(&app, &carol).await;
    assert_eq!(there(&app, ABC).await.len(), 1);
}

#[tokio::test]
async fn a_person_whose_invitation_expired_can_be_invited_again() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("new@example.com", "member").await.unwrap();
    let expires_at = settled(&app, &carol).await[0].expires_at.unwrap();
    app.clock.advance(expires_at - app.clock.now() - TimeDelta::seconds(1));
    let carol = app.signed_in(CAROL, ABC).await;
    assert_eq!(only(&carol).await.state, InvitationState::Open);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(only(&carol).await.state, InvitationState::Expired);
    carol.invite("new@example.com", "member").await.unwrap();
    let all = settled(&app, &carol).await;
    assert_eq!(all.iter().filter(|one| one.state == InvitationState::Open).count(), 1, "{all:?}");
}

#[tokio::test]
async fn an_invitation_closed_at_the_provider_is_closed_here() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("nina@example.com, gone@example.com, kept@example.com", "member").await.unwrap();
    settled(&app, &carol).await;
    // Nina becomes a member at the provider, and another invitation is revoked in the provider's console.
    for one in there(&app, ABC).await {
        if one["invitee"]["email"] != "kept@example.com" {
            let path = format!("/organizations/{}/invitations/{}", ABC.id, one["id"].as_str().unwrap());
            app.management().send(Method::DELETE, &path, None).await;
        }
    }
    let body = serde_json::json!({ "members": [NINA] });
    app.management().send(Method::POST, &format!("/organizations/{}/members", ABC.id), Some(body)).await;
    app.clock.advance(TimeDelta::minutes(16));
    app.until(async || (app.count("invitation WHERE state = 'accepted'").await == 1).then_some(())).await;
    let found = carol.people().await;
    let mut states: Vec<_> = found.invitations.iter().map(|one| (one.email.as_str(), one.state)).collect();
    states.sort_unstable_by_key(|(email, _)| *email);
    assert_eq!(states, [("gone@example.com", InvitationState::Failed), ("kept@example.com", InvitationState::Open)]);
    assert!(found.members.iter().any(|member| member.email == "nina@example.com"));
}

#[tokio::test]
async fn a_killed_process_leaves_one_invitation() {
    let app = TestApp::managing().await;
    let process = Process::start(&app.database, &app.provider, app.management(), None).await;
    let carol = Browser::new(process.url.clone(), app.client().clone()).in_organization(ABC);
    carol.sign_in(&app, CAROL, ABC).await;
    app.management().fail(INVITE, Fault::Silence, 1);
    // The application in the test process also has a worker. Either worker may claim the invitation.
    let waiting = app.management().fell_silent();
    carol.invite("new@example.com", "member").await.unwrap();
    waiting.await;
    process.kill();
    app.clock.advance(TimeDelta::minutes(1));
    app.database.change("UPDATE provider_change SET taken_until = NULL").await;
    app.until(async || (app.count("invitation WHERE state = 'open'").await == 1).then_some(())).await;
    assert_eq!(there(&app, ABC).await.len(), 1);
}

#[tokio::test]
async fn without_the_management_api_people_are_invited_at_the_provider() {
    let app = TestApp::spawn_with(Settings::default()).await;
    let carol = app.signed_in(CAROL, ABC).await;
    assert_eq!(carol.invite("a@example.com", "member").await, Err(AppError::NotFound));
    let page = carol.get("/o/abc-inc/settings/people/invite").await.assert_status(200);
    page.assert_says("People are invited in your identity provider");
    carol.get("/o/abc-inc/settings/people").await.assert_status(200).assert_says("managed in your identity provider");
}
