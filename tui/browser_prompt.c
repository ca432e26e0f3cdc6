/* Search, filter and condition: what is typed in the last line. */
#include <stdio.h>

#include "tui/browser_parts.h"

/* ---- search */

struct viewport *browser_viewport(struct browser *browser)
{
    if (browser->mode == IN_LIST)
        return &browser->list;
    return browser->mode == IN_HELP ? &browser->help : &browser->viewports[browser->view];
}

void browser_search(struct browser *browser, int direction)
{
    struct slice text = slice_from_string(browser->search);
    struct viewport *viewport = browser_viewport(browser);
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

/* ---- prompts */

void browser_set_filter(struct browser *browser, const char *text)
{
    snprintf(browser->arrangement.filter, sizeof browser->arrangement.filter, "%.*s",
             (int)sizeof browser->arrangement.filter - 1, text);
    browser->layout = (struct list_layout){0};
    browser_arrange(browser);
}

/* False, with the mistake said, when it cannot be understood. */
bool browser_set_where(struct browser *browser, const char *text)
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
    browser_arrange(browser);
    return true;
}

static void accept(struct browser *browser)
{
    struct prompt *prompt = &browser->prompt;
    if (prompt->kind == PROMPT_WHERE && !browser_set_where(browser, prompt->text))
        return; /* it stays open, for the mistake to be mended */
    bool is_search = prompt->kind == PROMPT_SEARCH;
    prompt->kind = PROMPT_NONE;
    if (!is_search)
        return;
    snprintf(browser->search, sizeof browser->search, "%.*s", (int)sizeof browser->search - 1,
             prompt->text);
    browser_search(browser, 1);
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

void browser_press_prompt(struct browser *browser, struct slice key)
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
        browser_set_filter(browser, browser->prompt.text);
    if (is_filter && answer == PROMPT_ABORTED)
        browser_set_filter(browser, browser->filter_before);
}

void browser_ask_filter(struct browser *browser)
{
    memcpy(browser->filter_before, browser->arrangement.filter, sizeof browser->filter_before);
    prompt_open(&browser->prompt, PROMPT_FILTER, browser->arrangement.filter);
}
