//! Whether an unpacked playbook keeps what evaluation relies on.

use super::index::{Reference, references, rule_references};
use super::{
    Basis, Clamp, Condition, ConditionId, Curve, Decay, Entry, Kind, Pattern, Playbook, Rule, Test,
    Value,
};
use crate::limits;
use alloc::{boxed::Box, vec, vec::Vec};

/// Whether every index points to something of the right kind, nothing goes in circles, and all values are within limits.
#[inline(never)]
pub(super) fn is_sound(playbook: &Playbook) -> bool {
    counts(playbook)
        && names(playbook)
        && playbook
            .patterns
            .iter()
            .all(|pattern| pattern_fits(playbook, pattern))
        && conditions(playbook)
        && scores(playbook)
        && stages(playbook)
        && ends(playbook)
}

fn counts(playbook: &Playbook) -> bool {
    let options = |kind: &Kind| match kind {
        Kind::Choice(options) | Kind::Choices(options) => {
            !options.is_empty() && options.len() <= limits::OPTIONS
        }
        Kind::Number { min, max, .. } => {
            min <= max && -limits::NUMBER_MICRO <= *min && *max <= limits::NUMBER_MICRO
        }
        _ => true,
    };
    playbook.attributes.len() <= limits::ATTRIBUTES
        && playbook.signals.len() <= limits::SIGNALS
        && playbook.conditions.len() + playbook.patterns.len() <= 2 * limits::CONDITIONS
        && playbook.scores.len() <= limits::SCORES
        && playbook.segments.len() <= limits::SEGMENTS
        && playbook.stages.len() <= limits::STAGES
        && playbook.transitions.len() <= limits::TRANSITIONS
        && playbook.routes.len() <= limits::ROUTES
        && playbook.icp.len() <= limits::ENTRIES
        && playbook.personas.len() <= limits::ENTRIES
        && playbook.sources.len() <= limits::LIST
        && playbook.asserters.len() <= usize::from(u16::MAX)
        && playbook.attributes.iter().all(|attribute| {
            options(&attribute.kind)
                && attribute
                    .asserted_by
                    .iter()
                    .all(|by| usize::from(*by) < playbook.asserters.len())
        })
        && playbook.signals.iter().all(|signal| {
            signal.properties.len() <= limits::PROPERTIES
                && signal
                    .properties
                    .iter()
                    .all(|property| options(&property.kind))
                && ascending(signal.properties.iter().map(|property| &property.name))
        })
}

fn names(playbook: &Playbook) -> bool {
    ascending(playbook.attributes.iter().map(|it| &it.name))
        && ascending(playbook.signals.iter().map(|it| &it.name))
        && ascending(playbook.scores.iter().map(|it| &it.name))
        && ascending(playbook.segments.iter().map(|it| &it.name))
        && ascending(playbook.stages.iter().map(|it| &it.name))
        && ascending(playbook.asserters.iter())
}

fn ascending<T: Ord>(mut list: impl Iterator<Item = T>) -> bool {
    let Some(mut last) = list.next() else {
        return true;
    };
    list.all(|next| {
        let rises = last < next;
        last = next;
        rises
    })
}

fn pattern_fits(playbook: &Playbook, pattern: &Pattern) -> bool {
    let Some(signal) = playbook.signals.get(usize::from(pattern.signal)) else {
        return false;
    };
    let kind = |property: u16| {
        signal
            .properties
            .get(usize::from(property))
            .map(|it| &it.kind)
    };
    let model = pattern.model.as_deref().unwrap_or(&[]);
    pattern
        .tests
        .iter()
        .all(|(property, test)| kind(*property).is_some_and(|kind| test_fits(kind, test)))
        && model
            .iter()
            .all(|(property, value)| kind(*property).is_some_and(|kind| value_fits(kind, value)))
        && ascending(model.iter().map(|(property, _)| property))
        && pattern.tests.windows(2).all(|pair| match pair {
            [(one, _), (other, _)] => one <= other,
            _ => true,
        })
}

fn value_fits(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Boolean, Value::Boolean(_)) => true,
        (Kind::Text, Value::Text(text)) => text.len() <= 4 * limits::TEXT,
        (Kind::Number { .. }, Value::Number(value)) => {
            value.abs_diff(0) <= limits::NUMBER_MICRO as u64
        }
        (Kind::Date, Value::Date(at)) => at.abs_diff(0) <= limits::INSTANT_MS as u64,
        (Kind::Choice(options), Value::Choice(option)) => usize::from(*option) < options.len(),
        (Kind::Choices(options), Value::Choices(chosen)) => places(chosen, options),
        _ => false,
    }
}

