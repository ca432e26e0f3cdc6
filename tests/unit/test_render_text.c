/* analyzer/render_text.c: the page for a terminal. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analyzer/render_layout.h"
#include "tests/unit/render_fixture.h"

static char *text_of(const struct incident *incident, struct render_options options)
{
    RENDERED(text, render_text(out, incident, &options));
    return text;
}

static char *seed_text(struct render_options options)
{
    struct incident *incident = seed_incident();
    char *text = text_of(incident, options);
    incident_destroy(incident);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" stands in:\n%s", part, text);
}

static void assert_lines_fit(const char *text, int width)
{
    struct slice rest = slice_from_string(text);
    while (rest.length) {
        struct slice line = slice_cut(&rest, '\n');
        if (text_columns(line) > width)
            fail_msg("%d columns, %d wanted: %.*s", text_columns(line), width, SLICE_ARG(line));
    }
}

static void test_render_text__answers_on_the_first_two_lines(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    const char *answer = "Out of its memory+swap limit, 34.0 of 34.0 GiB: 26.7 GiB of the "
                         "container's\nmemory is tmpfs, which killing java (1.9 GiB) does not "
                         "free\n";
    assert_int_equal(strncmp(text, answer, strlen(answer)), 0);
    free(text);
}

/* 35651584 kB are 34.0 GiB, 33554432 kB 32.0 GiB, 32461120 kB 30.96 GiB (96.7 %), 3190836 kB 3.04
 * GiB. */
static void test_render_text__shows_usage_against_limit(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    assert_has(text, "Limit and usage: container 083afd1a06b8 (kubernetes, burstable,");
    assert_has(text, "\n  memory        31.0 GiB of 32.0 GiB      97 %  failcnt 0\n");
    assert_has(text, "\n> memory+swap   34.0 GiB of 34.0 GiB     100 %  failcnt 24,892,068  <- "
                     "refused\n");
    assert_has(text, "\n  swap           3.0 GiB\n");
    assert_has(text, "\n  kmem         460.4 MiB, no limit              failcnt 0\n");
    free(text);
}

/* 28013264 / 32461120 = 86.3 %, 3958288 / 32461120 = 12.2 %, 471440 / 32461120 = 1.45 %. */
static void test_render_text__lists_parts_largest_first_with_bars(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    assert_has(text, "  tmpfs, shared    26.7 GiB     86 %  #################...\n"
                     "  anonymous         3.8 GiB     12 %  ##..................\n");
    assert_lacks(text, "\n  slab "); /* below 3 %; the record has it */
    free(text);
}

static void test_render_text__tells_victim_and_trigger(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 120});
    assert_has(text, "java (pid 7093) was killed; it held 1.9 GiB anonymous, 16.0 MiB shared.");
    assert_has(text, "Asked by java (pid 7127): reading a mapped file, GFP_HIGHUSER_MOVABLE.");
    assert_lacks(text, "of page tables"); /* this kernel does not print them */
    free(text);
}

static void test_render_text__says_the_same_advice_once(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    struct slice page = slice_from_string(text), advice = SLICE(SEED_ADVICE);
    assert_true(slice_contains(page, advice));
    assert_int_equal(slice_find(page, advice), slice_find_last(page, advice));
    assert_has(text, "  1. " SEED_ADVICE);
    free(text);
}

static void test_render_text__quotes_lines_with_their_numbers(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    assert_has(text, "\n  seed.log:31  memory+swap: usage 35651584kB, limit 35651584kB, failcnt "
                     "24892068\n");
    free(text);
}

static void test_render_text__quotes_a_long_line_around_its_figure(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    assert_has(text, "\n  seed.log:33  Memory cgroup stats f… shmem:28013264KB ");
    free(text);
}

static void test_render_text__lists_what_is_missing_and_no_unknowns(void **state)
{
    (void)state;
    char *text = seed_text((struct render_options){.width = 80});
    assert_has(text, "\n\nNot shown: the task table");
    assert_lacks(text, "unknown");
    free(text);
}

