//! How texts are compared: letter by letter in lower case, without locale.

use alloc::{boxed::Box, string::String};

/// The form in which texts are compared.
pub fn fold(text: &str) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter.to_ascii_lowercase());
        } else {
            out.extend(letter.to_lowercase());
        }
    }
    out.into_boxed_str()
}

/// Whether two texts are the same when compared as text; the second is folded already.
pub fn same(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(folded)
    } else {
        *fold(text) == *folded
    }
}

/// Whether a text matches a pattern in which `*` stands for any run of characters. Both are folded.
///
/// Takes time in proportion to the product of the lengths at worst.
pub fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}
