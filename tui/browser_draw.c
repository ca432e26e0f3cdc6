/* How the browser looks: a function from what it looks at to cells. */
#include <inttypes.h>

#include "analyzer/base/escape.h"
#include "analyzer/base/units.h"
#include "analyzer/render_layout.h"
#include "analyzer/render_story.h"
#include "tui/browser.h"

enum { TAB_ARROW = 2 }; /* columns of the sign that there are more tabs on that side */

/* ---- bars */

static void draw_bar(struct screen *screen, int row, struct slice left, struct slice right)
{
    struct arena *arena = arena_create();
    int width = text_columns(right), rest = screen->columns - width - (width ? 4 : 2);
    screen_paint(screen, row, 0, screen->columns, STYLE_BAR);
    screen_put(screen, row, 1, rest, STYLE_BAR, text_cut(arena, left, rest));
    screen_put(screen, row, screen->columns - width - 1, width, STYLE_BAR, right);
    arena_destroy(arena);
}

static int key_columns(const struct key_row *key)
{
    return text_columns(key_first(key)) + 1 + text_columns(slice_from_string(key->footer));
}

static int draw_key(const struct key_row *key, struct screen *screen, int row, int at)
{
    at += screen_put(screen, row, at, screen->columns, STYLE_KEY, key_first(key)) + 1;
    return at +
           screen_put(screen, row, at, screen->columns, STYLE_BAR, slice_from_string(key->footer));
}

/* Help at the right edge, left of it as many keys as there is room for, in the table's order. */
static void draw_keys(const struct browser *browser, struct screen *screen, int row)
{
    size_t count;
    const struct key_row *rows = keys_table(&count);
    int at = 1, end = screen->columns - 1;
    screen_paint(screen, row, 0, screen->columns, STYLE_BAR);
    for (size_t i = 0; i < count; i++)
        if (rows[i].action == ACTION_HELP && rows[i].where & browser->mode)
            draw_key(&rows[i], screen, row, end -= key_columns(&rows[i]));
    for (size_t i = 0; i < count; i++) {
        bool is_wanted = *rows[i].footer && rows[i].where & browser->mode;
        if (!is_wanted || rows[i].action == ACTION_HELP || at + key_columns(&rows[i]) + 2 > end)
            continue;
        at = draw_key(&rows[i], screen, row, at) + 2;
    }
}

/* The end of what is typed stays in sight. */
static void draw_prompt(const struct prompt *prompt, struct screen *screen, int row)
{
    static const char *const questions[] = {[PROMPT_NONE] = "",
                                            [PROMPT_SEARCH] = "/",
                                            [PROMPT_FILTER] = "filter: ",
                                            [PROMPT_WHERE] = "where: "};
    struct slice text = slice_of(prompt->text, prompt->length);
    int at = screen_put(screen, row, 0, screen->columns, STYLE_HEADING,
                        slice_from_string(questions[prompt->kind]));
    while (text_columns(text) > screen->columns - at - 2)
        text = slice_skip(text, text_fit(text, 1).length ? text_fit(text, 1).length : 1);
    at += screen_put(screen, row, at, screen->columns, STYLE_PLAIN, text);
    screen_put(screen, row, at, 1, STYLE_PLAIN, SLICE("_"));
}

static void draw_last_row(const struct browser *browser, struct screen *screen)
{
    int row = screen->rows - 1;
    if (browser->prompt.kind != PROMPT_NONE)
        draw_prompt(&browser->prompt, screen, row);
    else if (*browser->message)
        draw_bar(screen, row, slice_from_string(browser->message), SLICE(""));
    else
        draw_keys(browser, screen, row);
}

/* ---- list */

static struct slice filter_words(struct arena *arena, const struct browser *browser)
{
    struct slice text = {0};
    if (*browser->arrangement.filter)
        text = arena_format(arena, "filter %s", browser->arrangement.filter);
    if (*browser->where)
        text = story_join(arena, text, ", ", arena_format(arena, "where %s", browser->where));
    return text;
}

static struct slice list_title(struct arena *arena, const struct browser *browser)
{
    size_t all = catalogue_count(browser->catalogue), shown = catalogue_shown(browser->catalogue);
    const struct arrangement *arrangement = &browser->arrangement;
    struct slice text =
        arena_format(arena, "whyoom · %.*s incident%s", SLICE_ARG(count_print(arena, (int64_t)all)),
                     all == 1 ? "" : "s");
    if (shown != all)
        text = story_join(
            arena, text, ", ",
            arena_format(arena, "%.*s shown", SLICE_ARG(count_print(arena, (int64_t)shown))));
    text = story_join(arena, text, " · ", filter_words(arena, browser));
    if (arrangement->group != GROUP_NONE)
        text = story_join(arena, text, " · ",
                          arena_format(arena, "by %s", list_group_name(arrangement->group)));
    return text;
}

