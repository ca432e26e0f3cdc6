#include "tests/unit/analysis_fixture.h"

/* Section 6.2 of the format reference: masks as kernels print them, and what they mean. Names in
 * the order of the kernel's own table. */
static const struct {
    enum gfp_era era;
    uint64_t mask;
    const char *names;
} masks[] = {
    {GFP_ERA_2_6_32, 0xd0, "GFP_KERNEL"},
    {GFP_ERA_2_6_32, 0x50, "GFP_NOFS"},
    {GFP_ERA_2_6_32, 0x10, "GFP_NOIO"},
    {GFP_ERA_2_6_32, 0x20, "GFP_ATOMIC"},
    {GFP_ERA_2_6_32, 0x200d0, "GFP_USER"},
    {GFP_ERA_2_6_32, 0x200d2, "GFP_HIGHUSER"},
    {GFP_ERA_2_6_32, 0x200da, "GFP_HIGHUSER_MOVABLE"},
    {GFP_ERA_2_6_32, 0x201da, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
    {GFP_ERA_2_6_32, 0x280da, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
    {GFP_ERA_2_6_32, 0x2000d0, "GFP_KERNEL|__GFP_NOTRACK"},
    {GFP_ERA_2_6_32, 0x3000d0, "GFP_KERNEL|__GFP_KMEMCG|__GFP_NOTRACK"},
    {GFP_ERA_2_6_32, 0x84d0, "GFP_KERNEL|__GFP_ZERO|__GFP_REPEAT"},
    {GFP_ERA_2_6_32, 0x102005a, "__GFP_HIGHMEM|__GFP_MOVABLE|GFP_NOFS|__GFP_HARDWALL|__GFP_WRITE"},
    {GFP_ERA_2_6_32, 0x10200da, "GFP_HIGHUSER_MOVABLE|__GFP_WRITE"},
    {GFP_ERA_4_0, 0x1000d0, "GFP_KERNEL|0x100000"},
    {GFP_ERA_4_4, 0x24000c0, "GFP_KERNEL"},
    {GFP_ERA_4_4, 0x24200ca, "GFP_HIGHUSER_MOVABLE"},
    {GFP_ERA_4_4, 0x24201ca, "GFP_HIGHUSER_MOVABLE|__GFP_COLD"},
    {GFP_ERA_4_4, 0x24280ca, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
    {GFP_ERA_4_4, 0x25000c0, "GFP_KERNEL_ACCOUNT"},
    {GFP_ERA_4_4, 0x26040c0, "GFP_KERNEL|__GFP_COMP|__GFP_NOTRACK"},
    {GFP_ERA_4_4, 0x27080c0, "GFP_KERNEL_ACCOUNT|__GFP_ZERO|__GFP_NOTRACK"},
    {GFP_ERA_4_10, 0x14000c0, "GFP_KERNEL"},
    {GFP_ERA_4_10, 0x14280ca, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
    {GFP_ERA_4_10, 0x15000c0, "GFP_KERNEL_ACCOUNT"},
    {GFP_ERA_4_18, 0x6000c0, "GFP_KERNEL"},
    {GFP_ERA_4_18, 0x6200ca, "GFP_HIGHUSER_MOVABLE"},
    {GFP_ERA_4_18, 0x6280ca, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
    {GFP_ERA_4_18, 0x7000c0, "GFP_KERNEL_ACCOUNT"},
    {GFP_ERA_5_1, 0xcc0, "GFP_KERNEL"},
    {GFP_ERA_5_1, 0xc40, "GFP_NOFS"},
    {GFP_ERA_5_1, 0xc00, "GFP_NOIO"},
    {GFP_ERA_5_1, 0xdc0, "GFP_KERNEL|__GFP_ZERO"},
    {GFP_ERA_5_1, 0xcd0, "GFP_KERNEL|__GFP_RECLAIMABLE"},
    {GFP_ERA_5_1, 0x100cca, "GFP_HIGHUSER_MOVABLE"},
    {GFP_ERA_5_1, 0x140cca, "GFP_HIGHUSER_MOVABLE|__GFP_COMP"},
    {GFP_ERA_5_1, 0x100dca, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO"},
    {GFP_ERA_5_1, 0x101cca, "GFP_HIGHUSER_MOVABLE|__GFP_WRITE"},
    {GFP_ERA_5_1, 0x140dca, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO|__GFP_COMP"},
    {GFP_ERA_5_1, 0x1100cca, "GFP_HIGHUSER_MOVABLE|0x1000000"},
    {GFP_ERA_5_1, 0x500cc2, "GFP_HIGHUSER|__GFP_ACCOUNT"},
    {GFP_ERA_5_1, 0x400cc0, "GFP_KERNEL_ACCOUNT"},
    {GFP_ERA_5_1, 0x440dc0, "GFP_KERNEL_ACCOUNT|__GFP_ZERO|__GFP_COMP"},
    {GFP_ERA_5_1, 0x482cc0, "GFP_KERNEL_ACCOUNT|__GFP_NOWARN|__GFP_NOMEMALLOC"},
    {GFP_ERA_5_1, 0x102dc2, "GFP_HIGHUSER|__GFP_ZERO|__GFP_NOWARN"},
    {GFP_ERA_5_1, 0xa20, "GFP_ATOMIC"},
    {GFP_ERA_5_1, 0x820, "GFP_ATOMIC"},
    {GFP_ERA_5_1, 0x800, "GFP_NOWAIT"},
};

static bool is_among(struct slice name, const char *names)
{
    struct slice rest = slice_from_string(names);
    while (rest.length)
        if (slice_equal(slice_cut(&rest, '|'), name))
            return true;
    return false;
}

static size_t count_names(const char *names)
{
    size_t count = 0;
    for (struct slice rest = slice_from_string(names); rest.length; count++)
        slice_cut(&rest, '|');
    return count;
}

/* As a set: the order of single flags is not fixed between kernels. */
static void test_masks_of_all_eras_decode_to_the_names_of_the_reference(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        size_t count;
        struct slice *names = gfp_decode(arena, masks[i].era, masks[i].mask, &count);
        if (count != count_names(masks[i].names))
            fail_msg("0x%llx has %zu names", (unsigned long long)masks[i].mask, count);
        for (size_t k = 0; k < count; k++)
            if (!is_among(names[k], masks[i].names))
                fail_msg("0x%llx: %.*s", (unsigned long long)masks[i].mask, SLICE_ARG(names[k]));
    }
    arena_destroy(arena);
}

static void claim_era(const char *kernel, int64_t mask, enum gfp_era expected)
{
    struct incident *incident = create_incident(kernel);
    incident->trigger.gfp_mask = amount_of(mask, 1);
    if (gfp_era_of(incident) != expected)
        fail_msg("\"%s\" 0x%llx: era %d", kernel, (unsigned long long)mask, gfp_era_of(incident));
    incident_destroy(incident);
}

static void test_the_release_decides_the_era(void **state)
{
    (void)state;
    claim_era("2.6.32-642.el6.x86_64", 0xd0, GFP_ERA_2_6_32);
    claim_era("3.10.0-1160.el7.x86_64", 0xd0, GFP_ERA_2_6_32);
    claim_era("4.1.18-bone", 0xd0, GFP_ERA_4_0);
    claim_era("4.9.24-coreos", 0x24000c0, GFP_ERA_4_4);
    claim_era("4.14.67", 0x14000c0, GFP_ERA_4_10);
    claim_era("4.18.0-553.el8_10.x86_64", 0x6200ca, GFP_ERA_4_18);
    claim_era("5.0.0", 0x6200ca, GFP_ERA_4_18);
    claim_era("5.10.0-32-cloud-amd64", 0xcc0, GFP_ERA_5_1);
    claim_era("7.2.13", 0xcc0, GFP_ERA_5_1);
}

static void test_without_a_release_the_reclaim_bits_of_the_mask_decide(void **state)
{
    (void)state;
    claim_era("", 0x280da, GFP_ERA_2_6_32);
    claim_era("", 0x24200ca, GFP_ERA_4_4);
    claim_era("", 0x14280ca, GFP_ERA_4_10);
    claim_era("", 0x6200ca, GFP_ERA_4_18);
    claim_era("", 0x100cca, GFP_ERA_5_1);
    claim_era("", 0x1500cca, GFP_ERA_5_1);
    claim_era("", 0, GFP_ERA_UNKNOWN);
}

static void test_hex_gets_names_and_says_who_decoded_it(void **state)
{
    (void)state;
    struct incident *incident = create_incident("3.10.0-1160.el7.x86_64");
    incident->trigger.gfp_mask = amount_of(0x280da, 1);
    incident_analyze(incident);
    claim_text(incident, "trigger.gfp", "GFP_HIGHUSER_MOVABLE|__GFP_ZERO");
    claim_number(incident, "trigger.gfp.is_decoded", 1);
    claim_number(incident, "trigger.gfp.movable", 1);
    claim_number(incident, "trigger.gfp.zero", 1);
    claim_number(incident, "trigger.gfp.account", 0);
    claim_number(incident, "trigger.gfp.atomic", 0);
    incident_destroy(incident);
}

static void test_printed_names_are_kept_and_opened(void **state)
{
    (void)state;
    struct incident *incident = create_incident("6.1.0");
    set_request(incident, "GFP_KERNEL_ACCOUNT|__GFP_ZERO|0x2000000", 2);
    incident_analyze(incident);
    claim_number(incident, "trigger.gfp.is_decoded", 0);
    claim_number(incident, "trigger.gfp.account", 1);
    claim_number(incident, "trigger.gfp.fs", 1);
    claim_number(incident, "trigger.gfp.highmem", 0);
    claim_number(incident, "trigger.request", 16 * KIB);
    incident_destroy(incident);
}

static void test_an_atomic_request_cannot_reclaim(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.10.0");
    set_request(incident, "GFP_ATOMIC|__GFP_COMP", 0);
    claim_number(incident, "trigger.gfp.atomic", 1);
    claim_number(incident, "trigger.gfp.high", 1);
    incident_destroy(incident);
}

static void test_a_lost_request_has_no_flags(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.4.0-1063-azure");
    incident->trigger.gfp_mask = amount_of(0, 1);
    incident->trigger.order = amount_of(0, 1);
    incident_analyze(incident);
    claim_unknown(incident, "trigger.gfp.movable");
    claim_unknown(incident, "trigger.gfp.atomic");
    claim_unknown(incident, "trigger.gfp");
    claim_number(incident, "evidence.is_fault_without_mask", 1);
    incident_destroy(incident);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_of_all_eras_decode_to_the_names_of_the_reference),
        cmocka_unit_test(test_the_release_decides_the_era),
        cmocka_unit_test(test_without_a_release_the_reclaim_bits_of_the_mask_decide),
        cmocka_unit_test(test_hex_gets_names_and_says_who_decoded_it),
        cmocka_unit_test(test_printed_names_are_kept_and_opened),
        cmocka_unit_test(test_an_atomic_request_cannot_reclaim),
        cmocka_unit_test(test_a_lost_request_has_no_flags),
    };
    return cmocka_run_group_tests_name("gfp", tests, NULL, NULL);
}
