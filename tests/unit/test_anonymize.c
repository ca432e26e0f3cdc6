/* analyzer/anonymize.c: nothing of a list of secrets survives, and what is told stays true. */
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "analyzer/anonymize.h"
#include "analyzer/pseudonym.h"
#include "analyzer/salt.h"
#include "tests/unit/render_fixture.h"

#define SALT "a salt of the test"

/* What must not leave the house, each as it stands somewhere in the incident below. */
static const char *const secrets[] = {
    "db7.corp.example.org",
    "db7",
    "billing-worker",
    "billing",
    "acme-ledger",
    "083afd1a06b8",
    "d63c4bbe",
    "5f18_11ec",
    "5f18-11ec",
    "bdcd",
    "PowerEdge",
    "7093",
    "7127",
    "281482",
    "54321",
    "10.1.2.3",
    "fe80::1",
    "00:16:3e",
    "customer.log",
    "0123456789abcdef",
    "ledger-import",
    "7f00417e1ae0",
};

static void fill_secret_lines(struct incident *incident)
{
    static const char *const lines[] = {
        "billing-worker invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), order=0",
        "billing-worker cpuset=docker-" CONTAINER ".scope mems_allowed=0-3",
        "CPU: 18 PID: 7127 Comm: billing-worker Kdump: loaded Not tainted 4.18.0-147.x86_64 #1",
        "Hardware name: Dell Inc. PowerEdge R7415/065PKD, BIOS 1.15.0 09/11/2020",
        "RIP: 0033:0x7f00417e1ae0",
        "[ 7093] 54321  7093  2862980   492194 5242880    0   916 billing-worker",
        ("oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=" CGROUP ",task_memcg=" CGROUP
         ",task=billing-worker,pid=7093,uid=54321"),
        "Killed process 281482 (acme-ledger) total-vm:10481240kB, UID:54321 pgtables:5kB",
        "sending SIGTERM to process 281482 uid 54321 \"acme-ledger\": badness 900",
        "lowmemorykiller: Killing 'acme-ledger' (281482) (tgid 7093), adj 705,",
        "to free 20968kB on behalf of 'billing-worker' (7127) because",
        "System OOM encountered, victim process: acme-ledger, pid: 281482",
        ("Killed /system.slice/ledger-import.service due to memory pressure for system.slice/"
         "ledger-import.service being 62.5%"),
        "from db7: 10.1.2.3 and fe80::1 via 00:16:3e:01:02:03, key 0123456789abcdef",
        "INFO: task billing-worker:7127 blocked for more than 120 seconds.",
        "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [billing-worker:7127]",
        "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0",
        "anon 123456789012",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        add_report_line(incident, 100 + i, lines[i]);
}

static struct incident *secret_incident(void)
{
    struct incident *incident = seed_incident();
    incident->host = TEXT("db7.corp.example.org");
    incident->boot = TEXT("0123456789abcdef0123456789abcdef");
    incident->hardware = TEXT("Dell Inc. PowerEdge R7415/065PKD, BIOS 1.15.0 09/11/2020");
    incident->source.path = TEXT("/home/somebody/customer.log");
    incident->trigger.comm = incident->victims[0].comm = TEXT("billing-worker");
    incident->trigger.uid = incident->victims[0].uid = amount_of(54321, 1);
    incident->trigger.cpuset = TEXT("docker-" CONTAINER ".scope");
    incident->victims[0].cgroup = TEXT(CGROUP);
    incident->workload.unit = TEXT("ledger-import.service");
    incident->killer_reason = TEXT("memory of /system.slice/ledger-import.service");
    *ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count) = (struct task){
        .pid = 7093, .uid = 54321, .comm = TEXT("billing-worker"), .rss = {1, 0, true}};
    *ARENA_PUSH(incident->arena, incident->tasks, incident->tasks_count) =
        (struct task){.pid = 281482, .uid = 0, .comm = TEXT("acme-ledger"), .rss = {1, 0, true}};
    incident->totals.same_comm = TEXT("billing-worker");
    fill_secret_lines(incident);
    return incident;
}

/* The rules speak after anonymising, from the facts; every line is quoted by some finding. */
static void judge_again(struct incident *incident)
{
    incident->summary =
        arena_format(incident->arena, "%.*s was killed in %.*s",
                     SLICE_ARG(incident->victims[0].comm), SLICE_ARG(incident->memcg.path));
    for (size_t i = 1; i <= incident->lines_count; i++)
        add_finding(incident, "all", "text", "advice",
                    (struct evidence){.fact = TEXT("line"), .line = (uint32_t)i});
}

