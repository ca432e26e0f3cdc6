#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsers/vmcore/vmcoreinfo.h"

#define TEXT                                                                                 \
    SLICE("OSRELEASE=6.1.0-50\nBUILD-ID=00ff\nPAGESIZE=4096\nSYMBOL(prb)=ffffffffabe62540\n" \
          "OFFSET(list_head.next)=0\nSIZE(page)=64\nLENGTH(zone.free_area)=11\n"             \
          "NUMBER(phys_base)=-559939584\nNUMBER(kimage_voffset)=0xffff800000000000\n"        \
          "SYMBOL(torn)=ffx\nSIZE(torn)=\nKERNELOFFSET=26a00000\nCRASHTIME=1795419863\n")

static void test_vmcoreinfo__every_kind_has_its_own_writing(void **state)
{
    (void)state;
    uint64_t value = 1;
    int64_t number = 0;
    assert_true(vmcoreinfo_symbol(TEXT, "prb", &value));
    assert_true(value == UINT64_C(0xffffffffabe62540));
    assert_true(vmcoreinfo_count(TEXT, "OFFSET", "list_head.next", &value));
    assert_int_equal(value, 0);
    assert_true(vmcoreinfo_count(TEXT, "LENGTH", "zone.free_area", &value));
    assert_int_equal(value, 11);
    assert_true(vmcoreinfo_number(TEXT, "phys_base", &number));
    assert_int_equal(number, -559939584);
    assert_true(vmcoreinfo_number(TEXT, "kimage_voffset", &number));
    assert_true((uint64_t)number == UINT64_C(0xffff800000000000));
    assert_true(slice_equal(vmcoreinfo_value(TEXT, "CRASHTIME"), SLICE("1795419863")));
    assert_true(slice_equal(vmcoreinfo_value(TEXT, "BUILD-ID"), SLICE("00ff")));
}

static void test_vmcoreinfo__what_is_absent_or_torn_is_no_zero(void **state)
{
    (void)state;
    uint64_t value;
    int64_t number;
    assert_false(vmcoreinfo_symbol(TEXT, "pr", &value));
    assert_false(vmcoreinfo_symbol(TEXT, "torn", &value));
    assert_false(vmcoreinfo_count(TEXT, "SIZE", "torn", &value));
    assert_false(vmcoreinfo_count(TEXT, "OFFSET", "page", &value));
    assert_false(vmcoreinfo_number(TEXT, "page", &number));
    assert_int_equal(vmcoreinfo_value(TEXT, "OSREL").length, 0);
}

static void test_vmcoreinfo__is_recognised_by_all_three_of_its_marks(void **state)
{
    (void)state;
    assert_true(is_vmcoreinfo(TEXT));
    assert_false(is_vmcoreinfo(slice_skip(TEXT, 1)));
    assert_false(is_vmcoreinfo(SLICE("OSRELEASE=%s\nKERNELOFFSET=%lx\n"))); /* in kernel images */
    assert_false(is_vmcoreinfo(SLICE("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vmcoreinfo__every_kind_has_its_own_writing),
        cmocka_unit_test(test_vmcoreinfo__what_is_absent_or_torn_is_no_zero),
        cmocka_unit_test(test_vmcoreinfo__is_recognised_by_all_three_of_its_marks),
    };
    return cmocka_run_group_tests_name("vmcore_vmcoreinfo", tests, NULL, NULL);
}