static size_t lines_of(const char *text)
{
    return slice_count_byte(slice_from_string(text), '\n');
}

/* Eight reasons of three lines each: a page of 30 lines has no room for them. */
static void test_render_text__keeps_to_a_screen_and_says_what_it_leaves_out(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    size_t reasons = incident->findings_count;
    for (; reasons < 8; reasons++)
        add_finding(incident, "more",
                    arena_format(incident->arena, "Reason %zu. %0150d", reasons, 0).data, "",
                    (struct evidence){.fact = TEXT("kind")});
    char *narrow = text_of(incident, (struct render_options){.width = 80});
    char *wide = text_of(incident, (struct render_options){.width = 400});
    char *whole = text_of(incident, (struct render_options){.width = 80, .has_trace = true});
    assert_has(narrow, "What is behind it (2 of ");
    assert_true(lines_of(wide) <= 30);
    assert_has(whole, "What is behind it\n");
    assert_has(whole, "Reason 7.");
    free(narrow);
    free(wide);
    free(whole);
    incident_destroy(incident);
}

/* What the page shows some of cannot be missing as a whole. */
static void test_render_text__denies_nothing_that_it_shows(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->dominant.part = PART_UNKNOWN;
    incident_add_missing(incident, "zones");
    incident_add_missing(incident, "memcg-limits");
    char *text = text_of(incident, (struct render_options){.width = 400});
    assert_has(text, "the zones and their watermarks"); /* none is shown */
    assert_has(text, "other limits of the memory cgroup (memory+swap, kmem)");
    assert_has(text, "whether another part of the memory was larger");
    assert_lacks(text, "what filled the memory");
    struct zone zone = {.name = SLICE("DMA")};
    *ARENA_PUSH(incident->arena, incident->host_memory.zones, incident->host_memory.zones_count) =
        zone;
    char *partly = text_of(incident, (struct render_options){.width = 400});
    assert_has(partly, "some of the zones, or figures of them");
    incident_destroy(incident);
    free(text);
    free(partly);
}

static void test_render_text__keeps_to_the_width(void **state)
{
    (void)state;
    static const int widths[] = {40, 80, 120};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        char *text = seed_text((struct render_options){.width = widths[i], .has_trace = true});
        assert_lines_fit(text, widths[i]);
        free(text);
        struct incident *hostile = hostile_incident();
        text = text_of(hostile, (struct render_options){.width = widths[i]});
        assert_lines_fit(text, widths[i]);
        incident_destroy(hostile);
        free(text);
    }
}

static void test_render_text__colours_only_when_asked(void **state)
{
    (void)state;
    char *plain = seed_text((struct render_options){.width = 80});
    assert_null(strchr(plain, '\033'));
    char *coloured = seed_text((struct render_options){.width = 80, .has_colour = true});
    assert_has(coloured, "\033[1;31mOut of its memory+swap limit");
    free(plain);
    free(coloured);
}

static void test_render_text__escapes_hostile_names(void **state)
{
    (void)state;
    struct incident *incident = hostile_incident();
    char *text = text_of(incident, (struct render_options){.width = 120});
    assert_null(strchr(text, '\033'));
    assert_has(text, "\\x1b[31mred\\x0a\\xff");
    for (const char *at = text; *at; at++)
        assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
    incident_destroy(incident);
    free(text);
}

static void test_render_text__names_a_doubtful_channel(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->source.provenance = PROVENANCE_USER;
    char *text = text_of(incident, (struct render_options){.width = 80});
    assert_has(text, "A user-space program wrote these lines, not the kernel");
    incident->source.provenance = PROVENANCE_KERNEL;
    char *trusted = text_of(incident, (struct render_options){.width = 80});
    assert_lacks(trusted, "user-space program");
    incident_destroy(incident);
    free(text);
    free(trusted);
}

