//! Cutting text into words, numbers and what lies between, percent-encoding seen through.
//!
//! Letters and digits are separate pieces, so that `DK12345678` and `12345678` share their number. Days and moments are
//! one piece, and so is a GUID, since each would lose its form if its parts were replaced by themselves.

/// How a character was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// `%C3%A6`.
    Encoded,
    /// `%c3%a6`.
    EncodedLower,
}

/// One character, and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) letter: char,
    pub(super) form: Form,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits.
    Number,
    /// A GUID with dashes.
    Guid,
    /// A day or a moment, kept as it is.
    Moment,
    /// Anything else, kept as it is.
    Between,
}

/// The characters of a text; `%C3%A6` is one character that was encoded.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut found = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((decoded, length)) = encoded(rest) {
            let (raw, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            let lower = raw.bytes().any(|byte| byte.is_ascii_lowercase());
            found.push(Unit { letter: decoded, form: if lower { Form::EncodedLower } else { Form::Encoded } });
            rest = after;
        } else {
            found.push(Unit { letter, form: Form::Plain });
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    found
}

/// The percent-encoded character a text begins with, and how many bytes it takes.
fn encoded(text: &str) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let part = text.get(at..at.checked_add(3)?)?;
        let digits = part.strip_prefix('%')?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        u8::from_str_radix(digits, 16).ok()
    };
    let mut bytes = Vec::with_capacity(4);
    for count in 1..=4_usize {
        bytes.push(byte(count.checked_sub(1)?.checked_mul(3)?)?);
        if let Ok(decoded) = std::str::from_utf8(&bytes) {
            return Some((decoded.chars().next()?, count.checked_mul(3)?));
        }
    }
    None
}

/// The text again.
pub(super) fn written(units: impl IntoIterator<Item = Unit>) -> String {
    let mut text = String::new();
    for unit in units {
        let mut buffer = [0; 4];
        let bytes = unit.letter.encode_utf8(&mut buffer).bytes();
        match unit.form {
            Form::Plain => text.push(unit.letter),
            Form::Encoded => bytes.for_each(|byte| text.push_str(&format!("%{byte:02X}"))),
            Form::EncodedLower => bytes.for_each(|byte| text.push_str(&format!("%{byte:02x}"))),
        }
    }
    text
}

/// Cut into pieces, in order, nothing left out.
pub(super) fn pieces(units: &[Unit]) -> Vec<(Kind, &[Unit])> {
    let mut found = Vec::new();
    let mut rest = units;
    while let Some(first) = rest.first() {
        let (kind, length) = whole(rest).unwrap_or_else(|| {
            let kind = kind_of(first.letter);
            (kind, rest.iter().take_while(|unit| kind_of(unit.letter) == kind).count())
        });
        let (piece, after) = rest.split_at(length.clamp(1, rest.len()));
        found.push((kind, piece));
        rest = after;
    }
    found
}

fn kind_of(letter: char) -> Kind {
    if letter.is_ascii_digit() {
        Kind::Number
    } else if letter.is_alphanumeric() {
        Kind::Word
    } else {
        Kind::Between
    }
}

/// A GUID, day or moment at the beginning, and its length.
fn whole(units: &[Unit]) -> Option<(Kind, usize)> {
    const GUID: &str = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
    const MOMENT: [&str; 4] = ["dddd-dd-ddTdd:dd:dd", "dddd-dd-dd dd:dd:dd", "dddd-dd-dd", "dd-dd-dddd"];
    if fits(units, GUID) {
        return Some((Kind::Guid, GUID.len()));
    }
    MOMENT.iter().find(|form| fits(units, form)).map(|form| (Kind::Moment, form.len()))
}

/// Whether units begin with a form (`h` hexadecimal digit, `d` digit) that ends at a border.
fn fits(units: &[Unit], form: &str) -> bool {
    let begins = form.chars().enumerate().all(|(place, wanted)| {
        units.get(place).is_some_and(|unit| match wanted {
            'h' => unit.letter.is_ascii_hexdigit(),
            'd' => unit.letter.is_ascii_digit(),
            other => unit.letter == other,
        })
    });
    begins && units.get(form.len()).is_none_or(|unit| kind_of(unit.letter) != Kind::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Kind, String)> {
        pieces(&units(text)).into_iter().map(|(kind, piece)| (kind, written(piece.iter().copied()))).collect()
    }

    #[test]
    fn cuts_where_a_person_would() {
        assert_eq!(
            cut("DK12345678, Søvej 4"),
            [
                (Kind::Word, "DK".to_owned()),
                (Kind::Number, "12345678".to_owned()),
                (Kind::Between, ", ".to_owned()),
                (Kind::Word, "Søvej".to_owned()),
                (Kind::Between, " ".to_owned()),
                (Kind::Number, "4".to_owned()),
            ]
        );
        assert_eq!(cut("2026-11-24T08:00:00Z")[0].0, Kind::Moment);
        assert_eq!(cut("{1f1f1f1f-2222-4333-8444-55555555abcd}")[1].0, Kind::Guid);
        assert_eq!(cut("S%C3%B8ren%20x")[0], (Kind::Word, "S%C3%B8ren".to_owned()));
        assert_eq!(cut("100% sure")[1], (Kind::Between, "% ".to_owned()));
    }
}
