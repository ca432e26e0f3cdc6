#include "tui/dump_views.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/inspect.h"

struct answer {
    json_t *value;
};

static void take_view(void *context, const char *path, const json_t *view)
{
    struct answer *answer = context;
    (void)path;
    json_decref(answer->value);
    answer->value = json_incref((json_t *)view);
}

static void take_failure(void *context, const char *path, const char *what)
{
    struct answer *answer = context;
    (void)path;
    if (!answer->value)
        answer->value = json_string(what);
}

static void pass_over(void *context, const char *path, const char *what)
{
    (void)context, (void)path, (void)what; /* stands in the view's own notes */
}

static json_t *read_view(const char *path, const char *name)
{
    const struct view_row *view = view_find(name);
    atomic_bool never = false;
    struct dump_request request = {.views = &view, .views_count = view != NULL, .stop = &never};
    struct answer answer = {0};
    const struct inspect_sink sink = {&answer, NULL, take_view, take_failure, pass_over};
    if (view)
        inspect_path(path, &request, &sink);
    return answer.value ? answer.value : json_string("This dump cannot be opened any more.");
}

static bool is_of(const struct dump_views *self, struct slice path)
{
    return self->path && slice_equal(slice_from_string(self->path), path);
}

bool dump_views_has(const struct dump_views *self, struct slice path, const char *name)
{
    return is_of(self, path) && json_object_get(self->kept, name);
}

const json_t *dump_views_get(struct dump_views *self, struct slice path, const char *name)
{
    if (!is_of(self, path)) {
        dump_views_deinit(self);
        *self = (struct dump_views){.path = must_copy(path), .kept = json_object()};
    }
    json_t *view = json_object_get(self->kept, name);
    if (!view) {
        view = read_view(self->path, name);
        json_object_set_new(self->kept, name, view);
    }
    return view;
}

void dump_views_deinit(struct dump_views *self)
{
    free(self->path);
    json_decref(self->kept);
    *self = (struct dump_views){0};
}
