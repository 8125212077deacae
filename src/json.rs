//! Writing JSON text.

use crate::decimal;
use alloc::string::String;

/// Appends JSON to a text; commas come by themselves.
pub struct Writer<'t> {
    out: &'t mut String,
}

impl<'t> Writer<'t> {
    /// Appends to this text.
    pub fn new(out: &'t mut String) -> Self {
        Self { out }
    }

    fn separate(&mut self) {
        if !matches!(
            self.out.as_bytes().last(),
            None | Some(b'{' | b'[' | b':' | b'\n')
        ) {
            self.out.push(',');
        }
    }

    /// Opens an object or a list.
    pub fn open(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Closes an object or a list.
    pub fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// Begins an entry of an object.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.text(key);
        self.out.push(':');
        self
    }

    /// Begins an entry of a list.
    pub fn item(&mut self) -> &mut Self {
        self.separate();
        self
    }

    /// `null`.
    pub fn null(&mut self) {
        self.out.push_str("null");
    }

    /// JSON that is already written.
    pub fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, value: bool) {
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// A whole number.
    pub fn integer(&mut self, value: i64) {
        decimal::write_integer(self.out, value);
    }

    /// A whole number or `null`.
    pub fn integer_or_null(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.integer(value),
            None => self.null(),
        }
    }

    /// A number given in units of `10^-places`.
    pub fn decimal(&mut self, units: i64, places: u32) {
        decimal::write(self.out, units, places);
    }

    /// Bytes as a text of hexadecimal digits.
    pub fn hex(&mut self, bytes: &[u8]) {
        self.out.push('"');
        push_hex(self.out, bytes);
        self.out.push('"');
    }

    /// A text or `null`.
    pub fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A text, with only those letters escaped that must be, as in RFC 8785.
    pub fn text(&mut self, text: &str) {
        self.texts(&[text]);
    }

    /// Some texts as one.
    pub fn texts(&mut self, texts: &[&str]) {
        self.out.push('"');
        for text in texts {
            self.escaped(text);
        }
        self.out.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some((head, more)) = rest.split_at_checked(plain(rest.as_bytes())) {
            self.out.push_str(head);
            let Some(byte) = more.bytes().next() else {
                return;
            };
            rest = more.get(1..).unwrap_or("");
            self.out.push('\\');
            let short = match byte {
                8 => b'b',
                b'\t' => b't',
                b'\n' => b'n',
                12 => b'f',
                b'\r' => b'r',
                _ => byte,
            };
            if short < b' ' {
                self.out.push_str("u00");
                push_hex(self.out, &[byte]);
            } else {
                self.out.push(char::from(short));
            }
        }
    }
}

/// How many bytes there are before the first quote, backslash or control character.
#[inline]
pub fn plain(text: &[u8]) -> usize {
    #[cfg_attr(not(feature = "document"), expect(unused_mut))]
    let mut rest = text;
    #[cfg(feature = "document")]
    while let Some((eight, more)) = rest.split_first_chunk() {
        let ends = ends_of_plain(u64::from_le_bytes(*eight));
        if ends != 0 {
            return text.len() - rest.len() + ends.trailing_zeros() as usize / 8;
        }
        rest = more;
    }
    let ends = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
    text.len() - rest.len() + rest.iter().position(ends).unwrap_or(rest.len())
}

/// The high bits of those of eight bytes that are a quote, a backslash or a control character. Only the first one counts:
/// what is taken away from it may borrow from those after it.
#[cfg(feature = "document")]
fn ends_of_plain(eight: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let less = |bytes: u64, than: u8| bytes.wrapping_sub(ONES * u64::from(than)) & !bytes;
    let quotes = less(eight ^ (ONES * u64::from(b'"')), 1);
    let slashes = less(eight ^ (ONES * u64::from(b'\\')), 1);
    (quotes | slashes | less(eight, b' ')) & (ONES << 7)
}

/// Appends bytes as hexadecimal digits.
pub fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from(half + if half < 10 { b'0' } else { b'a' - 10 }));
        }
    }
}

/// Reads 32 bytes from their 64 hexadecimal digits in lower case.
pub fn read_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let lower = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = lower(*high)? << 4 | lower(*low)?;
    }
    Some(bytes)
}
