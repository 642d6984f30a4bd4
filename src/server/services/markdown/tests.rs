//! Tests of rendering.

use super::*;

fn render(org: &str, text: &str) -> String {
    html(org, text, &Names::default(), &["WEB", "OPS"].map(str::to_owned).into())
}

#[test]
fn nesting_is_limited() {
    let deep = render("acme", &format!("{}deep", "> ".repeat(5_000)));
    assert!(deep.matches("<blockquote>").count() <= source::DEPTH_MAX, "{}", deep.len());
    assert!(deep.contains("deep"));
    assert_eq!(
        render("acme", "> * a\n> * b"),
        "<blockquote>\n<ul dir=\"auto\">\n<li>a</li>\n<li>b</li>\n</ul>\n</blockquote>\n"
    );
}

#[test]
fn plain_text_keeps_the_words() {
    for (text, expected) in [
        ("# Plan\n\nOne **b**old\ntwo", "Plan One bold two"),
        ("- [x] `a_b`\n- [see](https://x.example) it", "a_b see it"),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
        ("", ""),
    ] {
        assert_eq!(plain(text), expected, "{text:?}");
    }
}

#[test]
fn markdown_renders_to_html() {
    for (text, expected) in [
        ("One\ntwo\n\nthree", "<p>One<br>\ntwo</p>\n<p>three</p>\n"),
        ("# Big", "<h3>Big</h3>\n"),
        ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>\n"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
        ("- [x] done", "<ul>\n<li><input disabled=\"\" type=\"checkbox\" checked=\"\">\ndone</li>\n</ul>\n"),
        ("", ""),
    ] {
        assert_eq!(render("acme", text).replace(" dir=\"auto\"", ""), expected, "{text:?}");
    }
    assert!(render("acme", "| a |\n|---|\n| b |").contains("<td dir=\"auto\">b</td>"));
    let link = render("acme", "[site](https://example.com)");
    assert!(
        link.contains(r#"<a href="https://example.com" rel="noopener noreferrer nofollow ugc">site</a>"#),
        "{link}"
    );
}

#[test]
fn task_keys_become_links() {
    let html = render("acme", "See WEB-12, (OPS-3) and web-4 or WEB-012; `WEB-5`");
    assert!(
        html.contains(r#"<a href="/o/acme/tasks/WEB-12" rel="noopener noreferrer nofollow ugc">WEB-12</a>,"#),
        "{html}"
    );
    assert!(html.contains(">OPS-3</a>)"), "{html}");
    assert_eq!(html.matches("<a ").count(), 2, "{html}");
    assert_eq!(render("acme", "[WEB-1](https://example.com)").matches("<a ").count(), 1);
}

#[test]
fn plain_text_has_no_markup() {
    assert_eq!(plain("# Look\n\nat `this`,\n- one\n- [two](https://example.com)"), "Look at this, one two");
    assert_eq!(plain("<b>a</b> < b"), "<b>a</b> < b");
}

#[test]
fn mentions_are_emphasized_outside_of_code() {
    let names = Names::from_iter(["Ann Archer", "Ann", "joe_j@example.com"]);
    let text = "@ann archer and (@Ann), @joe_j@example.com; `@Ann` WEB-1 [@Ann](https://example.com)";
    let html = html("acme", text, &names, &["WEB".to_owned()].into());
    assert!(html.starts_with("<p dir=\"auto\"><strong>@ann archer</strong> and (<strong>@Ann</strong>), "), "{html}");
    assert_eq!(html.matches("<strong>").count(), 3, "{html}");
    assert!(html.contains("/o/acme/tasks/WEB-1"), "{html}");
    let found: Vec<_> = mentions(text, &names).into_iter().collect();
    assert_eq!(found, ["ann", "ann archer", "joe_j@example.com"]);
    assert!(mentions("mail@Ann.example or @Anna", &names).is_empty());
}

/// Known script injections; `alert` may remain as text at most.
const VECTORS: &str = include_str!("vectors.txt");

#[test]
fn known_script_injections_are_harmless() {
    let mut count = 0;
    for vector in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let html = render("acme", &vector.replace("\\n", "\n"));
        let tags: Vec<_> = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).collect();
        for tag in tags {
            let lower = tag.to_ascii_lowercase();
            let name = lower.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            assert!(TAGS.contains(&name), "{vector} gives <{tag}>");
            // A title is a quoted text.
            let unquoted: String = lower.split('"').step_by(2).collect();
            assert!(!unquoted.contains(" on") && !unquoted.contains("style="), "{vector} gives <{tag}>");
            if let Some((_, address)) = lower.split_once("href=\"") {
                let is_safe = ["http://", "https://", "mailto:", "/o/acme/"].iter().any(|it| address.starts_with(it));
                assert!(is_safe, "{vector} gives <{tag}>");
            }
            assert!(!lower.contains("src="), "{vector} gives <{tag}>");
        }
        count += 1;
    }
    assert!(count > 60, "the corpus was read: {count}");
}

