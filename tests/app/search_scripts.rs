//! Search and text filters in every script, alike on both databases and in the browser.

use tessera::testing::domain::{query::Query, search::Marked, tasks::filter::MatchContext};
use url::form_urlencoded;

use crate::support::{
    ACME, ALICE, Direct, Member, TestApp,
    functions::{GetMatching, Search},
};

async fn found(member: &Member, q: &str) -> Vec<(String, String)> {
    let search = Search { org: member.org(), q: q.to_owned(), kind: String::new(), page: 1 };
    let hits = member.call(search).await.unwrap().hits;
    hits.iter().map(|hit| (hit.subject.key(), shown(&hit.title))).collect()
}

fn shown(marked: &Marked) -> String {
    marked.pieces().map(|(text, is_marked)| if is_marked { format!("[{text}]") } else { text.to_owned() }).collect()
}

/// A title, searches that find it, and the title with the match of the first of them.
const TITLES: [(&str, &[&str], &str); 14] = [
    ("Проверить Новый файл", &["новый", "НОВЫЙ ФАЙЛ", "новыи\u{306}", "фай", "новыи"], "Проверить [Новый] файл"),
    ("Подъёмный кран, їжак, ў", &["подъёмный", "подъемный", "ЇЖАК", "ў"], "[Подъёмный] кран, їжак, ў"),
    ("Η Ελλάδα και ο δρόμος", &["ελλαδα", "Ελλάδα", "ΔΡΌΜΟΣ", "δρομοσ"], "Η [Ελλάδα] και ο δρόμος"),
    ("Große Straße", &["strasse", "STRASSE", "gros"], "Große [Straße]"),
    ("大阪と東京都庁", &["東京都", "京都", "庁", "大阪 都庁"], "大阪と[東京都]庁"),
    ("ﾃﾞｰﾀベースを直す", &["データ", "ベース"], "[ﾃﾞｰﾀ]ベースを直す"),
    ("ตัวทดสอบนี้", &["ทดสอบ", "สอบ"], "ตัว[ทดสอบ]นี้"),
    ("한국어 번역", &["한국", "번역", "\u{1112}\u{1161}\u{11ab}국어"], "[한국]어 번역"),
    ("हिन्दी अनुवाद", &["हिन्दी", "अनु"], "[हिन्दी] अनुवाद"),
    ("שָׁלוֹם עולם", &["שלום", "עולם"], "[שָׁלוֹם] עולם"),
    ("مُحَمَّد كتب", &["محمد", "كتب"], "[مُحَمَّد] كتب"),
    ("Ｆｕｌｌ ﬁnal №5", &["full", "final", "ＦＩＮＡＬ", "no5"], "[Ｆｕｌｌ] ﬁnal №5"),
    ("Ship it 🚀👩‍💻", &["🚀", "👩", "ship 💻"], "Ship it [🚀]👩‍💻"),
    ("Łódź và Việt Nam", &["lodz", "viet"], "[Łódź] và Việt Nam"),
];

#[tokio::test]
async fn words_of_every_script_are_found_and_marked() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (title, searches, marked) in TITLES {
        let key = format!("WEB-{}", alice.project("WEB").add("todo", title).await);
        for (index, q) in searches.iter().enumerate() {
            let hits = found(&alice, q).await;
            let hit = hits.iter().find(|(found, _)| *found == key);
            let (_, shown) = hit.unwrap_or_else(|| panic!("{q} does not find {title}: {hits:?}"));
            assert!(index > 0 || shown == marked, "{q}: {shown}");
        }
    }
    for q in ["京大", "ельный", "か", "🦀"] {
        assert_eq!(found(&alice, q).await, [], "{q}");
    }
}

#[tokio::test]
async fn comments_and_projects_are_found_in_every_script() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.task("WEB-1").comment("Смотри «Ёлку» и 会議室").await.unwrap();
    let id = alice.task("WEB-1").comments().await.last().unwrap().id;
    for q in ["ёлку", "елку", "会議"] {
        assert_eq!(found(&alice, q).await.len(), 1, "{q}");
    }
    alice.task("WEB-1").edit_comment(id, "Ничего").await.unwrap();
    assert_eq!(found(&alice, "会議").await, []);
    assert_eq!(found(&alice, "НИЧЕГО").await.len(), 1);
}

