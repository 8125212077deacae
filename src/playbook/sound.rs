//! Whether unpacked tables keep what evaluation relies on.

#[cfg(test)]
mod tests;

use super::derive::Reference;
use super::flat::{basis, before, curve, op, row, test};
use super::{Kind, Playbook, Row, is_marked, kind};
use crate::limits;
use crate::time::{FIRST_DAY_MS, LAST_DAY_MS};

/// Whether everything refers to something that is there, nothing goes in circles, and all values are within limits.
#[inline(never)]
pub(super) fn is_sound(playbook: &Playbook) -> bool {
    words(playbook)
        && counts(playbook)
        && names(playbook)
        && personal(playbook)
        && patterns(playbook)
        && conditions(playbook)
        && scores(playbook)
        && entries(playbook)
        && playbook.is_derived()
        && stays_in_its_places(playbook)
}

/// Whether attributes that are personal are there, in order.
fn personal(playbook: &Playbook) -> bool {
    let written = !playbook.personal.is_empty();
    let mut names = playbook.personal.split('\n').filter(|_| written);
    ascending(&mut names.clone()) && names.all(|name| playbook.attribute(name).is_some())
}

/// Whether `stage` and `time_in_stage` are asked for by gates, moves and routes only.
fn stays_in_its_places(playbook: &Playbook) -> bool {
    let stage = playbook.attributes.len();
    let free = |condition: u32| !is_marked(playbook.index.of_condition(condition), stage);
    let lists = [
        playbook.icp(),
        playbook.personas(),
        playbook.criteria(),
        playbook.segments(),
    ];
    let mut whens = lists
        .into_iter()
        .flatten()
        .filter_map(|entry| before(entry[1]));
    let mut rules = playbook.rules.iter().filter(|rule| rule[0] == basis::WHEN);
    whens.all(free) && rules.all(|rule| free(rule[1] as u32))
}

/// Whether a place is in a list of this length.
fn within(place: i64, length: usize) -> bool {
    (0..length as i64).contains(&place)
}

/// Whether a part of a list is there.
fn part(start: i64, count: i64, length: usize) -> bool {
    start >= 0 && count >= 0 && start.saturating_add(count) <= length as i64
}

/// Whether the text is cut into words from its start to its end.
fn words(playbook: &Playbook) -> bool {
    let starts = &playbook.starts;
    let end = playbook.text.len() as i64;
    let at_letter = |start: &i64| playbook.text.is_char_boundary(*start as usize);
    starts.first() == Some(&0)
        && starts.last() == Some(&end)
        && starts.is_sorted()
        && starts.iter().all(at_letter)
}

fn counts(playbook: &Playbook) -> bool {
    let numbers = playbook.numbers.len();
    let typed = |row: &Row| {
        let &[_, what, a, b, ..] = row;
        match what {
            kind::BOOLEAN | kind::TEXT | kind::DATE => true,
            kind::NUMBER | kind::WHOLE => a <= b,
            kind::CHOICE | kind::CHOICES => {
                part(a, b, numbers) && (1..=limits::OPTIONS as i64).contains(&b)
            }
            _ => false,
        }
    };
    let asserters = playbook.asserters.len();
    playbook.attributes.len() <= limits::ATTRIBUTES
        && playbook.signals.len() <= limits::SIGNALS
        && playbook.conditions.len() + playbook.patterns.len() <= 2 * limits::CONDITIONS
        && playbook.scores.len() <= limits::SCORES
        && playbook.stages.len() <= limits::STAGES
        && playbook.transitions.len() <= limits::TRANSITIONS
        && playbook.rules.len() <= limits::CONDITIONS
        && playbook.sources.len() <= limits::LIST
        && asserters <= usize::from(u16::MAX)
        && playbook.kinds.len() == playbook.attributes.len()
        && playbook.attributes.iter().all(|attribute| {
            let &[.., start, count, _, _] = attribute;
            let mut named = playbook.list(start, count).iter();
            typed(attribute)
                && part(start, count, numbers)
                && named.all(|by| within(*by, asserters))
        })
        && playbook.signals.iter().all(|&[_, start, count, ..]| {
            part(start, count, playbook.properties.len()) && count <= limits::PROPERTIES as i64
        })
        && playbook.properties.iter().all(typed)
}

fn names(playbook: &Playbook) -> bool {
    let sorted = |table: &[Row]| ascending(&mut playbook.names(table));
    (0..playbook.signals.len() as u16).all(|signal| sorted(playbook.properties(signal)))
        && [
            &playbook.attributes,
            &playbook.signals,
            &playbook.asserters,
            &playbook.scores,
            &playbook.stages,
        ]
        .into_iter()
        .all(|table| sorted(table))
        && sorted(playbook.segments())
}

