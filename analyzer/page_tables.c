/* Who and where: the most frequent names, and what filled the memory. */
#include <inttypes.h>

#include "analyzer/base/units.h"
#include "analyzer/html.h"
#include "analyzer/page_render.h"
#include "analyzer/render_layout.h"

enum { NAME_COLUMNS = 44, PATH_COLUMNS = 130 };

static const struct {
    enum fleet_table_id id;
    const char *title, *none, *filter;
    bool is_path;
} tables[] = {
    {FLEET_WORKLOADS, "Workloads", "without a known workload", "workload", false},
    {FLEET_HOSTS, "Hosts", "whose host the logs do not name", "host", false},
    {FLEET_VICTIMS, "Killed processes", "without a named process", "victim", false},
    {FLEET_KERNELS, "Kernels", "whose kernel the logs do not name", "kernel", false},
    {FLEET_CGROUPS, "Memory cgroups", "without a cgroup's limit", "cgroup", true},
};

static void write_begin(const struct page_context *page, const char *title, bool is_wide,
                        uint64_t distinct, size_t shown)
{
    fprintf(page->out, "<section class=\"card%s\">", is_wide ? " wide" : "");
    fprintf(page->out, "<div class=\"heading\"><h2>%s</h2>", title);
    if (distinct > shown)
        fprintf(page->out, "<span class=\"dim\">%zu of %.*s</span>", shown,
                SLICE_ARG(count_print(page->arena, (int64_t)distinct)));
    fputs("</div><ol class=\"ranks\">\n", page->out);
}

static void write_name(const struct page_context *page, const char *filter, bool is_path,
                       struct slice value)
{
    struct slice shown = text_cut_middle(page->arena, page_workload(page->arena, value),
                                         is_path ? PATH_COLUMNS : NAME_COLUMNS);
    fprintf(page->out, "<a class=\"name%s\"", is_path ? " mono" : "");
    page_filter(page->out, filter, page_name(page->arena, value));
    if (!slice_equal(shown, value))
        html_attribute(page->out, "title", page_name(page->arena, value));
    fputc('>', page->out);
    html_text(page->out, shown);
    fputs("</a>", page->out);
}

static void write_count(const struct page_context *page, uint64_t count)
{
    html_element(page->out, "span", "n", count_print(page->arena, (int64_t)count));
}

static void write_table(const struct page_context *page, size_t which)
{
    const struct fleet_table *table = &page->fleet->tables[tables[which].id];
    if (!table->count)
        return;
    write_begin(page, tables[which].title, tables[which].is_path, table->distinct, table->count);
    for (size_t i = 0; i < table->count; i++) {
        const struct fleet_name *name = &table->names[i];
        fputs("<li>", page->out);
        write_name(page, tables[which].filter, tables[which].is_path, name->value);
        write_count(page, name->count);
        page_class_bar(page->out, name->by_class, table->names[0].count);
        fputs("</li>\n", page->out);
    }
    fputs("</ol>", page->out);
    if (table->named < page->fleet->total)
        fprintf(page->out, "<p class=\"dim remark\">and %.*s %s</p>",
                SLICE_ARG(count_print(page->arena, (int64_t)(page->fleet->total - table->named))),
                tables[which].none);
    fputs("</section>\n", page->out);
}

/* Terms of a vocabulary by their counts, the most frequent first. */
static void write_terms(const struct page_context *page, const char *title, const char *filter,
                        enum vocabulary_id vocabulary, const uint64_t *counts)
{
    int order[PART_COUNT], terms = vocabulary_get(vocabulary)->count, count = 0;
    for (int term = 0; term < terms; term++) {
        int at = count;
        if (!counts[term])
            continue;
        for (; at > 0 && counts[order[at - 1]] < counts[term]; at--)
            order[at] = order[at - 1];
        order[at] = term;
        count++;
    }
    if (!count)
        return;
    write_begin(page, title, false, 0, 0);
    for (int i = 0; i < count; i++) {
        fputs("<li>", page->out);
        write_name(page, filter, false, slice_from_string(term_name(vocabulary, order[i])));
        write_count(page, counts[order[i]]);
        html_bar(page->out, (int)(1000 * counts[order[i]] / counts[order[0]]));
        fputs("</li>\n", page->out);
    }
    fputs("</ol></section>\n", page->out);
}

void page_tables(const struct page_context *page)
{
    fputs("<div class=\"grid\">\n", page->out);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!tables[i].is_path)
            write_table(page, i);
    write_terms(page, "What filled the memory", "part", VOCABULARY_PART, page->fleet->by_part);
    write_terms(page, "Which limit refused", "limit", VOCABULARY_LIMIT, page->fleet->by_limit);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (tables[i].is_path) /* long names stand below, where they have room */
            write_table(page, i);
    fputs("</div>\n", page->out);
}
