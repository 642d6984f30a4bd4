//! Values of style properties.

/// A length in CSS pixels, to the hundredth. Positive.
///
/// Rust's formatting of floating-point numbers would be 12 kB of the WASM, for this alone.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the length of a page, in hundredths")]
pub fn pixels(length: f64) -> String {
    let hundredths = (length * 100.0).round() as u64;
    format!("{}.{:02}px", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_to_the_hundredth() {
        let lengths = [0.0, 0.004, 0.005, 7.0, 80.1, 1_234.567, 9.999, 4_000_000.25];
        let written = ["0.00px", "0.00px", "0.01px", "7.00px", "80.10px", "1234.57px", "10.00px", "4000000.25px"];
        assert_eq!(lengths.map(pixels), written);
    }
}
