//! Lines of bytes, of which no more is kept than may be.

use std::io::{self, BufRead};

/// Reads the next line, without its end, up to so many bytes; what is longer is passed over. `None` at the end.
pub fn next(reader: &mut dyn BufRead, most: usize, read: &mut u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let room = most.saturating_sub(line.len());
        line.extend(part.iter().take(room));
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        *read += used as u64;
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::next;
    use std::io::BufReader;

    #[test]
    fn long_lines_are_cut_and_nothing_is_lost() {
        let text = b"ab\n\n123456789\nlast";
        for capacity in 1..20 {
            let mut reader = BufReader::with_capacity(capacity, &text[..]);
            let (mut lines, mut read) = (Vec::new(), 0);
            while let Some(line) = next(&mut reader, 5, &mut read).unwrap() {
                lines.push(line);
            }
            assert_eq!(lines, [&b"ab"[..], b"", b"12345", b"last"]);
            assert_eq!(read, text.len() as u64);
        }
    }
}
