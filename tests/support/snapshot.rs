// Snapshots of texts that people and programs read. A test compares its texts with the files in `snapshots/` and does
// not write to them. With INSTA_UPDATE=always, a test writes its texts to the files, for a review of the diff.

use insta::{Settings, internals::SettingsBindDropGuard};

/// Patterns for text that differs between runs, and the replacements.
const REDACTIONS: [(&str, &str); 11] = [
    (r"http(:|%3A)(//|%2F%2F)(127\.0\.0\.1|localhost)(:|%3A)\d+", "http://[host]"),
    (r"(127\.0\.0\.1|localhost):\d+", "[host]"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[.\d]*(Z|\+00:00)", "[time]"),
    (r"\b(con|rol|uinv|cgr|cred|ord)_[A-Za-z0-9]{16,}", "${1}_[id]"),
    (r"\b(state|ticket|invitation)=[A-Za-z0-9_.-]{16,}", "$1=[$1]"),
    (r#"name="(state|ticket)" value="[^"]*""#, r#"name="$1" value="[$1]""#),
    (r#"(nonce-|nonce="|crossorigin=")[A-Za-z0-9+/=_-]{16,}"#, "$1[nonce]"),
    (r#"("kid": )"[^"]*""#, r#"$1"[kid]""#),
    (r#"("ticket_id": )"[^"]*""#, r#"$1"[ticket]""#),
    (r"([.-])[0-9a-f]{16,}(\.(?:css|js|wasm|svg))", "$1[hash]$2"),
];

/// Replaces text that differs between runs in all snapshots, until the returned guard is dropped.
pub fn redacted() -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, replacement) in REDACTIONS {
        settings.add_filter(pattern, replacement);
    }
    settings.bind_to_scope()
}
