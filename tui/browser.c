/* What keys do. */
#define _GNU_SOURCE /* O_NOFOLLOW */
#include "tui/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyzer/render.h"

enum { ASKED_AT_ONCE = 200, LINE_WIDTH_MAX = 110 };

void browser_say(struct browser *browser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(browser->message, sizeof browser->message, format, arguments);
    va_end(arguments);
}

int browser_list_rows(const struct browser *browser)
{
    return browser->rows - 5; /* bar, titles, two of summary, keys */
}

int browser_document_rows(const struct browser *browser)
{
    return browser->rows - 3; /* bar, tabs, keys */
}

/* ---- the list
 * ------------------------------------------------------------------------------------ */

static const struct entry *entry_under_cursor(const struct browser *browser)
{
    if (browser->list.cursor >= catalogue_lines(browser->catalogue))
        return NULL;
    return catalogue_line(browser->catalogue, browser->list.cursor).entry;
}

static void note_selected(struct browser *browser)
{
    const struct entry *entry = entry_under_cursor(browser);
    if (entry)
        browser->selected = entry->row->number;
}

static void measure(struct browser *browser)
{
    viewport_clamp(&browser->list, catalogue_lines(browser->catalogue), browser_list_rows(browser));
    list_measure(&browser->layout, browser->catalogue, &browser->list, browser_list_rows(browser),
                 browser->is_utc);
}

/* New lines; the cursor stays on its incident where that is still shown. */
static void arrange(struct browser *browser)
{
    bool was_heading = browser->list.cursor < catalogue_lines(browser->catalogue) &&
                       catalogue_line(browser->catalogue, browser->list.cursor).kind == LINE_GROUP;
    catalogue_arrange(browser->catalogue, &browser->arrangement);
    size_t line = catalogue_find(browser->catalogue, browser->selected);
    if (line != SLICE_NOT_FOUND && !was_heading && browser->list.cursor != line)
        viewport_show(&browser->list, line, catalogue_lines(browser->catalogue),
                      browser_list_rows(browser));
    measure(browser);
}

/* ---- documents
 * ----------------------------------------------------------------------------------- */

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
                                        .is_reversed = browser->is_task_reversed};
    document_init(document, browser->incident, text_width(browser));
    tabs_table(browser->incident, &count)[index].build(&context, document);
}

/* What is shown follows what is looked at. */
static void refresh(struct browser *browser)
{
    if (browser->mode == IN_LIST || !browser->is_document_stale)
        return;
    document_deinit(&browser->document);
    if (browser->mode == IN_HELP) {
        document_init(&browser->document, NULL, browser->columns - 1);
        browser_build_help(&browser->document);
    } else {
        build_view(browser, browser->view, &browser->document);
    }
    browser->is_document_stale = false;
    viewport_clamp(browser->mode == IN_HELP ? &browser->help : &browser->viewports[browser->view],
                   browser->document.count, browser_document_rows(browser));
}

static void show_view(struct browser *browser, size_t index)
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

/* ---- one incident
 * -------------------------------------------------------------------------------- */

static void open_incident(struct browser *browser)
{
    const struct entry *entry = entry_under_cursor(browser);
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
    browser->is_document_stale = true;
}

/* The next line of the list that is an incident; an open one is followed by it. */
static void step(struct browser *browser, int direction)
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
    note_selected(browser);
    measure(browser);
    if (browser->mode == IN_DETAIL)
        open_incident(browser);
}

