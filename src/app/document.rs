//! The HTML document around every page.
//!
//! The pages of a workspace are hydrated: their document loads the WASM and keeps what a person does until it runs. All
//! other pages are plain HTML with one small script.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use super::{App, visitors::Visitors};
use crate::{
    server::built_files::BuiltFiles,
    web::ui::{form::FormRetry, script, theme},
};

/// Renders the document around a page of a workspace.
pub fn workspace(files: &BuiltFiles) -> AnyView {
    // The page links to the files of its module.
    provide_context(files.modules.clone());
    let (script, wasm) = (files.script.clone(), files.wasm.clone());
    let start = format!(
        "import({script:?}).then(app => app.default({{ module_or_path: {wasm:?} }}).then(() => tesseraTab).then(() => app.hydrate()))"
    );
    let hydration = view! {
        <link rel="modulepreload" href=script crossorigin="anonymous"/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=leptos::nonce::use_nonce()>{start}</script>
    };
    // The script shows the notice. It follows the application, because hydration starts at the first node.
    let body = view! {
        <App/>
        <p id="not-started" class="not-started" role="alert" hidden>
            "Part of this page hasn’t loaded. Links and forms still work. "
            <a href="" rel="external">
                "Reload"
            </a>
        </p>
    };
    document(files, &script::EARLY, Some(hydration.into_any()), body.into_any())
}

/// Renders the document around a page outside of workspaces.
pub fn visitor(files: &BuiltFiles) -> AnyView {
    // Nothing is hydrated, so the data of the page is not sent a second time.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    document(files, &script::VISITOR, None, view! { <Visitors/> }.into_any())
}

fn document(files: &BuiltFiles, script: &str, hydration: Option<AnyView>, body: AnyView) -> AnyView {
    let page = use_context::<Option<FormRetry>>().flatten().and_then(|retry| retry.page);
    let stylesheet = files.stylesheet.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page=page>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <script nonce=leptos::nonce::use_nonce()>{format!("{}\n{script}", theme::SCRIPT)}</script>
                <link
                    rel="preload"
                    href="/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link id="leptos" rel="stylesheet" href=stylesheet/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/site.webmanifest"/>
                {hydration}
                <MetaTags/>
            </head>
            <body>{body}</body>
        </html>
    }
    .into_any()
}
