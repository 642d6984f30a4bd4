//! Files: the compiled browser side under `/pkg`, everything in `public/` at the root.

use std::path::Path;

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::config::LeptosOptions;
use tower_http::services::ServeDir;

/// The files below `folder`, compressed beforehand where the build did so.
pub fn folder(folder: impl AsRef<Path>) -> ServeDir {
    ServeDir::new(folder).precompressed_br().precompressed_gzip()
}

/// Middleware for `/pkg`: names with a hash of the content are good for ever, others are asked for again.
pub async fn cache_hashed(request: Request, next: Next) -> Response {
    cache(request, next, "public, max-age=31536000, immutable").await
}

/// Middleware for files whose name stays when their content changes.
pub async fn cache_briefly(request: Request, next: Next) -> Response {
    cache(request, next, "public, max-age=3600").await
}

/// Middleware for files that change with every build.
pub async fn revalidate(request: Request, next: Next) -> Response {
    cache(request, next, "no-cache").await
}

async fn cache(request: Request, next: Next, policy: &'static str) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == axum::http::StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    }
    response
}

/// The address of the style sheet.
#[must_use]
pub fn stylesheet(options: &LeptosOptions) -> String {
    let hash = hashes(options)
        .and_then(|hashes| {
            hashes.lines().find_map(|line| line.strip_prefix("css: ").map(|hash| format!(".{}", hash.trim())))
        })
        .unwrap_or_default();
    format!("/{}/{}{hash}.css", options.site_pkg_dir, options.output_name)
}

/// `hash.txt` as the build wrote it beside the binary.
fn hashes(options: &LeptosOptions) -> Option<String> {
    let file = std::env::current_exe().ok()?.parent()?.join(options.hash_file.as_ref());
    options.hash_files.then(|| std::fs::read_to_string(file).ok()).flatten()
}