static void test_render_text__says_so_when_nothing_is_known(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    char *text = text_of(incident, (struct render_options){.width = 80});
    assert_has(text, "A piece of a memory report; too little of the report is here to say why.");
    assert_has(text, "which limit refused");
    assert_has(text, "when it happened");
    assert_lacks(text, "Limit and usage");
    assert_lacks(text, "Evidence");
    assert_lacks(text, " 0 B");
    incident_destroy(incident);
    free(text);
}

/* First of two with nothing adjusted is what anybody would expect; the quoted line has all flags.
 */
static void test_render_text__says_of_rank_and_mask_what_matters(void **state)
{
    (void)state;
    for (int adjustment = 0; adjustment <= 500; adjustment += 500) {
        struct slice flags[] = {SLICE("GFP_KERNEL"), SLICE("__GFP_COMP"), SLICE("__GFP_NOFAIL")};
        struct incident *incident = seed_incident();
        incident->trigger.gfp = flags;
        incident->trigger.gfp_count = 3;
        incident->victims[0].oom_score_adj = amount_of(adjustment, 0);
        incident->ranking.position = amount_of(1, 0);
        incident->ranking.candidates = amount_of(2, 0);
        incident->ranking.exempt = amount_of(0, 0);
        char *text = text_of(incident, (struct render_options){.width = 400});
        assert_has(text, "GFP_KERNEL|__GFP_NOFAIL.");
        assert_int_equal(strstr(text, "it ranked 1 of 2 (oom_score_adj 500)") != NULL,
                         adjustment != 0);
        assert_int_equal(strstr(text, "By badness") != NULL, adjustment != 0);
        incident_destroy(incident);
        free(text);
    }
}

/* free 504 KiB - reserve 0 - high 1840 KiB = 1336 KiB short */
static void test_render_text__shows_the_watermark_arithmetic(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    static struct zone zone = {.node = 0, .name = {"Normal", 6}};
    zone.figure[ZONE_FREE] = amount_of(KIB(504), 0);
    incident->kind = KIND_OOM_KILL;
    incident->scope = SCOPE_GLOBAL;
    incident->limit = LIMIT_ZONE;
    *ARENA_PUSH(incident->arena, incident->zone_checks, incident->zone_checks_count) =
        (struct zone_check){.zone = &zone,
                            .is_eligible = true,
                            .usable = amount_of(KIB(504), 0),
                            .reserve = amount_of(0, 0),
                            .mark = amount_of(KIB(1840), 0),
                            .margin = amount_of(KIB(504 - 1840), 0)};
    char *text = text_of(incident, (struct render_options){.width = 100});
    assert_has(text, "node 0 Normal: free 504 KiB - reserve 0 B - high 1.8 MiB = 1.3 MiB "
                     "short\n");
    incident_destroy(incident);
    free(text);
}

static void test_render_text__shows_the_trace_when_asked(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    *ARENA_PUSH(incident->arena, incident->trace, incident->trace_count) =
        (struct trace_step){.rule = TEXT("shmem-outlives-kill"),
                            .predicate = TEXT("scope is memcg"),
                            .values = TEXT("memcg"),
                            .outcome = OUTCOME_YES,
                            .line = incident->memcg.memory.line};
    *ARENA_PUSH(incident->arena, incident->trace, incident->trace_count) =
        (struct trace_step){.rule = TEXT("shmem-outlives-kill"),
                            .predicate = TEXT("host.free > 0"),
                            .outcome = OUTCOME_UNKNOWN};
    char *text = text_of(incident, (struct render_options){.width = 80, .has_trace = true});
    assert_has(text, "  shmem-outlives-kill\n"
                     "    yes      scope is memcg   [memcg] line 30\n"
                     "    unknown  host.free > 0\n");
    incident_destroy(incident);
    free(text);
}

static void test_layout__counts_columns_of_wide_and_combining_characters(void **state)
{
    (void)state;
    assert_int_equal(text_columns(SLICE("abc")), 3);
    assert_int_equal(text_columns(SLICE("\xe6\x97\xa5\xe6\x9c\xac")), 4); /* two CJK characters */
    assert_int_equal(text_columns(SLICE("e\xcc\x81")), 1);                /* e, combining acute */
}

