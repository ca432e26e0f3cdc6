#include "analyzer/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/base/suggest.h"

enum { THREADS_MAX = 256, OPTIONS_MAX = 64 };

#define READING ((1u << COMMAND_EXPLAIN) | (1u << COMMAND_SCAN))
#define EXPLAINING (1u << COMMAND_EXPLAIN)
#define SCANNING (1u << COMMAND_SCAN)
#define REPORTING (1u << COMMAND_REPORT)
#define BROWSING (1u << COMMAND_BROWSE)
#define SELECTING (READING | REPORTING | BROWSING)
#define STORING (SCANNING | REPORTING)
#define INSPECTING (1u << COMMAND_INSPECT)
#define LAYING (1u << COMMAND_LAYOUT)
#define DUMPING (READING | INSPECTING | LAYING)
#define PRINTING (READING | INSPECTING | REPORTING)
#define MAPPING (1u << COMMAND_MAP)
#define JOINING (MAPPING | (1u << COMMAND_MERGE))
#define EVERYWHERE (PRINTING | LAYING | BROWSING | JOINING | (1u << COMMAND_RULES))

/* The index of @p word in @p names, or -1. */
static int find_word(const char *const *names, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    return -1;
}

static struct error *take_format(struct options *options, const char *argument)
{
    static const char *const names[] = {[FORMAT_TEXT] = "text",
                                        [FORMAT_JSON] = "json",
                                        [FORMAT_MARKDOWN] = "md",
                                        [FORMAT_HTML] = "html",
                                        [FORMAT_CSV] = "csv"};
    int format = find_word(names, sizeof names / sizeof *names, argument);
    if (format >= 0) {
        options->has_format = true;
        options->format = (enum output_format)format;
        return NULL;
    }
    return error_create(ERROR_USAGE, "--format takes text, json, md, html or csv, not '%s'",
                        argument);
}

static struct error *take_csv(struct options *options, const char *argument)
{
    (void)argument;
    return take_format(options, "csv");
}

static struct error *take_markdown(struct options *options, const char *argument)
{
    (void)argument;
    return take_format(options, "md");
}

