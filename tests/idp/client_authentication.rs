//! `private_key_jwt` at the token endpoint and at the revocation endpoint.

use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use reqwest::StatusCode;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Value, json};
use tessera::testing::idp::{AppType, Client, ClientGrant, OrganizationUsage};

use crate::support::{AUDIENCE, Provider, SECRET, assert_token_error};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const NOW: i64 = 1_788_000_000;
/// A key that is not registered for the client.
const EC_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgh2cuz/XP4JPGYC+M\n\
    w1qkG+2FrqZqCkzvDIEb0XDTTPqhRANCAASOW8y6uiPDY0Ym0P0K+jf7aKLQnJDk\n\
    S3w1NRFwZFbF5psczJSt8Dn2J60mF613TDBgb7DAuuSOkv3Hsi46P2wB\n\
    -----END PRIVATE KEY-----\n";

static RSA_KEYS: LazyLock<[EncodingKey; 2]> = LazyLock::new(|| {
    let mut rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(7);
    [(), ()].map(|()| {
        let key = rsa::RsaPrivateKey::new(&mut rng, 2048).unwrap();
        EncodingKey::from_rsa_pem(key.to_pkcs1_pem(rsa::pkcs1::LineEnding::LF).unwrap().as_bytes()).unwrap()
    })
});

fn ec_key() -> EncodingKey {
    EncodingKey::from_ec_pem(EC_KEY.as_bytes()).unwrap()
}

/// Returns the public key as the client registers it, with the members of `change` replaced.
fn public(key: &EncodingKey, algorithm: Algorithm, change: &Value) -> Value {
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap();
    jwk.as_object_mut().unwrap().remove("alg");
    jwk.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    jwk
}

async fn start() -> Provider {
    Provider::start_with(|config| {
        let client = |id: &str, keys: Vec<Value>, secret: Option<&str>| Client {
            client_id: id.to_owned(),
            app_type: AppType::NonInteractive,
            secret: secret.map(str::to_owned),
            public_keys: keys,
            grant_types: vec!["client_credentials".to_owned()],
            grants: vec![ClientGrant {
                audience: AUDIENCE.to_owned(),
                scope: vec!["read:tasks".to_owned()],
                organization_usage: OrganizationUsage::Deny,
                allow_any_organization: false,
            }],
            ..Client::default()
        };
        let [rsa, other] = &*RSA_KEYS;
        config.clients.extend([
            client(
                "signs",
                vec![
                    public(rsa, Algorithm::RS256, &json!({"kid": "one", "use": "sig"})),
                    public(&ec_key(), Algorithm::ES256, &json!({"kid": "two", "alg": "ES256"})),
                    json!({"kty": "oct", "kid": "three", "k": "c2VjcmV0"}),
                    json!({"not": "a key"}),
                ],
                None,
            ),
            client("signs-too", vec![public(other, Algorithm::RS256, &json!({}))], None),
            client("encrypts", vec![public(rsa, Algorithm::RS256, &json!({"use": "enc"}))], None),
            client("only-rs256", vec![public(rsa, Algorithm::RS256, &json!({"alg": "RS256"}))], None),
        ]);
    })
    .await
}

/// Signs an assertion of the client `signs`, with the claims in `change` replaced.
fn assertion(provider: &Provider, header: &Header, key: &EncodingKey, change: &Value) -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let jti = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
    let mut claims =
        json!({"iss": "signs", "sub": "signs", "aud": provider.issuer, "iat": NOW, "exp": NOW + 60, "jti": jti});
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    jsonwebtoken::encode(header, &claims, key).unwrap()
}

fn header(algorithm: Algorithm, kid: Option<&str>) -> Header {
    Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) }
}

async fn ask(provider: &Provider, assertion: &str, extra: &[(&str, &str)]) -> reqwest::Response {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("audience", AUDIENCE),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    form.extend_from_slice(extra);
    provider.post_form("oauth/token", &form).await
}

async fn assert_unproven(provider: &Provider, assertion: &str) {
    let response = ask(provider, assertion, &[]).await;
    assert_token_error(response, 401, "invalid_client", "Failed client authentication").await;
}