fn places(chosen: &[u16], options: &[Box<str>]) -> bool {
    ascending(chosen.iter())
        && chosen
            .last()
            .is_none_or(|last| usize::from(*last) < options.len())
}

fn test_fits(kind: &Kind, test: &Test) -> bool {
    let intervals_rise = |intervals: &[(i64, i64)]| {
        intervals.iter().all(|(start, end)| start <= end)
            && intervals.windows(2).all(|pair| match pair {
                [(_, end), (start, _)] => end < start,
                _ => true,
            })
    };
    match (kind, test) {
        (_, Test::Known(_))
        | (Kind::Boolean, Test::Boolean(_))
        | (Kind::Text, Test::Text { .. }) => true,
        (Kind::Number { .. }, Test::Number(intervals)) => intervals_rise(intervals),
        (
            Kind::Date,
            Test::Date {
                intervals,
                within,
                ahead,
            },
        ) => intervals_rise(intervals) && duration(*within) && duration(*ahead),
        (Kind::Choice(options), Test::Choice(chosen)) => places(chosen, options),
        (Kind::Choices(options), Test::Choices { any, all, none }) => [any, all, none]
            .into_iter()
            .flatten()
            .all(|chosen| places(chosen, options)),
        _ => false,
    }
}

fn duration(duration: Option<i64>) -> bool {
    duration.is_none_or(|ms| (1..=limits::DURATION_MS).contains(&ms))
}

fn conditions(playbook: &Playbook) -> bool {
    let bands = |score: u16| {
        playbook
            .scores
            .get(usize::from(score))
            .map(|it| it.bands.len())
    };
    let entries =
        |names: &[u16], list: &[Entry]| names.iter().all(|at| usize::from(*at) < list.len());
    let stages = |names: &[u16]| {
        names
            .iter()
            .all(|at| usize::from(*at) < playbook.stages.len())
    };
    let pattern = |at: u32| (at as usize) < playbook.patterns.len();
    let each = playbook
        .conditions
        .iter()
        .enumerate()
        .all(|(place, condition)| {
            let before = |parts: &[ConditionId]| parts.iter().all(|part| (*part as usize) < place);
            match condition {
                Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                    before(parts)
                }
                Condition::AtLeast(_, parts) => before(parts),
                Condition::Fact(attribute, test) => playbook
                    .attributes
                    .get(usize::from(*attribute))
                    .is_some_and(|attribute| test_fits(&attribute.kind, test)),
                Condition::Count {
                    pattern: at,
                    within,
                    ..
                } => pattern(*at) && duration(*within),
                Condition::Sequence(patterns, within) => {
                    (1..=limits::STEPS).contains(&patterns.len())
                        && patterns.iter().all(|at| pattern(*at))
                        && duration(*within)
                }
                Condition::Score(score, ..) => bands(*score).is_some(),
                Condition::Band(score, wanted) => bands(*score)
                    .is_some_and(|count| wanted.iter().all(|at| usize::from(*at) < count)),
                Condition::Grade(_) => playbook.grade.is_some(),
                Condition::Icp(names) => entries(names, &playbook.icp),
                Condition::Persona(names) => entries(names, &playbook.personas),
                Condition::Criteria(..) => playbook.readiness.is_some(),
                Condition::Gate(names) | Condition::Stage(names) => stages(names),
                Condition::TimeInStage(from, to) => *from >= 0 && from <= to,
            }
        });
    let mut depth = Depth {
        playbook,
        conditions: vec![None; playbook.conditions.len()],
        scores: vec![None; playbook.scores.len()],
    };
    each && (0..playbook.conditions.len()).all(|at| depth.condition(at as u32, 0).is_some())
        && (0..playbook.scores.len()).all(|at| depth.score(at as u16, 0).is_some())
}

/// How deep conditions go when references are followed; circles are too deep.
struct Depth<'p> {
    playbook: &'p Playbook,
    conditions: Vec<Option<usize>>,
    scores: Vec<Option<usize>>,
}

