/*
 * From the text of a log to the page's words, for tests of what is said of a real report: the page,
 * every run of blanks and line ends one blank.
 */
#ifndef WHYOOM_TESTS_TOLD_FIXTURE_H
#define WHYOOM_TESTS_TOLD_FIXTURE_H

#include "tests/unit/builtin_fixture.h"

#include <ctype.h>
#include <string.h>

#include "analyzer/render.h"
#include "parsers/log/log.h"

struct told {
    int incidents;
    FILE *out;
    char *text;
    size_t length;
};

static inline void tell(void *context, struct incident *incident)
{
    struct told *told = context;
    told->incidents++;
    incident_analyze(incident);
    rule_set_judge(rules, incident, false);
    render_text(told->out, incident, &(struct render_options){.width = 80});
    incident_destroy(incident);
}

static inline void fold_blanks(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (!isspace((unsigned char)*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
}

/** The page of @p log; told_end() it. */
static inline struct told tell_of(const char *log)
{
    struct told told = {0};
    told.out = open_memstream(&told.text, &told.length);
    struct log_reader *reader = log_reader_create("test.log", SOURCE_LOG, 0, tell, &told);
    log_reader_feed(reader, log, strlen(log));
    log_reader_finish(reader);
    log_reader_destroy(reader);
    fclose(told.out);
    fold_blanks(told.text);
    return told;
}

static inline void told_end(struct told told)
{
    free(told.text);
}

#define assert_says(told, words)                                  \
    do {                                                          \
        if (!strstr((told).text, words))                          \
            fail_msg("not said: \"%s\"\n%s", words, (told).text); \
    } while (0)
#define assert_hides(told, words)                             \
    do {                                                      \
        if (strstr((told).text, words))                       \
            fail_msg("said: \"%s\"\n%s", words, (told).text); \
    } while (0)

#endif
