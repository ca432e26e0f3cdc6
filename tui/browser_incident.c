/* The incident that is open: its tabs, its evidence, its verdict as a file. */
#define _GNU_SOURCE /* O_NOFOLLOW */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/render.h"
#include "tui/browser_parts.h"

enum { LINE_WIDTH_MAX = 110 };

/* ---- documents */

static int digits_of(uint64_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* Beside the text stands the number of the line it rests on. */
static int text_width(const struct browser *browser)
{
    const struct incident *incident = browser->incident;
    int width = browser->columns - 1;
    if (incident && incident->lines_count)
        width -= 2 + digits_of(incident->lines[incident->lines_count - 1].number);
    return width < LINE_WIDTH_MAX ? width : LINE_WIDTH_MAX;
}

static void build_view(struct browser *browser, size_t index, struct document *document)
{
    size_t count;
    const struct tab_context context = {.incident = browser->incident,
                                        .is_utc = browser->is_utc,
                                        .task_order = browser->task_order,
                                        .is_reversed = browser->is_task_reversed,
                                        .views = &browser->views,
                                        .cgroup = slice_from_string(browser->cgroup)};
    document_init(document, browser->incident, text_width(browser));
    tabs_table(browser->incident, &count)[index].build(&context, document);
}

static size_t find_target(const struct document *document, struct slice target)
{
    for (size_t line = 0; target.length && line < document->count; line++)
        if (slice_equal(document->lines[line].target, target))
            return line;
    return SLICE_NOT_FOUND;
}

/* A tree of cgroups opens with the cursor on the one whose limit refused, or else on the root. */
static void find_start(struct browser *browser)
{
    struct viewport *viewport = &browser->viewports[browser->view];
    if (browser->cgroup || viewport->cursor)
        return;
    size_t line = find_target(&browser->document, browser->incident->memcg.path);
    if (line == SLICE_NOT_FOUND)
        line = find_target(&browser->document, SLICE("/"));
    if (line != SLICE_NOT_FOUND)
        viewport_show(viewport, line, browser->document.count, browser_document_rows(browser));
}

/* Of a dump that must be read for it first: what is going on. */
static bool announce(struct browser *browser)
{
    size_t count;
    const struct incident *incident = browser->incident;
    const char *view = tabs_table(incident, &count)[browser->view].view;
    bool is_read = incident->source.kind == SOURCE_VMCORE && view &&
                   !dump_views_has(&browser->views, incident->source.path, view);
    if (!is_read || browser->is_announced)
        return false;
    document_init(&browser->document, incident, text_width(browser));
    document_paragraph(&browser->document, STYLE_DIM, "", SLICE("Reading this from the dump..."),
                       0);
    return browser->is_announced = true;
}

static void build_document(struct browser *browser)
{
    document_deinit(&browser->document);
    if (browser->mode == IN_HELP) {
        document_init(&browser->document, NULL, browser->columns - 1);
        browser_build_help(&browser->document);
    } else if (!announce(browser)) {
        build_view(browser, browser->view, &browser->document);
        browser->is_announced = false;
        find_start(browser);
    }
}

/* What is shown follows what is looked at. */
void browser_refresh(struct browser *browser)
{
    if (browser->mode == IN_LIST || !browser->is_document_stale)
        return;
    build_document(browser);
    browser->is_document_stale = false;
    if (!browser->is_announced)
        viewport_clamp(browser_viewport(browser), browser->document.count,
                       browser_document_rows(browser));
}

void browser_settle(struct browser *browser)
{
    browser->is_document_stale |= browser->is_announced;
    browser_refresh(browser);
}

void browser_show_tab(struct browser *browser, size_t index)
{
    size_t count;
    tabs_table(browser->incident, &count);
    if (index >= count)
        return;
    browser->view = index;
    browser->is_document_stale = true;
}

static size_t find_view(const struct browser *browser, const char *name)
{
    size_t count;
    const struct tab *views = tabs_table(browser->incident, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(views[i].name, name) == 0)
            return i;
    return 0;
}

/* ---- cgroups of a dump */

static void look_into(struct browser *browser, struct slice cgroup)
{
    char *path = cgroup.length ? must_copy(cgroup) : NULL; /* it may live in the document */
    free(browser->cgroup);
    browser->cgroup = path;
    browser->is_document_stale = true;
}

bool browser_enter(struct browser *browser)
{
    struct viewport *viewport = &browser->viewports[browser->view];
    if (viewport->cursor >= browser->document.count)
        return false;
    struct slice target = browser->document.lines[viewport->cursor].target;
    if (!target.length)
        return false;
    look_into(browser, target);
    *viewport = (struct viewport){0};
    browser_refresh(browser);
    for (size_t line = browser->document.count; line-- > 0;) /* to the first child */
        if (browser->document.lines[line].target.length)
            viewport->cursor = line;
    return true;
}

/* The cursor is then on the cgroup that was left. */
bool browser_leave(struct browser *browser)
{
    if (browser->view != find_view(browser, "Cgroups") || !browser->cgroup)
        return false;
    struct slice left = slice_from_string(browser->cgroup);
    char *path = must_copy(left);
    size_t slash = slice_find_last(left, SLICE("/"));
    look_into(browser, slash == SLICE_NOT_FOUND ? left : slice_take(left, slash));
    browser_refresh(browser);
    size_t line = find_target(&browser->document, slice_from_string(path));
    if (line != SLICE_NOT_FOUND)
        viewport_show(&browser->viewports[browser->view], line, browser->document.count,
                      browser_document_rows(browser));
    free(path);
    return true;
}

/* ---- one incident */

void browser_open(struct browser *browser)
{
    const struct entry *entry = browser_entry(browser);
    if (!entry)
        return;
    if (browser->mode == IN_LIST)
        browser->view = 0;
    browser->selected = entry->row->number;
    browser->incident = catalogue_open(browser->catalogue, entry);
    if (!browser->incident) {
        browser->mode = IN_LIST;
        browser_say(browser, "Its record cannot be read.");
        return;
    }
    browser->mode = IN_DETAIL;
    memset(browser->viewports, 0, sizeof browser->viewports);
    browser->places_count = 0;
    look_into(browser, (struct slice){0});
}

/* The next line of the list that is an incident; an open one is followed by it. */
void browser_step(struct browser *browser, int direction)
{
    size_t count = catalogue_lines(browser->catalogue), line = browser->list.cursor;
    do {
        bool is_at_end = direction > 0 ? line + 1 >= count : line == 0;
        if (is_at_end) {
            browser_say(browser,
                        direction > 0 ? "This is the last one." : "This is the first one.");
            return;
        }
        line = direction > 0 ? line + 1 : line - 1;
    } while (catalogue_line(browser->catalogue, line).kind == LINE_GROUP);
    viewport_show(&browser->list, line, count, browser_list_rows(browser));
    browser_note_selected(browser);
    browser_measure(browser);
    if (browser->mode == IN_DETAIL)
        browser_open(browser);
}

static void go_to(struct browser *browser, size_t view, size_t line)
{
    browser_show_tab(browser, view);
    browser_refresh(browser);
    browser_settle(browser);
    browser->viewports[view].left = 0;
    viewport_show(&browser->viewports[view], line, browser->document.count,
                  browser_document_rows(browser));
}

static void remember_place(struct browser *browser)
{
    if (browser->places_count == PLACES_MAX) { /* the oldest is forgotten */
        browser->places_count--;
        memmove(browser->places, browser->places + 1,
                browser->places_count * sizeof *browser->places);
    }
    browser->places[browser->places_count++] =
        (struct place){browser->view, browser->viewports[browser->view]};
}

/* The first line of a tab that rests on this one of the report, or shows it; SLICE_NOT_FOUND. */
static size_t find_claim(struct browser *browser, size_t view, uint32_t evidence)
{
    struct document document;
    size_t line = 0;
    build_view(browser, view, &document);
    while (line < document.count && document.lines[line].evidence != evidence)
        line++;
    bool is_found = line < document.count;
    document_deinit(&document);
    return is_found ? line : SLICE_NOT_FOUND;
}

/* From a line of the log to what rests on it: a claim of the verdict, or else of another tab. */
static void follow_to_claim(struct browser *browser, uint32_t evidence)
{
    for (size_t view = 0; view < browser->view; view++) {
        size_t line = find_claim(browser, view, evidence);
        if (line == SLICE_NOT_FOUND)
            continue;
        remember_place(browser);
        go_to(browser, view, line);
        return;
    }
    browser_say(browser, "No claim rests on this line.");
}

void browser_follow(struct browser *browser)
{
    size_t cursor = browser->viewports[browser->view].cursor, log = find_view(browser, "Log");
    if (cursor >= browser->document.count || browser_enter(browser))
        return;
    uint32_t evidence = browser->document.lines[cursor].evidence;
    if (!evidence) {
        browser_say(browser, "Nothing in the log to show for this line; c goes to the next that "
                             "has evidence.");
        return;
    }
    if (browser->view == log) {
        follow_to_claim(browser, evidence);
        return;
    }
    remember_place(browser);
    go_to(browser, log, find_claim(browser, log, evidence));
}

void browser_return(struct browser *browser)
{
    if (browser_leave(browser))
        return;
    if (browser->places_count == 0) {
        browser_say(browser, "You followed no evidence yet; Enter does.");
        return;
    }
    const struct place place = browser->places[--browser->places_count];
    browser_show_tab(browser, place.view);
    browser->viewports[place.view] = place.viewport;
}

/* The first line of the next claim; a claim may take several lines. */
void browser_next_claim(struct browser *browser)
{
    const struct document *document = &browser->document;
    struct viewport *viewport = &browser->viewports[browser->view];
    for (size_t line = viewport->cursor + 1; line < document->count; line++) {
        if (!document->lines[line].is_claim || document->lines[line].is_continued)
            continue;
        viewport_show(viewport, line, document->count, browser_document_rows(browser));
        return;
    }
    browser_say(browser, "No further line with evidence.");
}

/* ---- a file */

static void write_markdown(struct browser *browser, const struct incident *incident)
{
    char name[64];
    const struct render_options options = {.width = 80, .is_utc = browser->is_utc};
    snprintf(name, sizeof name, "whyoom-%s.md", incident->id);
    int descriptor =
        open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!out) {
        browser_say(browser, "%s: %s", name, strerror(errno));
        return;
    }
    render_markdown(out, incident, &options);
    bool is_written = !ferror(out);
    if (fclose(out) != 0 || !is_written)
        browser_say(browser, "%s: %s", name, strerror(errno));
    else
        browser_say(browser, "The verdict is in %s.", name);
}

static void copy_listed(struct browser *browser, const struct entry *entry)
{
    const struct incident *incident = catalogue_open(browser->catalogue, entry);
    if (incident)
        write_markdown(browser, incident);
    else
        browser_say(browser, "Its record cannot be read.");
}

void browser_copy(struct browser *browser)
{
    const struct entry *entry = browser_entry(browser);
    if (browser->mode == IN_DETAIL)
        write_markdown(browser, browser->incident);
    else if (entry)
        copy_listed(browser, entry);
}
