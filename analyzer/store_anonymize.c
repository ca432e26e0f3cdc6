/* A store under pseudonyms: every record is told anew, as if it had been anonymized before it was
 * judged. */
#include <stdlib.h>

#include "analyzer/anonymize.h"
#include "analyzer/render.h"
#include "analyzer/store_database.h"
#include "rules/rule.h"

struct anonymizing {
    struct store *from, *to;
    const struct rule_set *rules;
    const char *salt;
    store_complaint *complain;
    void *context;
    struct error *error;
};

/* The same facts, in the same order; some may be missing. */
static void find_lines(const struct finding *finding, const struct finding *before)
{
    for (size_t e = 0, b = 0; e < finding->evidence_count; e++) {
        struct evidence *evidence = &finding->evidence[e];
        size_t at = b;
        while (at < before->evidence_count &&
               !slice_equal(before->evidence[at].fact, evidence->fact))
            at++;
        if (at < before->evidence_count) {
            evidence->line = before->evidence[at].line;
            b = at + 1;
        }
    }
}

/* A stored fact does not know its line any more: what rested on it does. */
static void find_all_lines(const struct incident *incident, const struct finding *before,
                           size_t count)
{
    for (size_t i = 0; i < incident->findings_count; i++)
        for (size_t b = 0; b < count; b++)
            if (slice_equal(before[b].rule, incident->findings[i].rule))
                find_lines(&incident->findings[i], &before[b]);
}

static void tell_anew(const struct anonymizing *anonymizing, struct incident *incident)
{
    const struct finding *before = incident->findings;
    const size_t count = incident->findings_count;
    const uint32_t charge_line = incident->charge_line;
    incident->findings = NULL;
    incident->findings_count = 0;
    incident->replaces[0] = '\0';
    incident_anonymize(incident, anonymizing->salt);
    rule_set_judge(anonymizing->rules, incident, false);
    incident->charge_line = charge_line;
    find_all_lines(incident, before, count);
}

/* Under the number that it has. */
static struct error *add(struct store *to, const struct incident *incident, int64_t number)
{
    struct error *error = store_begin(to);
    if (error)
        return error;
    size_t length;
    char *record = render_json_record(incident, &length);
    to->last_number = number - 1;
    error = store_add(to, incident, slice_of(record, length));
    free(record);
    return error;
}

static bool take_row(void *context, const struct store_row *row)
{
    struct anonymizing *anonymizing = context;
    struct incident *incident = NULL;
    anonymizing->error = store_pass_over(store_read(anonymizing->from, row->rowid, &incident),
                                         anonymizing->complain, anonymizing->context);
    if (incident) {
        tell_anew(anonymizing, incident);
        anonymizing->error = add(anonymizing->to, incident, row->rowid);
    }
    incident_destroy(incident);
    return !anonymizing->error;
}

/* Without the inputs, whose paths and failures name what is hidden. */
static struct error *copy_coverage(struct store *from, struct store *to)
{
    struct coverage coverage = {0};
    uint64_t failures = 0;
    struct error *error = store_coverage_sum(from, &coverage, &failures);
    if (!error && coverage.streams)
        error = store_add_coverage(to, &(struct store_coverage){.coverage = &coverage});
    for (; !error && failures; failures--)
        error = store_add_coverage(to, &(struct store_coverage){.failure = SLICE("not read")});
    return error;
}

struct error *store_anonymize(struct store *from, const struct rule_set *rules, const char *salt,
                              store_complaint *complain, void *context, struct store **ret)
{
    struct anonymizing anonymizing = {
        .from = from, .rules = rules, .salt = salt, .complain = complain, .context = context};
    struct error *error = store_create_temporary("the anonymized store", &anonymizing.to);
    if (!error)
        error = store_each(from, &(struct store_query){0}, take_row, &anonymizing);
    if (!error)
        error = anonymizing.error;
    if (!error)
        error = copy_coverage(from, anonymizing.to);
    if (!error)
        error = store_commit(anonymizing.to);
    if (!error)
        error = store_create_indexes(anonymizing.to);
    if (error) {
        store_destroy(anonymizing.to);
        anonymizing.to = NULL;
    }
    *ret = anonymizing.to;
    return error;
}
