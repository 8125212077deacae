//! Every limit of the product, in one place. Each is tested at the limit and one past it.

/// Bytes of a playbook document.
pub const PLAYBOOK_BYTES: usize = 4 << 20;
/// Bytes of one lead's evidence.
pub const EVIDENCE_BYTES: usize = 16 << 20;
/// Depth of objects and lists in a document.
pub const DOCUMENT_DEPTH: usize = 64;
/// Depth of conditions as written.
pub const CONDITION_DEPTH: usize = 24;
/// Depth of conditions when references to segments, scores and the like are followed.
pub const REFERENCE_DEPTH: usize = 128;
/// Attributes of a playbook.
pub const ATTRIBUTES: usize = 500;
/// Signals of a playbook.
pub const SIGNALS: usize = 500;
/// Properties of a signal, or of an event.
pub const PROPERTIES: usize = 50;
/// Options of an attribute or property.
pub const OPTIONS: usize = 1_000;
/// Scores of a playbook.
pub const SCORES: usize = 20;
/// Groups of a score.
pub const GROUPS: usize = 100;
/// Rules of a group.
pub const RULES: usize = 2_000;
/// Bands of a score.
pub const BANDS: usize = 20;
/// Segments of a playbook.
pub const SEGMENTS: usize = 500;
/// Stages of a playbook.
pub const STAGES: usize = 50;
/// Transitions of a playbook.
pub const TRANSITIONS: usize = 500;
/// Routes of a playbook.
pub const ROUTES: usize = 100;
/// Tiers, personas or criteria.
pub const ENTRIES: usize = 50;
/// Parts of a list in a condition or a test.
pub const LIST: usize = 1_000;
/// Conditions and tests of a playbook, in all.
pub const CONDITIONS: usize = 60_000;
/// Steps of a sequence.
pub const STEPS: usize = 8;
/// Facts of one lead.
pub const FACTS: usize = 5_000;
/// Events of one lead.
pub const EVENTS: usize = 100_000;
/// Leads of a table of columns.
pub const TABLE_ROWS: usize = 1_000_000;
/// Bytes of a table's arrays, and of its answers'.
pub const TABLE_BYTES: usize = 128 << 20;
/// Characters of a text value.
pub const TEXT: usize = 4_000;
/// Characters of an event's id.
pub const EVENT_ID: usize = 200;
/// Characters of a label.
pub const LABEL: usize = 200;
/// Characters of a name.
pub const NAME: usize = 64;
/// Magnitude of points, in thousandths.
pub const POINTS_MILLI: i64 = 1_000_000_000;
/// Magnitude of a number, in millionths.
pub const NUMBER_MICRO: i64 = 9_000_000_000_000_000_000;
/// Magnitude of an instant, in milliseconds.
pub const INSTANT_MS: i64 = 8_640_000_000_000_000;
/// Longest duration, in milliseconds: 36,500 days.
pub const DURATION_MS: i64 = 36_500 * 86_400_000;
/// Largest bound of a count.
pub const COUNT: u32 = 1_000_000;
/// Options of one `choices` attribute that tests may name for completions to be gone through one by one.
pub const CHOICES_COMPLETED: usize = 6;
/// Steps of a search for a completion that changes an answer.
pub const SETTLE_STEPS: u32 = 8_192;
/// Steps of a search for the instant at which an answer changes.
pub const FORECAST_STEPS: u32 = 20_000;
/// Most model events that are tried when looking for what would open a gate.
pub const MISSING_TIMES: u32 = 20;
/// Statuses of a stage.
pub const STATUSES: usize = 50;
/// Spans of working hours of a weekday.
pub const SPANS: usize = 10;
/// Holidays of a calendar.
pub const HOLIDAYS: usize = 1_000;
/// Entries of a journey's content.
pub const CONTENT: usize = 500;
/// Labels of one entry of a journey's content.
pub const SUGGESTIONS: usize = 50;
/// Keys of one system in a `crm`.
pub const CRM_KEYS: usize = 100;
/// Fields of one list in a `crm`.
pub const CRM_FIELDS: usize = 50;
/// Weeks of the calendar in the working time of an SLA.
pub const WORKING_WEEKS: i64 = 520;
/// Entries of a record's journal.
pub const ENTRIES_OF_JOURNAL: usize = 10_000;
/// Late entries of a journal whose consequences are compared when it is replayed.
pub const LATE_COMPARED: u32 = 100;
/// Bytes of an input.
pub const INPUT_BYTES: usize = 16 << 20;
/// Bytes of a journal.
pub const JOURNAL_BYTES: usize = 64 << 20;
/// Bytes of a record with its journal, as it is kept.
pub const RECORD_BYTES: usize = JOURNAL_BYTES + (16 << 20);
/// Characters of the id of an input.
pub const INPUT_ID: usize = 200;
/// Characters of an input's salt.
pub const SALT: usize = 64;
/// Bytes of a receipt, whatever a server allows.
pub const RECEIPT_BYTES: usize = EVIDENCE_BYTES;
/// Characters of a key's id.
pub const KEY_ID: usize = 64;
/// Bytes of a challenge's text.
pub const CHALLENGE_BYTES: usize = 5 + KEY_ID + 1 + 128;
/// Bytes of a secret for challenges, at least and at most.
pub const SECRET_BYTES: (usize, usize) = (32, 128);
/// Keys of one kind.
pub const KEYS: usize = 64;
/// Bytes of a file of keys, or of a published key set.
pub const KEYS_BYTES: usize = 256 << 10;
/// Playbooks that receipts may be by.
pub const PLAYBOOKS: usize = 1_000;
/// Challenges that are remembered in memory.
pub const CHALLENGES_SEEN: usize = 1_000_000;
/// Bytes of a verdict that is verified.
pub const VERDICT_BYTES: usize = 64 << 10;
/// Changes between two decisions that are listed.
pub const CHANGES: usize = 1_000;
