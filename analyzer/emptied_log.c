#include "analyzer/emptied_log.h"

#include "analyzer/duplicates.h"
#include "analyzer/rotated_report.h"

/* What still lacks its end is looked at again when more of it comes; a stall has none. */
static void take_joined(void *context, struct incident *incident)
{
    const struct next_rotated *next_rotated = context;
    bool is_stall = incident->kind == KIND_CHARGE_STALL || incident->is_lockup;
    if (!is_stall && !incident_has_end(incident)) {
        incident_destroy(incident);
        return;
    }
    intake_settle(incident);
    next_rotated->sink->incident(next_rotated->sink->context, incident);
}

static void tell_continuation(void *context, const struct continuation *continuation)
{
    const struct next_rotated *next_rotated = context;
    next_rotated->sink->continuation(next_rotated->sink->context, continuation);
}

bool emptied_log_join(const struct state_row *row, const char *path,
                      struct next_rotated *next_rotated, atomic_bool *stop)
{
    struct rotated_report rotated = {.path = path,
                                     .rest = row->waiting,
                                     .settled = row->settled,
                                     .end = row->settled.offset + row->waiting.length,
                                     .next = must_copy(slice_from_string(path)),
                                     .next_rotated = next_rotated,
                                     .stop = stop,
                                     .remember = resume_remember,
                                     .remembered = row,
                                     .sink = take_joined,
                                     .continuation = tell_continuation,
                                     .context = next_rotated};
    return rotated_report_read(&rotated).is_over;
}
