//! Records as they are kept.

use super::with_journal;
use leadstage::lifecycle::Kept;
use leadstage::limits;

#[test]
fn a_record_as_it_is_kept_has_at_most_80_mib() {
    let kept = with_journal().to_kept();
    let room = limits::RECORD_BYTES - kept.len();
    let mut text = kept + &" ".repeat(room);
    let journal = Kept::parse(&text).expect("a record").journal().to_owned();
    assert_eq!(journal, with_journal().journal());
    text.push(' ');
    let found = Kept::parse(&text).expect_err("a byte too many");
    assert_eq!(found.iter().next().map(|it| it.code), Some("too_large"));
}

#[test]
fn what_is_kept_says_all_that_is_wrong_with_its_form() {
    let found = Kept::parse(r#"{ "id": 1, "journl": [], "record": [] }"#).expect_err("bad");
    let found: Vec<(&str, &str)> = found.iter().map(|it| (it.code, &*it.path)).collect();
    let wanted = [
        ("missing_field", ""),
        ("wrong_type", "/id"),
        ("unknown_field", "/journl"),
        ("wrong_type", "/record"),
    ];
    assert_eq!(found, wanted);
}