/// The text of HTML without its tags and entities.
fn text_of(html: &str) -> String {
    let html = html.replace("</td>", "\n").replace("</th>", "\n");
    let mut text: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{a0}"), ("&amp;", "&")] {
        text = text.replace(entity, c);
    }
    text
}

#[test]
fn text_that_is_no_markup_is_shown() {
    for (text, shown) in [
        ("Replace <username> in List<String>", "Replace <username> in List<String>"),
        ("<div>\nblock *x*\n</div>\n\nafter", "<div>\nblock *x*\n</div>\nafter"),
        ("a <!-- hidden --> b", "a <!-- hidden --> b"),
        ("<!-- block -->", "<!-- block -->"),
        ("<?php echo 1 ?> <![CDATA[x]]> <!DOCTYPE y>", "<?php echo 1 ?> <![CDATA[x]]> <!DOCTYPE y>"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<b title=\"x\">a</b> <del>c</del>", "<b title=\"x\">a</b> <del>c</del>"),
        ("one<br>two<BR />three", "one\ntwo\nthree"),
        ("![A chart](https://a.example/x.png \"Sales\")", "A chart"),
        ("![](https://a.example/x.png)", "https://a.example/x.png"),
        ("![A chart](x.png \"Sales\")", "A chart (x.png \"Sales\")"),
        ("[![Build](https://a.example/b.svg)](https://a.example)", "Build (https://a.example/b.svg)"),
        ("[](https://a.example)", "https://a.example"),
        (
            "[guide](docs/guide.md) [x](javascript:alert(1)) [y](//evil.example)",
            "guide (docs/guide.md) x (javascript:alert(1)) y (//evil.example)",
        ),
        ("<ftp://a.example>", "ftp://a.example"),
        ("Fact[^1] and[^none].\n\n[^1]: The *source*\n\n[^2]: Unused", "Fact1 and[^none].\n1 The source\n2 Unused"),
        ("[a]: https://a.example \"T\"\n[b]: https://b.example\n\nSee [a].", "[b]: https://b.example\nSee a."),
        ("[a]: /x\n[A]: https://two.example\n\n[a]", "[A]: https://two.example\na (/x)"),
        ("> [q]: https://q.example", "[q]: https://q.example"),
        ("`[c]: x` and\n\n    [d]: y", "[c]: x and\n[d]: y"),
        ("~~~ Hello world\ncode\n~~~", "Hello world\ncode"),
        ("&copy; &lt;x&gt; \\* &unknown;", "© <x> * &unknown;"),
        ("1986\\. A great year", "1986. A great year"),
        ("- [ ] open\n- [X] done", "open\ndone"),
        ("| a |\n|---|\n| b | c | d |\n| e |", "a\nb\nc\nd\ne"),
        ("a | b\n--- | ---\nc | d | e", "a\nb\nc\nd\ne"),
    ] {
        let lines =
            |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        assert_eq!(lines(&text_of(&render("acme", text))), shown, "{text:?}");
    }
}

