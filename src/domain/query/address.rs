//! Reads and writes query strings, identically on server and browser. A list is one value with commas between its
//! items.

use std::fmt::Display;

/// Iterates over the decoded names and values of a query string.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// Iterates over the items of a list. A backslash escapes a comma.
pub fn items(value: &str) -> impl Iterator<Item = String> {
    all_items(value).into_iter().filter(|item| !item.is_empty())
}

/// Whether a list has an item without text, as `a,,b` has.
pub fn has_empty_item(value: &str) -> bool {
    all_items(value).iter().any(String::is_empty)
}

fn all_items(value: &str) -> Vec<String> {
    let (mut items, mut item, mut chars) = (Vec::new(), String::new(), value.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => item.extend(chars.next()),
            ',' => items.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    items.push(item);
    items.into_iter().map(|item| item.trim().to_owned()).collect()
}

/// Escapes an item for a list, and for the value of a checkbox.
pub fn item(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,")
}

/// Appends a value, unless it is empty.
pub fn put(address: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    if !address.is_empty() {
        address.push('&');
    }
    address.push_str(name);
    address.push('=');
    encode(value, address);
}

/// Appends a list, unless it is empty.
pub fn put_list<T: Display>(address: &mut String, name: &str, list: impl IntoIterator<Item = T>) {
    put_items(address, name, &mut list.into_iter().map(|one| one.to_string()));
}

/// Not generic over what is listed, so that the WASM contains it only once.
fn put_items(address: &mut String, name: &str, list: &mut dyn Iterator<Item = String>) {
    let list: Vec<_> = list.map(|one| item(&one)).collect();
    put(address, name, &list.join(","));
}

fn encode(text: &str, address: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => {
                address.push(char::from(byte));
            }
            b' ' => address.push('+'),
            byte => {
                address.push('%');
                for half in [byte >> 4, byte & 15] {
                    address.push(char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        }
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let (byte, read) = match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or_default(), 2),
            (b'+', ..) => (b' ', 0),
            (byte, ..) => (*byte, 0),
        };
        bytes.push(byte);
        rest = &after[read..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
