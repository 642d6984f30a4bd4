//! RS256 signatures verified by ring, for `jsonwebtoken`: faster than its own implementation in pure Rust, which also
//! computes the key anew for each token.

use std::sync::LazyLock;

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind,
    crypto::{CryptoProvider, JwtVerifier, rust_crypto},
    errors::{ErrorKind, Result},
    signature::{Error, Verifier},
};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};

static PROVIDER: LazyLock<CryptoProvider> =
    LazyLock::new(|| CryptoProvider { verifier_factory: verifier, ..rust_crypto::DEFAULT_PROVIDER.clone() });

/// Makes ring verify RS256 in this process, unless a token was signed or verified before. Keys shorter than 2,048 bits are
/// refused.
pub fn install() {
    // A second call changes nothing.
    _ = PROVIDER.install_default();
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "jsonwebtoken calls it with a reference")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if *algorithm != Algorithm::RS256 {
        return (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key);
    }
    if key.family() != AlgorithmFamily::Rsa {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    Ok(Box::new(Rs256(key.clone())))
}

struct Rs256(DecodingKey);

impl Verifier<Vec<u8>> for Rs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let verified = match self.0.kind() {
            DecodingKeyKind::SecretOrDer(der) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature)
            }
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                let key = RsaPublicKeyComponents { n: without_zeros(n), e: without_zeros(e) };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Error::new())
    }
}

impl JwtVerifier for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

/// Removes leading zeros, which some issuers publish although RFC 7518 section 6.3.1 forbids them, and which ring refuses.
fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    &number[first..]
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;
    use rand::{SeedableRng as _, rngs::StdRng};
    use rsa::{
        RsaPrivateKey, pkcs1::EncodeRsaPrivateKey as _, pkcs1::EncodeRsaPublicKey as _, traits::PublicKeyParts as _,
    };

    use super::*;

    fn sign(key: &RsaPrivateKey, message: &[u8]) -> Vec<u8> {
        let key = EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes());
        (rust_crypto::DEFAULT_PROVIDER.signer_factory)(&Algorithm::RS256, &key).unwrap().sign(message)
    }

    #[test]
    fn ring_accepts_what_the_library_signs_and_nothing_else() {
        let key = RsaPrivateKey::new(&mut StdRng::seed_from_u64(7), 2048).unwrap();
        let (n, e) = (key.n().to_bytes_be(), key.e().to_bytes_be());
        let padded = [&[0, 0][..], &n].concat();
        let der = key.to_public_key().to_pkcs1_der().unwrap();
        for public in [
            DecodingKey::from_rsa_raw_components(&n, &e),
            DecodingKey::from_rsa_raw_components(&padded, &e),
            DecodingKey::from_rsa_der(der.as_bytes()),
        ] {
            let verifier = verifier(&Algorithm::RS256, &public).unwrap();
            let mut signature = sign(&key, b"message");
            assert!(verifier.verify(b"message", &signature).is_ok());
            assert!(verifier.verify(b"massage", &signature).is_err());
            signature[100] ^= 1;
            assert!(verifier.verify(b"message", &signature).is_err());
            assert!(verifier.verify(b"message", &Vec::new()).is_err());
        }
        assert!(verifier(&Algorithm::RS256, &DecodingKey::from_secret(&n)).is_err());
        assert!(verifier(&Algorithm::HS256, &DecodingKey::from_secret(&n)).is_ok());
    }

    #[test]
    fn a_short_key_is_refused() {
        let key = RsaPrivateKey::new(&mut StdRng::seed_from_u64(8), 1024).unwrap();
        let public = DecodingKey::from_rsa_raw_components(&key.n().to_bytes_be(), &key.e().to_bytes_be());
        assert!(verifier(&Algorithm::RS256, &public).unwrap().verify(b"message", &sign(&key, b"message")).is_err());
    }
}