/* "reading 12 %, 1.4 GiB/s, 3 s left, ^C stops"; bytes where nobody knows how many there are. */
static struct slice reading_words(struct arena *arena, const struct reading_state *state)
{
    struct slice text = SLICE("reading");
    int64_t rate = 0;
    if (state->total && state->bytes <= state->total)
        text = arena_format(arena, "reading %d %%",
                            (int)((double)state->bytes / (double)state->total * 100));
    else if (state->bytes)
        text = arena_format(arena, "reading %.*s",
                            SLICE_ARG(bytes_print(arena, (int64_t)state->bytes)));
    if (state->elapsed_us >= 1000)
        rate = (int64_t)((double)state->bytes / (double)state->elapsed_us * 1e6);
    if (rate)
        text = arena_format(arena, "%.*s, %.*s/s", SLICE_ARG(text),
                            SLICE_ARG(bytes_print(arena, rate)));
    if (rate && state->bytes < state->total)
        text = arena_format(
            arena, "%.*s, %.*s left", SLICE_ARG(text),
            SLICE_ARG(duration_print(
                arena, (int64_t)((double)(state->total - state->bytes) / (double)rate * 1e6))));
    return arena_format(arena, "%.*s, ^C stops", SLICE_ARG(text));
}

static struct slice progress_words(struct arena *arena, const struct browser *browser)
{
    if (browser->unasked)
        return arena_format(arena, "asking %.*s more",
                            SLICE_ARG(count_print(arena, (int64_t)browser->unasked)));
    if (!browser->reading)
        return (struct slice){0};
    const struct reading_state state = reading_state(browser->reading);
    if (!state.is_running)
        return state.is_stopping ? SLICE("stopped") : (struct slice){0};
    return reading_words(arena, &state);
}

/* The sentence of the incident under the cursor, or why there is none. */
static struct slice list_footing(const struct browser *browser)
{
    size_t cursor = browser->list.cursor;
    if (cursor < catalogue_lines(browser->catalogue)) {
        struct list_line line = catalogue_line(browser->catalogue, cursor);
        return line.kind == LINE_GROUP ? SLICE("") : line.entry->summary;
    }
    if (catalogue_count(browser->catalogue))
        return SLICE("No incident passes the filter; Esc drops it.");
    if (browser_is_busy(browser))
        return SLICE("No incident yet.");
    return SLICE("No out-of-memory incident in what was read.");
}

/* Below a rule, as many lines as it may take; what is cut ends in "…". */
static void draw_footing(const struct browser *browser, struct screen *screen, int row)
{
    struct arena *arena = arena_create();
    struct slice text = list_footing(browser);
    int width = screen->columns - 2, lines = browser_footing_lines(browser);
    for (int column = 0; column < screen->columns; column++)
        screen_put(screen, row, column, 1, STYLE_DIM, SLICE("─"));
    for (int i = 1; i <= lines && text.length; i++) {
        struct slice line = i < lines ? slice_trim(text_take_line(&text, width))
                                      : text_cut(arena, slice_trim(text), width);
        screen_put(screen, row + i, 1, width, STYLE_ALERT, line);
    }
    arena_destroy(arena);
}

static void draw_list(const struct browser *browser, struct screen *screen)
{
    struct arena *arena = arena_create();
    const struct list_style style = {.layout = &browser->layout,
                                     .arrangement = &browser->arrangement,
                                     .is_utc = browser->is_utc,
                                     .found = slice_from_string(browser->search)};
    draw_bar(screen, 0, list_title(arena, browser), progress_words(arena, browser));
    list_draw(browser->catalogue, &browser->list, &style, screen, 1,
              browser_list_rows(browser) + 1);
    draw_footing(browser, screen, screen->rows - 2 - browser_footing_lines(browser));
    arena_destroy(arena);
}

/* ---- one incident */

/* The key that shows it; 0: there are more tabs than digits. */
static char tab_key(size_t index)
{
    return index < 9 ? (char)('1' + index) : index == 9 ? '0' : '\0';
}

static struct slice tab_name(const struct browser *browser, struct arena *arena, size_t index)
{
    size_t count;
    const struct tab *views = tabs_table(browser->incident, &count);
    return tab_key(index) ? arena_format(arena, " %c %s ", tab_key(index), views[index].name)
                          : arena_format(arena, " %s ", views[index].name);
}

