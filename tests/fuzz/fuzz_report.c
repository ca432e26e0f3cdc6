/* Undressed lines to reports, analysed, judged and written in every format: no control byte of the
 * log may come out. */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/analysis.h"
#include "analyzer/render.h"
#include "parsers/log/report.h"
#include "rules/rule.h"
#include "tests/fuzz/target.h"

static void check_clean(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            abort();
    }
}

static void render_all(const struct incident *incident)
{
    const struct render_options options = {.width = 80, .has_trace = true};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        abort();
    render_text(out, incident, &options);
    render_json(out, incident);
    render_markdown(out, incident, &options);
    fclose(out);
    check_clean(text, length);
    free(text);
}

static void judge(void *context, struct incident *incident)
{
    incident_analyze(incident);
    rule_set_judge(context, incident, true);
    render_all(incident);
    incident_destroy(incident);
}

static struct rule_set *rules(void)
{
    static struct rule_set *loaded; /* once per process, for speed */
    if (!loaded && rule_set_create(NULL, &loaded))
        abort();
    return loaded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report_reader *reader = report_reader_create("fuzz", SOURCE_LOG, judge, rules());
    struct slice rest = slice_of((const char *)data, size);
    struct message message = {.priority = -1};
    while (rest.length) {
        message.text = slice_cut(&rest, '\n');
        message.number++;
        message.offset = message.end;
        message.end += message.text.length + 1;
        report_reader_take(reader, &message);
    }
    report_reader_finish(reader);
    report_reader_destroy(reader);
    return 0;
}
