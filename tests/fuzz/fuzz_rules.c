/* A rule file that anybody wrote ("?": an expression of --where): checked, and when it is right,
 * put over the compiled-in rules and asked about a report. */
#define _GNU_SOURCE /* mkdtemp */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/analysis.h"
#include "parsers/log/report.h"
#include "rules/condition.h"
#include "rules/rule.h"
#include "tests/fuzz/target.h"

static const char report[] =
    "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
    "memory: usage 65536kB, limit 65536kB, failcnt 19\n"
    "swap: usage 0kB, limit 0kB, failcnt 0\n"
    "Memory cgroup stats for /box:\n"
    "anon 66973696\n"
    "shmem 40000000\n"
    "[    145]     0   145    16500    16000   172032        3             0 java\n"
    "Memory cgroup out of memory: Killed process 145 (java) total-vm:66000kB, anon-rss:64000kB, "
    "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n";

struct judges {
    struct rule_set *rules;
    struct condition *where;
};

static void judge(void *context, struct incident *incident)
{
    const struct judges *judges = context;
    incident_analyze(incident);
    if (judges->rules)
        rule_set_judge(judges->rules, incident, true);
    if (judges->where)
        condition_evaluate(judges->where, incident);
    incident_destroy(incident);
}

static void ask(struct judges *judges)
{
    struct report_reader *reader = report_reader_create("fuzz", SOURCE_LOG, judge, judges);
    struct slice rest = slice_of(report, sizeof report - 1);
    struct message message = {.priority = -1};
    while (rest.length) {
        message.text = slice_cut(&rest, '\n');
        message.number++;
        report_reader_take(reader, &message);
    }
    report_reader_finish(reader);
    report_reader_destroy(reader);
}

static void try_condition(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);
    if (size)
        memcpy(text, data, size);
    struct judges judges = {0};
    struct error *error = condition_create(text, &judges.where);
    if (!error)
        ask(&judges);
    error_destroy(error);
    condition_destroy(judges.where);
    free(text);
}

static void try_rules(const char *directory, const char *path)
{
    struct judges judges = {0};
    struct error *error = rule_check(path);
    if (!error)
        error = rule_set_create(directory, &judges.rules);
    if (!error)
        ask(&judges);
    error_destroy(error);
    rule_set_destroy(judges.rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size && data[0] == '?') {
        try_condition(data + 1, size - 1);
        return 0;
    }
    char directory[] = "/tmp/whyoom-fuzz-XXXXXX", path[64];
    if (!mkdtemp(directory))
        return 0;
    snprintf(path, sizeof path, "%s/fuzz.rule", directory);
    FILE *file = fopen(path, "wb");
    if (file) {
        fwrite(data, 1, size, file);
        fclose(file);
        try_rules(directory, path);
        unlink(path);
    }
    rmdir(directory);
    return 0;
}