#[test]
fn no_word_of_any_text_vanishes() {
    use proptest::prelude::*;
    let piece = prop::sample::select(vec![
        "word", " ", "\n", "\n\n", "<", ">", "</", "<!--", "-->", "[", "]", "](", ")", "]:", "!", "*", "_", "~~", "`",
        "```", "|", "---", ":-", "#", "- ", "1. ", "> ", "    ", "[^", "\"", "'", "&", ";", "\\", "@", "www.",
        "https://", ".example", "/", "=", "<div>", "<br>", "[x]",
    ]);
    proptest!(|(pieces in prop::collection::vec((piece, 0..1000_u32), 1..30))| {
        let (mut text, mut words) = (String::new(), Vec::new());
        for (piece, number) in &pieces {
            if *piece == "word" {
                let word = format!("wörd{number}é");
                text.extend([" ", &word, " "]);
                words.push(word);
            } else {
                text.push_str(piece);
            }
        }
        let html = render("acme", &text);
        for word in words {
            // The names of languages of code blocks, addresses and titles are part of the markup.
            let is_markup = text.contains("```") || text.contains("~~~");
            prop_assert!(is_markup || html.contains(&word) || html.contains(&percent(&word)), "{text:?} gives {html}");
        }
    });
}

/// A word as it is written in an address.
fn percent(word: &str) -> String {
    word.replace('ö', "%C3%B6").replace('é', "%C3%A9")
}

#[test]
fn addresses_become_links() {
    for (text, expected) in [
        ("See https://a.example/WEB-1.", "See <a href=\"https://a.example/WEB-1\">https://a.example/WEB-1</a>."),
        ("www.a.example", "<a href=\"http://www.a.example\">www.a.example</a>"),
        ("joe@a.example", "<a href=\"mailto:joe@a.example\">joe@a.example</a>"),
        ("[me](/o/acme/my-work?x=1#top)", "<a href=\"/o/acme/my-work?x=1#top\">me</a>"),
        ("[b](/o/beta/tasks/WEB-1)", "b (/o/beta/tasks/WEB-1)"),
        ("[a](/login) [b](/o/acme/../logout)", "a (/login) b (/o/acme/../logout)"),
        ("`https://a.example`", "<code>https://a.example</code>"),
        (
            "UTF-8, SHA-256 and COVID-19; WEB-1",
            "UTF-8, SHA-256 and COVID-19; <a href=\"/o/acme/tasks/WEB-1\">WEB-1</a>",
        ),
        ("a.example/WEB-1 x@WEB-2", "a.example/WEB-1 x@WEB-2"),
        ("[x](https://a.example 'the title')", "<a href=\"https://a.example\" title=\"the title\">x</a>"),
    ] {
        let html = render("acme", text).replace(" rel=\"noopener noreferrer nofollow ugc\"", "");
        assert_eq!(html, format!("<p dir=\"auto\">{expected}</p>\n"), "{text}");
    }
}

#[test]
fn tables_keep_their_alignment() {
    let html = render("acme", "| a | b | c |\n|:--|:-:|--:|\n| d | e | f |");
    for cell in
        ["<th align=\"left\" dir=\"auto\">a</th>", "<th align=\"center\"", "<td align=\"right\" dir=\"auto\">f</td>"]
    {
        assert!(html.contains(cell), "{html}");
    }
}

#[test]
fn a_mention_may_span_lines_and_follow_any_script() {
    let names = Names::from_iter(["Dana Dvorak"]);
    for text in
        ["@Dana\nDvorak", "お願いします@Dana Dvorak", "<div>\n@Dana Dvorak\n</div>", "**спасибо**@Dana Dvorakさん"]
    {
        assert_eq!(mentions(text, &names).into_iter().collect::<Vec<_>>(), ["dana dvorak"], "{text}");
        assert!(html("acme", text, &names, &ProjectKeys::new()).contains("<strong>@Dana"), "{text}");
    }
    for text in ["`@Dana Dvorak`", "    @Dana Dvorak", "https://a.example/@Dana Dvorak", "me@Dana.example Dvorak"] {
        assert!(mentions(text, &names).is_empty(), "{text}");
    }
}
