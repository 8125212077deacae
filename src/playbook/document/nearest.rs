//! Which of some words somebody meant.

use alloc::vec::Vec;

/// The word that is nearest to what was written, if it is near enough to be meant.
pub(crate) fn nearest<'a>(
    written: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written: Vec<char> = crate::fold::fold(written).chars().take(100).collect();
    let allowed = (written.len() / 3).clamp(1, 4);
    let mut best = None;
    for word in words {
        let distance = distance(&written, word, allowed);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

/// Letters to insert, delete, replace, or swap with their neighbour (optimal string alignment).
fn distance(written: &[char], word: &str, allowed: usize) -> usize {
    let word: Vec<char> = crate::fold::fold(word).chars().take(100).collect();
    if word.len().abs_diff(written.len()) > allowed {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=word.len()).collect();
    for (row, letter) in written.iter().enumerate() {
        let mut line = Vec::with_capacity(word.len() + 1);
        line.push(row + 1);
        for (column, other) in word.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, column) + usize::from(letter != other);
            let mut least = replaced
                .min(at(&above, column + 1) + 1)
                .min(at(&line, column) + 1);
            let swapped = row > 0
                && column > 0
                && written.get(row - 1) == Some(other)
                && word.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            line.push(least);
        }
        before = above;
        above = line;
    }
    above.last().copied().unwrap_or(usize::MAX)
}
