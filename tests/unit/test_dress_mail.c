/* Lines that belong together without saying so, and what mail does to lines. */
#include "tests/unit/dress_fixture.h"

#include <stdio.h>

/* ---- continuation lines */

static void test_dress_mail__indented_lines_belong_to_the_record_before(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[Di Aug 12 03:54:03 2025] Memory cgroup stats for /lxc/39004:\n"
                             "                          anon 31841292288\n"
                             "                          file 688283648\n"
                             "[Di Aug 12 03:54:03 2025] Tasks state (memory values in pages):\n");
    assert_int_equal(seen->count, 4);
    assert_text(1, "anon 31841292288");
    assert_true(seen->messages[1].is_continuation);
    assert_true(seen->messages[2].is_continuation);
    assert_slice(seen->messages[2].time.printed, "Di Aug 12 03:54:03 2025");
    assert_int_equal(seen->messages[2].number, 3);
    assert_false(seen->messages[3].is_continuation);
    seen_destroy(seen);
}

static void test_dress_mail__bare_lines_inherit_host_and_time(void **state)
{
    (void)state;
    struct seen *seen = SEEN("okt 31 10:02:16 ip-1.eu-west-1.compute.internal kernel: "
                             "active_anon:895836 inactive_anon:8314 isolated_anon:0\n"
                             "active_file:413 inactive_file:596 isolated_file:0\n"
                             "unevictable:0 dirty:1 writeback:0 unstable:0\n"
                             "okt 31 10:02:17 ip-1.eu-west-1.compute.internal kernel: Node 0\n");
    assert_int_equal(seen->count, 4);
    assert_text(1, "active_file:413 inactive_file:596 isolated_file:0");
    assert_true(seen->messages[1].is_continuation);
    assert_slice(seen->messages[2].host, "ip-1.eu-west-1.compute.internal");
    assert_slice(seen->messages[2].tag, "kernel");
    assert_slice(seen->messages[2].time.printed, "okt 31 10:02:16");
    seen_destroy(seen);
}

/* cat -n, grep -n, less -N, a diff: "slab_reclaimable:354" has no stamp, but a number. */
static void test_dress_mail__what_stands_before_every_line_is_taken_off(void **state)
{
    (void)state;
    static const char *const streams[] = {
        "     9\t[   12.345678] Mem-Info:\n    10\t slab_reclaimable:354\n"
        "    11\t[   12.345679] Node 0\n    12\t\n",
        "9:[   12.345678] Mem-Info:\n10: slab_reclaimable:354\n11:[   12.345679] Node 0\n",
        "      9 [   12.345678] Mem-Info:\n     10  slab_reclaimable:354\n"
        "     11 [   12.345679] Node 0\n",
        "+[   12.345678] Mem-Info:\n+ slab_reclaimable:354\n+[   12.345679] Node 0\n",
    };
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct seen *seen = seen_of(slice_from_string(streams[i]));
        assert_int_equal(seen->count, 3);
        assert_text(1, "slab_reclaimable:354");
        assert_true(seen->messages[1].is_continuation);
        assert_int_equal(seen->messages[2].time.monotonic_us, 12345679);
        seen_destroy(seen);
    }
}

static void test_dress_mail__numbers_that_do_not_count_lines_stay(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   12.345678] Mem-Info:\n354 total pagecache pages\n"
                             "355 pages in swap cache\n356 pages reserved\n");
    assert_int_equal(seen->count, 4);
    assert_text(1, "354 total pagecache pages");
    assert_text(3, "356 pages reserved");
    seen_destroy(seen);
}

static void test_dress_mail__a_line_before_any_prefix_stands_alone(void **state)
{
    (void)state;
    struct seen *seen = SEEN("java: page allocation failure: order:0, mode:0x2084120(GFP_ATOMIC)\n"
                             "Jun 13 04:36:30 a kernel: CPU: 7 PID: 111104 Comm: java\n");
    assert_int_equal(seen->count, 2);
    assert_false(seen->messages[0].is_continuation);
    assert_int_equal(seen->messages[0].host.length, 0);
    seen_destroy(seen);
}

