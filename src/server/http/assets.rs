//! Files: the compiled browser side under `/pkg`, everything in `public/` at the root.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    middleware::map_response,
    response::Response,
};
use leptos::config::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

/// What is kept by browsers: names with a hash of the content for ever, others until they have asked again.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const AN_HOUR: &str = "public, max-age=3600";

/// The files of the built site, compressed beforehand where the build did so.
pub fn router<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let root = PathBuf::from(options.site_root.as_ref());
    let pkg = options.site_pkg_dir.as_ref();
    let policy = if options.hash_files { FOR_EVER } else { ASK_AGAIN };
    let built = kept(Router::new().fallback_service(folder(root.join(pkg))), policy);
    let public = entries(&root).into_iter().filter(|name| name != pkg).fold(Router::new(), |router, name| {
        let (path, address) = (root.join(&name), format!("/{name}"));
        if path.is_dir() {
            router.nest_service(&address, folder(path))
        } else {
            router.route_service(&address, file(path))
        }
    });
    Router::new().nest(&format!("/{pkg}"), built).merge(kept(public, AN_HOUR))
}

fn folder(path: PathBuf) -> ServeDir {
    ServeDir::new(path).precompressed_br().precompressed_gzip()
}

fn file(path: PathBuf) -> ServeFile {
    ServeFile::new(path).precompressed_br().precompressed_gzip()
}

/// The names at the top of the site's folder, without the compressed twins.
fn entries(root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_none_or(|extension| extension != "br" && extension != "gz"))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// Lets browsers keep what was found, as `policy` says.
fn kept<S: Clone + Send + Sync + 'static>(router: Router<S>, policy: &'static str) -> Router<S> {
    router.layer(map_response(move |mut response: Response| {
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
        }
        std::future::ready(response)
    }))
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
