/*
 * From a key to a screen of cells with 10,000 incidents: the slowest press of each key, wherever it
 * was pressed, in processor time. Usage: browser LOG
 */
#define _GNU_SOURCE /* clock_gettime */
#include <stdio.h>
#include <time.h>

#include "tui/browser.h"

enum { TIMED_MAX = 96, NAME_MAX_LENGTH = 16 };

/* Keys as a user presses them, parted by blanks: in the list, in each grouping of it, in the
 * prompts, in an incident and the help. */
static const char *const scripts[] = {
    "j k Down Up PgDn PgUp ^F ^B G g End Home l h u t m ^L",
    "s s s s s s s s S s s s s s s s s S z S z",
    "b s s s s s s s s h l z z",
    "b s s s s s s s s h l z z",
    "b s s s s s s s s h l z z",
    "b s s s s s s s s h l z z",
    "b f j a v a Backspace Enter G Esc",
    "f n o n e Esc",
    "/ n o w h e r e Enter n N",
    "w s c o p e Space i s Space g l o b a l Enter",
    "G s S z b Esc b b b b",
    "g Enter 1 2 3 4 5 6 7 Tab S-Tab G g c Enter Backspace 3 s S 6 / y e s Enter n N e E",
    "? PgDn G g Esc Esc",
};

struct timed {
    char name[NAME_MAX_LENGTH];
    double slowest_ms;
};

struct bench {
    struct browser browser;
    struct screen screen;
    struct timed keys[TIMED_MAX];
    size_t count;
};

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

static void note(struct bench *bench, struct slice key, double ms)
{
    size_t i = 0;
    while (i < bench->count && !slice_equal(slice_from_string(bench->keys[i].name), key))
        i++;
    if (i == TIMED_MAX)
        return;
    struct timed *timed = &bench->keys[i];
    if (i == bench->count) {
        bench->count++;
        snprintf(timed->name, sizeof timed->name, "%.*s", SLICE_ARG(key));
    }
    timed->slowest_ms = ms > timed->slowest_ms ? ms : timed->slowest_ms;
}

/* The loop of the browser: what is between keys counts for the key, or as one of its own. */
static void press(struct bench *bench, struct slice key)
{
    double start = now_ms();
    browser_press(&bench->browser, key);
    do {
        browser_tick(&bench->browser);
        browser_draw(&bench->browser, &bench->screen);
        note(bench, key, now_ms() - start);
        start = now_ms();
        key = SLICE("asking more");
    } while (bench->browser.unasked > 0);
}

static void run_scripts(struct bench *bench)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (struct slice keys = slice_from_string(scripts[i]); keys.length;)
            press(bench, slice_cut(&keys, ' '));
}

static void print(const struct bench *bench)
{
    double slowest = 0;
    for (size_t i = 0; i < bench->count; i++) {
        const struct timed *timed = &bench->keys[i];
        printf("  %-12s %6.2f ms%s", timed->name, timed->slowest_ms, i % 4 == 3 ? "\n" : "");
        slowest = timed->slowest_ms > slowest ? timed->slowest_ms : slowest;
    }
    printf("\nthe slowest of all: %.2f ms\n", slowest);
}

int main(int argc, char **argv)
{
    struct rule_set *rules;
    struct bench bench = {0};
    atomic_bool stop = false;
    if (argc < 2 || rule_set_create(NULL, &rules))
        return 2;
    struct catalogue *catalogue = catalogue_create(rules);
    const struct pipeline_options options = {.rules = rules, .threads = 1, .stop = &stop};
    const struct pipeline_sink sink = {catalogue, take, NULL, ignore, ignore};
    pipeline_run(&options, argv + 1, (size_t)argc - 1, &sink);
    browser_init(&bench.browser, catalogue, NULL);
    browser_resize(&bench.browser, 40, 120);
    screen_init(&bench.screen, 40, 120, false);
    browser_tick(&bench.browser);
    printf("%zu incidents, 120x40; the slowest press of each key, processor time:\n",
           catalogue_count(catalogue));
    run_scripts(&bench);
    print(&bench);
    screen_deinit(&bench.screen);
    browser_deinit(&bench.browser);
    catalogue_destroy(catalogue);
    rule_set_destroy(rules);
    return 0;
}
