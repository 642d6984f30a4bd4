//! How pages call server functions: arguments as a query or as form fields, answers as JSON.
//!
//! On the wire, and on the server, this is what Leptos does by default. In the browser, all that does not depend on the
//! server function is in functions that are not generic over it, so that the WASM contains it once. JSON is read by
//! `serde_json::from_str` everywhere, as the data of the page and the live events are, so that the WASM has one reader of
//! each type.

use std::{marker::PhantomData, pin::Pin};

use http::Method;
use leptos::server_fn::{
    ContentType as _, Protocol,
    client::{Client, browser::BrowserClient},
    codec::{Encoding, FromReq, GetUrl, IntoReq, IntoRes, Json, PostUrl},
    error::{FromServerFnError as _, ServerFnErrorErr},
    redirect::call_redirect_hook,
    request::{ClientReq as _, browser::BrowserRequest},
    response::{ClientRes, browser::BrowserResponse},
    server::Server,
};
use serde::de::DeserializeOwned;

use crate::{domain::errors::AppError, web::ui::early::tell_signed_out};

/// The protocol of a server function that only reads.
pub type Get = Call<GetUrl>;

/// The protocol of a server function that changes something. A form can call it too, with and without WASM.
pub type Post = Call<PostUrl>;

/// The protocol of a server function whose arguments are encoded as `Arguments` says.
pub struct Call<Arguments>(PhantomData<Arguments>);

impl<Arguments, Input, Output, C, S> Protocol<Input, Output, C, S, AppError> for Call<Arguments>
where
    Arguments: Encoding,
    Input: IntoReq<Arguments, BrowserRequest, AppError> + FromReq<Arguments, S::Request, AppError> + Send,
    Output: IntoRes<Json, S::Response, AppError> + DeserializeOwned + Send,
    C: Client<AppError>,
    S: Server<AppError>,
{
    const METHOD: Method = Arguments::METHOD;

    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Result<S::Response, AppError>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, AppError>> + Send,
    {
        let input = Input::from_req(request).await?;
        server_fn(input).await?.into_res().await
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, AppError>> + Send {
        answer(input.into_req(path, Json::CONTENT_TYPE))
    }
}

/// Calls the server function at `path` with the URL-encoded fields of a form.
pub fn post<T: DeserializeOwned>(
    path: &str,
    fields: String,
) -> impl Future<Output = Result<T, AppError>> + Send + use<T> {
    answer(BrowserRequest::try_new_post(path, PostUrl::CONTENT_TYPE, Json::CONTENT_TYPE, fields))
}

async fn answer<T: DeserializeOwned>(request: Result<BrowserRequest, AppError>) -> Result<T, AppError> {
    read(&send(request?).await?)
}

/// Sends the request and returns the body of the answer, or the error that it reports. Follows a redirect.
fn send(request: BrowserRequest) -> Pin<Box<dyn Future<Output = Result<String, AppError>> + Send>> {
    Box::pin(async move {
        let response = <BrowserClient as Client<AppError>>::send(request).await?;
        let status = ClientRes::<AppError>::status(&response);
        let redirect = redirect_of(&response);
        let body = ClientRes::<AppError>::try_into_string(response).await?;
        if status >= 400 {
            let error = read(&body).unwrap_or_else(|error| error);
            if error == AppError::SignInRequired {
                tell_signed_out();
            }
            return Err(error);
        }
        if let Some(target) = redirect {
            call_redirect_hook(&target);
        }
        Ok(body)
    })
}

/// Where the server function has sent the reader, if it has.
fn redirect_of(response: &BrowserResponse) -> Option<String> {
    let is_redirect = ClientRes::<AppError>::has_redirect(response);
    is_redirect.then(|| ClientRes::<AppError>::location(response))
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, AppError> {
    serde_json::from_str(body)
        .map_err(|error| AppError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string())))
}