static struct error *take_colour(struct options *options, const char *argument)
{
    static const char *const names[] = {
        [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};
    int colour = find_word(names, sizeof names / sizeof *names, argument);
    if (colour < 0)
        return error_create(ERROR_USAGE, "--color takes auto, always or never, not '%s'", argument);
    options->colour = (enum colour_mode)colour;
    return NULL;
}

static struct error *unknown_class(struct slice word)
{
    char known[256] = "";
    const struct vocabulary *classes = vocabulary_get(VOCABULARY_CLASS);
    for (int i = 0; i < classes->count; i++) {
        strncat(known, i ? ", " : "", sizeof known - strlen(known) - 1);
        strncat(known, classes->terms[i], sizeof known - strlen(known) - 1);
    }
    return error_create(ERROR_USAGE, "--fail-on: no class '%.*s'; the classes are %s",
                        SLICE_ARG(word), known);
}

static struct error *take_fail_on(struct options *options, const char *argument)
{
    struct slice rest = slice_from_string(argument);
    do {
        struct slice word = slice_trim(slice_cut(&rest, ','));
        int class_ = term_find(VOCABULARY_CLASS, word);
        if (class_ < 0)
            return unknown_class(word);
        options->fail_on[class_] = options->has_fail_on = true;
    } while (rest.length);
    return NULL;
}

static struct error *take_count(const char *option, const char *argument, int64_t most, int *ret)
{
    int64_t number;
    if (!slice_to_number(slice_from_string(argument), &number) || number < 1 || number > most)
        return error_create(ERROR_USAGE, "%s takes a number from 1 to %lld, not '%s'", option,
                            (long long)most, argument);
    *ret = (int)number;
    return NULL;
}

static struct error *take_number(struct options *options, const char *argument)
{
    return take_count("--number", argument, INT32_MAX, &options->number);
}

static struct error *take_threads(struct options *options, const char *argument)
{
    return take_count("--jobs", argument, THREADS_MAX, &options->threads);
}

static struct error *take_offset(struct options *options, const char *argument)
{
    int64_t offset;
    if (!slice_to_number(slice_from_string(argument), &offset) || offset < 0)
        return error_create(ERROR_USAGE, "--offset takes a byte, from 0, not '%s'", argument);
    options->offset = (uint64_t)offset;
    return NULL;
}

#define INTO(member) offsetof(struct options, member), NULL

static const struct option_row option_rows[] = {
    {"format", "FORMAT", 0, PRINTING, "text (default), json (a record a line), md, html, csv", 0,
     take_format},
    {"csv", NULL, 0, REPORTING | EXPLAINING, "--format csv: a table of all incidents", 0, take_csv},
    {"md", NULL, 0, REPORTING | EXPLAINING, "--format md: a ticket for one incident", 0,
     take_markdown},
    {"db", "FILE", 0, SCANNING | BROWSING, "add the incidents to the database FILE; browse it",
     INTO(database)},
    {"state", "FILE", 0, SCANNING, "read only what is new since the last scan with FILE",
     INTO(state_file)},
    {"html", "FILE", 0, STORING, "write a page of all incidents to FILE", INTO(html_file)},
    {"prom", "FILE", 0, STORING, "write counts to FILE, for Prometheus", INTO(prom_file)},
    {"summary", NULL, 0, SCANNING, "say at the end what was read and what was not",
     INTO(has_summary)},
    {"all", NULL, 'a', EXPLAINING | REPORTING | INSPECTING,
     "every incident in full, every row of a view", INTO(shows_all)},
    {"number", "NUMBER", 'n', EXPLAINING | REPORTING, "explain only incident NUMBER of the list", 0,
     take_number},
    {"why", NULL, 0, EXPLAINING, "print the rule trace: each condition, what it found",
     INTO(has_trace)},
    {"where", "EXPR", 0, SELECTING, "only incidents for which EXPR holds, as in rules",
     INTO(where)},
    {"since", "TIME", 0, SELECTING, "only incidents from TIME on", INTO(since)},
    {"until", "TIME", 0, SELECTING, "only incidents before TIME", INTO(until)},
    {"utc", NULL, 0, SELECTING, "wall clock times in UTC", INTO(is_utc)},
    {"tz", "ZONE", 0, SELECTING, "wall clock times in ZONE (Europe/Berlin)", INTO(time_zone)},
    {"rules", "DIR", 0,
     READING | REPORTING | INSPECTING | BROWSING | JOINING | (1u << COMMAND_RULES),
     "add the *.rule files of DIR, which override", INTO(rules_directory)},
    {"fail-on", "CLASS,...", 0, SELECTING, "exit with status 3 when one of these occurs", 0,
     take_fail_on},
    {"anonymize", NULL, 0, READING | REPORTING | INSPECTING,
     "stable pseudonyms for hosts, cgroups, names, ids", INTO(is_anonymized)},
    {"jobs", "N", 'j', SCANNING, "read N inputs at once, search big ones together", 0,
     take_threads},
    {"color", "WHEN", 0, PRINTING, "auto (default; NO_COLOR honoured), always, never", 0,
     take_colour},
    {"no-pager", NULL, 0, EXPLAINING | REPORTING | INSPECTING, "long text straight to the terminal",
     INTO(no_pager)},
    {"no-progress", NULL, 0, READING, "no progress line on standard error", INTO(no_progress)},
    {"debuginfo", "PATH", 0, DUMPING, "types of a dump: vmlinux, layout file, or directory",
     INTO(debuginfo)},
    {"verbose", NULL, 'v', DUMPING, "say where the types of a dump were looked for",
     INTO(is_verbose)},
    {"output", "FILE", 'o', LAYING, "write the layout to FILE", INTO(output)},
    {"stream", "NAME", 0, MAPPING, "SHARD is a piece of the log NAME", INTO(stream)},
    {"offset", "BYTE", 0, MAPPING, "byte of that log at which SHARD begins", 0, take_offset},
    {"help", NULL, 'h', EVERYWHERE, "this text", INTO(wants_help)},
    {"version", NULL, 'V', EVERYWHERE, "the version", INTO(wants_version)},
};

enum { OPTION_ROWS = sizeof option_rows / sizeof *option_rows };
_Static_assert((int)OPTION_ROWS <= (int)OPTIONS_MAX, "getopt's arrays are sized by OPTIONS_MAX");

const struct option_row *options_table(size_t *count)
{
    *count = OPTION_ROWS;
    return option_rows;
}

struct command_row {
    const char *name; /* NULL: no word, the command that runs without one */
    enum command_id id;
    const char *operands, *help;
};

static const struct command_row command_rows[] = {
    {NULL, COMMAND_EXPLAIN, "[PATH...]", "explain every incident; no PATH: this machine"},
    {"scan", COMMAND_SCAN, "[PATH...]", "one JSON record per incident and line"},
    {"report", COMMAND_REPORT, "DB|JSONL", "what was stored: a list, table, page or ticket"},
    {"rules", COMMAND_RULES, "list", "what the rules decide and say"},
    {"rules", COMMAND_RULES, "show NAME", "the text of a rule"},
    {"rules", COMMAND_RULES, "check PATH...", "mistakes as file:line:column"},
    {"rules", COMMAND_RULES, "test", "examples fire, counter-examples do not"},
    {"rules", COMMAND_RULES, "facts", "the names that rules and --where may use"},
    {"map", COMMAND_MAP, "SHARD", "a piece of a log, to be merged"},
    {"merge", COMMAND_MERGE, "FILE...", "join what map wrote"},
    {"browse", COMMAND_BROWSE, "[PATH...]", "look around in them on the terminal"},
    {"inspect", COMMAND_INSPECT, "VIEW DUMP", "one view of a dump's structures"},
    {"layout", COMMAND_LAYOUT, "DUMP|VMLINUX", "where a kernel's structures lie"},
};

enum { COMMAND_ROWS = sizeof command_rows / sizeof *command_rows };

static const struct command_row *command_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_ROWS; i++)
        if (command_rows[i].name && strcmp(command_rows[i].name, name) == 0)
            return &command_rows[i];
    return NULL;
}