/* The first tab to show, so that the open one fits. */
static size_t first_tab(const struct browser *browser)
{
    struct arena *arena = arena_create();
    size_t first = 0;
    int width = TAB_ARROW;
    for (size_t i = 0; i <= browser->view; i++)
        width += text_columns(tab_name(browser, arena, i));
    for (; first < browser->view && width + TAB_ARROW > browser->columns; first++)
        width -= text_columns(tab_name(browser, arena, first));
    arena_destroy(arena);
    return first;
}

size_t browser_tab_at(const struct browser *browser, int column)
{
    struct arena *arena = arena_create();
    size_t count, found = TABS_MAX;
    size_t first = first_tab(browser);
    int at = first ? TAB_ARROW : 0;
    tabs_table(browser->incident, &count);
    for (size_t i = first; i < count && found == TABS_MAX; i++) {
        at += text_columns(tab_name(browser, arena, i));
        if (column < at)
            found = column < (first ? TAB_ARROW : 0) ? first - 1 : i;
    }
    arena_destroy(arena);
    return found;
}

static void draw_tabs(const struct browser *browser, struct screen *screen, int row)
{
    struct arena *arena = arena_create();
    size_t count, first = first_tab(browser);
    int at = first ? screen_put(screen, row, 0, TAB_ARROW, STYLE_HEADING, SLICE("‹ ")) : 0;
    tabs_table(browser->incident, &count);
    for (size_t i = first; i < count; i++) {
        struct slice name = tab_name(browser, arena, i);
        int rest = screen->columns - at - (i + 1 < count ? TAB_ARROW : 0);
        if (text_columns(name) > rest) {
            screen_put(screen, row, screen->columns - 1, 1, STYLE_HEADING, SLICE("›"));
            break;
        }
        at += screen_put(screen, row, at, rest, i == browser->view ? STYLE_TAB : STYLE_DIM, name);
    }
    arena_destroy(arena);
}

static struct slice incident_title(struct arena *arena, const struct browser *browser)
{
    const struct incident *incident = browser->incident;
    const struct victim *victim = incident_chosen(incident);
    size_t all = catalogue_count(browser->catalogue);
    struct slice text = arena_format(arena, "incident %d of %zu", browser->selected, all);
    text = story_join(arena, text, " · ", story_time(arena, &incident->time, browser->is_utc));
    text = story_join(arena, text, " · ",
                      slice_from_string(term_name(VOCABULARY_CLASS, (int)incident->class_)));
    text = story_join(arena, text, " · ", story_owner_short(arena, incident));
    if (victim)
        text = story_join(arena, text, " · ", escape_text(arena, victim->comm));
    return text;
}

static struct slice place_words(struct arena *arena, const struct browser *browser,
                                const struct viewport *viewport)
{
    size_t count = browser->document.count;
    if (count <= (size_t)browser_document_rows(browser))
        return SLICE("all");
    return arena_format(arena, "%zu/%zu", viewport->cursor + 1, count);
}

static void draw_document(const struct browser *browser, struct screen *screen)
{
    struct arena *arena = arena_create();
    bool is_help = browser->mode == IN_HELP;
    const struct viewport *viewport = is_help ? &browser->help : &browser->viewports[browser->view];
    struct slice title = is_help ? SLICE("whyoom · keys") : incident_title(arena, browser);
    draw_bar(screen, 0, title, place_words(arena, browser, viewport));
    if (!is_help)
        draw_tabs(browser, screen, 1);
    viewport_draw(viewport, &browser->document, screen, 2, browser_document_rows(browser),
                  slice_from_string(browser->search));
    arena_destroy(arena);
}

static void draw_too_small(struct screen *screen)
{
    struct arena *arena = arena_create();
    struct slice text = arena_format(arena, "%dx%d is too small; whyoom needs %dx%d",
                                     screen->columns, screen->rows, COLUMNS_LEAST, ROWS_LEAST);
    screen_put(screen, 0, 0, screen->columns, STYLE_PLAIN, text);
    arena_destroy(arena);
}

void browser_draw(const struct browser *browser, struct screen *screen)
{
    screen_clear(screen);
    if (screen->rows < ROWS_LEAST || screen->columns < COLUMNS_LEAST) {
        draw_too_small(screen);
        return;
    }
    if (browser->mode == IN_LIST)
        draw_list(browser, screen);
    else
        draw_document(browser, screen);
    draw_last_row(browser, screen);
}
