/*
 * The commands: one file each, command_NAME.c; what reading commands share is in command_run.c.
 *
 * A command returns an error that kept it from doing its work, or NULL and its exit status. Errors
 * of single inputs go through `complain` while the work goes on. Only main.c writes to standard
 * error.
 */
#ifndef WHYOOM_COMMAND_H
#define WHYOOM_COMMAND_H

#include "analyzer/options.h"
#include "analyzer/pipeline.h"
#include "analyzer/salt.h"

enum exit_status { STATUS_FOUND = 0, STATUS_NONE = 1, STATUS_TROUBLE = 2, STATUS_FAIL_ON = 3 };

/** One line on standard error: "whyoom: SUBJECT: what"; @p subject may be NULL. Both may hold any
 * bytes. */
typedef void complaint(const char *subject, const char *what);

struct command {
    const struct options *options;
    complaint *complain;
};

struct error *command_explain(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_scan(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_report(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_html(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_rules(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_map(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_merge(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_layout(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_inspect(const struct command *command, int *status)
    __attribute__((warn_unused_result));
struct error *command_browse(const struct command *command, int *status)
    __attribute__((warn_unused_result));

/** One run over the operands, as explain and scan make it. */
struct run {
    const struct command *command;
    FILE *out;
    void *context;
    /** A judged incident, borrowed; true: keep it, the callee owns it now. */
    bool (*show)(void *context, struct incident *incident, uint64_t number);
    /** An input that could not be read, after it was told; NULL is fine. */
    void (*failed)(void *context, const char *path, const char *what);
    /** The incident @p id of an earlier run is part of another that is told; NULL is fine. */
    void (*outgrown)(void *context, const char *id);
    bool takes_better_copy;
    struct state *state; /* of earlier runs; NULL */
    /* filled by the run */
    struct pipeline_totals totals;
    atomic_bool stop;
    bool has_fail_on;       /* an incident of a --fail-on class occurred */
    bool is_cut_off;        /* nobody reads standard output any more */
    struct error *trouble;  /* standard output, or what `show` writes to, does not take it */
    char salt[SALT_SIZE];   /* of --anonymize */
    struct rule_set *rules; /* what judged incidents point into */
};

/** What run_read() begins with, for who reads by himself: rules, window and condition of the
 * options. The caller frees @p where and the rules, after an error too. */
struct error *run_prepare(struct run *run, struct pipeline_options *pipeline,
                          struct condition **where) __attribute__((warn_unused_result));

/** What the inputs sum up to in bytes, as far as it can be told beforehand; 0: it cannot. */
uint64_t run_total_bytes(const struct options *options);

/** Read everything, judge, show. NULL, or why nothing could be read. */
struct error *run_read(struct run *run) __attribute__((warn_unused_result));

/** As run_read(), with what @p read yields in place of the operands, and without progress. */
struct error *run_read_from(struct run *run, pipeline_reader *read, void *context)
    __attribute__((warn_unused_result));

/** Flush `out`; when that fails, the reading stops. */
void run_flush(struct run *run);

/** Logs were read, and no incident was found that the user asked for. */
bool run_is_none(const struct run *run);

/** "No out-of-memory incident in what was read: ...", sentences parted by @p separator. */
void run_print_none(const struct run *run, FILE *out, char separator);

/** The exit status of the run, or the error that standard output gave or --number met. */
struct error *run_finish(struct run *run, int *status) __attribute__((warn_unused_result));

/** Free the rules, after the last incident that was kept. */
void run_deinit(struct run *run);

#endif
