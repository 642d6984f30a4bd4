//! Names and values in an address, the same on both sides. A list is one value, with commas between its items.

use std::fmt::Display;

/// The names and values of a query, decoded as forms encode them.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// The items of a list. A comma that is part of one stands after a backslash.
pub fn items(value: &str) -> impl Iterator<Item = String> {
    let (mut items, mut item, mut letters) = (Vec::new(), String::new(), value.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => item.extend(letters.next()),
            ',' => items.push(std::mem::take(&mut item)),
            letter => item.push(letter),
        }
    }
    items.push(item);
    items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty())
}

/// An item as it stands in a list, and so as the value of a box to tick.
pub fn item(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,")
}

/// Adds a value, unless it is empty.
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

/// Adds a list, unless it is empty.
pub fn put_all<T: Display>(address: &mut String, name: &str, list: impl IntoIterator<Item = T>) {
    let list: Vec<_> = list.into_iter().map(|one| item(&one.to_string())).collect();
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
