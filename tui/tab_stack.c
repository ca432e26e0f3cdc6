/* What the task was doing when it asked for the memory: its trace, the frame that told marked. */
#include "tui/tab.h"

static void write_frame(const struct incident *incident, struct document *document, size_t index)
{
    const struct stack_frame *frame = &incident->trigger.stack[index];
    bool is_telling = incident->charge_line && frame->line == incident->charge_line;
    enum style style = is_telling ? STYLE_ALERT : frame->is_reliable ? STYLE_PLAIN : STYLE_DIM;
    document_begin(document, frame->line);
    document_format(document, STYLE_DIM, "%3zu ", index);
    document_add(document, style, is_telling ? SLICE("> ") : SLICE("  "));
    document_add(document, style, frame->symbol);
    if (frame->module.length)
        document_format(document, STYLE_DIM, " [%.*s]", SLICE_ARG(frame->module));
    if (!frame->is_reliable)
        document_add(document, STYLE_DIM, SLICE("  ? a stale word on the stack"));
    if (is_telling)
        document_format(document, STYLE_ALERT, "  <- %s",
                        term_name(VOCABULARY_CHARGE_PATH, (int)incident->charge_path));
}

void tab_stack(const struct tab_context *context, struct document *document)
{
    const struct incident *incident = context->incident;
    document_begin(document, incident->trigger.line);
    document_format(document, STYLE_PLAIN, "Asked by %.*s",
                    SLICE_ARG(incident->trigger.comm.length ? incident->trigger.comm
                                                            : SLICE("a task that is not named")));
    document_format(document, STYLE_PLAIN, "; charge path %s",
                    term_name(VOCABULARY_CHARGE_PATH, (int)incident->charge_path));
    document_heading(document, "Call trace, innermost first");
    if (!incident->trigger.stack_count) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM, SLICE("No trace is in what was read."));
    }
    for (size_t i = 0; i < incident->trigger.stack_count; i++)
        write_frame(incident, document, i);
}