/* The value that getopt_long() returns for a row: behind all characters. */
enum { FIRST_VALUE = 256 };

static void prepare_getopt(struct option longs[static OPTIONS_MAX + 1], char *shorts)
{
    *shorts++ = ':'; /* tell a missing argument from an unknown option */
    for (int i = 0; i < OPTION_ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        longs[i] = (struct option){row->name, row->argument ? required_argument : no_argument, NULL,
                                   FIRST_VALUE + i};
        if (!row->letter)
            continue;
        *shorts++ = row->letter;
        if (row->argument)
            *shorts++ = ':';
    }
    *shorts = '\0';
    longs[OPTION_ROWS] = (struct option){0};
}

static const struct option_row *row_of(int value)
{
    if (value >= FIRST_VALUE)
        return &option_rows[value - FIRST_VALUE];
    for (int i = 0; i < OPTION_ROWS; i++)
        if (option_rows[i].letter == value)
            return &option_rows[i];
    return NULL;
}

/* An unset variable of a script, or standard output, to which none of them is written. */
static bool is_no_file(const struct option_row *row, const char *argument)
{
    bool is_file = row->argument && strcmp(row->argument, "FILE") == 0;
    return is_file && (!*argument || strcmp(argument, "-") == 0);
}

static struct error *store(const struct option_row *row, struct options *options,
                           const char *argument)
{
    char *member = (char *)options + row->offset;
    if (is_no_file(row, argument))
        return error_create(ERROR_USAGE, "--%s needs the name of a file, not '%s'", row->name,
                            argument);
    if (row->take)
        return row->take(options, argument);
    if (row->argument)
        memcpy(member, &argument, sizeof argument);
    else
        *(bool *)member = true;
    return NULL;
}

static struct error *unknown_long(const char *word)
{
    struct slice name = slice_from_string(word);
    name = slice_cut(&name, '=');
    const char *names[OPTION_ROWS];
    for (int i = 0; i < OPTION_ROWS; i++)
        names[i] = option_rows[i].name;
    const char *near = suggest(name, names, OPTION_ROWS);
    if (near)
        return error_create(ERROR_USAGE, "no option --%.*s; did you mean --%s?", SLICE_ARG(name),
                            near);
    return error_create(ERROR_USAGE, "no option --%.*s; whyoom --help lists them", SLICE_ARG(name));
}

/* What getopt_long() did not like: @p problem is '?' or ':', @p word the argument it stood in. */
static struct error *getopt_error(int problem, int option, const char *word)
{
    const struct option_row *row = option ? row_of(option) : NULL;
    if (problem == ':' && row)
        return error_create(ERROR_USAGE, "--%s needs %s", row->name, row->argument);
    if (row)
        return error_create(ERROR_USAGE, "--%s takes no argument", row->name);
    if (strncmp(word, "--", 2) == 0)
        return unknown_long(word + 2);
    return error_create(ERROR_USAGE, "no option -%c; whyoom --help lists them", option);
}

