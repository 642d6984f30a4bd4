//! Keys and data of resources without their types.

use std::{any::Any, sync::Arc};

use leptos::server::codee::{Decoder, Encoder};
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::errors::AppError;

/// The key that decides what a resource loads.
#[derive(Clone)]
pub struct ResourceKey(Arc<dyn Key>);

/// A value that can be compared with another of unknown type.
trait Key: Any + Send + Sync {
    fn equals(&self, other: &dyn Key) -> bool;
}

impl<K: PartialEq + Send + Sync + 'static> Key for K {
    fn equals(&self, other: &dyn Key) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }
}

impl PartialEq for ResourceKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl ResourceKey {
    /// Wraps a key.
    pub fn new(key: impl PartialEq + Send + Sync + 'static) -> Self {
        Self(Arc::new(key))
    }

    /// Returns the key.
    ///
    /// # Panics
    ///
    /// If the key is of another type.
    #[must_use]
    pub fn get<K: Clone + 'static>(&self) -> K {
        let key: &dyn Any = &*self.0;
        key.downcast_ref::<K>().expect("a resource has keys of one type").clone()
    }
}

/// What a resource has loaded.
#[derive(Clone)]
pub enum Loaded {
    /// A `Result<T, AppError>`.
    Value(Arc<dyn Value>),
    /// The same as JSON, from the page that the server has sent. It is parsed where its type is known.
    Json(Arc<str>),
}

/// The value of a resource.
pub trait Value: Any + Send + Sync {
    /// Encodes the value for the page. The browser, which never does that, has no code for it.
    #[cfg(feature = "ssr")]
    fn to_json(&self) -> serde_json::Result<String>;
}

impl<T: Serialize + Send + Sync + 'static> Value for Result<T, AppError> {
    #[cfg(feature = "ssr")]
    fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl Loaded {
    /// Wraps what was fetched.
    pub fn new<T: Serialize + Send + Sync + 'static>(value: Result<T, AppError>) -> Self {
        Self::Value(Arc::new(value))
    }

    /// Returns the data, or why it could not be loaded.
    ///
    /// # Panics
    ///
    /// If the data is of another type.
    pub fn read<T: DeserializeOwned + Clone + 'static>(&self) -> Result<T, AppError> {
        match self {
            Self::Value(value) => {
                let value: &dyn Any = &**value;
                value.downcast_ref::<Result<T, AppError>>().expect("a resource has data of one type").clone()
            }
            Self::Json(text) => serde_json::from_str(text).unwrap_or(Err(AppError::BadRequest)),
        }
    }
}

/// Writes [`Loaded`] into the page, and reads it there.
///
/// The page contains it as a literal of JavaScript, in which each quotation mark of JSON would need a backslash: quotation
/// marks and backticks change places, which makes the page smaller, and spares the server a slow step for each of them.
pub struct JsonText;

/// Exchanges quotation marks and backticks. Twice is nothing.
fn exchange_quotes(text: String) -> String {
    let mut bytes = text.into_bytes();
    for byte in &mut bytes {
        *byte = match *byte {
            b'"' => b'`',
            b'`' => b'"',
            other => other,
        };
    }
    String::from_utf8(bytes).expect("one ASCII character takes the place of another")
}

impl Encoder<Loaded> for JsonText {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(loaded: &Loaded) -> serde_json::Result<String> {
        match loaded {
            #[cfg(feature = "ssr")]
            Loaded::Value(value) => value.to_json().map(exchange_quotes),
            #[cfg(not(feature = "ssr"))]
            Loaded::Value(_) => unreachable!("only the server writes data into a page"),
            Loaded::Json(text) => Ok(exchange_quotes(text.to_string())),
        }
    }
}

impl Decoder<Loaded> for JsonText {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> serde_json::Result<Loaded> {
        Ok(Loaded::Json(exchange_quotes(text.to_owned()).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_by_type_and_value() {
        let key = ResourceKey::new(("acme".to_owned(), 1));
        assert!(key == ResourceKey::new(("acme".to_owned(), 1)));
        assert!(key != ResourceKey::new(("acme".to_owned(), 2)));
        assert!(key != ResourceKey::new("acme".to_owned()));
        assert_eq!(key.get::<(String, i32)>(), ("acme".to_owned(), 1));
    }

    #[test]
    fn data_is_the_same_after_the_page() {
        for value in [Ok(vec![1_u8, 2]), Err(AppError::NotFound)] {
            let loaded = Loaded::new(value.clone());
            assert_eq!(loaded.read::<Vec<u8>>(), value);
            let sent = JsonText::decode(&JsonText::encode(&loaded).unwrap()).unwrap();
            assert_eq!(sent.read::<Vec<u8>>(), value);
        }
        let quotes = r#"a "quoted" `word` and \ more"#.to_owned();
        let sent = JsonText::encode(&Loaded::new::<String>(Ok(quotes.clone()))).unwrap();
        assert_eq!(sent, r#"{`Ok`:`a \`quoted\` "word" and \\ more`}"#);
        assert_eq!(JsonText::decode(&sent).unwrap().read::<String>(), Ok(quotes));
        let foreign = Loaded::Json("{}".into());
        assert_eq!(foreign.read::<Vec<u8>>(), Err(AppError::BadRequest));
    }
}
