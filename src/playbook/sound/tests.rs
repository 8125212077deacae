//! Forms that say what no checked playbook says.

use super::*;

const BOOK: &str = r#"{ "leadstage": 1, "name": "sound", "version": 1,
    "attributes": { "account.size": { "type": "number" }, "account.tier": { "type": "choice", "options": ["a", "b", "c"] }, "deal.close": { "type": "date" } },
    "signals": { "demo": {} },
    "scores": { "fit": { "at_most": 50, "groups": [{ "name": "g", "at_least": 0, "rules": [
        { "when": { "account.size": { "from": 5 } }, "points": 1, "at_most": 3 }, { "when": { "account.tier": "b" }, "points": 2 } ] }] } },
    "stages": { "lead": { "enter": { "any": [
        { "signal": "demo", "count": { "from": 2, "to": 4 } }, { "deal.close": { "to": "2026-01-01" } } ] } } } }"#;

fn is_sound_with(change: impl FnOnce(&mut Playbook) -> Option<()>) -> bool {
    let parsed = Playbook::parse(BOOK);
    assert!(parsed.as_ref().is_ok_and(is_sound), "{:?}", parsed.err());
    let mut playbook = parsed.unwrap_or_default();
    assert!(
        change(&mut playbook).is_some(),
        "there is nothing to change"
    );
    is_sound(&playbook)
}

#[test]
fn caps_are_points_or_none() {
    for (column, points, due) in [
        (3, i64::MIN, true),
        (4, i64::MAX, true),
        (4, 1 << 60, false),
        (3, -1 << 60, false),
    ] {
        let put = |row: Option<&mut Row>| {
            row.and_then(|row| row.get_mut(column))
                .map(|cell| *cell = points)
        };
        assert_eq!(
            is_sound_with(|book| put(book.groups.first_mut())),
            due,
            "{points}"
        );
        assert_eq!(
            is_sound_with(|book| put(book.scores.first_mut())),
            due,
            "{points}"
        );
        assert_eq!(
            is_sound_with(|book| put(book.rules.first_mut())),
            due,
            "{points}"
        );
    }
}

#[test]
fn counts_are_no_less_than_none() {
    let put = |book: &mut Playbook, column: usize, count| {
        let row = book.conditions.iter_mut().find(|row| row[0] == op::COUNT)?;
        row.get_mut(column).map(|cell| *cell = count)
    };
    assert!(is_sound_with(|book| put(book, 3, 9)));
    assert!(!is_sound_with(|book| put(book, 3, i64::MIN)));
}

#[test]
fn kinds_are_there() {
    for (attribute, column, number) in [
        (0, 0, i64::MAX),
        (0, 1, 1 << 40),
        (1, 3, 1 << 40),
        (2, 0, -1),
        (2, 1, i64::MAX),
    ] {
        let put = |book: &mut Playbook| {
            book.kinds
                .get_mut(attribute)?
                .get_mut(column)
                .map(|cell| *cell = number)
        };
        assert!(!is_sound_with(put), "{attribute} {column}");
    }
    // The kind of an option that is none of the kinds.
    assert!(!is_sound_with(|book| {
        let of = book.kinds.get(1)?[2];
        book.numbers.get_mut(of as usize).map(|kind| *kind = 7)
    }));
}
