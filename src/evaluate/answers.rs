//! Brief decisions on many leads as columns of numbers, and the names that go with them.

use super::asking::Asking;
use super::eval::{Room, Sense};
use super::session::asking;
use crate::binary64;
use crate::evidence::{State, Table};
use crate::json::Writer;
use crate::limits;
use crate::playbook::{Listed, Millis, Playbook, Row, row, rows};
use crate::problem::{Problem, Problems};
use alloc::{format, string::String, sync::Arc, vec::Vec};

/// A column of answers.
#[derive(Debug)]
enum Column {
    Bytes(Vec<i8>),
    Shorts(Vec<i16>),
    Counts(Vec<u32>),
    /// Written as floating-point numbers.
    Wide(Vec<i64>),
}

/// How wide columns are, in the order in which decisions fill them.
#[derive(Debug, Default)]
struct Columns {
    list: Vec<Column>,
    next: usize,
}

impl Columns {
    fn put(&mut self, value: i64) {
        match self.list.get_mut(self.next) {
            Some(Column::Bytes(column)) => column.push(value as i8),
            Some(Column::Shorts(column)) => column.push(value as i16),
            Some(Column::Counts(column)) => column.push(value as u32),
            Some(Column::Wide(column)) => column.push(value),
            None => {}
        }
        self.next += 1;
    }

    fn code(&mut self, place: Option<usize>) {
        self.put(place.map_or(-1, |place| place as i64));
    }

    fn flag(&mut self, is: bool) {
        self.put(i64::from(is));
    }
}

