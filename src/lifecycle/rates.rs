//! A funnel as JSON text.

use super::funnel::{Counted, Funnel, OFF, Off, permille, quartiles};
use super::refusal::stage_name;
use crate::json::Writer;
use crate::playbook::Playbook;
use crate::sort::Arrange;
use crate::sorted::Map;
use alloc::string::String;

impl Funnel {
    /// What was counted as JSON text, as `docs/LIFECYCLE.md` describes it.
    pub fn to_json(&self) -> String {
        let playbook = &*self.lifecycle.inner;
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("playbook").text(playbook.name());
        w.key("version").integer(i64::from(playbook.version()));
        w.key("digest").hex(&playbook.digest);
        w.key("cohort").open('{');
        w.key("stage").text_or_null(self.cohort.stage.as_deref());
        w.key("from").integer_or_null(self.cohort.from);
        w.key("to").integer_or_null(self.cohort.to);
        w.close('}');
        number(w.key("records"), self.records);
        number(w.key("outside"), self.outside);
        number(w.key("erased"), self.erased);
        number(w.key("differing"), self.differing);
        w.key("stages").open('[');
        for (place, counted) in (0..).zip(&self.stages) {
            counted.write(w.item(), playbook, place);
        }
        w.close(']');
        write_off(w.key("off"), &self.off);
        w.close('}');
        text
    }
}

impl Counted {
    fn write(&self, w: &mut Writer, playbook: &Playbook, place: u16) {
        w.open('{');
        w.key("stage").text(stage_name(playbook, place));
        number(w.key("reached"), self.reached);
        number(w.key("inferred"), self.inferred);
        number(w.key("now"), self.now);
        number(w.key("times"), self.times);
        let mut spent = self.spent_ms.clone();
        spent.arrange();
        let [lower, median, upper] = quartiles(&spent);
        w.key("spent").open('{');
        number(w.key("records"), spent.len() as u64);
        w.key("lower_ms").integer_or_null(lower);
        w.key("median_ms").integer_or_null(median);
        w.key("upper_ms").integer_or_null(upper);
        w.close('}');
        write_rates(w.key("next"), playbook, &self.next, self.reached);
        write_rates(w.key("after"), playbook, &self.after, self.reached);
        write_off(w.key("off"), &self.off);
        w.close('}');
    }
}

fn number(w: &mut Writer, count: u64) {
    w.integer(i64::try_from(count).unwrap_or(i64::MAX));
}

fn write_rates(w: &mut Writer, playbook: &Playbook, rates: &Map<u16, u64>, of: u64) {
    w.open('[');
    for (to, records) in rates {
        w.item().open('{');
        w.key("to").text(stage_name(playbook, *to));
        number(w.key("records"), *records);
        number(w.key("of"), of);
        w.key("permille").integer_or_null(permille(*records, of));
        w.close('}');
    }
    w.close(']');
}

fn write_off(w: &mut Writer, off: &[Off]) {
    w.open('[');
    let happened = OFF.into_iter().zip(off).filter(|(_, off)| off.moves > 0);
    for (command, off) in happened {
        w.item().open('{');
        w.key("on").text(command.word());
        number(w.key("records"), off.records);
        number(w.key("moves"), off.moves);
        w.key("reasons").open('[');
        for (reason, moves) in &off.reasons {
            w.item().open('{');
            w.key("reason").text(reason);
            number(w.key("moves"), *moves);
            w.close('}');
        }
        w.close(']');
        w.close('}');
    }
    w.close(']');
}
