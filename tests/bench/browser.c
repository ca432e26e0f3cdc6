/* From a key to a screen of cells with 10,000 incidents: the slowest press of each kind. Usage:
 * browser LOG */
#define _GNU_SOURCE /* clock_gettime */
#include <stdio.h>
#include <time.h>

#include "tui/browser.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void ignore(void *context, const char *path, const char *what)
{
    (void)context;
    fprintf(stderr, "%s: %s\n", path, what);
}

static void take(void *context, struct incident *incident, uint64_t number)
{
    catalogue_put(context, entry_create(incident, number));
}

static void time_key(struct browser *browser, struct screen *screen, const char *key)
{
    enum { PRESSES = 8 };
    double slowest = 0;
    for (int i = 0; i < PRESSES; i++) {
        double start = now_ms();
        browser_press(browser, slice_from_string(key));
        browser_draw(browser, screen);
        double taken = now_ms() - start;
        slowest = taken > slowest ? taken : slowest;
    }
    printf("  %-10s %6.2f ms\n", key, slowest);
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"j", "PgDn", "G",     "g",   "s", "S",
                                       "b", "z",    "Enter", "Tab", "e", "Esc"};
    struct rule_set *rules;
    atomic_bool stop = false;
    if (argc < 2 || rule_set_create(NULL, &rules))
        return 2;
    struct catalogue *catalogue = catalogue_create(rules);
    const struct pipeline_options options = {.rules = rules, .threads = 1, .stop = &stop};
    const struct pipeline_sink sink = {catalogue, take, ignore, ignore};
    pipeline_run(&options, argv + 1, (size_t)argc - 1, &sink);
    struct browser browser;
    struct screen screen;
    browser_init(&browser, catalogue, NULL);
    browser_resize(&browser, 40, 120);
    screen_init(&screen, 40, 120, false);
    browser_tick(&browser);
    printf("%zu incidents, 120x40; the slowest of 8 presses:\n", catalogue_count(catalogue));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        time_key(&browser, &screen, keys[i]);
    screen_deinit(&screen);
    browser_deinit(&browser);
    catalogue_destroy(catalogue);
    rule_set_destroy(rules);
    return 0;
}