/// Decides on every row of a table: at `as_of` where that is given, else when the row says, else at `now`.
///
/// The table is described by JSON text, as in `docs/BATCH.md`, with a list of three numbers in place of every array: 0 for whole
/// numbers of four bytes, 1 for floating-point numbers of eight (of `numbers` the millionths), 2 for `numbers` as whole ones and after
/// all of them as many millionths; how many there are; and at which byte of `data` they start. What comes out are the names as JSON
/// text, with two numbers for every column: 0 to 3 for integers of one, two and four bytes (the last without sign) and floating-point
/// numbers, and at which byte it starts; and the columns' bytes.
///
/// # Errors
/// What is wrong with the table, and `too_large` for more bytes than a table may have.
pub fn decide_table(
    playbook: &Arc<Playbook>,
    text: &str,
    data: &[u8],
    as_of: Option<Millis>,
    now: Millis,
) -> Result<(String, Vec<u8>), Problems> {
    let table = Table::read(playbook, text, data)?;
    let mut form = Form {
        rows: table.rows,
        columns: Columns::default(),
        bytes: 0,
        text: String::new(),
    };
    form.write(playbook);
    if form.bytes > limits::TABLE_BYTES {
        let most = limits::TABLE_BYTES;
        let message = format!(
            "the answers take {} bytes, at most {most} may be",
            form.bytes
        );
        let problem = Problem::new("too_large", "/rows", message).help("give fewer rows at a time");
        return Err(problem.into());
    }
    let Form {
        mut columns, text, ..
    } = form;
    // Every row is another lead, so nothing is kept from one decision to the next.
    let (mut state, mut room) = (State::new(playbook), Room::default());
    for row in 0..table.rows {
        table.put(playbook, row, &mut state);
        let as_of = as_of.or(table.as_of(row)).unwrap_or(now);
        columns.next = 0;
        asking(playbook, state.look(playbook, as_of), &mut room, as_of).put(&mut columns);
    }
    let mut bytes = Vec::with_capacity(form.bytes);
    for column in &columns.list {
        match column {
            Column::Bytes(column) => bytes.extend(column.iter().map(|it| *it as u8)),
            Column::Shorts(column) => bytes.extend(column.iter().flat_map(|it| it.to_le_bytes())),
            Column::Counts(column) => bytes.extend(column.iter().flat_map(|it| it.to_le_bytes())),
            Column::Wide(column) => {
                bytes.extend(
                    column
                        .iter()
                        .flat_map(|it| binary64::write(*it).to_le_bytes()),
                );
            }
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    Ok((text, bytes))
}

/// The columns of a decision, as they are described.
struct Form {
    rows: usize,
    columns: Columns,
    bytes: usize,
    text: String,
}

/// How wide a column is; the numbers are those of the arrays in `batch.js`.
#[derive(Clone, Copy)]
enum Width {
    Byte = 0,
    Short = 1,
    Count = 2,
    Wide = 3,
}

impl Form {
    /// Writes where a column lies.
    fn column(&mut self, key: &str, width: Width) {
        let rows = self.rows;
        let (column, bytes) = match width {
            Width::Byte => (Column::Bytes(Vec::new()), 1),
            Width::Short => (Column::Shorts(Vec::new()), 2),
            Width::Count => (Column::Counts(Vec::new()), 4),
            Width::Wide => (Column::Wide(Vec::new()), 8),
        };
        let mut w = Writer::new(&mut self.text);
        w.key(key).open('[');
        w.item().integer(width as i64);
        w.item().integer(self.bytes as i64);
        w.close(']');
        self.columns.list.push(column);
        self.bytes += rows.saturating_mul(bytes).next_multiple_of(8);
    }

    fn open(&mut self, key: &str) {
        Writer::new(&mut self.text).key(key).open('{');
    }

    fn close(&mut self) {
        self.text.push('}');
    }

    fn names<'n>(&mut self, key: &str, names: impl Iterator<Item = &'n str>) {
        let mut w = Writer::new(&mut self.text);
        w.key(key).open('[');
        for name in names {
            w.item().text(name);
        }
        w.close(']');
    }

    /// The columns in the order in which [`Asking::put`] fills them.
    fn write(&mut self, playbook: &Playbook) {
        let mut w = Writer::new(&mut self.text);
        w.open('{');
        w.key("playbook").text(playbook.name());
        w.key("version").integer(i64::from(playbook.version()));
        w.key("digest").hex(&playbook.digest);
        w.key("rows").integer(self.rows as i64);
        self.open("scores");
        for score in &playbook.scores {
            self.open(playbook.word(score[0]));
            for key in ["value", "low", "high"] {
                self.column(key, Width::Wide);
            }
            self.names("bands", names(playbook, bands(playbook, score)));
            self.column("band", Width::Byte);
            self.close();
        }
        self.close();
        if let Some((one, other)) = playbook.grade() {
            let of = |score: u16| bands(playbook, row(&playbook.scores, i64::from(score)));
            let mut grades: Vec<String> = Vec::new();
            for one in names(playbook, of(one)) {
                grades.extend(names(playbook, of(other)).map(|other| format!("{one}{other}")));
            }
            self.open("grade");
            self.names("names", grades.iter().map(String::as_str));
            self.column("code", Width::Short);
            self.settled();
        }
        for (key, list) in [("icp", Listed::Icp), ("persona", Listed::Personas)] {
            let entries = playbook.entries_of(list);
            if !entries.is_empty() {
                self.open(key);
                self.names("names", names(playbook, entries));
                self.column("code", Width::Byte);
                self.settled();
            }
        }
        if let Some((_, framework)) = playbook.readiness() {
            self.open("readiness");
            Writer::new(&mut self.text).key("framework").text(framework);
            self.open("criteria");
            for name in names(playbook, playbook.criteria()) {
                self.column(name, Width::Byte);
            }
            self.close();
            self.column("ready", Width::Byte);
            self.settled();
        }
        self.open("segments");
        for name in names(playbook, playbook.segments()) {
            self.open(name);
            self.column("in", Width::Byte);
            self.settled();
        }
        self.close();
        self.open("gates");
        for stage in &playbook.stages {
            if has_gate(stage) {
                self.open(playbook.word(stage[0]));
                self.column("open", Width::Byte);
                self.column("stay", Width::Byte);
                self.settled();
            }
        }
        self.close();
        if !playbook.stages.is_empty() {
            self.open("stage");
            self.names("names", names(playbook, &playbook.stages));
            for key in ["from", "to", "moves"] {
                self.column(key, Width::Byte);
            }
            self.settled();
        }
        if !playbook.routes().is_empty() {
            self.open("route");
            self.names("names", names(playbook, playbook.routes()));
            self.column("code", Width::Byte);
            self.settled();
        }
        self.open("set_aside");
        self.column("facts", Width::Count);
        self.column("events", Width::Count);
        self.close();
        self.close();
    }

    fn settled(&mut self) {
        self.column("settled", Width::Byte);
        self.close();
    }
}

fn bands<'p>(playbook: &'p Playbook, score: &Row) -> &'p [Row] {
    rows(&playbook.bands, score[5], score[6])
}