static void test_dress_mail__a_stream_without_prefixes_has_no_continuations(void **state)
{
    (void)state;
    struct seen *seen = SEEN("sed invoked oom-killer: gfp_mask=0x201da, order=0\n"
                             " [<ffffffff816861ac>] dump_stack+0x19/0x1b\n"
                             "Mem-Info:\n slab_reclaimable:354\n");
    assert_int_equal(seen->count, 4);
    for (size_t i = 0; i < seen->count; i++)
        assert_false(seen->messages[i].is_continuation);
    assert_text(1, " [<ffffffff816861ac>] dump_stack+0x19/0x1b");
    seen_destroy(seen);
}

static void test_dress_mail__a_long_run_of_bare_lines_is_no_continuation(void **state)
{
    (void)state;
    struct seen *seen = seen_create();
    struct dress *dress = dress_create(seen_sink, seen);
    feed_lines(dress, SLICE("Nov 23 01:02:03 a kernel: a\n"));
    for (int i = 0; i < 120; i++)
        feed_lines(dress, SLICE("anon 1\n"));
    dress_flush(dress);
    dress_destroy(dress);
    assert_int_equal(seen->count, 121);
    assert_true(seen->messages[64].is_continuation); /* memory.stat has that many */
    assert_false(seen->messages[120].is_continuation);
    seen_destroy(seen);
}

static void test_dress_mail__a_log_in_a_code_block_is_read(void **state)
{
    (void)state;
    struct seen *seen = SEEN("    [    1.000000] a\n\tNov 23 01:02:03 db1 kernel:  b\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "a");
    assert_int_equal(seen->messages[0].time.monotonic_us, 1000000);
    assert_text(1, " b");
    assert_false(seen->messages[1].is_continuation);
    seen_destroy(seen);
}

/* ---- quote marks */

static void test_dress_mail__quote_marks_are_taken_off(void **state)
{
    (void)state;
    struct seen *seen = SEEN("> [    1.000000] a\n>> > [    2.000000] b\n"
                             ">>> java invoked oom-killer: order=0\n>\n"
                             "| [    3.000000]  dump_stack+0x1\n");
    assert_int_equal(seen->count, 4);
    assert_text(0, "a");
    assert_text(1, "b");
    assert_int_equal(seen->messages[1].time.monotonic_us, 2000000);
    assert_text(2, "java invoked oom-killer: order=0");
    assert_text(3, " dump_stack+0x1");
    seen_destroy(seen);
}

static void test_dress_mail__marks_in_a_log_that_is_not_quoted_stay(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Nov 23 01:02:03 a app: select\n> 1\n| 2\n");
    assert_int_equal(seen->count, 3);
    assert_text(1, "> 1");
    assert_text(2, "| 2");
    seen_destroy(seen);
}

/* ---- hard wraps */

static void test_dress_mail__wrapped_lines_are_joined(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[   65.470256] \n"
             "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=test,mems_allowed=0,"
             "task=memkiller,pid=1968,uid=0\n"
             "Apr  4 09:08:53 debian kernel: [   65.481992] Out of memory: Killed \n"
             "process 1968 (memkiller) total-vm:2099436kB, anon-rss:1971712kB, \n"
             "file-rss:1024kB, shmem-rss:0kB, UID:0 pgtables:3904kB oom_score_adj:0\n");
    assert_int_equal(seen->count, 2);
    assert_false(seen->messages[0].is_continuation);
    assert_int_equal(seen->messages[0].time.monotonic_us, 65470256);
    assert_text(1, "Out of memory: Killed process 1968 (memkiller) total-vm:2099436kB, "
                   "anon-rss:1971712kB, file-rss:1024kB, shmem-rss:0kB, UID:0 pgtables:3904kB "
                   "oom_score_adj:0");
    assert_int_equal(seen->messages[1].number, 3);
    assert_int_equal(seen->messages[1].time.monotonic_us, 65481992);
    seen_destroy(seen);
}

