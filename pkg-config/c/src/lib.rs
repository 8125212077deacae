//! The plain ABI: functions over bytes, the same natively and in WebAssembly. See `docs/ABI.md`.

use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::json::Writer;
use leadstage::playbook::Playbook;
use leadstage::problem::{Problem, Problems};
use leadstage::verify::{Arrival, Keys, Playbooks, Policy, Sight, Verifier};
use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::Arc;

/// What a call came to.
pub struct Answer {
    status: i32,
    data: Box<[u8]>,
}

/// It is what was asked for.
const FINE: i32 = 0;
/// It is a list of problems.
const PROBLEMS: i32 = 1;
/// It is a refusal.
const REFUSED: i32 = 2;

fn answer(status: i32, data: impl Into<Vec<u8>>) -> *mut Answer {
    let data = data.into().into_boxed_slice();
    Box::into_raw(Box::new(Answer { status, data }))
}

fn problems(problems: &Problems) -> *mut Answer {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('[');
    problems.iter().for_each(|problem| problem.write(w.item()));
    w.close(']');
    answer(PROBLEMS, text)
}

/// The bytes that a host passes.
///
/// # Safety
/// From the pointer on so many bytes can be read, and nobody writes them meanwhile; or it is null.
unsafe fn bytes<'a>(data: *const u8, size: usize) -> &'a [u8] {
    match data.is_null() || size == 0 {
        true => &[],
        // SAFETY: as the caller promises.
        false => unsafe { std::slice::from_raw_parts(data, size) },
    }
}

fn text(bytes: &[u8]) -> Result<&str, Problems> {
    core::str::from_utf8(bytes)
        .map_err(|_| Problems::from(Problem::new("syntax", "", "the text is not UTF-8")))
}

/// A playbook from a document or from the compiled form.
fn read(bytes: &[u8]) -> Result<Playbook, Problems> {
    match bytes.starts_with(b"LSPB") {
        true => Playbook::from_bytes(bytes)
            .map_err(|error| Problems::from(Problem::new("bad_format", "", error.to_string()))),
        false => Playbook::parse(text(bytes)?),
    }
}

/// The version of the library, as a text that ends with a zero byte and stays.
#[unsafe(no_mangle)]
pub extern "C" fn leadstage_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// Room for so many bytes, for hosts that can't give their own memory; null for none.
#[unsafe(no_mangle)]
pub extern "C" fn leadstage_allocate(size: usize) -> *mut u8 {
    let mut room = Vec::<u8>::new();
    if size == 0 || room.try_reserve_exact(size).is_err() {
        return ptr::null_mut();
    }
    room.resize(size, 0);
    Box::into_raw(room.into_boxed_slice()).cast()
}

/// Gives room back.
///
/// # Safety
/// `room` came from `leadstage_allocate` with this size and was not given back, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_free(room: *mut u8, size: usize) {
    if !room.is_null() {
        let room = ptr::slice_from_raw_parts_mut(room, size);
        // SAFETY: the caller promises that it is a boxed slice of this size.
        drop(unsafe { Box::from_raw(room) });
    }
}

/// 0: what was asked for; 1: problems; 2: a refusal; −1: no answer.
///
/// # Safety
/// `answer` came from this library and was not given back, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_answer_status(answer: *const Answer) -> i32 {
    // SAFETY: as the caller promises.
    unsafe { answer.as_ref() }.map_or(-1, |answer| answer.status)
}

/// Where the answer's bytes are, until it is given back.
///
/// # Safety
/// As `leadstage_answer_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_answer_data(answer: *const Answer) -> *const u8 {
    // SAFETY: as the caller promises.
    unsafe { answer.as_ref() }.map_or(ptr::null(), |answer| answer.data.as_ptr())
}

/// How many they are.
///
/// # Safety
/// As `leadstage_answer_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_answer_size(answer: *const Answer) -> usize {
    // SAFETY: as the caller promises.
    unsafe { answer.as_ref() }.map_or(0, |answer| answer.data.len())
}

/// Gives an answer back.
///
/// # Safety
/// As `leadstage_answer_status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_answer_free(answer: *mut Answer) {
    if !answer.is_null() {
        // SAFETY: as the caller promises.
        drop(unsafe { Box::from_raw(answer) });
    }
}

/// The compiled form of a playbook document, or its problems.
///
/// # Safety
/// `data` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_compile(data: *const u8, size: usize) -> *mut Answer {
    // SAFETY: as the caller promises.
    match read(unsafe { bytes(data, size) }) {
        Ok(playbook) => answer(FINE, playbook.to_bytes()),
        Err(found) => problems(&found),
    }
}

/// A playbook from a document or the compiled form; null where it is none (`leadstage_compile` says why).
///
/// # Safety
/// `data` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_playbook_open(data: *const u8, size: usize) -> *const Playbook {
    // SAFETY: as the caller promises.
    match read(unsafe { bytes(data, size) }) {
        Ok(playbook) => Arc::into_raw(Arc::new(playbook)),
        Err(_) => ptr::null(),
    }
}

/// Gives a playbook back; verifiers that have it keep it.
///
/// # Safety
/// `playbook` came from `leadstage_playbook_open` and was not given back, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_playbook_close(playbook: *const Playbook) {
    if !playbook.is_null() {
        // SAFETY: as the caller promises.
        drop(unsafe { Arc::from_raw(playbook) });
    }
}

