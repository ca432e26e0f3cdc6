/*
 * The command line: one table of commands and one of options, which parsing, --help and a test that
 * compares manual page and completion all read.
 *
 * Text in struct options is borrowed from argv. Errors are ERROR_USAGE, one line each.
 */
#ifndef WHYOOM_OPTIONS_H
#define WHYOOM_OPTIONS_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/terms.h"

enum command_id {
    COMMAND_EXPLAIN,
    COMMAND_SCAN,
    COMMAND_REPORT,
    COMMAND_RULES,
    COMMAND_INSPECT,
    COMMAND_LAYOUT,
    COMMAND_BROWSE,
    COMMAND_MAP,
    COMMAND_MERGE,
    COMMAND_COUNT
};

enum output_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_HTML, FORMAT_CSV };

enum colour_mode { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
    enum command_id command;
    char *const *operands; /* what follows the command: paths, or the words after `rules` */
    size_t operands_count;
    enum output_format format;
    bool has_format;                                                 /* --format was given */
    const char *rules_directory, *since, *until, *time_zone, *where; /* NULL: not given */
    bool is_utc, has_trace, no_progress, has_summary, is_anonymized, shows_all, no_pager;
    const char *debuginfo; /* a vmlinux, a layout file or a directory of either; NULL: not given */
    bool is_verbose;
    const char *database, *html_file, *prom_file; /* --db, --html, --prom; NULL: not given */
    const char *state_file;                       /* --state; NULL: not given */
    const char *output;                           /* FILE of --output; NULL: not given */
    const char *stream;                           /* of which SHARD is a piece; NULL: not given */
    uint64_t offset;                              /* byte of it at which SHARD begins */
    bool wants_help, wants_version;
    enum colour_mode colour;
    bool has_fail_on, fail_on[CLASS_COUNT];
    int number;  /* of the one incident to explain, from 1; 0: not given */
    int threads; /* from 1 */
};

/** One option: what it is called, what it takes, which commands know it, where its value goes. */
struct option_row {
    const char *name, *argument; /* argument NULL: a flag */
    char letter;                 /* 0: only the long form */
    unsigned commands;           /* bit (1 << COMMAND_...) of each command that knows it */
    const char *help;
    size_t offset; /* in struct options, of the flag or of the text; unless `take` is there */
    struct error *(*take)(struct options *options, const char *argument);
};

const struct option_row *options_table(size_t *count);

/** Read @p argv. A word near to a command's is refused, unless a file of that name exists. */
struct error *options_parse(int argc, char **argv, struct options *ret)
    __attribute__((warn_unused_result));

/** The text of --help, made from the tables. */
void options_help(FILE *out);

#endif
