/* The C library: abi PLAYBOOK EVIDENCE KEYS EXPECTED RECEIPT. */
#include <leadstage.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1772355600000)
#define MUST(condition)                                              \
    do {                                                             \
        if (!(condition)) {                                          \
            fprintf(stderr, "abi.c:%d: %s\n", __LINE__, #condition); \
            exit(1);                                                 \
        }                                                            \
    } while (0)

typedef struct {
    uint8_t *data;
    size_t size;
} text;

static text read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    MUST(file != NULL);
    text read = {malloc(1 << 20), 0};
    MUST(read.data != NULL);
    read.size = fread(read.data, 1, 1 << 20, file);
    while (read.size > 0 && read.data[read.size - 1] == '\n') read.size--;
    fclose(file);
    return read;
}

/* Whether an answer has a status and holds a text; gives it back. */
static int holds(leadstage_answer *answer, int32_t status, const char *part) {
    size_t size = leadstage_answer_size(answer);
    char *copy = malloc(size + 1);
    MUST(copy != NULL);
    memcpy(copy, leadstage_answer_data(answer), size);
    copy[size] = 0;
    int does = leadstage_answer_status(answer) == status && strstr(copy, part) != NULL;
    if (!does) fprintf(stderr, "%s\n", copy);
    free(copy);
    leadstage_answer_free(answer);
    return does;
}

int main(int count, char **arguments) {
    MUST(count == 6);
    text document = read_file(arguments[1]), evidence = read_file(arguments[2]), keys = read_file(arguments[3]);
    text expected = read_file(arguments[4]), receipt = read_file(arguments[5]);
    MUST(strlen(leadstage_version()) >= 5);

    leadstage_answer *compiled = leadstage_compile(document.data, document.size);
    MUST(leadstage_answer_status(compiled) == LEADSTAGE_FINE);
    const leadstage_playbook *playbook =
        leadstage_playbook_open(leadstage_answer_data(compiled), leadstage_answer_size(compiled));
    MUST(playbook != NULL);
    leadstage_answer_free(compiled);
    MUST(holds(leadstage_compile((const uint8_t *)"{}", 2), LEADSTAGE_PROBLEMS, "missing_field"));
    MUST(leadstage_playbook_open((const uint8_t *)"x", 1) == NULL);
    MUST(leadstage_evaluate(NULL, NULL, 0, NOW, 0) == NULL);
    MUST(leadstage_answer_status(NULL) == -1);

    leadstage_answer *decision = leadstage_evaluate(playbook, evidence.data, evidence.size, NOW, 1);
    MUST(leadstage_answer_status(decision) == LEADSTAGE_FINE);
    MUST(leadstage_answer_size(decision) == expected.size);
    MUST(memcmp(leadstage_answer_data(decision), expected.data, expected.size) == 0);
    leadstage_answer_free(decision);
    MUST(holds(leadstage_evaluate(playbook, (const uint8_t *)"[", 1, NOW, 0), LEADSTAGE_PROBLEMS, "\"code\""));

    leadstage_verifier *verifier = leadstage_verifier_open(keys.data, keys.size);
    MUST(verifier != NULL);
    uint8_t random[16] = {1};
    MUST(leadstage_challenge(verifier, playbook, random, NOW) == NULL);
    MUST(leadstage_verifier_add(verifier, playbook) == 0);
    MUST(leadstage_verifier_add(verifier, NULL) == -1);
    MUST(holds(leadstage_challenge(verifier, playbook, random, NOW), LEADSTAGE_FINE, "lsc1."));
    MUST(holds(leadstage_verify(verifier, receipt.data, receipt.size, NOW, NULL, 0), LEADSTAGE_FINE, "\"book_meeting\""));
    const char *own = "{\"facts\":[{\"attribute\":\"account.industry\",\"value\":\"retail\",\"source\":\"crm\"}]}";
    MUST(holds(leadstage_verify(verifier, receipt.data, receipt.size, NOW, (const uint8_t *)own, strlen(own)), LEADSTAGE_FINE,
               "{\"path\":\"/scores/fit/value\",\"before\":20,\"after\":0}"));
    receipt.data[receipt.size / 2] ^= 1;
    MUST(holds(leadstage_verify(verifier, receipt.data, receipt.size, NOW, NULL, 0), LEADSTAGE_REFUSED, "\"code\":"));
    receipt.data[receipt.size / 2] ^= 1;
    MUST(leadstage_verifier_retire(verifier, playbook, NOW - INT64_C(31) * 86400000) == 0);
    MUST(holds(leadstage_verify(verifier, receipt.data, receipt.size, NOW, NULL, 0), LEADSTAGE_REFUSED, "retired_playbook"));
    leadstage_playbook_close(playbook);
    leadstage_verifier_close(verifier);
    leadstage_free(leadstage_allocate(10), 10);
    free(document.data), free(evidence.data), free(keys.data), free(expected.data), free(receipt.data);
    puts("c: the library agrees");
    return 0;
}
