/* The lines of the report as they were read, with their numbers; what the verdict rests on is
 * marked. */
#include <inttypes.h>

#include "tui/tab.h"

static void note(bool *lines, const struct incident *incident, uint32_t line)
{
    if (line <= incident->lines_count)
        lines[line] = true;
}

const bool *evidence_lines(struct arena *arena, const struct incident *incident)
{
    bool *lines = arena_allocate(arena, incident->lines_count + 1);
    const struct victim *victim = incident_chosen(incident);
    note(lines, incident, incident->trigger.line);
    note(lines, incident, incident->charge_line);
    note(lines, incident, victim ? victim->line : 0);
    for (size_t i = 0; i < incident->findings_count; i++)
        for (size_t j = 0; j < incident->findings[i].evidence_count; j++)
            note(lines, incident, incident->findings[i].evidence[j].line);
    lines[0] = false; /* computed */
    return lines;
}

static int digits_of(uint64_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

void tab_log(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    const bool *is_evidence = evidence_lines(document->arena, incident);
    if (!incident->lines_count) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM, SLICE("The lines are not in what was read."));
        return;
    }
    struct slice file = incident->source.path;
    int digits = digits_of(incident->lines[incident->lines_count - 1].number);
    for (uint32_t i = 1; i <= incident->lines_count; i++) {
        const struct report_line *line = incident_line(incident, i);
        enum style style = is_evidence[i] ? STYLE_PLAIN : STYLE_DIM;
        struct line_place place = incident_place(incident, line->number);
        if (!slice_equal(file, place.path)) {
            document_begin(document, 0);
            document_add(document, STYLE_HEADING, place.path);
            file = place.path;
        }
        document_begin(document, i);
        document->lines[document->count - 1].number = 0; /* stands in front */
        document->lines[document->count - 1].is_claim = is_evidence[i];
        document_add(document, STYLE_ALERT, is_evidence[i] ? SLICE("●") : SLICE(" "));
        document_format(document, STYLE_LINK, "%*" PRIu64 " ", digits, place.number);
        document_add(document, style, line->text);
    }
}