#[tokio::test]
async fn any_registered_key_authenticates_the_client() {
    let provider = start().await;
    let rsa = &RSA_KEYS[0];
    for (header, key) in [
        (header(Algorithm::RS256, Some("one")), rsa.clone()),
        (header(Algorithm::PS256, Some("one")), rsa.clone()),
        (header(Algorithm::RS256, None), rsa.clone()),
        (header(Algorithm::ES256, Some("two")), ec_key()),
    ] {
        let token: Value =
            ask(&provider, &assertion(&provider, &header, &key, &json!({})), &[]).await.json().await.unwrap();
        let claims = provider.claims(token["access_token"].as_str().unwrap_or_else(|| panic!("{token}"))).await;
        assert_eq!(claims["sub"], "signs@clients");
    }
    let with_id = assertion(&provider, &header(Algorithm::RS256, None), rsa, &json!({}));
    assert_eq!(ask(&provider, &with_id, &[("client_id", "signs")]).await.status(), StatusCode::OK);
    let address = format!("{}oauth/token", provider.issuer);
    let for_endpoint = assertion(&provider, &header(Algorithm::RS256, None), rsa, &json!({"aud": [address, "x"]}));
    assert_eq!(ask(&provider, &for_endpoint, &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_assertion_is_accepted_once() {
    let provider = start().await;
    let header = header(Algorithm::RS256, Some("one"));
    let first = assertion(&provider, &header, &RSA_KEYS[0], &json!({"jti": "same"}));
    assert_eq!(ask(&provider, &first, &[]).await.status(), StatusCode::OK);
    assert_unproven(&provider, &first).await;
    let again = assertion(&provider, &header, &RSA_KEYS[0], &json!({"jti": "same", "exp": NOW + 61}));
    assert_unproven(&provider, &again).await;

    // The assertion counts as used even if the request was refused.
    let refused = assertion(&provider, &header, &RSA_KEYS[0], &json!({"jti": "refused"}));
    let response = ask(&provider, &refused, &[("scope", "x"), ("organization", "org_x")]).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_unproven(&provider, &refused).await;

    // Another client may use the same `jti`, because it identifies another assertion.
    let other = json!({"jti": "same", "iss": "signs-too", "sub": "signs-too"});
    let other = assertion(&provider, &Header::new(Algorithm::RS256), &RSA_KEYS[1], &other);
    assert_eq!(ask(&provider, &other, &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_assertion_needs_correct_claims() {
    let provider = start().await;
    let header = header(Algorithm::RS256, Some("one"));
    for change in [
        json!({"iss": "nobody", "sub": "nobody"}),
        json!({"iss": "signs-too", "sub": "signs-too"}),
        json!({"sub": "web"}),
        json!({"sub": null}),
        json!({"aud": "https://elsewhere.example/"}),
        json!({"aud": null}),
        json!({"exp": NOW - 10}),
        json!({"exp": NOW + 311}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"iat": NOW + 11}),
        json!({"nbf": NOW + 11}),
        json!({"jti": null}),
        json!({"jti": ""}),
    ] {
        assert_unproven(&provider, &assertion(&provider, &header, &RSA_KEYS[0], &change)).await;
    }
    // A small difference between the clocks is accepted.
    for change in [json!({"exp": NOW - 9}), json!({"exp": NOW + 310}), json!({"iat": NOW + 10})] {
        let late = assertion(&provider, &header, &RSA_KEYS[0], &change);
        assert_eq!(ask(&provider, &late, &[]).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let provider = start().await;
    let [rsa, other] = &*RSA_KEYS;
    let mine = json!({"iss": "encrypts", "sub": "encrypts"});
    let fixed = json!({"iss": "only-rs256", "sub": "only-rs256"});
    let public_client = json!({"iss": "spa", "sub": "spa"});
    let hmac = EncodingKey::from_secret(b"secret");
    let none = assertion(&provider, &header(Algorithm::RS256, None), rsa, &json!({}));
    let (_, rest) = none.split_once('.').unwrap();
    let critical = Header { crit: Some(vec!["exp".to_owned()]), ..header(Algorithm::RS256, Some("one")) };
    for assertion in [
        assertion(&provider, &critical, rsa, &json!({})),
        assertion(&provider, &header(Algorithm::RS256, Some("one")), other, &json!({})),
        assertion(&provider, &header(Algorithm::RS256, Some("nine")), rsa, &json!({})),
        assertion(&provider, &header(Algorithm::RS512, Some("one")), rsa, &json!({})),
        assertion(&provider, &header(Algorithm::HS256, Some("three")), &hmac, &json!({})),
        assertion(&provider, &header(Algorithm::RS256, None), rsa, &mine),
        assertion(&provider, &header(Algorithm::PS256, None), rsa, &fixed),
        assertion(&provider, &header(Algorithm::RS256, None), rsa, &public_client),
        format!("eyJhbGciOiJub25lIn0.{rest}"),
        "x.y.z".to_owned(),
        "nonsense".to_owned(),
    ] {
        assert_unproven(&provider, &assertion).await;
    }
}

#[tokio::test]
async fn two_authentication_methods_at_once_are_refused() {
    let provider = start().await;
    let header = header(Algorithm::RS256, None);
    let good = assertion(&provider, &header, &RSA_KEYS[0], &json!({}));
    let response = ask(&provider, &good, &[("client_secret", SECRET)]).await;
    assert_token_error(response, 400, "invalid_request", "Use one way of client authentication.").await;
    let response = ask(&provider, &good, &[("client_id", "web")]).await;
    assert_token_error(response, 401, "invalid_client", "Failed client authentication").await;

    let grant = [("grant_type", "client_credentials"), ("audience", AUDIENCE)];
    let alone = [&grant[..], &[("client_assertion", good.as_str())]].concat();
    let response = provider.post_form("oauth/token", &alone).await;
    assert_token_error(response, 400, "invalid_request", "Missing required parameter: client_assertion_type").await;
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let other = [&alone[..], &[("client_assertion_type", saml)]].concat();
    let response = provider.post_form("oauth/token", &other).await;
    assert_token_error(response, 400, "invalid_request", &format!("Unsupported client_assertion_type: {saml}")).await;

    // A client with keys cannot authenticate with a secret or without an assertion.
    for secret in [None, Some(("client_secret", SECRET))] {
        let named: Vec<_> = grant.into_iter().chain([("client_id", "signs")]).chain(secret).collect();
        let response = provider.post_form("oauth/token", &named).await;
        assert_token_error(response, 401, "access_denied", "Unauthorized").await;
    }
}

#[tokio::test]
async fn discovery_lists_the_authentication_methods() {
    let provider = start().await;
    let address = format!("{}.well-known/openid-configuration", provider.issuer);
    let document: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    let ways = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    assert_eq!(document["token_endpoint_auth_methods_supported"], ways);
    assert_eq!(document["token_endpoint_auth_signing_alg_values_supported"], json!(["RS256", "PS256", "ES256"]));
    assert_eq!(document["revocation_endpoint"], format!("{}oauth/revoke", provider.issuer));
}
