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
    let Some(run) = run_of(code) else {
        return letter;
    };
    match (code - run.first) % run.stride {
        0 => char::from_u32(code.wrapping_add_signed(run.shift)).unwrap_or(letter),
        _ => letter,
    }
}

/// Letters that are shifted alike, every one or every second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    first: u32,
    end: u32,
    stride: u32,
    shift: i32,
}

/// The runs one after the other.
struct Runs {
    rest: &'static [u8],
    end: u32,
}

impl Runs {
    const fn new() -> Self {
        Self {
            rest: &RUNS,
            end: 0,
        }
    }

    const fn number(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        while let [byte, rest @ ..] = self.rest {
            self.rest = rest;
            number |= (*byte as u32 & 127) << shift;
            shift += 7;
            if *byte < 128 {
                break;
            }
        }
        number
    }

    const fn next(&mut self) -> Run {
        let first = self.end + self.number();
        let letters = self.number();
        let shift = self.number();
        let stride = 1 + (letters & 1);
        self.end = first + (letters / 2 + 1) * stride;
        Run {
            first,
            end: self.end,
            stride,
            shift: (shift >> 1) as i32 ^ -(shift as i32 & 1),
        }
    }
}

/// The run that a letter lies in.
#[cfg(feature = "document")]
fn run_of(code: u32) -> Option<Run> {
    static ALL: [Run; 184] = {
        let mut runs = Runs::new();
        let mut all = [runs.next(); 184];
        let (_, mut others) = all.split_at_mut(1);
        while let [run, rest @ ..] = others {
            *run = runs.next();
            others = rest;
        }
        all
    };
    let run = ALL.get(ALL.partition_point(|run| run.end <= code))?;
    (run.first <= code).then_some(*run)
}

/// The same in a page, where letters beyond ASCII are few.
#[cfg(not(feature = "document"))]
fn run_of(code: u32) -> Option<Run> {
    one_by_one(code)
}

#[cfg(any(not(feature = "document"), test))]
fn one_by_one(code: u32) -> Option<Run> {
    let mut runs = Runs::new();
    while !runs.rest.is_empty() {
        let run = runs.next();
        if code < run.end {
            return (run.first <= code).then_some(run);
        }
    }
    None
}