static void test_dress_mail__a_wrap_that_took_the_blank_gives_it_back(void **state)
{
    (void)state;
    struct seen *seen = SEEN("[   65.481992] Memory cgroup out of memory: Killed process 1968\n"
                             "(memkiller) total-vm:2099436kB, anon-rss:1971712kB\n"
                             "[   65.481993] b\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "Memory cgroup out of memory: Killed process 1968 (memkiller) "
                   "total-vm:2099436kB, anon-rss:1971712kB");
    seen_destroy(seen);
}

static void test_dress_mail__lines_of_a_terminal_are_joined_in_mid_word(void **state)
{
    (void)state;
    char text[256];
    /* a terminal of 80 columns cuts at the 80th */
    int length = snprintf(text, sizeof text, "%s\n%s\n[   66.000000] b\n",
                          "[   65.481992] java invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), "
                          "nodemask=",
                          "(null), order=0, oom_score_adj=916");
    assert_int_equal(strcspn(text, "\n"), 80);
    struct seen *seen = seen_of(slice_of(text, (size_t)length));
    assert_int_equal(seen->count, 2);
    assert_text(0, "java invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), nodemask=(null), "
                   "order=0, oom_score_adj=916");
    seen_destroy(seen);
}

static void test_dress_mail__a_stream_with_long_lines_is_not_joined(void **state)
{
    (void)state;
    struct seen *seen = SEEN(
        "[    1.000000] a line that is longer than what a mailer that wraps would let pass it\n"
        "[    2.000000] active_anon:895836 inactive_anon:8314 isolated_anon:0\n"
        "active_file:413 inactive_file:596 isolated_file:0\n");
    assert_int_equal(seen->count, 3);
    assert_true(seen->messages[2].is_continuation);
    seen_destroy(seen);
}

/* Wrapped at 72: of the table's row the wrap took one blank, and two it left; behind lines that
 * were surely wrapped a short one may be, too. */
static void test_dress_mail__zones_and_rows_of_a_wrapped_report_are_whole(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[864000.100060] Node 0 active_anon:8404936kB inactive_anon:2049380kB\n"
             "active_file:4800kB inactive_file:6000kB unevictable:163840kB\n"
             "isolated(anon):0kB isolated(file):128kB mapped:80000kB dirty:40kB\n"
             "writeback:0kB shmem:60000kB shmem_thp:0kB shmem_pmdmapped:0kB\n"
             "anon_thp:4194304kB writeback_tmp:0kB kernel_stack:12000kB\n"
             "pagetables:36000kB sec_pagetables:24000kB all_unreclaimable? no\n"
             "[864000.100110] Node 0 Normal free:69736kB boost:6144kB min:69844kB\n"
             "low:100666kB high:131488kB reserved_highatomic:2048KB\n"
             "active_anon:6804936kB inactive_anon:1929380kB active_file:4800kB\n"
             "[864000.100280] [   1500]     0  1500   120000    14000    12000    \n"
             "1000      1000   450000     3000             0 pmxcfs\n");
    assert_int_equal(seen->count, 3);
    assert_text(1, "Node 0 Normal free:69736kB boost:6144kB min:69844kB low:100666kB "
                   "high:131488kB reserved_highatomic:2048KB active_anon:6804936kB "
                   "inactive_anon:1929380kB active_file:4800kB");
    assert_text(2,
                "[   1500]     0  1500   120000    14000    12000    1000      1000   450000     "
                "3000             0 pmxcfs");
    seen_destroy(seen);
}