static struct error *parse_options(int argc, char **argv, struct options *options, uint64_t *seen)
{
    struct option longs[OPTIONS_MAX + 1];
    char shorts[2 * OPTIONS_MAX + 2];
    prepare_getopt(longs, shorts);
    opterr = 0;
    optind = 0; /* glibc: start afresh, also on a second call */
    for (int value; (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (value == '?' || value == ':')
            return getopt_error(value, optopt, argv[optind - 1]);
        const struct option_row *row = row_of(value);
        *seen |= UINT64_C(1) << (row - option_rows);
        struct error *error = store(row, options, optarg);
        if (error)
            return error;
    }
    return NULL;
}

/* A command that was mistyped and not a file of such a name. */
static struct error *check_mistyped(const char *word)
{
    const char *names[COMMAND_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < COMMAND_ROWS; i++)
        if (command_rows[i].name)
            names[count++] = command_rows[i].name;
    const char *near = suggest(slice_from_string(word), names, count);
    if (!near || access(word, F_OK) == 0)
        return NULL;
    return error_create(ERROR_USAGE, "no file or command '%s'; did you mean 'whyoom %s'?", word,
                        near);
}

static struct error *take_command(struct options *options)
{
    if (options->operands_count == 0)
        return NULL;
    const struct command_row *row = command_find(options->operands[0]);
    if (!row)
        return check_mistyped(options->operands[0]);
    options->command = row->id;
    options->operands++;
    options->operands_count--;
    return NULL;
}

static struct error *check_combination(const struct options *options, uint64_t seen)
{
    static const char *const names[COMMAND_COUNT] = {
        "whyoom PATH",   "whyoom scan",   "whyoom report", "whyoom rules", "whyoom inspect",
        "whyoom layout", "whyoom browse", "whyoom map",    "whyoom merge"};
    for (int i = 0; i < OPTION_ROWS; i++)
        if (seen & (UINT64_C(1) << i) && !(option_rows[i].commands & (1u << options->command)))
            return error_create(ERROR_USAGE, "%s does not know --%s", names[options->command],
                                option_rows[i].name);
    if (options->command == COMMAND_SCAN && options->has_format && options->format != FORMAT_JSON)
        return error_create(ERROR_USAGE, "whyoom scan writes JSON lines; for text or md, leave "
                                         "out the word scan");
    if (options->command == COMMAND_INSPECT && options->format != FORMAT_TEXT &&
        options->format != FORMAT_JSON)
        return error_create(ERROR_USAGE, "whyoom inspect writes text or json");
    if (options->format == FORMAT_CSV && options->command != COMMAND_REPORT)
        return error_create(ERROR_USAGE, "--format csv is whyoom report's: scan --db FILE first, "
                                         "then report FILE --csv");
    if (options->is_utc && options->time_zone)
        return error_create(ERROR_USAGE, "--utc and --tz exclude each other");
    if (options->state_file && options->is_anonymized)
        return error_create(ERROR_USAGE, "--state and --anonymize exclude each other, a state "
                                         "keeps true ids: scan with --state --db FILE, then "
                                         "report FILE --anonymize");
    if (options->command == COMMAND_REPORT && options->rules_directory && !options->is_anonymized)
        return error_create(ERROR_USAGE, "whyoom report judges nothing again, but for --anonymize: "
                                         "--rules goes with that, or with scan");
    if (options->shows_all && options->number)
        return error_create(ERROR_USAGE, "--all and --number exclude each other");
    return NULL;
}

struct error *options_parse(int argc, char **argv, struct options *ret)
{
    *ret = (struct options){.threads = 1};
    uint64_t seen = 0;
    struct error *error = parse_options(argc, argv, ret, &seen);
    if (error || ret->wants_help || ret->wants_version)
        return error;
    ret->operands = argv + optind;
    ret->operands_count = (size_t)(argc - optind);
    error = take_command(ret);
    return error ? error : check_combination(ret, seen);
}

static void help_option(FILE *out, const struct option_row *row)
{
    char left[40];
    snprintf(left, sizeof left, "%c%c%s --%s %s", row->letter ? '-' : ' ',
             row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
             row->argument ? row->argument : "");
    fprintf(out, "  %-24s %s\n", left, row->help);
}

void options_help(FILE *out)
{
    fputs("whyoom: why did this machine or container run out of memory?\n\n", out);
    for (size_t i = 0; i < COMMAND_ROWS; i++) {
        const struct command_row *row = &command_rows[i];
        char left[40];
        snprintf(left, sizeof left, "%s%s%s", row->name ? row->name : "", row->name ? " " : "",
                 row->operands);
        fprintf(out, "  whyoom %-20s %s\n", left, row->help);
    }
    fputs("\nPATH is a log in any dress, compressed or not, a journal file, an archive, a\n"
          "directory, or - for standard input. What it is, is found out from its content.\n\n",
          out);
    for (int i = 0; i < OPTION_ROWS; i++)
        help_option(out, &option_rows[i]);
    fputs("\nTIME is RFC 3339 (2026-03-28T22:14:31Z), a date with or without a time, or an\n"
          "age (\"2h ago\", yesterday). Exit status: 0 incidents were found, 1 none in what\n"
          "was read, 2 usage or input error, 3 an incident of a --fail-on class.\n",
          out);
}
