/* What the page says of real reports, and what it must not say. */
#include "tests/unit/told_fixture.h"

/* cpuset= and mems_allowed= are of current, who asked (dump_oom_summary(),
 * cpuset_print_current_mems_allowed()): mem_on_node1 died for mem_on_node0. */
static void test_cpuset__is_the_askers(void **state)
{
    (void)state;
    struct told told = tell_of(
        "[ 2787.189115] [  13457]     0 13457   787002   785504  6340608        0             0 "
        "mem_on_node0\n"
        "[ 2787.216534] oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=test,"
        "mems_allowed=0\n"
        "[ 2787.229991] Out of memory: Killed process 13432 (mem_on_node1)\n");
    assert_says(told, "mem_on_node1 was killed for lack of memory on the nodes of the asker's "
                      "cpuset");
    assert_says(told, "The cpuset of the asker confines it to the memory of node 0");
    assert_hides(told, "its cpuset");
    told_end(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpuset__is_the_askers),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
