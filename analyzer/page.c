#include "analyzer/page_render.h"

#include <inttypes.h>

#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/render_layout.h"

struct slice page_count(struct arena *arena, uint64_t count, const char *one, const char *many)
{
    return arena_format(arena, "%.*s %s", SLICE_ARG(count_print(arena, (int64_t)count)),
                        count == 1 ? one : many);
}

static struct slice time_by(struct arena *arena, const struct page_clock *clock, int64_t us)
{
    struct tm parts;
    char text[64];
    if (!page_clock_parts(clock, us, &parts))
        return (struct slice){0};
    size_t length = clock->kind == PAGE_CLOCK_YEARLESS
                        ? strftime(text, sizeof text, "%b %e %H:%M", &parts)
                        : strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return arena_copy(arena, slice_of(text, length));
}

struct slice page_time(const struct page_context *page, int64_t us)
{
    return time_by(page->arena, &page->fleet->clock, us);
}

struct slice page_end_time(const struct page_context *page, const struct fleet_group *group,
                           const struct fleet_end *end)
{
    return time_by(page->arena, &group->clock, end->wall_us);
}

struct slice page_place(struct arena *arena, const struct fleet_group *group)
{
    enum { COLUMNS = 40 };
    const char *word = group->host.length ? "on" : "in";
    struct slice place = group->host.length ? group->host : group->source;
    if (!place.length || slice_equal(group->host, group->owner))
        return (struct slice){0};
    return arena_format(arena, "%s %.*s", word, SLICE_ARG(text_cut_middle(arena, place, COLUMNS)));
}

struct slice page_name(struct arena *arena, struct slice name)
{
    enum { COLUMNS = 300 };
    return text_cut_middle(arena, name, COLUMNS);
}

void page_filter(FILE *out, const char *key, struct slice value)
{
    fprintf(out, " href=\"#%s=", key);
    html_parameter(out, value);
    fputc('"', out);
}

void page_class_bar(FILE *out, const uint64_t by_class[CLASS_COUNT], uint64_t most)
{
    double at = 0;
    fputs("<svg class=\"bar\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" "
          "aria-hidden=\"true\">",
          out);
    for (int class_ = 0; class_ < CLASS_COUNT && most; class_++) {
        double width = 1000.0 * (double)by_class[class_] / (double)most;
        if (by_class[class_])
            fprintf(out, "<rect class=\"c-%s\" x=\"%.1f\" width=\"%.1f\" height=\"8\"/>",
                    term_name(VOCABULARY_CLASS, class_), at, width);
        at += width;
    }
    fputs("</svg>", out);
}

/* @p shape is of 'x', which stands for a hexadecimal digit, and of other characters. */
static bool has_shape(struct slice text, struct slice shape)
{
    static const struct slice digits = SLICE_INIT("0123456789abcdef");
    if (text.length != shape.length)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        bool is_digit = slice_find_byte(digits, text.data[i]) != SLICE_NOT_FOUND;
        if (shape.data[i] == 'x' ? !is_digit : text.data[i] != shape.data[i])
            return false;
    }
    return true;
}

struct slice page_workload(struct arena *arena, struct slice name)
{
    if (has_shape(name, SLICE("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")))
        return arena_format(arena, "pod %.*s", SLICE_ARG(slice_take(name, 13)));
    if (has_shape(name, SLICE("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")))
        return arena_format(arena, "container %.*s", SLICE_ARG(slice_take(name, 12)));
    return name;
}

static struct slice title_of(const struct page_context *page)
{
    struct slice title = SLICE("Why the memory ran out");
    if (page->options->title.length)
        title = arena_format(page->arena, "%.*s: %.*s", SLICE_ARG(title),
                             SLICE_ARG(page->options->title));
    return title;
}

static struct error *write_parts(const struct page_context *page)
{
    if (page->fleet->total == 1 && page->fleet->groups_count == 1)
        return page_single(page);
    page_head(page);
    if (page->fleet->total == 0)
        return NULL;
    if (page->fleet->total > PAGE_FEW) {
        page_chart(page);
        page_repeats(page);
        page_tables(page);
    }
    return page_incidents(page);
}

static struct error *write_page(FILE *out, struct store *store, const struct store_query *query,
                                const struct page_options *options)
{
    struct fleet *fleet = NULL;
    struct error *error = fleet_create(store, query, &fleet);
    if (error)
        return error;
    struct page_context page = {out, arena_create(), fleet, store, options};
    html_page_begin(out, title_of(&page));
    error = write_parts(&page);
    html_page_end(out);
    arena_destroy(page.arena);
    fleet_destroy(fleet);
    return error;
}

struct error *render_page(FILE *out, struct store *store, const struct store_query *query,
                          const struct page_options *options)
{
    struct error *error = store_freeze(store); /* it is asked many times, and must agree */
    if (error)
        return error;
    error = write_page(out, store, query, options);
    store_thaw(store);
    return error;
}
