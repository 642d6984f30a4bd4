//! Static files: the compiled client under `/pkg`, and the contents of `public/` at the root.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    middleware::map_response,
    response::Response,
};
use leptos::config::LeptosOptions;
use tower_http::services::{ServeDir, ServeFile};

/// Cache policy of files with a content hash in their name.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Cache policy of built files without a hash.
const REVALIDATE: &str = "no-cache";
/// Cache policy of public files.
const ONE_HOUR: &str = "public, max-age=3600";

/// Serves the files of the built site, precompressed if the build has compressed them.
pub fn router<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let root = PathBuf::from(options.site_root.as_ref());
    let pkg = options.site_pkg_dir.as_ref();
    let policy = if options.hash_files { IMMUTABLE } else { REVALIDATE };
    let built = with_cache_policy(Router::new().fallback_service(folder(root.join(pkg))), policy);
    let public = entries(&root).into_iter().filter(|name| name != pkg).fold(Router::new(), |router, name| {
        let (path, address) = (root.join(&name), format!("/{name}"));
        if path.is_dir() {
            router.nest_service(&address, folder(path))
        } else {
            router.route_service(&address, file(path))
        }
    });
    Router::new().nest(&format!("/{pkg}"), built).merge(with_cache_policy(public, ONE_HOUR))
}

fn folder(path: PathBuf) -> ServeDir {
    ServeDir::new(path).precompressed_br().precompressed_gzip()
}

fn file(path: PathBuf) -> ServeFile {
    ServeFile::new(path).precompressed_br().precompressed_gzip()
}

/// Lists the names in the site's folder, without the compressed variants.
fn entries(root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_none_or(|extension| extension != "br" && extension != "gz"))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// Adds `policy` to successful responses.
fn with_cache_policy<S: Clone + Send + Sync + 'static>(router: Router<S>, policy: &'static str) -> Router<S> {
    router.layer(map_response(move |mut response: Response| {
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
        }
        std::future::ready(response)
    }))
}
