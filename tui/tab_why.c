/* The rule trace: what each rule asked, what it found, and whether that was yes. */
#include "tui/tab.h"

static const struct {
    const char *word;
    enum style style;
} outcomes[] = {
    [OUTCOME_NO] = {"no     ", STYLE_DIM},
    [OUTCOME_YES] = {"yes    ", STYLE_GOOD},
    [OUTCOME_UNKNOWN] = {"unknown", STYLE_DOUBT},
};

static bool has_fired(const struct incident *incident, struct slice rule)
{
    for (size_t i = 0; i < incident->fired_count; i++)
        if (slice_equal(incident->fired[i], rule))
            return true;
    return false;
}

static void write_rule(const struct incident *incident, struct document *document,
                       struct slice rule)
{
    bool is_fired = has_fired(incident, rule);
    document_begin(document, 0);
    document_add(document, is_fired ? STYLE_ALERT : STYLE_HEADING,
                 is_fired ? SLICE("● ") : SLICE("  "));
    document_add(document, is_fired ? STYLE_ALERT : STYLE_PLAIN, rule);
    if (is_fired)
        document_add(document, STYLE_DIM, SLICE("  holds"));
}

static void write_step(struct document *document, const struct trace_step *step)
{
    document_begin(document, step->line);
    document_add(document, STYLE_PLAIN, SLICE("    "));
    document_add(document, outcomes[step->outcome].style,
                 slice_from_string(outcomes[step->outcome].word));
    document_add(document, STYLE_PLAIN, SLICE(" "));
    document_add(document, step->outcome == OUTCOME_NO ? STYLE_DIM : STYLE_PLAIN, step->predicate);
    if (step->values.length)
        document_format(document, STYLE_DIM, "   %.*s", SLICE_ARG(step->values));
}

void tab_why(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    struct slice rule = {0};
    if (!incident->trace_count) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM,
                     SLICE("No trace: this incident comes from a store, which keeps verdicts, not "
                           "how they were reached."));
    }
    for (size_t i = 0; i < incident->trace_count; i++) {
        const struct trace_step *step = &incident->trace[i];
        if (!slice_equal(step->rule, rule))
            write_rule(incident, document, rule = step->rule);
        write_step(document, step);
    }
}
