#include "parsers/log/dress_row.h"

/* Pieces of patterns. Dates are accepted in any language: what makes one is its clock. */
#define CLOCK "\\d\\d:\\d\\d:\\d\\d"
#define FRACTION "(?:[.,]\\d{1,9})?"
#define WORD "[^\\s\\d\\[\\]<>=:,]{1,16}[.,]?"
#define ZONE "(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d|[+-]\\d\\d))?"
#define ISO "(?<iso>\\d{4}-\\d\\d-\\d\\d[T ]" CLOCK FRACTION ZONE ")"
#define DATE "(?:" WORD " +\\d{1,2}|\\d{1,2} " WORD ")"
#define PRINTED_AGAIN DATE "(?: \\d{4})? " CLOCK FRACTION
#define PRINTED "(?<printed>" PRINTED_AGAIN ")"
/* Not the kernel's "Call Trace:" and "Hardware name:", which look like a host and a tag. */
#define HOST "(?<host>(?![\\[<]|(?:Call|Hardware|Kernel) )\\S{0,254}[^\\s:])"
#define TAG "(?<tag>[^\\s:\\[\\]]{1,128})(?: ?\\[[^\\]\\s]{0,32}\\])?:(?: |$)"
/* Where the kernel's own words may stand ("Mem-Info:"), a tag must be "kernel" or have a pid. */
#define SURE_TAG "(?<tag>kernel(?=:)|[^\\s:\\[\\]]{1,128}(?=\\[\\d))(?:\\[\\d{1,7}\\])?:(?: |$)"
#define FACILITY \
    "(?<facility>kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])"
#define LEVEL "(?<level>emerg|panic|alert|crit|err(?:or)?|warn(?:ing)?|notice|info|debug)"
#define SELECTOR "(?:" FACILITY "\\." LEVEL " )?"
#define SECONDS "\\d{1,12}\\.\\d{6}"
#define UPTIME "(?<uptime>" SECONDS ")"
#define DELTA "(?: <[ +]*" SECONDS ">)"
#define END "(?: |$)"
#define NAME_BYTES "a-zA-Z\x80-\xff"

