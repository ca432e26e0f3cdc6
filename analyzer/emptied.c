#include "analyzer/emptied.h"

#include "analyzer/duplicates.h"
#include "analyzer/seam.h"

struct joining {
    const struct intake_sink *sink;
};

/* What still lacks its end is looked at again when more of it comes. */
static void take_joined(void *context, struct incident *incident)
{
    const struct joining *joining = context;
    if (!incident_has_end(incident)) {
        incident_destroy(incident);
        return;
    }
    intake_settle(incident);
    joining->sink->incident(joining->sink->context, incident);
}

static void tell_rest(void *context, const char *path, struct slice host, uint64_t end)
{
    const struct joining *joining = context;
    joining->sink->rest(joining->sink->context, path, host, end);
}

bool emptied_join(const struct state_row *row, const char *path, struct sequel *sequel,
                  atomic_bool *stop)
{
    struct joining joining = {sequel->sink};
    struct seam seam = {.path = path,
                        .rest = row->waiting,
                        .settled = row->settled,
                        .end = row->settled.offset + row->waiting.length,
                        .next = must_copy(slice_from_string(path)),
                        .sequel = sequel,
                        .stop = stop,
                        .remember = resume_remember,
                        .remembered = row,
                        .sink = take_joined,
                        .rest_is = tell_rest,
                        .context = &joining};
    return seam_read(&seam).is_over;
}