#[tokio::test]
async fn text_filters_find_the_same_titles_on_the_server_and_in_the_browser() {
    let (_app, project) = TestApp::with_project().await;
    let mut numbers = Vec::new();
    for (title, ..) in TITLES {
        numbers.push(project.add("todo", title).await);
    }
    for (number, (title, searches, _)) in numbers.iter().zip(TITLES) {
        for text in searches.iter().chain([&title]).filter(|text| !text.contains(' ') || **text == title) {
            let query = format!("text={}", percent_encoded(text));
            let listing = project.list(&query).await.unwrap();
            let rows: Vec<_> = listing.rows.iter().map(|row| row.number).collect();
            assert!(rows.contains(number), "{text} in the list: {title}");
            let board = project.filtered_board(&query).await.unwrap();
            assert!(board.columns.iter().flat_map(|column| &column.tasks).any(|card| card.number == *number), "{text}");
            let (filter, problems) = Query::parse(&query);
            assert!(problems.is_empty());
            let call = GetMatching { org: project.member.org(), key: project.key.clone(), query };
            let matching = project.member.call(call).await.unwrap();
            assert!(matching.contains(number), "{text} of all: {title}");
            let all = project.list("").await.unwrap();
            let context = MatchContext {
                me: uuid::Uuid::nil(),
                today: "2026-11-21".parse().unwrap(),
                states: &all.project.states,
                labels: &all.project.labels,
            };
            let in_memory: Vec<_> = all
                .rows
                .iter()
                .filter(|row| filter.filter.matches(&row.fields, uuid::Uuid::nil(), &context))
                .map(|row| row.number)
                .collect();
            let sorted = |mut numbers: Vec<i64>| {
                numbers.sort_unstable();
                numbers
            };
            assert_eq!(sorted(in_memory), sorted(rows), "{text}");
        }
    }
}

fn percent_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn texts_that_another_version_wrote_are_indexed_later() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let first = alice.project("WEB").add("todo", "Pangolin").await;
    // What an earlier version does: it writes the title alone.
    let sql = format!("UPDATE task SET title = 'Новый ЙОД' WHERE title = 'Pangolin' AND number = {first}");
    app.database.change(&sql).await;
    assert_eq!(found(&alice, "новый").await, []);
    assert!(app.index_pending().await >= 1);
    let key = format!("WEB-{first}");
    assert_eq!(found(&alice, "новый").await, [(key, "[Новый] ЙОД".to_owned())]);
    assert_eq!(found(&alice, "pangolin").await, []);
    let listing = alice.project("WEB").list("text=%D0%B9%D0%BE%D0%B4").await.unwrap();
    assert_eq!(listing.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [first]);
    assert_eq!(app.index_pending().await, 0, "everything is indexed");
}

#[tokio::test]
async fn an_index_that_is_lost_is_made_again() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let before = found(&alice, "pricing").await;
    assert_eq!(before.len(), 1);
    // As after a restored backup and after the migration: everything is noted, nothing is written.
    let note = "INSERT INTO search_pending (org_id, document_id, kind, project_id, number, comment_id)
        SELECT org_id, id, kind, project_id, number, comment_id FROM search_document";
    app.database.change(note).await;
    let forget = match app.database.direct() {
        Direct::Sqlite { .. } => "DELETE FROM search_index WHERE rowid IN (SELECT id FROM search_document)",
        Direct::Postgres { .. } => "UPDATE search_document SET words = array_to_tsvector(ARRAY[org_id::text])",
    };
    app.database.change(forget).await;
    assert_eq!(found(&alice, "pricing").await, []);
    assert!(app.index_pending().await > 20);
    assert_eq!(found(&alice, "pricing").await, before);
}