static struct incident *anonymous_incident(const char *salt)
{
    struct incident *incident = secret_incident();
    incident_anonymize(incident, salt);
    incident->findings_count = 0;
    judge_again(incident);
    return incident;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

static void assert_no_secret(const char *text)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strstr(text, secrets[i]))
            fail_msg("\"%s\" survived in:\n%s", secrets[i], text);
}

static void test_anonymize__the_test_knows_its_secrets(void **state)
{
    (void)state;
    struct incident *incident = secret_incident();
    judge_again(incident);
    RENDERED(text, render_json(out, incident));
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_has(text, secrets[i]);
    incident_destroy(incident);
    free(text);
}

static void test_anonymize__no_secret_survives_in_json(void **state)
{
    (void)state;
    struct incident *incident = anonymous_incident(SALT);
    RENDERED(text, render_json(out, incident));
    assert_no_secret(text);
    incident_destroy(incident);
    free(text);
}

static void test_anonymize__no_secret_survives_in_text(void **state)
{
    (void)state;
    struct incident *incident = anonymous_incident(SALT);
    struct render_options options = {.width = 400, .has_trace = true};
    RENDERED(text, render_text(out, incident, &options));
    assert_no_secret(text);
    incident_destroy(incident);
    free(text);
}

static void test_anonymize__no_secret_survives_in_markdown(void **state)
{
    (void)state;
    struct incident *incident = anonymous_incident(SALT);
    struct render_options options = {.width = 80};
    RENDERED(text, render_markdown(out, incident, &options));
    assert_no_secret(text);
    incident_destroy(incident);
    free(text);
}

static void test_anonymize__gives_a_name_one_pseudonym_everywhere(void **state)
{
    (void)state;
    struct incident *incident = anonymous_incident(SALT);
    struct slice name = incident->victims[0].comm;
    assert_true(slice_equal(name, incident->trigger.comm));
    assert_true(slice_equal(name, incident->tasks[0].comm));
    assert_int_equal(incident->victims[0].pid.value, incident->tasks[0].pid);
    bool is_quoted = false;
    for (size_t i = 0; i < incident->lines_count; i++)
        is_quoted = is_quoted || slice_starts(incident->lines[i].text, name);
    assert_true(is_quoted);
    assert_true(slice_contains(incident->memcg.path, incident->workload.container_id));
    assert_true(slice_contains(incident->memcg.path, incident->workload.pod_uid));
    incident_destroy(incident);
}

static void test_anonymize__repeats_itself_with_the_same_salt_only(void **state)
{
    (void)state;
    struct incident *one = anonymous_incident(SALT), *same = anonymous_incident(SALT),
                    *other = anonymous_incident("another salt");
    assert_true(slice_equal(one->host, same->host));
    assert_string_equal(one->id, same->id);
    assert_false(slice_equal(one->host, other->host));
    assert_false(slice_equal(one->victims[0].comm, other->victims[0].comm));
    assert_int_not_equal(one->victims[0].pid.value, other->victims[0].pid.value);
    incident_destroy(one);
    incident_destroy(same);
    incident_destroy(other);
}

static void test_anonymize__keeps_structure_programs_and_figures(void **state)
{
    (void)state;
    struct incident *incident = anonymous_incident(SALT);
    assert_true(slice_starts(incident->memcg.path, SLICE("/kubepods.slice/kubepods-burstable.slice/"
                                                         "kubepods-burstable-podid-")));
    assert_true(slice_contains(incident->memcg.path, SLICE(".slice/docker-id-")));
    assert_true(slice_ends(incident->memcg.path, SLICE(".scope")));
    assert_true(slice_ends(incident->workload.unit, SLICE(".service")));
    assert_int_equal(incident->memcg.memsw.usage.value, KIB(35651584));
    assert_int_equal(incident->victims[0].anon_rss.value, KIB(1968776));
    RENDERED(text, render_json(out, incident));
    assert_has(text, "kmem: usage 471440kB, limit 9007199254740988kB, failcnt 0");
    assert_has(text, "\"anon 123456789012\"");
    assert_has(text, "memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068");
    assert_has(text, "2862980 492194 5242880     0   916 name-");
    incident_destroy(incident);
    free(text);
}

static void test_anonymize__leaves_an_empty_incident_empty(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident_anonymize(incident, SALT);
    assert_int_equal(incident->host.length, 0);
    assert_int_equal(incident->memcg.path.length, 0);
    incident_destroy(incident);
}

static void test_anonymize__leaves_a_host_without_a_name_of_its_own(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->host = TEXT("localhost.localdomain");
    incident_add_line(incident, TEXT("localhost kernel: java invoked oom-killer"), 1, 0);
    incident_anonymize(incident, SALT);
    assert_true(slice_equal(incident->host, SLICE("localhost.localdomain")));
    incident_destroy(incident);
}