impl Depth<'_> {
    fn condition(&mut self, id: ConditionId, level: usize) -> Option<usize> {
        let known = self.conditions.get(id as usize)?;
        if let Some(depth) = *known {
            return Some(depth).filter(|depth| level + depth <= limits::REFERENCE_DEPTH);
        }
        let condition = self.playbook.conditions.get(id as usize)?;
        let mut deepest = Some(0);
        references(self.playbook, condition, &mut |reference| {
            deepest =
                deepest.and_then(|deepest| Some(self.follow(reference, level + 1)?.max(deepest)));
        });
        let depth = deepest? + 1;
        *self.conditions.get_mut(id as usize)? = Some(depth);
        Some(depth)
    }

    fn score(&mut self, score: u16, level: usize) -> Option<usize> {
        if let Some(depth) = *self.scores.get(usize::from(score))? {
            return Some(depth).filter(|depth| level + depth <= limits::REFERENCE_DEPTH);
        }
        let mut deepest = Some(0);
        let definition = self.playbook.scores.get(usize::from(score))?;
        rule_references(definition, &mut |reference| {
            deepest =
                deepest.and_then(|deepest| Some(self.follow(reference, level + 1)?.max(deepest)));
        });
        let depth = deepest? + 1;
        *self.scores.get_mut(usize::from(score))? = Some(depth);
        Some(depth)
    }

    fn follow(&mut self, reference: Reference, level: usize) -> Option<usize> {
        if level > limits::REFERENCE_DEPTH {
            return None;
        }
        match reference {
            Reference::Condition(id) => self.condition(id, level),
            Reference::Score(score) => self.score(score, level),
            Reference::Pattern(at) => ((at as usize) < self.playbook.patterns.len()).then_some(0),
            Reference::Attribute(_) | Reference::Stage => Some(0),
        }
    }
}

fn clamps(clamp: Clamp) -> bool {
    clamp.at_least <= clamp.at_most
}

fn scores(playbook: &Playbook) -> bool {
    playbook.scores.iter().all(|score| {
        score.groups.len() <= limits::GROUPS
            && clamps(score.clamp)
            && score.bands.len() <= limits::BANDS
            && score.bands.windows(2).all(|pair| match pair {
                [(_, high), (_, low)] => high > low,
                _ => true,
            })
            && score.groups.iter().all(|group| {
                clamps(group.clamp)
                    && group.rules.len() <= limits::RULES
                    && group.rules.iter().all(rule_fits)
            })
    })
}

fn rule_fits(rule: &Rule) -> bool {
    let fades = |decay: Option<Decay>| {
        decay.is_none_or(|decay| {
            duration(decay.expires_after)
                && match decay.curve {
                    Curve::Flat => true,
                    Curve::HalfLife(half) => duration(Some(half)),
                    Curve::Linear(percent, every) | Curve::Compound(percent, every) => {
                        (1..=100).contains(&percent) && duration(Some(every))
                    }
                }
        })
    };
    rule.points.abs_diff(0) <= limits::POINTS_MILLI as u64
        && rule.clamp.at_least <= 0
        && rule.clamp.at_most >= 0
        && match rule.basis {
            Basis::When(_) => true,
            Basis::Events {
                within,
                cooldown,
                per_period,
                decay,
                ..
            } => {
                duration(within)
                    && duration(cooldown)
                    && per_period.is_none_or(|(most, every)| most >= 0 && duration(Some(every)))
                    && fades(decay)
            }
            Basis::Counting {
                from,
                within,
                decay,
                ..
            } => from >= 1 && duration(within) && fades(decay),
        }
}

fn stages(playbook: &Playbook) -> bool {
    let stage = |at: u16| usize::from(at) < playbook.stages.len();
    playbook.initial.is_none_or(stage)
        && playbook.transitions.iter().all(|transition| {
            stage(transition.to) && transition.from.iter().all(|from| stage(*from))
        })
}

/// Whether what stands outside the list of conditions refers into it.
fn ends(playbook: &Playbook) -> bool {
    let score = |at: u16| playbook.scores.get(usize::from(at)).is_some();
    let stages = playbook.stages.iter();
    let readiness = playbook.readiness.iter();
    let lists = [&playbook.icp, &playbook.personas, &playbook.routes];
    let mut conditions = stages
        .flat_map(|stage| [stage.enter, stage.stay, stage.exit])
        .chain(
            playbook
                .transitions
                .iter()
                .map(|transition| transition.when),
        )
        .chain(lists.into_iter().flatten().map(|entry| entry.when))
        .flatten()
        .chain(playbook.segments.iter().map(|segment| segment.when))
        .chain(
            readiness
                .flat_map(|it| &it.criteria)
                .map(|criterion| criterion.when),
        );
    conditions.all(|at| (at as usize) < playbook.conditions.len())
        && playbook
            .grade
            .is_none_or(|(one, other)| score(one) && score(other))
        && playbook
            .readiness
            .as_ref()
            .is_none_or(|it| it.criteria.len() <= limits::ENTRIES)
}