/// The decision on evidence (JSON), brief or explained, or the evidence's problems; null without a playbook.
///
/// # Safety
/// `playbook` is open or null; `data` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_evaluate(
    playbook: *const Playbook,
    data: *const u8,
    size: usize,
    as_of: i64,
    explained: i32,
) -> *mut Answer {
    // SAFETY: as the caller promises.
    let Some(playbook) = (unsafe { playbook.as_ref() }) else {
        return ptr::null_mut();
    };
    let extent = match explained {
        0 => Extent::Brief,
        _ => Extent::Explained,
    };
    // SAFETY: as the caller promises.
    let evidence = text(unsafe { bytes(data, size) });
    match evidence.and_then(|text| Evidence::parse(playbook, text)) {
        Ok(evidence) => answer(FINE, evaluate_json(playbook, &evidence, as_of, extent)),
        Err(found) => problems(&found),
    }
}

/// A verifier with the keys of a file (a JWK Set) and no playbook; null where they are none.
///
/// # Safety
/// `data` points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_verifier_open(data: *const u8, size: usize) -> *mut Verifier {
    // SAFETY: as the caller promises.
    match text(unsafe { bytes(data, size) }).and_then(Keys::parse) {
        Ok(keys) => {
            let verifier = Verifier::new(keys.challenge, Playbooks::new(), Policy::default());
            Box::into_raw(Box::new(verifier))
        }
        Err(_) => ptr::null_mut(),
    }
}

/// Gives a verifier back.
///
/// # Safety
/// `verifier` came from `leadstage_verifier_open` and was not given back, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_verifier_close(verifier: *mut Verifier) {
    if !verifier.is_null() {
        // SAFETY: as the caller promises.
        drop(unsafe { Box::from_raw(verifier) });
    }
}

/// Puts a playbook into use; 0, or −1 where that can't be. Nothing else may use the verifier meanwhile.
///
/// # Safety
/// Both are open or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_verifier_add(
    verifier: *mut Verifier,
    playbook: *const Playbook,
) -> i32 {
    // SAFETY: as the caller promises.
    let Some(verifier) = (unsafe { verifier.as_mut() }) else {
        return -1;
    };
    if playbook.is_null() {
        return -1;
    }
    // SAFETY: it is open, so it came from an `Arc`, which gets one more owner here.
    let playbook = unsafe {
        Arc::increment_strong_count(playbook);
        Arc::from_raw(playbook)
    };
    if verifier.playbooks.add(playbook) {
        0
    } else {
        -1
    }
}

/// Retires a playbook at an instant; 0, or −1 where it is not known. Nothing else may use the verifier meanwhile.
///
/// # Safety
/// Both are open or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_verifier_retire(
    verifier: *mut Verifier,
    playbook: *const Playbook,
    at: i64,
) -> i32 {
    // SAFETY: as the caller promises.
    let (verifier, playbook) = unsafe { (verifier.as_mut(), playbook.as_ref()) };
    let retired = verifier
        .zip(playbook)
        .is_some_and(|(verifier, playbook)| verifier.playbooks.retire(playbook.digest_bytes(), at));
    if retired { 0 } else { -1 }
}

/// A challenge's text from 16 random bytes; null where the playbook is not in use.
///
/// # Safety
/// Both are open or null; `random` points to 16 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_challenge(
    verifier: *const Verifier,
    playbook: *const Playbook,
    random: *const u8,
    now: i64,
) -> *mut Answer {
    // SAFETY: as the caller promises.
    let (verifier, playbook, random) =
        unsafe { (verifier.as_ref(), playbook.as_ref(), bytes(random, 16)) };
    let (Some(verifier), Some(playbook), Ok(random)) = (verifier, playbook, random.try_into())
    else {
        return ptr::null_mut();
    };
    match verifier.challenge(&playbook.digest(), random, now) {
        Some(challenge) => answer(FINE, challenge.to_text()),
        None => ptr::null_mut(),
    }
}

/// Checks a receipt: what was verified, with both decisions and what changed by the server's own evidence (JSON, may be empty); or
/// a refusal; or the problems of the own evidence. Whether the challenge was seen before, the host must look itself.
///
/// # Safety
/// `verifier` is open or null; `data` and `own` point to so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn leadstage_verify(
    verifier: *const Verifier,
    data: *const u8,
    size: usize,
    now: i64,
    own: *const u8,
    own_size: usize,
) -> *mut Answer {
    // SAFETY: as the caller promises.
    let (verifier, receipt, own) =
        unsafe { (verifier.as_ref(), bytes(data, size), bytes(own, own_size)) };
    let Some(verifier) = verifier else {
        return ptr::null_mut();
    };
    let checked = verifier.check(receipt, &Arrival::at(now));
    let verified = match checked.and_then(|checked| checked.seen(Ok(Sight::First))) {
        Ok(verified) => verified,
        Err(refusal) => return answer(REFUSED, refusal.to_json()),
    };
    let own = match own.is_empty() {
        true => Ok(None),
        false => text(own).and_then(|text| Evidence::parse(verified.playbook(), text).map(Some)),
    };
    let outcome = match own {
        Ok(own) => own.map(|own| verified.with(&own)),
        Err(found) => return problems(&found),
    };
    let mut json = String::new();
    let mut w = Writer::new(&mut json);
    w.open('{');
    verified.write(outcome.as_ref(), &mut w);
    w.close('}');
    answer(FINE, json)
}
