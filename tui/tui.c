#include "tui/tui.h"

enum { TICK_MS = 50, EVENTS_AT_ONCE = 64 };

static void resize(struct console *console, struct browser *browser, struct screen *screen)
{
    int rows, columns;
    console_size(console, &rows, &columns);
    bool is_ascii = screen->is_ascii;
    screen_deinit(screen);
    screen_init(screen, rows, columns, is_ascii);
    browser_resize(browser, rows, columns);
}

static void take(struct console *console, struct browser *browser, struct screen *screen,
                 const struct event *event)
{
    switch (event->kind) {
    case EVENT_KEY:
        browser_press(browser, slice_from_string(event->key));
        break;
    case EVENT_CLICK:
        browser_click(browser, event->row, event->column);
        break;
    case EVENT_WHEEL:
        browser_wheel(browser, event->lines);
        break;
    case EVENT_RESUMED:
        console_redraw(console);
        resize(console, browser, screen);
        break;
    case EVENT_RESIZE:
        resize(console, browser, screen);
        break;
    case EVENT_SUSPEND:
        browser->wish = WISH_SUSPEND;
        break;
    case EVENT_END:
        browser->wish = WISH_QUIT;
        break;
    case EVENT_NONE:
        break;
    }
}

/* What only the terminal can do. @return false: it is time to leave */
static bool grant_wish(struct console *console, struct browser *browser)
{
    enum wish wish = browser->wish;
    browser->wish = WISH_NONE;
    if (wish == WISH_SUSPEND)
        console_suspend(console);
    if (wish == WISH_REDRAW)
        console_redraw(console);
    console_take_mouse(console, browser->has_mouse);
    return wish != WISH_QUIT;
}

/* All that is waiting, so that a held key does not lag behind. @return false: leave */
static bool take_events(struct console *console, struct browser *browser, struct screen *screen)
{
    int timeout = browser_is_busy(browser) ? browser->unasked ? 0 : TICK_MS : -1;
    for (int i = 0; i < EVENTS_AT_ONCE; i++) {
        struct event event = console_wait(console, timeout);
        if (event.kind == EVENT_NONE && timeout >= 0)
            break;
        take(console, browser, screen, &event);
        if (!grant_wish(console, browser))
            return false;
        timeout = 0;
    }
    return true;
}

static void present(struct console *console, const struct browser *browser, struct screen *screen)
{
    browser_draw(browser, screen);
    console_show(console, screen, browser->theme);
}

void tui_run(struct console *console, struct browser *browser, const struct tui_options *options)
{
    struct screen screen;
    screen_init(&screen, 1, 1, options->is_ascii);
    browser->is_utc = options->is_utc;
    browser->theme = options->is_mono || !console_has_colours(console) ? THEME_MONO : THEME_DARK;
    resize(console, browser, &screen);
    console_take_mouse(console, browser->has_mouse);
    do {
        browser_tick(browser);
        present(console, browser, &screen);
        if (browser->is_announced) {
            browser_settle(browser);
            present(console, browser, &screen);
        }
    } while (take_events(console, browser, &screen));
    screen_deinit(&screen);
}
