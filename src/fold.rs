//! How texts are compared: letter by letter in lower case, without locale.

use alloc::{borrow::Cow, boxed::Box, string::String};

/// The form in which texts are compared.
pub fn fold(text: &str) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        out.push(lower(letter));
        if letter == 'İ' {
            // The only letter whose lower case is two.
            out.push('\u{307}');
        }
    }
    out.into_boxed_str()
}

/// The same, borrowed where the text has that form already.
pub fn folded(text: &str) -> Cow<'_, str> {
    let folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(folded) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(String::from(fold(text)))
    }
}

/// Bytes as a text, if they are UTF-8.
pub(crate) fn read(bytes: &[u8]) -> Option<String> {
    // The standard library's way is quicker and takes more code, which only the page minds.
    #[cfg(feature = "document")]
    return core::str::from_utf8(bytes).ok().map(String::from);
    #[cfg(not(feature = "document"))]
    decode(bytes)
}

#[cfg(any(test, not(feature = "document")))]
fn decode(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(first) = rest.next() {
        let more = match first.leading_ones() {
            0 => 0,
            ones @ 2..=4 => ones - 1,
            _ => return None,
        };
        let mut code = u32::from(*first) & (0x7f >> (more + u32::from(more > 0)));
        for _ in 0..more {
            let next = rest.next().filter(|next| **next & 0xc0 == 0x80)?;
            code = code << 6 | u32::from(next & 0x3f);
        }
        let letter = char::from_u32(code)?;
        // Each letter has one form only, the shortest.
        if letter.len_utf8() as u32 != more + 1 {
            return None;
        }
        text.push(letter);
    }
    Some(text)
}

/// Whether a text has more letters than so many.
pub fn is_longer(text: &str, most: usize) -> bool {
    let later = |byte: &&u8| **byte & 0xc0 == 0x80;
    text.len() > most && text.len() - text.as_bytes().iter().filter(later).count() > most
}

/// The lower case of a letter.
fn lower(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    if letter == 'İ' {
        return 'i';
    }
    let code = u32::from(letter);
    let after = RUNS.partition_point(|run| run >> 11 <= code);
    let place = after.wrapping_sub(1);
    let (Some(run), Some(shift)) = (RUNS.get(place), SHIFTS.get(place)) else {
        return letter;
    };
    let offset = code - (run >> 11);
    let stride = 1 + (run >> 10 & 1);
    if offset % stride != 0 || offset / stride >= run & 1_023 {
        return letter;
    }
    char::from_u32(code.wrapping_add_signed(*shift)).unwrap_or(letter)
}

/// Unicode's default lower case as runs of letters that are shifted alike: first letter, whether every second one only (bit 10),
/// how many (bits 0 to 9). Kept here, so that it is the same with every compiler and takes little room.
#[rustfmt::skip]
const RUNS: [u32; 184] = [
    0x00060017, 0x0006c007, 0x00080418, 0x00099403, 0x0009cc08, 0x000a5417, 0x000bc001, 0x000bcc03,
    0x000c0801, 0x000c1402, 0x000c3001, 0x000c3801, 0x000c4802, 0x000c5801, 0x000c7001, 0x000c7801,
    0x000c8001, 0x000c8801, 0x000c9801, 0x000ca001, 0x000cb001, 0x000cb801, 0x000cc001, 0x000ce001,
    0x000ce801, 0x000cf801, 0x000d0403, 0x000d3001, 0x000d3801, 0x000d4801, 0x000d6001, 0x000d7001,
    0x000d7801, 0x000d8802, 0x000d9c02, 0x000db801, 0x000dc001, 0x000de001, 0x000e2001, 0x000e2801,
    0x000e3801, 0x000e4001, 0x000e5001, 0x000e5c09, 0x000ef409, 0x000f8801, 0x000f9402, 0x000fb001,
    0x000fb801, 0x000fc414, 0x00110001, 0x00111409, 0x0011d001, 0x0011d801, 0x0011e801, 0x0011f001,
    0x00120801, 0x00121801, 0x00122001, 0x00122801, 0x00123405, 0x001b8402, 0x001bb001, 0x001bf801,
    0x001c3001, 0x001c4003, 0x001c6001, 0x001c7002, 0x001c8811, 0x001d1809, 0x001e7801, 0x001ec40c,
    0x001fa001, 0x001fb801, 0x001fc801, 0x001fd001, 0x001fe803, 0x00200010, 0x00208020, 0x00230411,
    0x0024541b, 0x00260001, 0x00260c07, 0x00268430, 0x00298826, 0x00850026, 0x00863801, 0x00866801,
    0x009d0050, 0x009f8006, 0x00e44801, 0x00e4802b, 0x00e5e803, 0x00f0044b, 0x00f4f001, 0x00f50430,
    0x00f84008, 0x00f8c006, 0x00f94008, 0x00f9c008, 0x00fa4006, 0x00facc04, 0x00fb4008, 0x00fc4008,
    0x00fcc008, 0x00fd4008, 0x00fdc002, 0x00fdd002, 0x00fde001, 0x00fe4004, 0x00fe6001, 0x00fec002,
    0x00fed002, 0x00ff4002, 0x00ff5002, 0x00ff6001, 0x00ffc002, 0x00ffd002, 0x00ffe001, 0x01093001,
    0x01095001, 0x01095801, 0x01099001, 0x010b0010, 0x010c1801, 0x0125b01a, 0x01600030, 0x01630001,
    0x01631001, 0x01631801, 0x01632001, 0x01633c03, 0x01636801, 0x01637001, 0x01637801, 0x01638001,
    0x01639001, 0x0163a801, 0x0163f002, 0x01640432, 0x01675c02, 0x01679001, 0x05320417, 0x0534040e,
    0x05391407, 0x0539941f, 0x053bcc02, 0x053be801, 0x053bf405, 0x053c5801, 0x053c6801, 0x053c8402,
    0x053cb40a, 0x053d5001, 0x053d5801, 0x053d6001, 0x053d6801, 0x053d7001, 0x053d8001, 0x053d8801,
    0x053d9001, 0x053d9801, 0x053da408, 0x053e2001, 0x053e2801, 0x053e3001, 0x053e3c02, 0x053e5801,
    0x053e6408, 0x053ee001, 0x053fa801, 0x07f9081a, 0x08200028, 0x08258024, 0x082b800b, 0x082be00f,
    0x082c6007, 0x082ca002, 0x08640033, 0x086a8016, 0x08c50020, 0x0b720020, 0x0b750019, 0x0f480022,
];

