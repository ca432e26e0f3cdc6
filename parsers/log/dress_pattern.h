/*
 * Pieces of the patterns of dresses, shared by the tables.
 *
 * Private to the dress.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_PATTERN_H
#define WHYOOM_PARSERS_LOG_DRESS_PATTERN_H

/* Dates are accepted in any language: what makes one is its clock. */
#define CLOCK "\\d\\d:\\d\\d:\\d\\d"
#define FRACTION "(?:[.,]\\d{1,9})?"
#define WORD "[^\\s\\d\\[\\]<>=:,]{1,16}[.,]?"
#define ZONE "(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d|[+-]\\d\\d))?"
#define ISO "(?<iso>\\d{4}-\\d\\d-\\d\\d[T ]" CLOCK FRACTION ZONE ")"
#define DATE "(?:" WORD " +\\d{1,2}|\\d{1,2} " WORD ")"
#define PRINTED_AGAIN DATE "(?: \\d{4})? " CLOCK FRACTION
#define PRINTED "(?<printed>" PRINTED_AGAIN ")"
/* What people put in place of a host that they show nobody: "[redacted]", "<hostname>". */
#define BLANKED_HOST \
    "[\\[<][a-zA-Z*][\\w*.-]{0,62}[\\]>](?= (?:kernel|[^\\s:\\[\\]]{1,128}\\[\\d{1,7}\\]):)"
/* Not the kernel's "Call Trace:" and "Hardware name:", which look like a host and a tag. */
#define HOST "(?<host>" BLANKED_HOST "|(?![\\[<]|(?:Call|Hardware|Kernel) )\\S{0,254}[^\\s:])"
#define TAG "(?<tag>[^\\s:\\[\\]]{1,128})(?: ?\\[[^\\]\\s]{0,32}\\])?:(?: |$)"
/* Where the kernel's own words may stand ("Mem-Info:"), a tag must be "kernel" or have a pid. */
#define SURE_TAG "(?<tag>kernel(?=:)|[^\\s:\\[\\]]{1,128}(?=\\[\\d))(?:\\[\\d{1,7}\\])?:(?: |$)"
#define FACILITY \
    "(?<facility>kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])"
#define LEVEL "(?<level>emerg|panic|alert|crit|err(?:or)?|warn(?:ing)?|notice|info|debug)"
#define PYTHON_LEVEL "(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)"
#define SELECTOR "(?:" FACILITY "\\." LEVEL " )?"
#define SECONDS "\\d{1,12}\\.\\d{6}"
#define UPTIME "(?<uptime>" SECONDS ")"
#define DELTA "(?: <[ +]*" SECONDS "[ *]?>)"
#define END "(?: |$)"
#define NAME_BYTES "a-zA-Z\x80-\xff"
#define ANY_BYTE "!-~\x80-\xff"
/* What follows is a line with a dress of its own: so surely one that what is before it is none. */
#define STAMP_FOLLOWS "(?:<\\d{1,3}>)?\\[ *" SECONDS "[\\], ]"
#define LINE_FOLLOWS                                                                       \
    "(?=" STAMP_FOLLOWS "|" PRINTED_AGAIN " |\\d{4}-\\d\\d-\\d\\dT" CLOCK "|<\\d{1,3}>1 |" \
    "\\[(?:[^\\s\\[\\]<>]{1,16} +){1,4}" CLOCK ")"
#define CELL "(?:[^\",]{0,128}|\"[^\"]{0,256}\"),"

#endif