static const struct dress_row rows[] = {
    /* ---- lines that are no messages ---- */
    {
        .name = "pstore-part",
        .layer = LAYER_LINE,
        .first = "A-Z",
        .needs = '#',
        .pattern = "(?:Panic|Oops|Emergency|Restart|Halt|Poweroff|Shutdown|Unknown)#\\d+ "
                   "(?<part>Part\\d+)$",
        .sample = "Oops#1 Part1",
        .expected = "dropped pstore",
        .origin = "fs/pstore/platform.c pstore_dump()",
    },
    {
        .name = "journal-boot",
        .layer = LAYER_LINE,
        .first = "-",
        .literal = "-- Boot ",
        .pattern = "-- Boot (?<boot>[0-9a-f]{32}) --$",
        .sample = "-- Boot 796d12a513054cf1bbde201dd1bca9a1 --",
        .expected = "dropped boot=796d12a513054cf1bbde201dd1bca9a1",
        .origin = "systemd src/journal/journalctl.c",
    },
    {
        .name = "journal-reboot",
        .layer = LAYER_LINE,
        .first = "-",
        .literal = "-- Reboot",
        .pattern = "-- Reboot(?<boot>) --$",
        .sample = "-- Reboot --",
        .expected = "dropped boot=",
        .origin = "systemd before 246, src/journal/journalctl.c",
    },
    {
        .name = "journal-separator",
        .layer = LAYER_LINE,
        .first = "-",
        .literal = "-- ",
        .pattern = "-- (?:(?:Journal|Logs) begins? at .*|No entries|cursor: \\S+)(?: --)?$",
        .sample = "-- Journal begins at Mon 2026-11-23 01:02:03 UTC, ends at Mon 2026-11-23 "
                  "02:02:03 UTC. --",
        .expected = "dropped",
        .origin = "systemd src/journal/journalctl.c",
    },
    {
        .name = "last-message-repeated",
        .layer = LAYER_REPEAT,
        .first = "l",
        .literal = "last message repeated ",
        .pattern = "last message repeated \\d+ times?(?<dropped>$)",
        .sample = "last message repeated 5 times",
        .expected = "dropped",
        .origin = "sysklogd, syslog-ng, busybox",
    },
    {
        .name = "message-repeated",
        .layer = LAYER_REPEAT,
        .first = "m",
        .literal = "message repeated ",
        .pattern = "message repeated \\d+ times: (?<repeated>\\[) ?",
        .sample = "message repeated 5 times: [ 54 pages in swap cache]",
        .expected = "text=54 pages in swap cache",
        .origin = "rsyslog $RepeatedMsgReduction",
    },
    /* ---- collectors around lines of any dress ---- */
    {
        .name = "sender-address",
        .layer = LAYER_COLLECTOR,
        .first = "0-9",
        .pattern = "(?<host>\\d{1,3}(?:\\.\\d{1,3}){3}):\\d{1,5}:? ",
        .sample = "192.168.1.7:6665 [   12.345678] Mem-Info:",
        .expected = "host=192.168.1.7 text=[   12.345678] Mem-Info:",
        .origin = "collectors of netconsole's packets",
    },
    {
        .name = "grep",
        .layer = LAYER_COLLECTOR,
        .first = "!-~",
        .pattern = "(?:[^\\s:\\[\\]]{0,250}[./][^\\s:\\[\\]]{0,250}[:-](?:\\d{1,9}[:-])?|"
                   "(?:[^\\s:\\[\\]]{1,250}[:-])?\\d{1,9}[:-])(?=(?:<\\d{1,3}>)?\\[ *" SECONDS
                   "\\]|" DATE " " CLOCK " |\\d{4}-\\d\\d-\\d\\dT" CLOCK ")",
        .sample = "/var/log/kern.log:217:[   12.345678] Mem-Info:",
        .expected = "text=[   12.345678] Mem-Info:",
        .origin = "grep -n, grep -H, also with -A, -B, -C",
    },
    {
        .name = "klog",
        .layer = LAYER_COLLECTOR,
        .first = "IWEF",
        .needs = '.',
        .has_clock = true,
        .pattern = "[IWEF]\\d{4} " CLOCK "\\.\\d{6} +\\d+ [^\\s:]{1,64}:\\d+\\] ",
        .sample = "I1123 01:02:03.123456       1 kmsg.go:42] [   12.345678] Mem-Info:",
        .expected = "text=[   12.345678] Mem-Info:",
        .origin = "k8s.io/klog, glog: programs that read /dev/kmsg",
    },
    {
        .name = "cri",
        .layer = LAYER_COLLECTOR,
        .first = "0-9",
        .has_clock = true,
        .evidence = EVIDENCE_CONTAINER,
        .pattern = ISO " (?<channel>stdout|stderr) (?<partial>[FP])" END,
        .sample = "2026-11-23T01:02:03.123456789Z stdout F Killed process 7 (a)",
        .expected = "wall=1795395723123456 provenance=container text=Killed process 7 (a)",
        .origin = "Kubernetes CRI logging format (containerd, cri-o)",
    },
    {
        .name = "vmx",
        .layer = LAYER_COLLECTOR,
        .first = "0-9",
        .has_clock = true,
        .pattern = ISO "(?: \\S{1,32} \\S{1,32} -|\\| [^|]{1,32}\\| \\S{1,32}) Guest: ",
        .sample = "2026-11-23T01:02:03.127Z In(05) vcpu-5 - Guest: <6>[391.009360] Mem-Info:",
        .expected = "wall=1795395723127000 text=<6>[391.009360] Mem-Info:",
        .origin = "VMware vmware.log",
    },
    {
        .name = "rfc5424",
        .layer = LAYER_SYSLOG,
        .first = "<0-9",
        .wall_source = WALL_SYSLOG,
        .pattern = "(?:\\d{1,6} )?<(?<priority>\\d{1,3})>1 (?:-|" ISO ") (?:-|" HOST
                   ") (?:-|(?<tag>\\S{1,48})) \\S{1,128} \\S{1,32} "
                   "(?:-|(?:\\[(?:[^\\]\"\\\\]|\\\\.|\"(?:[^\"\\\\]|\\\\.)*+\")*+\\])++)"
                   "(?: (?:\xef\xbb\xbf)?|$)",
        .sample = "<4>1 2026-11-23T01:02:03.003Z db1 kernel - - [a@1 b=\"c]\"] Mem-Info:",
        .expected = "wall=1795395723003000 host=db1 tag=kernel priority=4 text=Mem-Info:",
        .origin = "RFC 5424",
    },
    /* ---- date, host, tag ---- */
    {
        .name = "dmesg-iso",
        .layer = LAYER_STAMP,
        .first = "0-9",
        .has_clock = true,
        .wall_source = WALL_DMESG_T,
        .pattern = "(?<iso>\\d{4}-\\d\\d-\\d\\dT" CLOCK ",\\d{6}[+-]\\d\\d:\\d\\d) ",
        .sample = "2026-11-23T01:02:03,456789+00:00 Mem-Info:",
        .expected = "wall=1795395723456789 text=Mem-Info:",
        .origin = "dmesg --time-format iso",
    },
    {
        .name = "journal-iso",
        .layer = LAYER_SYSLOG,
        .first = "0-9",
        .has_clock = true,
        .wall_source = WALL_JOURNAL,
        .recurs = true,
        .pattern = "(?<iso>\\d{4}-\\d\\d-\\d\\dT" CLOCK FRACTION "[+-]\\d{4}) " HOST " " TAG,
        .sample = "2026-11-23T01:02:03.123456+0100 db1 kernel: Mem-Info:",
        .expected = "wall=1795392123123456 host=db1 tag=kernel text=Mem-Info:",
        .origin = "journalctl -o short-iso, short-iso-precise before systemd 255",
    },
    {
        .name = "iso-syslog",
        .layer = LAYER_SYSLOG,
        .first = "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .recurs = true,
        .pattern = ISO " " HOST " " SELECTOR TAG,
        .sample = "2026-11-23T01:02:03.123456+01:00 db1 kernel: [   12.345678] Mem-Info:",
        .expected = "wall=1795392123123456 host=db1 tag=kernel text=[   12.345678] Mem-Info:",
        .origin = "rsyslog RSYSLOG_FileFormat; journalctl -o short-iso since systemd 255",
    },
    {
        .name = "journal-full",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES,
        .has_clock = true,
        .wall_source = WALL_JOURNAL,
        .recurs = true,
        .pattern = WORD " (?<iso>\\d{4}-\\d\\d-\\d\\d " CLOCK FRACTION " \\S{1,8}) " HOST " " TAG,
        .sample = "Mon 2026-11-23 01:02:03 UTC db1 systemd-oomd.service[612]: Killed /a due to",
        .expected = "wall=1795395723000000 host=db1 tag=systemd-oomd provenance=user "
                    "text=Killed /a due to",
        .origin = "journalctl -o short-full, with-unit",
    },
    {
        .name = "journal-unix",
        .layer = LAYER_SYSLOG,
        .first = "0-9",
        .wall_source = WALL_JOURNAL,
        .recurs = true,
        .pattern = "(?<epoch>\\d{9,10}\\.\\d{6}) " HOST " " TAG,
        .sample = "1795395723.123456 db1 kernel: Mem-Info:",
        .expected = "wall=1795395723123456 host=db1 tag=kernel text=Mem-Info:",
        .origin = "journalctl -o short-unix",
    },
    {
        .name = "journal-monotonic",
        .layer = LAYER_SYSLOG,
        .first = "[",
        .pattern = "\\[ *" UPTIME DELTA "?\\] " HOST " " SURE_TAG,
        .sample = "[   12.345678 <    0.000123>] db1 kernel: Mem-Info:",
        .expected = "monotonic=12345678 host=db1 tag=kernel text=Mem-Info:",
        .origin = "journalctl -o short-monotonic, short-delta",
    },
    {
        .name = "logread",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES,
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .recurs = true,
        .pattern = "(?<printed>" WORD " " DATE " " CLOCK " \\d{4}) " FACILITY "\\." LEVEL " " TAG,
        .sample = "Mon Nov 23 01:02:03 2026 kern.warn kernel: [   12.345678] Mem-Info:",
        .expected = "printed=Mon Nov 23 01:02:03 2026 tag=kernel priority=4 "
                    "text=[   12.345678] Mem-Info:",
        .origin = "OpenWrt logread",
    },
    {
        .name = "rfc3164",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .recurs = true,
        .pattern = PRINTED " " HOST " " SELECTOR TAG,
        .sample = "okt 31 10:01:52 db1 kern.info kernel: Mem-Info:",
        .expected = "printed=okt 31 10:01:52 host=db1 tag=kernel priority=6 text=Mem-Info:",
        .origin = "RFC 3164; rsyslog, busybox, journalctl -o short, short-precise",
    },
    {
        .name = "rfc3164-without-host",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .recurs = true,
        .pattern = PRINTED " " SELECTOR SURE_TAG,
        .sample = "Nov 23 01:02:03 kernel: Mem-Info:",
        .expected = "printed=Nov 23 01:02:03 tag=kernel text=Mem-Info:",
        .origin = "busybox syslogd -S",
    },
    {
        .name = "rfc3164-without-tag",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .pattern = PRINTED " " HOST
                           " (?=\\[|<|last message|message repeated|\\d+,\\d+,|" PRINTED_AGAIN ")",
        .sample = "Nov 23 01:02:03 relay Nov 23 01:02:02 db1 kernel: Mem-Info:",
        .expected = "printed=Nov 23 01:02:03 host=relay "
                    "text=Nov 23 01:02:02 db1 kernel: Mem-Info:",
        .origin = "relays; \"last message repeated\" of sysklogd",
    },
    {
        .name = "date-alone",
        .layer = LAYER_SYSLOG,
        .first = NAME_BYTES "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .pattern = PRINTED " ",
        .sample = "Nov 23 01:02:03 Mem-Info:",
        .expected = "printed=Nov 23 01:02:03 text=Mem-Info:",
        .origin = "copied without host and tag",
    },
    {
        .name = "logcat",
        .layer = LAYER_SYSLOG,
        .first = "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .pattern = "(?<printed>(?:\\d{4}-)?\\d\\d-\\d\\d " CLOCK "\\.\\d{3,9})"
                   "(?: +[\\w-]+)? +\\d+ +\\d+ [VDIWEFS] (?<tag>[^:]{0,64}?) *: ",
        .sample = "11-23 01:02:03.123   612   612 I lowmemorykiller: Kill 'com.a' (7)",
        .expected = "printed=11-23 01:02:03.123 tag=lowmemorykiller provenance=user "
                    "text=Kill 'com.a' (7)",
        .origin = "Android logcat -v threadtime",
    },
    {
        .name = "logcat-time",
        .layer = LAYER_SYSLOG,
        .first = "0-9",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .pattern = "(?<printed>\\d\\d-\\d\\d " CLOCK "\\.\\d{3}) "
                   "[VDIWEFS]/(?<tag>[^(]{0,64}?) *\\( *\\d+\\): ",
        .sample = "11-23 01:02:03.123 I/lowmemorykiller(  612): Kill 'com.a' (7)",
        .expected = "printed=11-23 01:02:03.123 tag=lowmemorykiller provenance=user "
                    "text=Kill 'com.a' (7)",
        .origin = "Android logcat -v time",
    },
    {
        .name = "logcat-brief",
        .layer = LAYER_SYSLOG,
        .first = "VDIWEFS",
        .needs = '/',
        .pattern = "[VDIWEFS]/(?<tag>[^(]{0,64}?) *\\( *\\d+\\): ",
        .sample = "I/lowmemorykiller(  612): Kill 'com.a' (7)",
        .expected = "tag=lowmemorykiller provenance=user text=Kill 'com.a' (7)",
        .origin = "Android logcat -v brief",
    },
    /* ---- levels ---- */
    {
        .name = "level",
        .layer = LAYER_LEVEL,
        .first = "<",
        .pattern = "<(?<priority>\\d{1,3})>(?!1 )",
        .sample = "<4>[   12.345678] Mem-Info:",
        .expected = "priority=4 text=[   12.345678] Mem-Info:",
        .origin = "syslog(2), kernel/printk/printk.c print_syslog()",
    },
    {
        .name = "dmesg-decoded",
        .layer = LAYER_COLLECTOR,
        .first = "acdfklmnsu",
        .needs = ':',
        .pattern = FACILITY " *:" LEVEL " *: ?",
        .sample = "kern  :warn  : [   12.345678] Mem-Info:",
        .expected = "priority=4 text=[   12.345678] Mem-Info:",
        .origin = "dmesg -x",
    },
    /* ---- raw records ---- */
    {
        .name = "kmsg",
        .layer = LAYER_RECORD,
        .first = "0-9",
        .evidence = EVIDENCE_KERNEL,
        .pattern = "(?:\\d[^\\s,;]*\\.[^\\s,;]*,)?(?<priority>\\d{1,4}),(?<sequence>\\d{1,19}),"
                   "(?<microseconds>\\d{1,18}),(?<flag>[-c+])"
                   "(?:,(?:caller=(?<caller>[TC]\\d+)|ncfrag=(?<fragment>\\d+/\\d+)|[^,;\\s]*))*+;",
        .sample = "4,1234,5678901234,-,caller=T12;Mem-Info:",
        .expected = "monotonic=5678901234 caller=T12 priority=4 provenance=kernel text=Mem-Info:",
        .origin = "/dev/kmsg, kernel/printk/printk.c info_print_ext_header(); "
                  "drivers/net/netconsole.c send_ext_msg_udp()",
    },
    /* ---- times of the kernel and of dmesg ---- */
    {
        .name = "stamp",
        .layer = LAYER_STAMP,
        .first = "[",
        .pattern = "\\[ *" UPTIME "\\](?: ?\\[ *(?<caller>[TC]\\d+)\\])?" END,
        .sample = "[   12.345678][ T1234] Mem-Info:",
        .expected = "monotonic=12345678 caller=T1234 text=Mem-Info:",
        .origin = "kernel/printk/printk.c print_time(), print_caller()",
    },
    {
        .name = "stamp-with-delta",
        .layer = LAYER_STAMP,
        .first = "[",
        .pattern = "\\[ *" UPTIME DELTA "\\] ",
        .sample = "[   12.345678 <    0.000123>] Mem-Info:",
        .expected = "monotonic=12345678 text=Mem-Info:",
        .origin = "dmesg -d",
    },
    {
        .name = "stamp-with-cpu",
        .layer = LAYER_STAMP,
        .first = "[",
        .pattern = "\\[ *" UPTIME ",\\d{1,3}\\] ",
        .sample = "[   12.345678,3] Mem-Info:",
        .expected = "monotonic=12345678 text=Mem-Info:",
        .origin = "Motorola's print_time()",
    },
    {
        .name = "stamp-cut",
        .layer = LAYER_STAMP,
        .first = "0-9",
        .pattern = UPTIME "\\](?: ?\\[ *(?<caller>[TC]\\d+)\\])?" END,
        .sample = "12.345678] Mem-Info:",
        .expected = "monotonic=12345678 text=Mem-Info:",
        .origin = "copied without the first bracket",
    },
    {
        .name = "dmesg-ctime",
        .layer = LAYER_STAMP,
        .first = "[",
        .has_clock = true,
        .wall_source = WALL_DMESG_T,
        .recurs = true,
        .pattern = "\\[(?<printed>(?:[^\\s\\[\\]<>]{1,16} +){1,4}" CLOCK FRACTION
                   "(?: \\d{4})?)" DELTA "?\\] ",
        .sample = "[dim. 19 avril 18:03:30 2026] Mem-Info:",
        .expected = "printed=dim. 19 avril 18:03:30 2026 text=Mem-Info:",
        .origin = "dmesg -T, in the language of its reader",
    },
    {
        .name = "dmesg-base",
        .layer = LAYER_STAMP,
        .first = "[",
        .wall_source = WALL_DMESG_T,
        .pattern = "\\[(?<base>[^\\s\\d\\[\\]<>+]{1,16} ?\\d{1,2} \\d\\d:\\d\\d)\\] ",
        .sample = "[Nov23 01:02] Mem-Info:",
        .expected = "printed=Nov23 01:02 text=Mem-Info:",
        .origin = "dmesg -H, -e",
    },
    {
        .name = "dmesg-delta",
        .layer = LAYER_STAMP,
        .first = "[",
        .pattern = "\\[ *(?<delta>\\+)\\d{1,12}\\.\\d{6}\\] ",
        .sample = "[  +0.002367] Mem-Info:",
        .expected = "text=Mem-Info:",
        .origin = "dmesg -H, -e",
    },
    {
        .name = "iso",
        .layer = LAYER_COLLECTOR,
        .first = "0-9",
        .has_clock = true,
        .pattern = ISO " ",
        .sample = "2026-11-23T01:02:03.456789Z [   12.345678] Mem-Info:",
        .expected = "wall=1795395723456789 text=[   12.345678] Mem-Info:",
        .origin = "docker logs -t, kubectl logs --timestamps, CloudWatch",
    },
    /* ---- who printed ---- */
    {
        .name = "vendor-process",
        .layer = LAYER_CALLER,
        .first = "[ A-Z",
        .needs = '[',
        .pattern = " ?[A-Z]?\\[\\d{1,4}: {0,16}[^\\[\\]]{1,32}: {0,8}\\d{1,7}\\] ",
        .sample = "I[0:  kworker/0:1:  123] Mem-Info:",
        .expected = "text=Mem-Info:",
        .origin = "Samsung's print_process()",
    },
    {
        .name = "vendor-cpu",
        .layer = LAYER_CALLER,
        .first = "( ",
        .needs = '[',
        .pattern = " ?\\(\\d{1,3}\\)\\[\\d{1,7}:[^\\[\\]]{1,32}\\] ?",
        .sample = "(2)[123:kworker/0:1]Mem-Info:",
        .expected = "text=Mem-Info:",
        .origin = "MediaTek's print_time()",
    },
    /* ---- the tag alone ---- */
    {
        .name = "kernel-tag",
        .layer = LAYER_TAG,
        .first = "k",
        .literal = "kernel:",
        .pattern = "(?<tag>kernel):" END,
        .sample = "kernel: Mem-Info:",
        .expected = "tag=kernel text=Mem-Info:",
        .origin = "copied without date and host",
    },
    {
        .name = "double-colon",
        .layer = LAYER_TAG,
        .first = ":",
        .literal = ":",
        .pattern = ":" END,
        .sample = ": Mem-Info:",
        .expected = "text=Mem-Info:",
        .origin = "forwarders that add a colon to the tag's",
    },
};

const struct dress_row *dress_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}
