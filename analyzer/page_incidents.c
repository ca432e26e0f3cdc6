/* Every group of repeats as a line that opens into the story of one of them. */
#define _GNU_SOURCE /* open_memstream */
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/page_render.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"

enum { NAME_COLUMNS = 40, SUMMARY_COLUMNS = 300 };

/* What the script filters and sorts by. */
static void write_attributes(const struct page_context *page, FILE *out,
                             const struct fleet_group *group)
{
    const struct {
        const char *name;
        struct slice value;
    } attributes[] = {
        {"data-class", slice_from_string(term_name(VOCABULARY_CLASS, (int)group->class_))},
        {"data-part", slice_from_string(term_name(VOCABULARY_PART, (int)group->dominant))},
        {"data-limit", slice_from_string(term_name(VOCABULARY_LIMIT, (int)group->limit))},
        {"data-host", group->host},
        {"data-workload", group->workload},
        {"data-cgroup", group->cgroup},
        {"data-victim", group->victim},
        {"data-kernel", group->kernel},
    };
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        html_attribute(out, attributes[i].name, page_name(page->arena, attributes[i].value));
    fprintf(out, " data-count=\"%" PRIu64 "\" data-last=\"%" PRId64 "\"", group->count,
            group->is_on_axis ? group->last.wall_us / 1000000 : -1);
    if (group->last.size.known)
        fprintf(out, " data-size=\"%" PRId64 "\"", group->last.size.value);
}

static struct slice when_words(const struct page_context *page, const struct fleet_group *group,
                               const struct incident *incident)
{
    if (group->count > 1 && group->dated)
        return arena_format(page->arena, "last %.*s",
                            SLICE_ARG(page_end_time(page, group, &group->last)));
    if (group->dated)
        return page_end_time(page, group, &group->last);
    return story_time(page->arena, &incident->time, page->options->is_utc);
}

static void write_summary(const struct page_context *page, FILE *out,
                          const struct fleet_group *group, const struct incident *incident)
{
    const char *class = term_name(VOCABULARY_CLASS, (int)group->class_);
    fputs("<summary><span class=\"times\">", out);
    if (group->count > 1)
        fprintf(out, "×%.*s", SLICE_ARG(count_print(page->arena, (int64_t)group->count)));
    fputs("</span><span class=\"sentence\">", out);
    html_text(out,
              text_cut_middle(page->arena, story_summary(page->arena, incident), SUMMARY_COLUMNS));
    fprintf(out, "</span><span class=\"meta\"><span class=\"chip c-%s\">%s</span>", class, class);
    if (group->has_panic)
        fputs("<span class=\"warning\">panic</span>", out);
    html_element(out, "span", NULL, text_cut_middle(page->arena, group->owner, NAME_COLUMNS));
    html_element(out, "span", NULL, page_place(page->arena, group));
    html_element(out, "span", NULL, when_words(page, group, incident));
    fputs("</span></summary>\n", out);
}

/* The group's line and story, to free(). */
static char *tell_group(const struct page_context *page, const struct fleet_group *group,
                        const struct incident *incident, size_t *length)
{
    const struct render_options render = {.is_utc = page->options->is_utc};
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out)
        die_out_of_memory();
    fprintf(out, "<details class=\"incident c-%s\" id=\"g%" PRId64 "\"",
            term_name(VOCABULARY_CLASS, (int)group->class_), group->rowid);
    write_attributes(page, out, group);
    fprintf(out, "%s>\n", page->fleet->total <= PAGE_FEW ? " open" : "");
    write_summary(page, out, group, incident);
    fputs("<div class=\"body\">\n", out);
    if (group->count > 1)
        fprintf(
            out,
            "<p class=\"dim\">One of %.*s: the most complete report, the latest of equals.</p>\n",
            SLICE_ARG(count_print(page->arena, (int64_t)group->count)));
    render_html_story(out, incident, &render);
    fputs("</div></details>\n", out);
    fclose(out);
    return text;
}

struct telling {
    size_t bytes, groups;
    uint64_t incidents;
};

