use crate::server::services::invitations::recipients::*;

/// Renders each recipient as `address role`, or each rejected line as `line: reason`.
fn parsed(text: &str) -> Result<Vec<String>, Vec<String>> {
    parse(text, Role::Member)
        .map(|all| all.iter().map(|one| format!("{} {}", one.address, one.role)).collect())
        .map_err(|all| all.iter().map(|one| format!("{}: {}", one.line, one.reason)).collect())
}

#[track_caller]
fn assert_parses(text: &str, expected: &[&str]) {
    assert_eq!(parsed(text), Ok(expected.iter().map(ToString::to_string).collect()), "{text:?}");
}

#[track_caller]
fn assert_rejects(text: &str, expected: &[&str]) {
    assert_eq!(parsed(text), Err(expected.iter().map(ToString::to_string).collect()), "{text:?}");
}

#[test]
fn addresses_are_separated_by_commas_semicolons_and_line_ends() {
    assert_parses("", &[]);
    assert_parses(" \r\n ; ,\n", &[]);
    assert_parses("a@x.example", &["a@x.example member"]);
    assert_parses(
        "a@x.example, b@x.example;c@x.example\r\n\n  d@x.example\t",
        &["a@x.example member", "b@x.example member", "c@x.example member", "d@x.example member"],
    );
}

#[test]
fn names_are_dropped() {
    assert_parses(
        "Ann <A@x.example>, \"Doe, Jane\" <jane@x.example>; <c@x.example>\nmailto:d@x.example",
        &["a@x.example member", "jane@x.example member", "c@x.example member", "d@x.example member"],
    );
}

#[test]
fn a_table_has_a_header() {
    assert_parses(
        "Name,E-Mail,Role\n\"Doe, Jane\",Jane@x.example,Admin\nJoe,joe@x.example,\n\n,al@x.example,viewer",
        &["jane@x.example admin", "joe@x.example member", "al@x.example viewer"],
    );
    assert_parses("email;role\na@x.example;viewer", &["a@x.example viewer"]);
    assert_parses("email\na@x.example\n", &["a@x.example member"]);
    assert_rejects(
        "email,role\na@x.example,boss\n,admin\nnobody,admin",
        &[
            "2: “boss” is not a role. The roles are viewer, member, admin, owner.",
            "3: the email address is missing.",
            "4: “nobody” is not an email address.",
        ],
    );
}

#[test]
fn duplicates_count_once() {
    assert_parses("a@x.example\nA@X.example", &["a@x.example member"]);
    assert_rejects(
        "email,role\na@x.example,admin\nA@x.example,viewer",
        &["3: A@x.example is also on line 2, with another role."],
    );
}

#[test]
fn all_rejected_lines_are_reported() {
    assert_rejects(
        "a@x.example\nfoo\n\nb@x.example, bar@, x y@z.example",
        &[
            "2: “foo” is not an email address.",
            "4: “bar@” is not an email address.",
            "4: “x y@z.example” is not an email address.",
        ],
    );
}

#[test]
fn international_addresses_count_once_in_every_spelling() {
    assert_parses(
        "Jürgen <Jürgen@Bücher.example>\nju\u{308}rgen@xn--bcher-kva.example; иван@ПОЧТА.рф",
        &["jürgen@bücher.example member", "иван@почта.рф member"],
    );
}

#[test]
fn invalid_addresses_are_rejected() {
    for text in [
        "a@b",
        "@x.example",
        "a@@x.example",
        "a@x..example",
        "a@-x.example",
        "a..b@x.example",
        ".a@x.example",
        "\u{200b}ä@x.example",
        "a\u{0}@x.example",
        "Ann <a@x.example",
        "a@x.example>",
        &format!("{}@x.example", "a".repeat(65)),
        &format!("a@{}.example", "x".repeat(64)),
    ] {
        assert!(parsed(text).is_err(), "{text:?}");
    }
    for text in ["a.b+c@x.example", "o'neil@x-y.co.uk", "1@2.example"] {
        assert!(parsed(text).is_ok(), "{text:?}");
    }
}
