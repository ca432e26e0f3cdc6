/* The list, and what keys and the mouse do. */
#include <stdarg.h>
#include <stdlib.h>

#include "tui/browser_parts.h"

enum { ASKED_AT_ONCE = 200 };

void browser_say(struct browser *browser, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(browser->message, sizeof browser->message, format, arguments);
    va_end(arguments);
}

/* The sentence of an incident is about 150 columns long. */
int browser_footing_lines(const struct browser *browser)
{
    return browser->columns < 90 ? 3 : 2;
}

int browser_list_rows(const struct browser *browser)
{
    return browser->rows - 4 - browser_footing_lines(browser); /* bar, titles, rule, keys */
}

int browser_document_rows(const struct browser *browser)
{
    return browser->rows - 3; /* bar, tabs, keys */
}

/* ---- the list */

const struct entry *browser_entry(const struct browser *browser)
{
    if (browser->list.cursor >= catalogue_lines(browser->catalogue))
        return NULL;
    return catalogue_line(browser->catalogue, browser->list.cursor).entry;
}

void browser_note_selected(struct browser *browser)
{
    const struct entry *entry = browser_entry(browser);
    if (entry)
        browser->selected = entry->row->number;
}

void browser_measure(struct browser *browser)
{
    viewport_clamp(&browser->list, catalogue_lines(browser->catalogue), browser_list_rows(browser));
    list_measure(&browser->layout, browser->catalogue, &browser->list, browser_list_rows(browser),
                 browser->is_utc);
}

/* New lines; the cursor stays on its incident where that is still shown. */
void browser_arrange(struct browser *browser)
{
    bool was_heading = browser->list.cursor < catalogue_lines(browser->catalogue) &&
                       catalogue_line(browser->catalogue, browser->list.cursor).kind == LINE_GROUP;
    catalogue_arrange(browser->catalogue, &browser->arrangement);
    size_t line = catalogue_find(browser->catalogue, browser->selected);
    if (line != SLICE_NOT_FOUND && !was_heading && browser->list.cursor != line)
        viewport_show(&browser->list, line, catalogue_lines(browser->catalogue),
                      browser_list_rows(browser));
    browser_measure(browser);
}

/* ---- actions */

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
        browser_set_filter(browser, "");
        browser_set_where(browser, "");
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
        browser_search(browser, 1);
        break;
    case ACTION_SEARCH_PREVIOUS:
        browser_search(browser, -1);
        break;
    case ACTION_NEXT:
        browser_step(browser, 1);
        break;
    case ACTION_PREVIOUS:
        browser_step(browser, -1);
        break;
    case ACTION_COPY:
        browser_copy(browser);
        break;
    case ACTION_UTC:
        browser->is_utc = !browser->is_utc;
        browser->is_document_stale = true;
        browser->layout = (struct list_layout){0};
        browser_say(browser, browser->is_utc ? "Times are in UTC where that is known."
                                             : "Times are local where that is known.");
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
        browser_open(browser);
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
        browser_ask_filter(browser);
        return;
    case ACTION_WHERE:
        prompt_open(&browser->prompt, PROMPT_WHERE, browser->where);
        return;
    case ACTION_FOLD_ALL:
        arrangement->is_folded = !arrangement->is_folded;
        break;
    case ACTION_SORT:
        arrangement->order = (arrangement->order + 1) % LIST_ORDERS;
        arrangement->is_descending = /* of what grows, the most is what one looks for */
            arrangement->order == ORDER_SIZE || arrangement->order == ORDER_REPEATS;
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
    browser_arrange(browser);
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
        browser_show_tab(browser, (browser->view + 1) % views_count);
        break;
    case ACTION_TAB_PREVIOUS:
        browser_show_tab(browser, (browser->view + views_count - 1) % views_count);
        break;
    case ACTION_TAB:
        browser_show_tab(browser, (size_t)(key.data[0] == '0' ? 9 : key.data[0] - '1'));
        break;
    case ACTION_FOLLOW:
        browser_follow(browser);
        break;
    case ACTION_RETURN:
        browser_return(browser);
        break;
    case ACTION_NEXT_CLAIM:
        browser_next_claim(browser);
        break;
    case ACTION_RIGHT:
        if (!browser_enter(browser))
            viewport->left += 8;
        break;
    case ACTION_LEFT:
        if (viewport->left || !browser_leave(browser))
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
    browser_settle(browser);
    if (browser->prompt.kind != PROMPT_NONE) {
        browser_press_prompt(browser, key);
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
        browser_note_selected(browser);
        browser_measure(browser);
    }
    browser_refresh(browser);
}

/* ---- mouse */

static void click_in_list(struct browser *browser, int row)
{
    size_t line = browser->list.top + (size_t)(row - 2); /* below bar and titles */
    if (row < 2 || row >= 2 + browser_list_rows(browser) ||
        line >= catalogue_lines(browser->catalogue))
        return;
    bool is_second = line == browser->list.cursor;
    browser->list.cursor = line;
    browser_note_selected(browser);
    if (is_second)
        open_or_unfold(browser);
}

static void click_in_document(struct browser *browser, int row)
{
    struct viewport *viewport = browser_viewport(browser);
    size_t line = viewport->top + (size_t)(row - 2);
    if (row < 2 || row >= 2 + browser_document_rows(browser) || line >= browser->document.count)
        return;
    bool is_second = line == viewport->cursor;
    viewport->cursor = line;
    if (is_second && browser->mode == IN_DETAIL)
        browser_follow(browser);
}

void browser_click(struct browser *browser, int row, int column)
{
    size_t view =
        browser->mode == IN_DETAIL && row == 1 ? browser_tab_at(browser, column) : TABS_MAX;
    browser->message[0] = '\0';
    browser_settle(browser);
    if (browser->prompt.kind != PROMPT_NONE)
        return;
    if (view < TABS_MAX)
        browser_show_tab(browser, view);
    else if (browser->mode == IN_LIST)
        click_in_list(browser, row);
    else
        click_in_document(browser, row);
    browser_refresh(browser);
}

void browser_wheel(struct browser *browser, int lines)
{
    if (browser->mode == IN_LIST) {
        viewport_scroll(&browser->list, lines, catalogue_lines(browser->catalogue),
                        browser_list_rows(browser));
        browser_note_selected(browser);
        browser_measure(browser);
        return;
    }
    viewport_scroll(browser_viewport(browser), lines, browser->document.count,
                    browser_document_rows(browser));
}

/* ---- from outside */

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
    dump_views_deinit(&browser->views);
    free(browser->cgroup);
}

void browser_resize(struct browser *browser, int rows, int columns)
{
    browser->rows = rows < ROWS_LEAST ? ROWS_LEAST : rows;
    browser->columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
    browser->is_document_stale = true;
    browser_measure(browser);
    browser_refresh(browser);
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
        browser_arrange(browser);
    if (browser->selected == 0)
        browser_note_selected(browser);
    return is_new || browser->unasked > 0 || !was_done;
}