/// Unicode's default lower case as runs of letters that are shifted alike. Of each three numbers, seven bits a byte, lowest first: how
/// far it begins after the end of the one before; one less than its letters, doubled, and one more where it is every second one; its
/// shift, doubled, or where that is negative its complement, doubled, and one more. Kept here, so that it is the same with every
/// compiler and takes little room.
#[rustfmt::skip]
const RUNS: [u8; 675] = [
    192, 1, 44, 64, 1, 12, 64, 33, 47, 2, 2, 5, 2, 1, 15, 2, 1, 45, 2, 0, 0, 241, 1, 0,
    5, 2, 2, 0, 164, 3, 0, 3, 2, 0, 0, 156, 3, 0, 0, 2, 1, 2, 154, 3, 0, 0, 2, 2,
    0, 158, 1, 0, 0, 148, 3, 0, 0, 150, 3, 0, 0, 2, 1, 0, 154, 3, 0, 0, 158, 3, 1, 0,
    166, 3, 0, 0, 162, 3, 0, 0, 2, 3, 0, 166, 3, 0, 0, 170, 3, 1, 0, 172, 3, 0, 5, 2,
    0, 0, 180, 3, 0, 0, 2, 1, 0, 180, 3, 2, 0, 2, 1, 0, 180, 3, 0, 0, 2, 1, 2, 178,
    3, 0, 3, 2, 0, 0, 182, 3, 0, 0, 2, 3, 0, 2, 7, 0, 4, 0, 0, 2, 1, 0, 4, 0,
    0, 2, 1, 0, 4, 0, 17, 2, 1, 17, 2, 1, 0, 4, 0, 3, 2, 0, 0, 193, 1, 0, 0, 111,
    0, 39, 2, 0, 0, 131, 2, 1, 17, 2, 6, 0, 214, 168, 1, 0, 0, 2, 1, 0, 197, 2, 0, 0,
    208, 168, 1, 2, 0, 2, 1, 0, 133, 3, 0, 0, 138, 1, 0, 0, 142, 1, 0, 9, 2, 160, 2, 3,
    2, 2, 0, 2, 8, 0, 232, 1, 6, 0, 76, 1, 4, 74, 1, 0, 128, 1, 1, 2, 126, 1, 32, 64,
    1, 16, 64, 35, 0, 16, 8, 23, 2, 4, 0, 119, 2, 0, 2, 1, 0, 13, 0, 0, 2, 2, 4, 131,
    2, 0, 30, 160, 1, 0, 62, 64, 48, 33, 2, 8, 53, 2, 0, 0, 30, 0, 13, 2, 1, 95, 2, 1,
    74, 96, 201, 22, 74, 192, 113, 1, 0, 192, 113, 5, 0, 192, 113, 210, 5, 158, 1, 160, 223, 4, 0, 10,
    16, 147, 17, 0, 2, 6, 84, 255, 46, 2, 4, 255, 46, 192, 2, 149, 1, 2, 8, 0, 253, 118, 1, 95,
    2, 8, 14, 15, 8, 10, 15, 10, 14, 15, 8, 14, 15, 8, 10, 15, 11, 7, 15, 7, 14, 15, 24, 14,
    15, 8, 14, 15, 8, 14, 15, 8, 2, 15, 0, 2, 147, 1, 0, 0, 17, 11, 6, 171, 1, 0, 0, 17,
    11, 2, 15, 0, 2, 199, 1, 12, 2, 15, 0, 2, 223, 1, 0, 0, 13, 11, 2, 255, 1, 0, 2, 251,
    1, 0, 0, 17, 169, 2, 0, 185, 117, 3, 0, 253, 130, 1, 0, 0, 139, 129, 1, 6, 0, 56, 45, 30,
    32, 19, 0, 2, 178, 6, 50, 52, 176, 14, 94, 96, 48, 0, 2, 1, 0, 237, 167, 1, 0, 0, 203, 59,
    0, 0, 205, 167, 1, 2, 5, 2, 0, 0, 183, 168, 1, 0, 0, 249, 167, 1, 0, 0, 189, 168, 1, 0,
    0, 187, 168, 1, 1, 0, 2, 2, 0, 2, 8, 2, 253, 168, 1, 0, 99, 2, 7, 3, 2, 3, 0, 2,
    205, 242, 1, 45, 2, 18, 27, 2, 134, 1, 13, 2, 2, 61, 2, 9, 3, 2, 0, 0, 135, 168, 4, 0,
    9, 2, 3, 0, 2, 1, 0, 207, 148, 5, 2, 3, 2, 2, 19, 2, 0, 0, 135, 149, 5, 0, 0, 157,
    149, 5, 0, 0, 149, 149, 5, 0, 0, 129, 149, 5, 0, 0, 135, 149, 5, 1, 0, 163, 148, 5, 0, 0,
    211, 148, 5, 0, 0, 169, 148, 5, 0, 0, 192, 14, 0, 15, 2, 0, 0, 95, 0, 0, 133, 149, 5, 0,
    0, 239, 168, 4, 0, 3, 2, 0, 0, 205, 149, 5, 0, 15, 2, 0, 0, 129, 153, 5, 24, 0, 2, 171,
    174, 1, 50, 64, 197, 9, 78, 80, 136, 1, 70, 80, 156, 1, 20, 78, 1, 28, 78, 1, 12, 78, 1, 2,
    78, 234, 13, 100, 128, 1, 157, 1, 42, 64, 186, 22, 62, 64, 128, 171, 1, 62, 64, 64, 48, 54, 199, 244,
    1, 66, 68,
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
    use super::{decode, one_by_one, run_of};
    use alloc::string::String;

    #[test]
    fn runs_are_found_alike_at_once_and_one_by_one() {
        for code in 0..=u32::from(char::MAX) {
            assert_eq!(one_by_one(code), run_of(code), "{code:x}");
        }
    }

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
