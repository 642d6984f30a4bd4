//! Inviting people with a CSV file, as a browser sends it without scripts, and with scripts when a file is chosen.

use tessera::testing::domain::permissions::Role;

use crate::{
    invitations::settled,
    support::{ABC, Answer, CAROL, Member, TestApp},
};

const PAGE: &str = "/o/abc-inc/settings/people/invite";

/// Sends the form with a file.
async fn send(member: &Member, typed: &str, file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in
        [("org", "abc-inc"), ("addresses", typed), ("role", "member"), ("message", "Hello"), ("lifetime", "30")]
    {
        body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let head = "--XX\r\nContent-Disposition: form-data; name=\"addresses_file\"; filename=\"team.csv\"\r\n\
                Content-Type: text/csv\r\n\r\n";
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(b"\r\n--XX--\r\n");
    member.post_body(PAGE, "/fn/invite_people", "multipart/form-data; boundary=XX", body).await
}

/// The addresses and roles that a file invites.
async fn invited(file: &[u8]) -> Vec<(String, Role)> {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    send(&carol, "", file).await.assert_leads_to("/o/abc-inc/settings/people");
    let all = settled(&app, &carol).await;
    let mut all: Vec<_> = all.into_iter().map(|one| (one.email, one.role)).collect();
    all.sort();
    all
}

#[tokio::test]
async fn files_of_spreadsheets_invite_people() {
    let text = "\"Email\";\"Role\";\"Name\"\r\nann@example.com;admin;\"Ann; A.\"\r\nben@example.com;;Béla\r\n";
    let expected = [("ann@example.com".to_owned(), Role::Admin), ("ben@example.com".to_owned(), Role::Member)];
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for file in [
        format!("\u{feff}{text}").into_bytes(),
        format!("sep=;\r\n{text}").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        text.replace(';', "\t").into_bytes(),
        latin,
        utf_16,
    ] {
        assert_eq!(invited(&file).await, expected, "{file:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_refused_can_be_corrected_on_the_page() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol
        .get(PAGE)
        .await
        .assert_status(200)
        .assert_says("enctype=\"multipart/form-data\"")
        .assert_says("type=\"file\"");
    let answer = send(&carol, "good@example.com", b"nonsense").await.assert_status(422);
    answer.assert_says("Line 2: “nonsense” is not an email address.").assert_says("good@example.com\nnonsense");
    let answer = send(&carol, "good@example.com", b"PK\x03\x04\0\0").await.assert_status(422);
    answer.assert_says("This file is not text.").assert_says("good@example.com").assert_says("Hello");
    assert_eq!(app.count("invitation").await, 0);
    // No file was chosen.
    send(&carol, "good@example.com", b"").await.assert_leads_to("/o/abc-inc/settings/people");
    assert_eq!(app.count("invitation").await, 1);
}

#[tokio::test]
async fn pasted_text_may_begin_with_a_mark() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("\u{feff}email,role\nann@example.com,viewer", "member").await.unwrap();
    assert_eq!(app.count("invitation").await, 1);
}