/* Many lines are as long as the longest, by chance; yet none is cut in mid-word. */
static void test_dress_mail__a_text_wrapped_at_blanks_is_not_cut_at_a_column(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("> [864000.100060] Node 0 active_anon:8404936kB inactive_anon:2049380kB\n"
             "> active_file:4800kB inactive_file:6000kB unevictable:163840kB\n"
             "> isolated(anon):0kB isolated(file):128kB mapped:80000kB dirty:40kB\n"
             "> writeback:0kB shmem:60000kB shmem_thp:0kB shmem_pmdmapped:0kB\n"
             "> anon_thp:4194304kB writeback_tmp:0kB kernel_stack:12000kB\n"
             "> [864000.100090] Node 0 DMA32 free:63000kB boost:0kB min:3800kB low:5644kB\n"
             "> high:7488kB reserved_highatomic:0KB active_anon:1600000kB\n"
             "> inactive_anon:120000kB active_file:0kB inactive_file:100kB unevictable:0kB\n"
             "> writepending:0kB present:1964000kB managed:1898000kB mlocked:0kB\n"
             "> bounce:0kB free_pcp:0kB\n"
             "> [864000.100110] Node 0 Normal free:69736kB boost:6144kB min:69844kB\n"
             "> low:100666kB high:131488kB reserved_highatomic:2048KB\n"
             "> active_anon:6804936kB inactive_anon:1929380kB active_file:4800kB\n"
             "> inactive_file:5900kB\n");
    assert_int_equal(seen->count, 3);
    assert_text(1, "Node 0 DMA32 free:63000kB boost:0kB min:3800kB low:5644kB high:7488kB "
                   "reserved_highatomic:0KB active_anon:1600000kB inactive_anon:120000kB "
                   "active_file:0kB inactive_file:100kB unevictable:0kB writepending:0kB "
                   "present:1964000kB managed:1898000kB mlocked:0kB bounce:0kB free_pcp:0kB");
    seen_destroy(seen);
}

/* ---- web pages */

static void test_dress_mail__blanks_that_do_not_break_are_blanks(void **state)
{
    (void)state;
    static const char *const streams[] = {
        "[    1.000000] &nbsp;dump_stack+0x10/0x16<br/>\n[    2.000000] [ &nbsp;&#160;812] &nbsp; "
        "0<br/>\n",
        "[    1.000000] \xc2\xa0"
        "dump_stack+0x10/0x16\n"
        "[\xc2\xa0 \xc2\xa0 2.000000] [\xc2\xa0 \xc2\xa0"
        "812] \xc2\xa0 0\n",
    };
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct seen *seen = seen_of(slice_from_string(streams[i]));
        assert_int_equal(seen->count, 2);
        assert_text(0, " dump_stack+0x10/0x16");
        assert_text(1, "[   812]   0");
        assert_int_equal(seen->messages[1].time.monotonic_us, 2000000);
        seen_destroy(seen);
    }
}

/* ---- quoted-printable */

static void test_dress_mail__quoted_printable_is_decoded_and_joined(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[  244.335230] DMA: 6*4kB (U) 1*8kB (U) 1*16kB (U) 1*32kB (U) 0*64kB 0*128k=\n"
             "B 1*256kB (U) 0*512kB 0*1024kB 0*2048kB 2*4096kB (ME) =3D 8528kB\n"
             "[  244.335503] Free swap  =3D 0kB\n"
             "[  244.335504] a=20=\n"
             "b\n");
    assert_int_equal(seen->count, 3);
    assert_text(0, "DMA: 6*4kB (U) 1*8kB (U) 1*16kB (U) 1*32kB (U) 0*64kB 0*128kB 1*256kB (U) "
                   "0*512kB 0*1024kB 0*2048kB 2*4096kB (ME) = 8528kB");
    assert_text(1, "Free swap  = 0kB");
    assert_text(2, "a b");
    assert_int_equal(seen->messages[0].number, 1);
    assert_int_equal(seen->messages[1].number, 3);
    seen_destroy(seen);
}