fn names<'p>(playbook: &'p Playbook, table: &'p [Row]) -> impl Iterator<Item = &'p str> {
    table.iter().map(|row| playbook.word(row[0]))
}

/// Whether a stage may have a gate.
fn has_gate(stage: &Row) -> bool {
    stage[1] != 0 || stage[2] != 0
}

impl Asking<'_, '_> {
    fn put(&mut self, columns: &mut Columns) {
        let playbook = self.playbook;
        for (place, score) in (0u16..).zip(&playbook.scores) {
            let value = self.eval.score(place).0;
            let (low, high) = self
                .eval
                .in_sense(Sense::Completion, |eval| eval.score(place));
            for points in [value, low, high] {
                columns.put(points);
            }
            let bands = bands(playbook, score);
            columns.code(bands.iter().position(|band| value >= band[1]));
        }
        if let Some(grade) = playbook.grade() {
            let mut band = |score: u16| {
                let value = self.eval.score(score).0;
                let bands = bands(playbook, row(&playbook.scores, i64::from(score)));
                let found = bands.iter().position(|band| value >= band[1]);
                found.map(|place| (place, bands.len()))
            };
            let code = band(grade.0).zip(band(grade.1));
            columns.code(code.map(|((row, _), (column, count))| row * count + column));
            let settled = self.grade().is_some_and(|grade| grade.settled);
            columns.flag(settled);
        }
        for list in [Listed::Icp, Listed::Personas] {
            let entries = playbook.entries_of(list);
            if let Some(entry) = self.entry(list) {
                columns.code(self.eval.first(entries));
                columns.flag(entry.settled);
            }
        }
        if let Some((due, _)) = playbook.readiness() {
            for criterion in playbook.criteria() {
                let truth = self.eval.entry(criterion).least();
                columns.put(i64::from(truth));
            }
            let ready = self.ready(due);
            columns.flag(ready.value);
            columns.flag(ready.settled);
        }
        for segment in playbook.segments() {
            let answer = self.segment(segment);
            columns.flag(answer.value);
            columns.flag(answer.settled);
        }
        for (place, stage) in (0u16..).zip(&playbook.stages) {
            if !has_gate(stage) {
                continue;
            }
            match self.gate(place) {
                Some(gate) => {
                    columns.flag(gate.open.value);
                    columns.flag(gate.by_stay);
                    columns.flag(gate.open.settled);
                }
                None => (0..3).for_each(|_| columns.put(-1)),
            }
        }
        if !playbook.stages.is_empty() {
            match self.stage() {
                Some((from, moves, settled)) => {
                    let to = moves.list().last().map_or(from, |(_, to)| *to);
                    columns.put(i64::from(from));
                    columns.put(i64::from(to));
                    columns.put(moves.list().len() as i64);
                    columns.flag(settled);
                }
                None => [-1, -1, 0, 1].into_iter().for_each(|it| columns.put(it)),
            }
        }
        if !playbook.routes().is_empty() {
            let (first, settled) = self.eval.route();
            columns.code(first);
            columns.flag(settled);
        }
        let (mut facts, mut events) = (0, 0);
        self.facts_aside(&mut |_| facts += 1);
        self.events_aside(&mut |_, _, _| events += 1);
        columns.put(facts);
        columns.put(events);
    }
}