fn ascending(list: &mut dyn Iterator<Item = &str>) -> bool {
    let Some(mut last) = list.next() else {
        return true;
    };
    for next in list {
        if last >= next {
            return false;
        }
        last = next;
    }
    true
}

fn patterns(playbook: &Playbook) -> bool {
    let models = playbook.models.iter();
    playbook
        .patterns
        .iter()
        .all(|&[signal, start, count, model, ..]| {
            if !within(signal, playbook.signals.len()) {
                return false;
            }
            let tests = playbook.list(start, count.saturating_mul(2));
            tests.len() as i64 == count.saturating_mul(2)
                && within(model, playbook.models.len() + 1)
                && tests.as_chunks::<2>().0.iter().all(|[property, tested]| {
                    let property = u16::try_from(*property).ok();
                    let kind = property.and_then(|at| playbook.property_kind(signal as u16, at));
                    kind.is_some_and(|kind| fits(playbook, kind, *tested))
                })
        })
        && models.into_iter().all(|&[signal, _, start, count, ..]| {
            within(signal, playbook.signals.len()) && part(start, count, playbook.numbers.len())
        })
}

/// Whether a test is one on values of this kind.
fn fits(playbook: &Playbook, kind: Kind, tested: i64) -> bool {
    if !within(tested, playbook.tests.len()) {
        return false;
    }
    let &[what, start, a, b, c, d, ..] = row(&playbook.tests, tested);
    let count = match (kind, what) {
        (_, test::KNOWN) | (Kind::Boolean, test::BOOLEAN) => 0,
        (Kind::Number { .. }, test::NUMBER) | (Kind::Choice(_), test::CHOICE) => a,
        (Kind::Date, test::DATE) if duration(b) && duration(c) => a,
        (Kind::Choices(_), test::CHOICES) if a >= 0 && b >= 0 && c >= 0 => {
            a.saturating_add(b).saturating_add(c)
        }
        (Kind::Text, test::TEXT) if a >= 0 && b >= 0 && c >= 0 && d >= 0 => {
            a.saturating_add(b).saturating_add(c).saturating_add(d)
        }
        _ => return false,
    };
    count == 0 || part(start, count, playbook.numbers.len())
}

/// Whether it is none or a duration.
fn duration(ms: i64) -> bool {
    (0..=limits::DURATION_MS).contains(&ms)
}

fn conditions(playbook: &Playbook) -> bool {
    let sound = |condition: &Row| {
        let mut there = true;
        playbook.references(condition, &mut |reference| {
            there &= match reference {
                Reference::Pattern(at) => (at as usize) < playbook.patterns.len(),
                Reference::Attribute(at) => usize::from(at) < playbook.attributes.len(),
                Reference::Score(at) => usize::from(at) < playbook.scores.len(),
                Reference::Condition(at) => (at as usize) < playbook.conditions.len(),
                Reference::Stage => true,
            };
        });
        there && shape(playbook, condition)
    };
    playbook.conditions.iter().all(sound)
}

/// Whether the parts of a condition are what they should be, besides what it refers to.
fn shape(playbook: &Playbook, condition: &Row) -> bool {
    let &[what, a, b, c, d, ..] = condition;
    let list = part(a, b, playbook.numbers.len());
    let bits = |set: i64, count: usize| count >= 64 || set as u64 >> count == 0;
    match what {
        op::ANY | op::ALL | op::NONE | op::GRADE => list,
        op::AT_LEAST => list && c >= 0,
        op::FACT => playbook
            .attributes
            .get(a as usize)
            .is_some_and(|attribute| fits(playbook, playbook.kind(attribute), b)),
        op::COUNT => b >= 0 && c >= 0 && duration(d),
        op::SEQUENCE => list && (1..=limits::STEPS as i64).contains(&b) && duration(c),
        op::SCORE => true,
        op::BAND => b >= 0,
        op::ICP => bits(a, playbook.icp().len()),
        op::PERSONA => bits(a, playbook.personas().len()),
        op::CRITERIA => playbook.readiness().is_some(),
        op::GATE | op::STAGE => bits(a, playbook.stages.len()),
        op::TIME_IN_STAGE => a >= 0 && a <= b,
        _ => false,
    }
}

