//! The header of a signed token (JSON Web Signature, RFC 7515).

use jsonwebtoken::{Algorithm, Header};

/// Parses the header of `token`, which nothing else may trust: it says which key to look for. Refuses every algorithm but
/// RS256, and critical extensions, because there is none that this application understands (section 4.1.11).
///
/// # Errors
/// The reason, for the log and for the client that sent the token.
pub fn parse(token: &str) -> Result<Header, &'static str> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| "the token is not a signed JWT")?;
    if header.alg != Algorithm::RS256 {
        return Err("the token is not signed with RS256");
    }
    if header.crit.is_some() {
        return Err("the token needs an extension that is not supported");
    }
    Ok(header)
}