/* A record that somebody damaged is no reason to have no page. */
static struct error *write_damage(const struct page_context *page, struct error *error)
{
    if (error_kind(error) != ERROR_INPUT)
        return error;
    html_element(page->out, "p", "warning",
                 escape_text(page->arena, slice_from_string(error_message(error))));
    error_destroy(error);
    return NULL;
}

static struct error *write_group(const struct page_context *page, const struct fleet_group *group,
                                 struct telling *told)
{
    struct incident *incident;
    struct error *error = store_read(page->store, group->rowid, &incident);
    if (error)
        return write_damage(page, error);
    size_t length;
    char *text = tell_group(page, group, incident, &length);
    if (told->bytes + length <= PAGE_BYTES_MAX) {
        fwrite(text, 1, length, page->out);
        told->bytes += length;
        told->groups++;
        told->incidents += group->count;
    }
    free(text);
    incident_destroy(incident);
    return NULL;
}

static void write_controls(const struct page_context *page)
{
    fputs("<h2>Incidents</h2>\n"
          "<form class=\"controls\" id=\"controls\" hidden>"
          "<label>Search <input type=\"search\" id=\"search\" placeholder=\"press / to search\" "
          "autocomplete=\"off\"></label>"
          "<label>Class <select id=\"class\"><option value=\"\">all</option>",
          page->out);
    for (int class_ = CLASS_COUNT - 1; class_ >= 0; class_--)
        if (page->fleet->by_class[class_]) {
            const char *name = term_name(VOCABULARY_CLASS, class_);
            fprintf(page->out, "<option value=\"%s\">%s</option>", name, name);
        }
    fputs("</select></label>"
          "<label>Order <select id=\"order\"><option value=\"\">panics, most frequent</option>"
          "<option value=\"last\">newest</option><option value=\"size\">largest</option></select>"
          "</label><button type=\"reset\">Clear</button></form>\n"
          "<p class=\"dim\" id=\"shown\" role=\"status\"></p>\n",
          page->out);
}

static void write_rest(const struct page_context *page, const struct telling *told)
{
    const struct fleet *fleet = page->fleet;
    fputs("<p class=\"remark rest\">", page->out);
    if (told->groups < fleet->groups_distinct)
        html_text(page->out,
                  arena_format(page->arena,
                               "These are %.*s of %.*s cases, %.*s of %.*s incidents: the most "
                               "frequent, the newest and the largest. For the others ask again "
                               "with --where, --since or --until.",
                               SLICE_ARG(count_print(page->arena, (int64_t)told->groups)),
                               SLICE_ARG(count_print(page->arena, (int64_t)fleet->groups_distinct)),
                               SLICE_ARG(count_print(page->arena, (int64_t)told->incidents)),
                               SLICE_ARG(count_print(page->arena, (int64_t)fleet->total))));
    fputs("</p>\n", page->out);
}

struct error *page_incidents(const struct page_context *page)
{
    struct telling told = {0};
    struct error *error = NULL;
    fputs("<section id=\"incidents\">\n", page->out);
    if (page->fleet->total > PAGE_FEW)
        write_controls(page);
    for (size_t i = 0; i < page->fleet->groups_count && !error; i++)
        error = write_group(page, page->fleet->groups[i], &told);
    write_rest(page, &told);
    fputs("</section>\n", page->out);
    return error;
}

struct error *page_single(const struct page_context *page)
{
    const struct fleet_group *group = page->fleet->groups[0];
    const struct render_options render = {.is_utc = page->options->is_utc};
    struct incident *incident;
    struct error *error = store_read(page->store, group->rowid, &incident);
    if (error)
        return write_damage(page, error);
    fprintf(page->out, "<article class=\"story c-%s\">\n",
            term_name(VOCABULARY_CLASS, (int)group->class_));
    html_element(
        page->out, "h1", NULL,
        text_cut_middle(page->arena, story_summary(page->arena, incident), SUMMARY_COLUMNS));
    render_html_story(page->out, incident, &render);
    fputs("</article>\n", page->out);
    page_coverage(page);
    incident_destroy(incident);
    return NULL;
}
