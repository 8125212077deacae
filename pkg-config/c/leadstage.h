/* leadstage: a written lead lifecycle that runs. See docs/ABI.md. */
#ifndef LEADSTAGE_H
#define LEADSTAGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A checked playbook. May be used by several threads at once. */
typedef struct leadstage_playbook leadstage_playbook;
/* Keys and playbooks for receipts. May be used by several threads at once, but not while a playbook is added or retired. */
typedef struct leadstage_verifier leadstage_verifier;
/* What a call came to: its bytes stay until it is given back. */
typedef struct leadstage_answer leadstage_answer;

enum { LEADSTAGE_FINE = 0, LEADSTAGE_PROBLEMS = 1, LEADSTAGE_REFUSED = 2 };

/* The version, as a text that stays. */
const char *leadstage_version(void);

/* Room for hosts that can't give their own memory (WebAssembly). NULL for none. */
uint8_t *leadstage_allocate(size_t size);
void leadstage_free(uint8_t *room, size_t size);

/* LEADSTAGE_FINE, LEADSTAGE_PROBLEMS (a JSON list) or LEADSTAGE_REFUSED (a JSON object); -1 for NULL. */
int32_t leadstage_answer_status(const leadstage_answer *answer);
const uint8_t *leadstage_answer_data(const leadstage_answer *answer);
size_t leadstage_answer_size(const leadstage_answer *answer);
void leadstage_answer_free(leadstage_answer *answer);

/* The compiled form of a document (YAML or JSON), or its problems. */
leadstage_answer *leadstage_compile(const uint8_t *data, size_t size);
/* From a document or the compiled form; NULL where it is none, and leadstage_compile says why. */
const leadstage_playbook *leadstage_playbook_open(const uint8_t *data, size_t size);
void leadstage_playbook_close(const leadstage_playbook *playbook);
/* The decision on evidence (JSON) at an instant (milliseconds since 1970), or the evidence's problems. */
leadstage_answer *leadstage_evaluate(const leadstage_playbook *playbook, const uint8_t *data, size_t size,
                                     int64_t as_of, int32_t explained);

/* With the keys of a file of `leadstage keys new`; NULL where they are none. */
leadstage_verifier *leadstage_verifier_open(const uint8_t *data, size_t size);
void leadstage_verifier_close(leadstage_verifier *verifier);
/* 0, or -1 where that can't be. */
int32_t leadstage_verifier_add(leadstage_verifier *verifier, const leadstage_playbook *playbook);
int32_t leadstage_verifier_retire(leadstage_verifier *verifier, const leadstage_playbook *playbook, int64_t at);
/* A challenge's text from 16 random bytes of the system; NULL where the playbook is not in use. */
leadstage_answer *leadstage_challenge(const leadstage_verifier *verifier, const leadstage_playbook *playbook,
                                      const uint8_t *random, int64_t now);
/* What was verified, or a refusal. Look yourself whether its challenge was seen before, and remember it until it expires. */
leadstage_answer *leadstage_verify(const leadstage_verifier *verifier, const uint8_t *data, size_t size, int64_t now,
                                   const uint8_t *own, size_t own_size);

#ifdef __cplusplus
}
#endif

#endif