static void go_to(struct browser *browser, size_t view, size_t line)
{
    show_view(browser, view);
    refresh(browser);
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

/* From a line of the log to the first claim of the verdict that rests on it. */
static void follow_to_claim(struct browser *browser, uint32_t evidence)
{
    struct document verdict;
    size_t line = 0;
    build_view(browser, 0, &verdict);
    while (line < verdict.count && verdict.lines[line].evidence != evidence)
        line++;
    bool is_found = line < verdict.count;
    document_deinit(&verdict);
    if (!is_found) {
        browser_say(browser, "No claim of the verdict rests on this line.");
        return;
    }
    remember_place(browser);
    go_to(browser, 0, line);
}

static void follow(struct browser *browser)
{
    size_t cursor = browser->viewports[browser->view].cursor, log = find_view(browser, "Log");
    if (cursor >= browser->document.count)
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
    go_to(browser, log, evidence - 1);
}

static void return_to_place(struct browser *browser)
{
    if (browser->places_count == 0) {
        browser_say(browser, "You followed no evidence yet; Enter does.");
        return;
    }
    const struct place place = browser->places[--browser->places_count];
    show_view(browser, place.view);
    browser->viewports[place.view] = place.viewport;
}

/* The first line of the next claim; a claim may take several lines. */
static void next_claim(struct browser *browser)
{
    const struct document *document = &browser->document;
    struct viewport *viewport = &browser->viewports[browser->view];
    for (size_t line = viewport->cursor + 1; line < document->count; line++) {
        const struct document_line *at = &document->lines[line], *before = at - 1;
        bool goes_on = before->is_claim && before->evidence == at->evidence;
        if (!at->is_claim || goes_on)
            continue;
        viewport_show(viewport, line, document->count, browser_document_rows(browser));
        return;
    }
    browser_say(browser, "No further line with evidence.");
}

/* ---- a file
 * -------------------------------------------------------------------------------------- */

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

static void copy(struct browser *browser)
{
    const struct entry *entry = entry_under_cursor(browser);
    if (browser->mode == IN_DETAIL)
        write_markdown(browser, browser->incident);
    else if (entry)
        copy_listed(browser, entry);
}

/* ---- search
 * ------------------------------------------------------------------------------------- */

static struct viewport *current_viewport(struct browser *browser)
{
    if (browser->mode == IN_LIST)
        return &browser->list;
    return browser->mode == IN_HELP ? &browser->help : &browser->viewports[browser->view];
}

static void search(struct browser *browser, int direction)
{
    struct slice text = slice_from_string(browser->search);
    struct viewport *viewport = current_viewport(browser);
    bool is_list = browser->mode == IN_LIST;
    if (!text.length) {
        browser_say(browser, "Nothing to search for yet; / asks.");
        return;
    }
    size_t line =
        is_list ? list_find(browser->catalogue, browser->is_utc, text, viewport->cursor, direction)
                : document_find(&browser->document, text, viewport->cursor, direction);
    if (line == SLICE_NOT_FOUND) {
        browser_say(browser, "Not found: %s", browser->search);
        return;
    }
    viewport_show(viewport, line,
                  is_list ? catalogue_lines(browser->catalogue) : browser->document.count,
                  is_list ? browser_list_rows(browser) : browser_document_rows(browser));
}

/* ---- prompts
 * ------------------------------------------------------------------------------------ */

static void set_filter(struct browser *browser, const char *text)
{
    snprintf(browser->arrangement.filter, sizeof browser->arrangement.filter, "%.*s",
             (int)sizeof browser->arrangement.filter - 1, text);
    browser->layout = (struct list_layout){0};
    arrange(browser);
}

/* False, with the mistake said, when it cannot be understood. */
static bool set_where(struct browser *browser, const char *text)
{
    struct condition *condition = NULL;
    struct error *error = *text ? condition_create(text, &condition) : NULL;
    if (error) {
        browser_say(browser, "%s", error_message(error));
        error_destroy(error);
        return false;
    }
    snprintf(browser->where, sizeof browser->where, "%s", text);
    catalogue_set_condition(browser->catalogue, condition);
    arrange(browser);
    return true;
}

static void accept(struct browser *browser)
{
    struct prompt *prompt = &browser->prompt;
    if (prompt->kind == PROMPT_WHERE && !set_where(browser, prompt->text))
        return; /* it stays open, for the mistake to be mended */
    bool is_search = prompt->kind == PROMPT_SEARCH;
    prompt->kind = PROMPT_NONE;
    if (!is_search)
        return;
    snprintf(browser->search, sizeof browser->search, "%.*s", (int)sizeof browser->search - 1,
             prompt->text);
    search(browser, 1);
}

static void check_where(struct browser *browser)
{
    struct condition *condition = NULL;
    struct error *error = condition_create(browser->prompt.text, &condition);
    if (error && browser->prompt.length)
        browser_say(browser, "%s", error_message(error));
    error_destroy(error);
    condition_destroy(condition);
}

static void press_in_prompt(struct browser *browser, struct slice key)
{
    enum prompt_answer answer = prompt_press(&browser->prompt, key);
    bool is_filter = browser->prompt.kind == PROMPT_FILTER;
    if (answer == PROMPT_ACCEPTED)
        accept(browser);
    else if (answer == PROMPT_ABORTED)
        browser->prompt.kind = PROMPT_NONE;
    else if (browser->prompt.kind == PROMPT_WHERE)
        check_where(browser);
    if (is_filter && answer == PROMPT_TYPED)
        set_filter(browser, browser->prompt.text);
    if (is_filter && answer == PROMPT_ABORTED)
        set_filter(browser, browser->filter_before);
}

static void ask_filter(struct browser *browser)
{
    memcpy(browser->filter_before, browser->arrangement.filter, sizeof browser->filter_before);
    prompt_open(&browser->prompt, PROMPT_FILTER, browser->arrangement.filter);
}

/* ---- actions
 * ------------------------------------------------------------------------------------ */

static bool is_reading(const struct browser *browser)
{
    return browser->reading && reading_state(browser->reading).is_running;
}

static void stop_reading(struct browser *browser)
{
    reading_stop(browser->reading);
    browser_say(browser, "Reading stops; what was found until now stays.");
}

static void close_help(struct browser *browser)
{
    browser->mode = browser->mode_before_help;
    browser->is_document_stale = true;
}

static void back(struct browser *browser)
{
    if (browser->mode == IN_HELP) {
        close_help(browser);
    } else if (browser->mode == IN_DETAIL) {
        browser->mode = IN_LIST;
        browser->incident = NULL;
    } else if (*browser->arrangement.filter || *browser->where) {
        set_filter(browser, "");
        set_where(browser, "");
    } else if (is_reading(browser)) {
        stop_reading(browser);
    }
}

static void interrupt(struct browser *browser)
{
    if (is_reading(browser) && !reading_state(browser->reading).is_stopping)
        stop_reading(browser);
    else
        browser->wish = WISH_QUIT;
}

static void open_help(struct browser *browser)
{
    browser->mode_before_help = browser->mode;
    browser->mode = IN_HELP;
    browser->help = (struct viewport){0};
    browser->is_document_stale = true;
}

static void act_everywhere(struct browser *browser, enum action action)
{
    switch (action) {
    case ACTION_SEARCH:
        prompt_open(&browser->prompt, PROMPT_SEARCH, "");
        break;
    case ACTION_SEARCH_NEXT:
        search(browser, 1);
        break;
    case ACTION_SEARCH_PREVIOUS:
        search(browser, -1);
        break;
    case ACTION_NEXT:
        step(browser, 1);
        break;
    case ACTION_PREVIOUS:
        step(browser, -1);
        break;
    case ACTION_COPY:
        copy(browser);
        break;
    case ACTION_UTC:
        browser->is_utc = !browser->is_utc;
        browser->is_document_stale = true;
        browser->layout = (struct list_layout){0};
        browser_say(browser, browser->is_utc ? "Times are in UTC where that is known."
                                             : "Times are as the log has them.");
        break;
    case ACTION_THEME:
        browser->theme = (browser->theme + 1) % THEME_COUNT;
        browser_say(browser, "Colours: %s", theme_get(browser->theme)->name);
        break;
    case ACTION_MOUSE:
        browser->has_mouse = !browser->has_mouse;
        browser_say(browser, browser->has_mouse ? "The mouse is mine again."
                                                : "The mouse is the terminal's; m takes it back.");
        break;
    case ACTION_REDRAW:
        browser->wish = WISH_REDRAW;
        break;
    case ACTION_SUSPEND:
        browser->wish = WISH_SUSPEND;
        break;
    case ACTION_HELP:
        open_help(browser);
        break;
    case ACTION_BACK:
        back(browser);
        break;
    case ACTION_QUIT:
        browser->wish = WISH_QUIT;
        break;
    case ACTION_INTERRUPT:
        interrupt(browser);
        break;
    default:
        break;
    }
}

static void unfold(struct browser *browser, bool is_unfolded)
{
    if (browser->list.cursor >= catalogue_lines(browser->catalogue))
        return;
    bool is_group = catalogue_line(browser->catalogue, browser->list.cursor).kind == LINE_GROUP;
    catalogue_unfold(browser->catalogue, browser->list.cursor, browser->arrangement.group,
                     is_unfolded);
    catalogue_arrange(browser->catalogue, &browser->arrangement);
    size_t line = catalogue_find(browser->catalogue, browser->selected);
    if (!is_group && line != SLICE_NOT_FOUND)
        browser->list.cursor = line;
}

static void open_or_unfold(struct browser *browser)
{
    if (browser->list.cursor >= catalogue_lines(browser->catalogue))
        return;
    struct list_line line = catalogue_line(browser->catalogue, browser->list.cursor);
    if (line.kind == LINE_GROUP)
        unfold(browser, line.entry->is_group_closed);
    else
        open_incident(browser);
}

static void act_in_list(struct browser *browser, enum action action)
{
    struct arrangement *arrangement = &browser->arrangement;
    size_t count = catalogue_lines(browser->catalogue);
    if (viewport_act(&browser->list, action, count, browser_list_rows(browser)))
        return;
    switch (action) {
    case ACTION_OPEN:
        open_or_unfold(browser);
        return;
    case ACTION_UNFOLD:
    case ACTION_FOLD:
        unfold(browser, action == ACTION_UNFOLD);
        return;
    case ACTION_FILTER:
        ask_filter(browser);
        return;
    case ACTION_WHERE:
        prompt_open(&browser->prompt, PROMPT_WHERE, browser->where);
        return;
    case ACTION_FOLD_ALL:
        arrangement->is_folded = !arrangement->is_folded;
        break;
    case ACTION_SORT:
        arrangement->order = (arrangement->order + 1) % LIST_ORDERS;
        browser_say(browser, "Sorted by %s.", list_order_name(arrangement->order));
        break;
    case ACTION_REVERSE:
        arrangement->is_descending = !arrangement->is_descending;
        break;
    case ACTION_GROUP:
        arrangement->group = (arrangement->group + 1) % LIST_GROUPS;
        browser_say(browser, "Grouped by %s.", list_group_name(arrangement->group));
        break;
    default:
        act_everywhere(browser, action);
        return;
    }
    arrange(browser);
}

static void act_in_detail(struct browser *browser, enum action action, struct slice key)
{
    struct viewport *viewport = &browser->viewports[browser->view];
    size_t views_count;
    tabs_table(browser->incident, &views_count);
    if (viewport_act(viewport, action, browser->document.count, browser_document_rows(browser)))
        return;
    switch (action) {
    case ACTION_TAB_NEXT:
        show_view(browser, (browser->view + 1) % views_count);
        break;
    case ACTION_TAB_PREVIOUS:
        show_view(browser, (browser->view + views_count - 1) % views_count);
        break;
    case ACTION_TAB:
        show_view(browser, (size_t)(key.data[0] - '1'));
        break;
    case ACTION_FOLLOW:
        follow(browser);
        break;
    case ACTION_RETURN:
        return_to_place(browser);
        break;
    case ACTION_NEXT_CLAIM:
        next_claim(browser);
        break;
    case ACTION_RIGHT:
        viewport->left += 8;
        break;
    case ACTION_LEFT:
        viewport->left = viewport->left > 8 ? viewport->left - 8 : 0;
        break;
    case ACTION_SORT:
        browser->task_order = (browser->task_order + 1) % TASK_ORDERS;
        browser->is_document_stale = true;
        break;
    case ACTION_REVERSE:
        browser->is_task_reversed = !browser->is_task_reversed;
        browser->is_document_stale = true;
        break;
    default:
        act_everywhere(browser, action);
    }
}

void browser_press(struct browser *browser, struct slice key)
{
    browser->message[0] = '\0';
    if (browser->prompt.kind != PROMPT_NONE) {
        press_in_prompt(browser, key);
    } else {
        enum action action = key_action(key, browser->mode);
        if (browser->mode == IN_LIST)
            act_in_list(browser, action);
        else if (browser->mode == IN_DETAIL)
            act_in_detail(browser, action, key);
        else if (!viewport_act(&browser->help, action, browser->document.count,
                               browser_document_rows(browser)))
            act_everywhere(browser, action);
    }
    if (browser->mode == IN_LIST) {
        note_selected(browser);
        measure(browser);
    }
    refresh(browser);
}

/* ---- mouse
 * -------------------------------------------------------------------------------------- */

static void click_in_list(struct browser *browser, int row)
{
    size_t line = browser->list.top + (size_t)(row - 2); /* below bar and titles */
    if (row < 2 || row >= 2 + browser_list_rows(browser) ||
        line >= catalogue_lines(browser->catalogue))
        return;
    bool is_second = line == browser->list.cursor;
    browser->list.cursor = line;
    note_selected(browser);
    if (is_second)
        open_or_unfold(browser);
}

static void click_in_document(struct browser *browser, int row)
{
    struct viewport *viewport = current_viewport(browser);
    size_t line = viewport->top + (size_t)(row - 2);
    if (row < 2 || row >= 2 + browser_document_rows(browser) || line >= browser->document.count)
        return;
    bool is_second = line == viewport->cursor;
    viewport->cursor = line;
    if (is_second && browser->mode == IN_DETAIL)
        follow(browser);
}

void browser_click(struct browser *browser, int row, int column)
{
    size_t view =
        browser->mode == IN_DETAIL && row == 1 ? browser_tab_at(browser, column) : TABS_MAX;
    browser->message[0] = '\0';
    if (browser->prompt.kind != PROMPT_NONE)
        return;
    if (view < TABS_MAX)
        show_view(browser, view);
    else if (browser->mode == IN_LIST)
        click_in_list(browser, row);
    else
        click_in_document(browser, row);
    refresh(browser);
}

void browser_wheel(struct browser *browser, int lines)
{
    if (browser->mode == IN_LIST) {
        viewport_scroll(&browser->list, lines, catalogue_lines(browser->catalogue),
                        browser_list_rows(browser));
        note_selected(browser);
        measure(browser);
        return;
    }
    viewport_scroll(current_viewport(browser), lines, browser->document.count,
                    browser_document_rows(browser));
}

/* ---- from outside
 * -------------------------------------------------------------------------------- */

void browser_init(struct browser *browser, struct catalogue *catalogue, struct reading *reading)
{
    *browser = (struct browser){.catalogue = catalogue,
                                .reading = reading,
                                .rows = ROWS_LEAST,
                                .columns = COLUMNS_LEAST,
                                .mode = IN_LIST,
                                .has_mouse = true,
                                .arrangement = {.is_folded = true}};
    document_init(&browser->document, NULL, COLUMNS_LEAST);
}

void browser_deinit(struct browser *browser)
{
    document_deinit(&browser->document);
}

void browser_resize(struct browser *browser, int rows, int columns)
{
    browser->rows = rows < ROWS_LEAST ? ROWS_LEAST : rows;
    browser->columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
    browser->is_document_stale = true;
    measure(browser);
    refresh(browser);
}

bool browser_is_busy(const struct browser *browser)
{
    return !browser->is_reading_done || browser->unasked > 0;
}

bool browser_tick(struct browser *browser)
{
    bool was_running = is_reading(browser), was_done = browser->is_reading_done;
    if (browser->reading)
        reading_collect(browser->reading, browser->catalogue);
    browser->is_reading_done = !was_running;
    browser->unasked = catalogue_ask(browser->catalogue, ASKED_AT_ONCE);
    bool is_new = !catalogue_is_arranged(browser->catalogue);
    if (is_new)
        arrange(browser);
    if (browser->selected == 0)
        note_selected(browser);
    return is_new || browser->unasked > 0 || !was_done;
}
