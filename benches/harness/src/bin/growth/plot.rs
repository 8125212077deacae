//! One plot as SVG, both axes logarithmic, for light and dark pages.

use std::fmt::Write;

pub struct Line {
    pub rules: usize,
    pub place: &'static str,
    /// Events and microseconds.
    pub points: Vec<(f64, f64)>,
}

const LEFT: f64 = 62.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 400.0;
/// Powers of ten.
const EVENTS: (i32, i32) = (1, 4);
const MICROS: (i32, i32) = (-1, 3);
/// What a decision in Node may take.
const GOAL: f64 = 50.0;

const STYLE: &str = "
svg { --ink: #24292f; --faint: #d0d7de; --r10: #1f6feb; --r100: #9a6700; --r1000: #a0268a; background: #ffffff; font: 13px system-ui, sans-serif }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e6edf3; --faint: #3d444d; --r10: #6cb0ff; --r100: #e3b341; --r1000: #f08bd8; background: #0d1117 }
}
text { fill: var(--ink) } .title { font-size: 15px; font-weight: 600 } .grid { stroke: var(--faint) }
.line { fill: none; stroke-width: 2 } .native { stroke-dasharray: 6 4 } .goal { stroke: var(--ink); stroke-dasharray: 2 3 }
.r10 { stroke: var(--r10) } .r100 { stroke: var(--r100) } .r1000 { stroke: var(--r1000) }
";

fn across(events: f64) -> f64 {
    let (from, to) = EVENTS;
    LEFT + (RIGHT - LEFT) * (events.log10() - f64::from(from)) / f64::from(to - from)
}

fn down(micros: f64) -> f64 {
    let (from, to) = MICROS;
    BOTTOM - (BOTTOM - TOP) * (micros.log10() - f64::from(from)) / f64::from(to - from)
}

pub fn draw(lines: &[Line]) -> String {
    let mut svg = String::from(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 450" role="img" aria-labelledby="title">"#,
    );
    let _ = write!(
        svg,
        "<title id=\"title\">Time of a decision by events and rules</title><style>{STYLE}</style>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"24\">Microseconds a decision, after one more event (median)</text>\n"
    );
    for power in EVENTS.0..=EVENTS.1 {
        let x = across(10f64.powi(power));
        let events = 10i64.pow(power.unsigned_abs());
        let _ = writeln!(
            svg,
            r#"<path class="grid" d="M{x:.1} {TOP}V{BOTTOM}"/><text x="{x:.1}" y="418" text-anchor="middle">{events}</text>"#
        );
    }
    for power in MICROS.0..=MICROS.1 {
        let micros = 10f64.powi(power);
        let y = down(micros);
        let _ = writeln!(
            svg,
            r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/><text x="54" y="{:.1}" text-anchor="end">{micros}</text>"#,
            y + 4.0
        );
    }
    let goal = down(GOAL);
    let _ = writeln!(
        svg,
        "<path class=\"goal\" d=\"M{LEFT} {goal:.1}H{RIGHT}\"/><text x=\"70\" y=\"{:.1}\">goal in Node: {GOAL}</text>\n\
         <text x=\"311\" y=\"440\" text-anchor=\"middle\">events of the visitor, all of which rules can see</text>",
        goal - 5.0
    );
    lines.iter().for_each(|line| draw_line(&mut svg, line));
    draw_labels(&mut svg, lines);
    svg.push_str("</svg>\n");
    svg
}

fn draw_line(svg: &mut String, line: &Line) {
    let mut path = String::new();
    for (events, micros) in &line.points {
        let step = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{step}{:.1} {:.1}", across(*events), down(*micros));
    }
    let class = line.place.to_lowercase();
    let _ = writeln!(
        svg,
        r#"<path class="line {class} r{}" d="{path}"/>"#,
        line.rules
    );
}

/// At the ends of the lines, moved apart where they would lie over one another.
fn draw_labels(svg: &mut String, lines: &[Line]) {
    let end = |line: &Line| {
        line.points
            .last()
            .map_or(BOTTOM, |(_, micros)| down(*micros))
    };
    let mut ends: Vec<_> = lines.iter().map(|line| (end(line), line)).collect();
    ends.sort_by(|(first, _), (second, _)| first.total_cmp(second));
    let mut lowest = f64::MIN;
    for (y, line) in ends {
        let y = y.max(lowest + 16.0);
        lowest = y;
        let _ = writeln!(
            svg,
            r#"<text x="{:.1}" y="{:.1}">{}, {} rules</text>"#,
            RIGHT + 8.0,
            y + 4.0,
            line.place,
            line.rules
        );
    }
}
