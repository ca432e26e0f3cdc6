#include "parsers/log/dress_pattern.h"
#include "parsers/log/dress_row.h"

#define FILE_NAME "[^\\s:\\[\\]<>]{0,250}"

/* Tools that put a name, a number or the cells of a table before the lines that they show. Others
 * are left to dress_wrapper.h. */
static const struct dress_row rows[] = {
    {
        .name = "grep",
        .layer = LAYER_COLLECTOR,
        .first = ANY_BYTE,
        .pattern = "(?:" FILE_NAME "[./]" FILE_NAME "[:-](?:\\d{1,9}[:-])?|"
                   "(?:" FILE_NAME "[:-])?\\d{1,9}[:-])" LINE_FOLLOWS "|" FILE_NAME
                   "[:-](?=" PRINTED_AGAIN " )",
        .sample = "/var/log/kern.log-20261122:4711:[   12.345678] Mem-Info:",
        .expected = "text=[   12.345678] Mem-Info:",
        .origin = "grep -H, -n, -C",
    },
    {
        .name = "machine-name",
        .layer = LAYER_COLLECTOR,
        .first = ANY_BYTE,
        .needs = ':',
        .pattern = "(?<host>[a-zA-Z0-9._-]{1,255}): " LINE_FOLLOWS,
        .sample = "db1: [   12.345678] Mem-Info:",
        .expected = "host=db1 text=[   12.345678] Mem-Info:",
        .origin = "pdsh, clush, parallel-ssh",
    },
    {
        .name = "level-in-brackets",
        .layer = LAYER_COLLECTOR,
        .first = "[",
        .has_clock = true,
        .pattern = "\\[[A-Z]\\] (?=" PRINTED_AGAIN " )",
        .sample = "[W] Nov 23 01:02:03 kernel: Mem-Info:",
        .expected = "text=Nov 23 01:02:03 kernel: Mem-Info:",
        .origin = "Keenetic's routers",
    },
    {
        .name = "date-in-brackets",
        .layer = LAYER_SYSLOG,
        .first = "[",
        .has_clock = true,
        .wall_source = WALL_SYSLOG,
        .pattern = "\\[" ISO "\\] (?:" HOST " )?" SURE_TAG,
        .sample = "[2026-11-23 01:02:03 UTC] kernel: Mem-Info:",
        .expected = "wall=1795395723000000 tag=kernel text=Mem-Info:",
        .origin = "incident reports, of the journal's lines",
    },
    {
        .name = "label-in-brackets",
        .layer = LAYER_COLLECTOR,
        .first = "[",
        .needs = '.',
        .pattern = "\\[[a-zA-Z][\\w -]{0,30}\\] (?=\\[ *\\d{1,12}\\.\\d{1,6}\\] )",
        .sample = "[Kernel dmesg] [   12.345] Mem-Info:",
        .expected = "text=[   12.345] Mem-Info:",
        .origin = "incident reports that name each line's source",
    },
    {
        .name = "stamp-rounded",
        .layer = LAYER_STAMP,
        .first = "[",
        .needs = '.',
        .pattern = "\\[ *(?<rounded>\\d{1,12}\\.\\d{1,5})\\] ",
        .sample = "[   12.345] Mem-Info:",
        .expected = "monotonic=12345000 text=Mem-Info:",
        .origin = "stamps that were shortened by hand",
    },
    {
        .name = "stamp-behind-cpu",
        .layer = LAYER_STAMP,
        .first = "[",
        .needs = '-',
        .pattern = "\\[\\d{1,3}- *(?<rounded>\\d{1,12}\\.\\d{4})\\] ",
        .sample = "[2-   12.3450] Mem-Info:",
        .expected = "monotonic=12345000 text=Mem-Info:",
        .origin = "Samsung's television kernels",
    },
    {
        .name = "name-before-kill",
        .layer = LAYER_CALLER,
        .first = "[",
        .pattern = "\\[ {0,2}[a-z][a-z_-]{1,30} {0,2}\\] "
                   "(?=(?:Memory cgroup out|Out) of memory: )",
        .sample = "[ oom-killer ] Out of memory: Killed process 7 (a)",
        .expected = "text=Out of memory: Killed process 7 (a)",
        .origin = "retellings that name the killer",
    },
    {
        .name = "name-in-brackets",
        .layer = LAYER_COLLECTOR,
        .first = "[",
        .evidence = EVIDENCE_CONTAINER,
        .pattern = "\\[[^\\s\\[\\]]{1,255}\\] " LINE_FOLLOWS,
        .sample = "[pod/node-logger-x7/kmsg] [   12.345678] Mem-Info:",
        .expected = "provenance=container text=[   12.345678] Mem-Info:",
        .origin = "kubectl logs --prefix",
    },
    {
        .name = "klog",
        .layer = LAYER_COLLECTOR,
        .first = "IWEF",
        .has_clock = true,
        .pattern =
            "[IWEF](?<printed>\\d{4} " CLOCK "\\.\\d{6}) +\\d{1,7} [^\\s:\\]]{1,128}:\\d{1,6}\\] ",
        .sample = "I1123 01:02:03.000000    4711 kmsg.go:12] Mem-Info:",
        .expected = "printed=1123 01:02:03.000000 text=Mem-Info:",
        .origin = "glog, Kubernetes' klog",
    },
    {
        .name = "csv",
        .layer = LAYER_COLLECTOR,
        .first = "\"0-9",
        .has_clock = true,
        .pattern = "\"?(?>" ISO "|(?<printed>[^\"]{1,24} " CLOCK FRACTION "))\"?,"
                   "(?:(?:" CELL "){0,8}?(?=\"?+" LINE_FOLLOWS ")|(?:" CELL "){0,8}(?=\"|[^\",]*$))"
                   "(?<cell>\"?)",
        .sample =
            "\"2026-11-23T01:02:03.123Z\",db1,\"a invoked oom-killer: gfp_mask=0x0, order=0\"",
        .expected = "wall=1795395723123000 text=a invoked oom-killer: gfp_mask=0x0, order=0",
        .origin = "exports of Kibana, Datadog, CloudWatch Insights",
    },
};

enum { ROWS = sizeof rows / sizeof *rows };

const struct dress_row *dress_tool_row_at(size_t index)
{
    return index < ROWS ? &rows[index] : NULL;
}