/* Lines of any length, and breaks at 77 columns, where the header says so. */
static void test_dress_mail__a_header_declares_quoted_printable(void **state)
{
    (void)state;
    struct seen *seen = SEEN(
        "Content-Transfer-Encoding: quoted-printable\n\n"
        "[    1.000000] oom-kill:constraint=3DCONSTRAINT_NONE,nodemask=3D(null),cpuset=3D/,"
        "global_oom\n"
        "[    2.000000] java invoked oom-killer: gfp_mask=3D0xcc0(GFP_KERNEL), order=3D0, oom=\n"
        "_score_adj=3D0\n"
        "--part\nContent-Transfer-Encoding: 8bit\n\n[    3.000000] cpuset=20\n");
    assert_int_equal(seen->count, 6);
    assert_text(1, "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,global_oom");
    assert_text(2, "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
    assert_int_equal(seen->messages[2].number, 4);
    assert_text(5, "cpuset=20");
    seen_destroy(seen);
}

static void test_dress_mail__breaks_behind_77_columns_are_soft(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[    2.000000] java invoked oom-killer: gfp_mask=3D0xcc0(GFP_KERNEL), order=\n"
             "=3D0, oom_score_adj=3D0\n"
             "[    3.000000] java invoked oom-killer: gfp_mask=3D0xcc0(GFP_KERNEL), order=\n"
             "=3D0, oom_score_adj=3D0\n");
    assert_int_equal(seen->count, 2);
    assert_text(0, "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
    seen_destroy(seen);
}

/* printf '[    1.000000] Mem-Info:\n[    2.000000] b\n' | base64 -w 40 */
static void test_dress_mail__a_part_in_base64_is_decoded(void **state)
{
    (void)state;
    struct seen *seen = SEEN("Content-Transfer-Encoding: base64\nMIME-Version: 1.0\n\n"
                             "WyAgICAxLjAwMDAwMF0gTWVtLUluZm86ClsgICAg\n"
                             "Mi4wMDAwMDBdIGIK\n"
                             "--part\nWyAgICAxLjAw\n");
    assert_int_equal(seen->count, 6);
    assert_text(2, "Mem-Info:");
    assert_int_equal(seen->messages[2].number, 4);
    assert_text(3, "b");
    assert_int_equal(seen->messages[3].time.monotonic_us, 2000000);
    assert_text(5, "WyAgICAxLjAw");
    seen_destroy(seen);
}

static void test_dress_mail__ordinary_equal_signs_stay(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[    1.000000] java cpuset=20 order=0, x=3Dead\n"
             "[    2.000000] Free swap  = 0kB\n"
             "[    3.000000] a base64 line of 76 columns: QWxhZGRpbjpvcGVuIHNlc2FtZQ"
             "AAA=\n"
             "[    4.000000] b\n");
    assert_int_equal(seen->count, 4);
    assert_text(0, "java cpuset=20 order=0, x=3Dead");
    assert_text(1, "Free swap  = 0kB");
    assert_text(3, "b");
    seen_destroy(seen);
}

/* Wrapped at 76 columns: a long word leaves a short line, the rows of a table are equally long. */
static void test_dress_mail__words_that_begin_no_line_and_rows_alike_are_joined(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[    3.695056] eater invoked oom-killer:\n"
             "gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO|__GFP_COMP), order=0,\n"
             "oom_score_adj=0\n"
             "[    3.704402] [  pid  ]   uid  tgid total_vm      rss rss_anon pgtables_bytes\n"
             "swapents oom_score_adj name\n"
             "[    3.704752] [     95]     0    95    24898    16529   167936        0\n"
             "0 eater\n"
             "[    3.711093] [     94]     0    94      322        1    28672        0\n"
             "0 bystander\n"
             "[    3.712756] Memory cgroup out of memory: Killed process 95 (eater)\n"
             "total-vm:99592kB, anon-rss:65412kB\n");
    assert_int_equal(seen->count, 5);
    assert_text(0, "eater invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO|"
                   "__GFP_COMP), order=0, oom_score_adj=0");
    assert_text(3, "[     94]     0    94      322        1    28672        0 0 bystander");
    assert_text(4, "Memory cgroup out of memory: Killed process 95 (eater) total-vm:99592kB, "
                   "anon-rss:65412kB");
    seen_destroy(seen);
}

/* ---- cut at a column */

#define CUT_AT_70                                                              \
    "[    1.000001] Linux version 6.1.0-13-amd64 (debian-kernel@lists.debia\n" \
    "n.org) #1 SMP Debian 6.1.55-1\n"                                          \
    "[    1.000002] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), or\n" \
    "der=0, oom_score_adj=0\n"