fn scores(playbook: &Playbook) -> bool {
    playbook
        .scores
        .iter()
        .all(|&[_, first, groups, at_least, at_most, bands, count, _]| {
            part(first, groups, playbook.groups.len())
                && groups <= limits::GROUPS as i64
                && caps(at_least, at_most)
                && at_least <= at_most
                && part(bands, count, playbook.bands.len())
                && count <= limits::BANDS as i64
        })
        && playbook
            .groups
            .iter()
            .all(|&[_, first, rules, at_least, at_most, ..]| {
                part(first, rules, playbook.rules.len())
                    && rules <= limits::RULES as i64
                    && caps(at_least, at_most)
                    && at_least <= at_most
            })
        && playbook.rules.iter().all(|rule| rule_fits(playbook, rule))
        && playbook.terms.iter().all(terms_fit)
}

fn are_points(points: i64) -> bool {
    points.abs_diff(0) <= limits::POINTS_MILLI as u64
}

/// Whether the least and the most are points, where they are stated.
fn caps(at_least: i64, at_most: i64) -> bool {
    (at_least == i64::MIN || are_points(at_least)) && (at_most == i64::MAX || are_points(at_most))
}

fn rule_fits(playbook: &Playbook, rule: &Row) -> bool {
    let &[what, target, points, at_least, at_most, terms, ..] = rule;
    are_points(points)
        && caps(at_least, at_most)
        && at_least <= 0
        && at_most >= 0
        && match what {
            basis::WHEN => within(target, playbook.conditions.len()),
            basis::EVENTS | basis::COUNTING => {
                within(target, playbook.patterns.len()) && within(terms, playbook.terms.len())
            }
            _ => false,
        }
}

fn terms_fit(terms: &Row) -> bool {
    let &[
        within,
        cooldown,
        points,
        period,
        shape,
        every,
        expires_after,
        _,
    ] = terms;
    let (shape, percent) = (shape.div_euclid(256), shape.rem_euclid(256));
    duration(within)
        && duration(cooldown)
        && points >= 0
        && duration(period)
        && duration(expires_after)
        && match shape {
            curve::FLAT => true,
            curve::HALF_LIFE => every >= 1 && duration(every),
            curve::LINEAR | curve::COMPOUND => {
                (1..=100).contains(&percent) && every >= 1 && duration(every)
            }
            _ => false,
        }
}

/// Lists of entries, stages, moves.
fn entries(playbook: &Playbook) -> bool {
    let when = |when: &i64| within(*when, playbook.conditions.len() + 1);
    let numbers = |start: i64, count: i64| part(start, count, playbook.numbers.len());
    let stages = playbook.stages.len();
    let listed = playbook.lists.as_chunks::<2>().0.iter();
    let &[routes, many, _, _, initial, one, other, _] = &playbook.more;
    let most = [
        limits::ENTRIES,
        limits::ENTRIES,
        limits::ENTRIES,
        limits::SEGMENTS,
    ];
    listed.zip(most).all(|([start, count], most)| {
        part(*start, *count, playbook.entries.len()) && *count <= most as i64
    }) && part(routes, many, playbook.entries.len())
        && many <= limits::ROUTES as i64
        && within(initial, stages + 1)
        && [one, other]
            .iter()
            .all(|score| within(*score, playbook.scores.len() + 1))
        && (playbook.entries.iter()).all(|entry| when(&entry[1]))
        && playbook
            .stages
            .iter()
            .all(|&[_, enter, stay, exit, a, b, c, d]| {
                [enter, stay, exit].iter().all(when) && numbers(a, b) && numbers(c, d)
            })
        && playbook.transitions.iter().all(|&[from, to, on, ..]| {
            within(to, stages) && when(&on) && (stages >= 64 || from as u64 >> stages == 0)
        })
        && playbook
            .attributes
            .iter()
            .zip(&playbook.kinds)
            .all(|(attribute, kinds)| kinds_fit(playbook, attribute, kinds))
}

/// Whether the kinds of an attribute's values, or for a date the days, are there.
fn kinds_fit(playbook: &Playbook, attribute: &Row, kinds: &Row) -> bool {
    let &[start, count, of, options, ..] = kinds;
    let numbers = playbook.numbers.len();
    let mut entries = playbook.list(of, options).iter();
    part(of, options, numbers)
        && match playbook.kind(attribute) {
            Kind::Date => {
                let days = playbook.list(start, count);
                part(start, count, numbers)
                    && days.is_sorted()
                    && days
                        .iter()
                        .all(|day| (FIRST_DAY_MS..=LAST_DAY_MS).contains(day))
            }
            _ => {
                // As long as a list of tests is.
                let width = Playbook::kind_width(attribute[7].clamp(0, numbers as i64) as usize);
                part(start, count.saturating_mul(width as i64), numbers)
                    && count >= 0
                    && entries.all(|kind| (0..count).contains(kind))
            }
        }
}
