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

static void write_rule(struct document *document, struct slice rule, bool is_fired)
{
    document_begin(document, 0);
    document_add(document, is_fired ? STYLE_ALERT : STYLE_PLAIN,
                 is_fired ? SLICE("● ") : SLICE("  "));
    document_add(document, is_fired ? STYLE_ALERT : STYLE_PLAIN, rule);
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

static void write_rules(const struct incident *incident, struct document *document, bool is_fired)
{
    struct slice rule = {0};
    document_heading(document,
                     is_fired ? "Rules that hold, and what they found" : "Rules that do not");
    for (size_t i = 0; i < incident->trace_count; i++) {
        const struct trace_step *step = &incident->trace[i];
        if (has_fired(incident, step->rule) != is_fired)
            continue;
        if (!slice_equal(step->rule, rule))
            write_rule(document, rule = step->rule, is_fired);
        write_step(document, step);
    }
}

void tab_why(const struct tab_context *context, struct document *document)
{
    if (!context->incident->trace_count) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM,
                     SLICE("No trace: this incident comes from a store, which keeps verdicts, not "
                           "how they were reached."));
        return;
    }
    write_rules(context->incident, document, true);
    write_rules(context->incident, document, false);
}