/* Lines that make every search start anew at each byte: in quadratic time this would take hours. */
static void test_anonymize__takes_hostile_lines_in_linear_time(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a.",   "a=", "0:",      "/:",       "task=/ ", "cpuset= ",
                                         "\"\"", "f-", "pid 1 (", "process ", "\xff",    "::"};
    enum { LENGTH = 256 * 1024 };
    char *line = malloc(LENGTH + 1);
    assert_non_null(line);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < LENGTH; at++)
            line[at] = pieces[i][at % length];
        struct incident *incident = incident_create();
        incident_add_line(incident, slice_of(line, LENGTH), 1, 0);
        incident_anonymize(incident, SALT);
        assert_true(incident->lines[0].text.length > 0);
        incident_destroy(incident);
    }
    free(line);
}

static void assert_comm(const char *comm, bool stays)
{
    struct arena *arena = arena_create();
    struct pseudonyms names = pseudonyms_of(arena, SALT);
    struct slice text = slice_from_string(comm);
    if (slice_equal(pseudonym_comm(&names, text), text) != stays)
        fail_msg("%s %s", comm, stays ? "was replaced" : "stayed");
    arena_destroy(arena);
}

static void test_pseudonym__keeps_well_known_programs_only(void **state)
{
    (void)state;
    assert_comm("java", true);
    assert_comm("postgres", true);
    assert_comm("python3.11", true);
    assert_comm("kworker/3:1H", true);
    assert_comm("kworker/secret", false);
    assert_comm("javax", false);
    assert_comm("our-service", false);
}

static void test_pseudonym__gives_no_two_pids_the_same(void **state)
{
    (void)state;
    enum { PIDS = 1 << 22 };
    struct pseudonyms names = pseudonyms_of(NULL, SALT);
    unsigned char *seen = calloc(1, PIDS);
    assert_non_null(seen);
    for (int64_t pid = 0; pid < PIDS; pid += 7) {
        int64_t other = pseudonym_number(&names, pid);
        assert_in_range(other, 0, PIDS - 1);
        assert_int_equal(seen[other]++, 0);
    }
    assert_int_equal(pseudonym_number(&names, 1), 1);
    assert_true(pseudonym_number(&names, INT64_C(4294967294)) >= PIDS);
    free(seen);
}

static void test_pseudonym__takes_pod_uids_in_both_spellings_for_one(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct pseudonyms names = pseudonyms_of(arena, SALT);
    struct slice systemd =
        pseudonym_component(&names, SLICE("kubepods-burstable-pod" POD ".slice"));
    struct slice cgroupfs =
        pseudonym_component(&names, SLICE("podd63c4bbe-5f18-11ec-bdcd-d094668d7dd6"));
    assert_true(slice_contains(systemd, slice_skip(cgroupfs, 3)));
    assert_true(
        slice_starts(pseudonym_component(&names, SLICE("podcast.service")), SLICE("name-")));
    arena_destroy(arena);
}

/* Appendix A of "SipHash: a fast short-input PRF": key 00..0f, input 00..0e. */
static void test_keyed_hash__matches_the_papers_vector(void **state)
{
    (void)state;
    char input[15];
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (char)i;
    struct hash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    assert_true(keyed_hash(key, slice_of(input, sizeof input)) == 0xa129ca6149be45e5);
}

static void test_salt__differs_each_time(void **state)
{
    (void)state;
    char one[SALT_SIZE], other[SALT_SIZE];
    assert_null(salt_create(one));
    assert_null(salt_create(other));
    assert_int_equal(strlen(one), 32);
    assert_string_not_equal(one, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anonymize__the_test_knows_its_secrets),
        cmocka_unit_test(test_anonymize__no_secret_survives_in_json),
        cmocka_unit_test(test_anonymize__no_secret_survives_in_text),
        cmocka_unit_test(test_anonymize__no_secret_survives_in_markdown),
        cmocka_unit_test(test_anonymize__gives_a_name_one_pseudonym_everywhere),
        cmocka_unit_test(test_anonymize__repeats_itself_with_the_same_salt_only),
        cmocka_unit_test(test_anonymize__keeps_structure_programs_and_figures),
        cmocka_unit_test(test_anonymize__leaves_an_empty_incident_empty),
        cmocka_unit_test(test_anonymize__leaves_a_host_without_a_name_of_its_own),
        cmocka_unit_test(test_anonymize__takes_hostile_lines_in_linear_time),
        cmocka_unit_test(test_pseudonym__keeps_well_known_programs_only),
        cmocka_unit_test(test_pseudonym__gives_no_two_pids_the_same),
        cmocka_unit_test(test_pseudonym__takes_pod_uids_in_both_spellings_for_one),
        cmocka_unit_test(test_keyed_hash__matches_the_papers_vector),
        cmocka_unit_test(test_salt__differs_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