/// By how much the letters of a run are shifted.
#[rustfmt::skip]
const SHIFTS: [i32; 184] = [
    32, 32, 1, 1, 1, 1, -121, 1, 210, 1, 206, 1,
    205, 1, 79, 202, 203, 1, 205, 207, 211, 209, 1, 211,
    213, 214, 1, 218, 1, 218, 1, 218, 1, 217, 1, 219,
    1, 1, 2, 1, 2, 1, 2, 1, 1, 2, 1, -97,
    -56, 1, -130, 1, 10795, 1, -163, 10792, 1, -195, 69, 71,
    1, 1, 1, 116, 38, 37, 64, 63, 32, 32, 8, 1,
    -60, 1, -7, 1, -130, 80, 32, 1, 1, 15, 1, 1,
    48, 7264, 7264, 7264, 38864, 8, 1, -3008, -3008, 1, -7615, 1,
    -8, -8, -8, -8, -8, -8, -8, -8, -8, -8, -8, -74,
    -9, -86, -9, -8, -100, -8, -112, -7, -128, -126, -9, -7517,
    -8383, -8262, 28, 16, 1, 26, 48, 1, -10743, -3814, -10727, 1,
    -10780, -10749, -10783, -10782, 1, 1, -10815, 1, 1, 1, 1, 1,
    1, 1, 1, -35332, 1, 1, -42280, 1, 1, -42308, -42319, -42315,
    -42305, -42308, -42258, -42282, -42261, 928, 1, -48, -42307, -35384, 1, -42343,
    1, -42561, 1, 32, 40, 40, 39, 39, 39, 39, 64, 32,
    32, 32, 27, 34,
];

/// Whether two texts are the same when compared as text; the second is folded already.
pub fn same(text: &str, folded: &str) -> bool {
    // Quicker for most; the page does without.
    #[cfg(feature = "document")]
    if text.is_ascii() {
        return text.eq_ignore_ascii_case(folded);
    }
    *fold(text) == *folded
}

/// Where a text first occurs in another.
pub fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    (0..=text.len().checked_sub(wanted.len())?)
        .find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(wanted)))
}

/// Whether a text matches a pattern in which `*` stands for any run of characters. Both are folded.
///
/// Takes time in proportion to the product of the lengths at worst.
pub fn glob(pattern: &str, text: &str) -> bool {
    // Bytes will do: where one letter begins is plain in UTF-8.
    let mut pieces = pattern.as_bytes().split(|byte| *byte == b'*');
    let first = pieces.next().unwrap_or(&[]);
    let Some(mut rest) = text.as_bytes().strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match find(rest, piece).and_then(|at| rest.get(at + piece.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::decode;
    use alloc::string::String;

    #[test]
    fn bytes_are_read_as_the_standard_library_reads_them() {
        let same = |bytes: &[u8]| {
            let wanted = core::str::from_utf8(bytes).ok().map(String::from);
            assert_eq!(decode(bytes), wanted, "{bytes:x?}");
        };
        for first in 0..=255 {
            same(&[first]);
            for second in 0..=255 {
                same(&[first, second]);
                for third in (0..=255).step_by(7).chain([0x7f, 0x80, 0xbf, 0xc0]) {
                    same(&[first, second, third]);
                    same(&[first, second, third, 0x80]);
                    same(&[first, second, third, 0xbf, b'a']);
                }
            }
        }
        same("Ünïcödé, 日本語, 😀 and plain".as_bytes());
    }
}
