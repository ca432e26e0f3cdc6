#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzer/incident.h"
#include "analyzer/incident_identity.h"

struct identity {
    const char *host, *boot, *comm, *path, *printed;
    int64_t kernel_us, wall_us, pid;
    uint64_t first_byte;
};

static void identify(struct identity as, char id[17])
{
    struct incident *incident = incident_create();
    incident->host = slice_from_string(as.host);
    incident->boot = slice_from_string(as.boot);
    incident->trigger.comm = slice_from_string(as.comm);
    incident->source.path = slice_from_string(as.path);
    incident->source.first_byte = as.first_byte;
    incident->time = (struct event_time){.has_monotonic = as.kernel_us != 0,
                                         .monotonic_us = as.kernel_us,
                                         .has_wall = as.wall_us != 0,
                                         .wall_us = as.wall_us,
                                         .printed = slice_from_string(as.printed)};
    if (as.pid)
        ARENA_PUSH(incident->arena, incident->victims, incident->victims_count)->pid =
            amount_of(as.pid, 1);
    incident_identify(incident);
    memcpy(id, incident->id, 17);
    incident_destroy(incident);
}

static bool is_same(struct identity a, struct identity b)
{
    char first[17], second[17];
    identify(a, first);
    identify(b, second);
    return memcmp(first, second, 17) == 0;
}

static const struct identity java = {
    .host = "web1", .comm = "java", .path = "/var/log/kern.log", .kernel_us = 5000000, .pid = 77};

static void test_incident__id_is_sixteen_hexadecimal_digits(void **state)
{
    (void)state;
    char id[17];
    identify(java, id);
    assert_int_equal(strspn(id, "0123456789abcdef"), 16);
    assert_int_equal(id[16], '\0');
}

static void test_incident__id_does_not_tell_from_where_it_was_read(void **state)
{
    (void)state;
    struct identity again = java;
    again.path = "archive.tar.gz:kern.log.1";
    again.first_byte = 123456;
    assert_true(is_same(java, again));
}

static void test_incident__id_differs_by_host_time_trigger_and_victim(void **state)
{
    (void)state;
    struct identity host = java, time = java, comm = java, victim = java;
    host.host = "web2";
    time.kernel_us++;
    comm.comm = "node";
    victim.pid = 78;
    assert_false(is_same(java, host));
    assert_false(is_same(java, time));
    assert_false(is_same(java, comm));
    assert_false(is_same(java, victim));
}

static void test_incident__id_takes_the_boot_where_no_host_is_known(void **state)
{
    (void)state;
    struct identity first = java, second = java;
    first.host = second.host = NULL;
    first.boot = "4f1c";
    second.boot = "8a20";
    assert_false(is_same(first, second));
}

static void test_incident__id_falls_back_to_the_place_without_any_time(void **state)
{
    (void)state;
    struct identity first = java, second = java;
    first.kernel_us = second.kernel_us = 0;
    assert_true(is_same(first, second));
    second.first_byte = 4096;
    assert_false(is_same(first, second));
}

static void test_incident__lines_are_copied_and_counted_from_one(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    char text[] = "Mem-Info:";
    uint32_t first = incident_add_line(incident, slice_from_string(text), 7, 700);
    uint32_t second = incident_add_line(incident, SLICE("2074779 pages RAM"), 8, 710);
    text[0] = 'X';
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
    assert_true(slice_equal(incident_line(incident, 1)->text, SLICE("Mem-Info:")));
    assert_int_equal(incident_line(incident, 2)->number, 8);
    assert_int_equal(incident_line(incident, 2)->offset, 710);
    assert_null(incident_line(incident, 0));
    assert_null(incident_line(incident, 3));
    incident_destroy(incident);
}

static void test_incident__missing_is_noted_once(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident_add_missing(incident, "tasks");
    incident_add_missing(incident, "header");
    incident_add_missing(incident, "tasks");
    assert_int_equal(incident->missing_count, 2);
    incident_destroy(incident);
}

static void test_incident__empty_one_claims_nothing(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    assert_int_equal(incident->kind, KIND_UNKNOWN);
    assert_int_equal(incident->dominant.permille, -1);
    assert_false(incident->page_size.known);
    assert_false(incident->trigger.order.known);
    assert_null(incident_chosen(incident));
    incident_destroy(incident);
    incident_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incident__id_is_sixteen_hexadecimal_digits),
        cmocka_unit_test(test_incident__id_does_not_tell_from_where_it_was_read),
        cmocka_unit_test(test_incident__id_differs_by_host_time_trigger_and_victim),
        cmocka_unit_test(test_incident__id_takes_the_boot_where_no_host_is_known),
        cmocka_unit_test(test_incident__id_falls_back_to_the_place_without_any_time),
        cmocka_unit_test(test_incident__lines_are_copied_and_counted_from_one),
        cmocka_unit_test(test_incident__missing_is_noted_once),
        cmocka_unit_test(test_incident__empty_one_claims_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