static void test_dress_mail__lines_cut_at_a_column_are_whole_again(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN(CUT_AT_70 "[    1.000003] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes \n"
                       "swapents oom_score_adj name\n"
                       "[    1.000004] [    136]     0   136   102726    50980   446464       \n"
                       " 0         -1000 exempt\n");
    assert_int_equal(seen->count, 4);
    assert_text(1, "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
    assert_text(
        2, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
    assert_text(3,
                "[    136]     0   136   102726    50980   446464        0         -1000 exempt");
    seen_destroy(seen);
}

static void test_dress_mail__what_looks_like_a_tag_is_the_rest_of_a_cut_line(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN(CUT_AT_70 "[    1.000003] Kernel panic - not syncingxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                       ": System is deadlocked on memory\n");
    assert_int_equal(seen->count, 3);
    assert_text(
        2,
        "Kernel panic - not syncingxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: System is deadlocked on memory");
    seen_destroy(seen);
}

static void test_dress_mail__registers_of_one_length_are_not_cut(void **state)
{
    (void)state;
    struct seen *seen =
        SEEN("[12345678.065005] RAX: 000000000000be54 RBX: 0000000019000000 RCX: 000000000be54000\n"
             "[12345678.065208] RDX: 0000000000000000 RSI: 0000000000001000 RDI: 00007f8fa802e000\n"
             "[12345678.065464] RBP: 00007f8f9c1db000 R08: 00000000ffffffff R09: 0000000000000000\n"
             "anon 4096\n");
    assert_int_equal(seen->count, 4);
    assert_text(3, "anon 4096");
    seen_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dress_mail__indented_lines_belong_to_the_record_before),
        cmocka_unit_test(test_dress_mail__bare_lines_inherit_host_and_time),
        cmocka_unit_test(test_dress_mail__what_stands_before_every_line_is_taken_off),
        cmocka_unit_test(test_dress_mail__numbers_that_do_not_count_lines_stay),
        cmocka_unit_test(test_dress_mail__a_line_before_any_prefix_stands_alone),
        cmocka_unit_test(test_dress_mail__a_stream_without_prefixes_has_no_continuations),
        cmocka_unit_test(test_dress_mail__a_long_run_of_bare_lines_is_no_continuation),
        cmocka_unit_test(test_dress_mail__a_log_in_a_code_block_is_read),
        cmocka_unit_test(test_dress_mail__quote_marks_are_taken_off),
        cmocka_unit_test(test_dress_mail__marks_in_a_log_that_is_not_quoted_stay),
        cmocka_unit_test(test_dress_mail__wrapped_lines_are_joined),
        cmocka_unit_test(test_dress_mail__a_wrap_that_took_the_blank_gives_it_back),
        cmocka_unit_test(test_dress_mail__lines_of_a_terminal_are_joined_in_mid_word),
        cmocka_unit_test(test_dress_mail__a_stream_with_long_lines_is_not_joined),
        cmocka_unit_test(test_dress_mail__zones_and_rows_of_a_wrapped_report_are_whole),
        cmocka_unit_test(test_dress_mail__a_text_wrapped_at_blanks_is_not_cut_at_a_column),
        cmocka_unit_test(test_dress_mail__blanks_that_do_not_break_are_blanks),
        cmocka_unit_test(test_dress_mail__quoted_printable_is_decoded_and_joined),
        cmocka_unit_test(test_dress_mail__a_header_declares_quoted_printable),
        cmocka_unit_test(test_dress_mail__breaks_behind_77_columns_are_soft),
        cmocka_unit_test(test_dress_mail__a_part_in_base64_is_decoded),
        cmocka_unit_test(test_dress_mail__ordinary_equal_signs_stay),
        cmocka_unit_test(test_dress_mail__words_that_begin_no_line_and_rows_alike_are_joined),
        cmocka_unit_test(test_dress_mail__lines_cut_at_a_column_are_whole_again),
        cmocka_unit_test(test_dress_mail__what_looks_like_a_tag_is_the_rest_of_a_cut_line),
        cmocka_unit_test(test_dress_mail__registers_of_one_length_are_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