static void test_layout__never_cuts_inside_a_character(void **state)
{
    (void)state;
    struct slice text = SLICE("\xe6\x97\xa5\xe6\x9c\xac");
    assert_int_equal(text_fit(text, 3).length, 3);
    struct arena *arena = arena_create();
    assert_true(slice_equal(text_cut(arena, text, 3), SLICE("\xe6\x97\xa5…")));
    assert_true(slice_equal(text_cut_middle(arena, SLICE("abcdefghij"), 5), SLICE("ab…ij")));
    arena_destroy(arena);
}

static void test_layout__keeps_a_figure_with_its_unit(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct page page = {.out = out, .width = 30, .arena = arena};
    /* 28 columns up to and with "26.7": the unit alone would not fit any more */
    page_paragraph(&page, ROLE_PLAIN, "", SLICE("twenty-two characters. 26.7 GiB of it"));
    fclose(out);
    assert_string_equal(text, "twenty-two characters.\n26.7 GiB of it\n");
    arena_destroy(arena);
    free(text);
}

/* The container of the victim has no limit here; its LXC container does. */
static void test_render_text__names_the_owner_of_the_limit(void **state)
{
    (void)state;
    struct incident *incident = seed_incident();
    incident->memcg.path = SLICE("/lxc/39004");
    incident->memcg.victim_path = SLICE("/lxc/39004/ns/docker/a59e4e7d3090");
    char *text = text_of(incident, (struct render_options){.width = 80});
    assert_has(text, "Limit and usage: container 39004 (lxc)\n");
    free(text);
    incident_destroy(incident);
}

static void test_render_text__names_the_nodes_of_a_cpuset(void **state)
{
    (void)state;
    struct incident *incident = host_incident(2);
    incident->scope = SCOPE_CPUSET;
    incident->trigger.mems_allowed = SLICE("2-3");
    char *text = text_of(incident, (struct render_options){.width = 80});
    assert_has(text, "Limit and usage: host, node 2-3\n");
    free(text);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render_text__answers_on_the_first_two_lines),
        cmocka_unit_test(test_render_text__shows_usage_against_limit),
        cmocka_unit_test(test_render_text__lists_parts_largest_first_with_bars),
        cmocka_unit_test(test_render_text__tells_victim_and_trigger),
        cmocka_unit_test(test_render_text__names_the_owner_of_the_limit),
        cmocka_unit_test(test_render_text__names_the_nodes_of_a_cpuset),
        cmocka_unit_test(test_render_text__says_the_same_advice_once),
        cmocka_unit_test(test_render_text__quotes_lines_with_their_numbers),
        cmocka_unit_test(test_render_text__quotes_a_long_line_around_its_figure),
        cmocka_unit_test(test_render_text__lists_what_is_missing_and_no_unknowns),
        cmocka_unit_test(test_render_text__keeps_to_a_screen_and_says_what_it_leaves_out),
        cmocka_unit_test(test_render_text__denies_nothing_that_it_shows),
        cmocka_unit_test(test_render_text__keeps_to_the_width),
        cmocka_unit_test(test_render_text__colours_only_when_asked),
        cmocka_unit_test(test_render_text__escapes_hostile_names),
        cmocka_unit_test(test_render_text__names_a_doubtful_channel),
        cmocka_unit_test(test_render_text__says_so_when_nothing_is_known),
        cmocka_unit_test(test_render_text__says_of_rank_and_mask_what_matters),
        cmocka_unit_test(test_render_text__shows_the_watermark_arithmetic),
        cmocka_unit_test(test_render_text__shows_the_trace_when_asked),
        cmocka_unit_test(test_layout__counts_columns_of_wide_and_combining_characters),
        cmocka_unit_test(test_layout__never_cuts_inside_a_character),
        cmocka_unit_test(test_layout__keeps_a_figure_with_its_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
