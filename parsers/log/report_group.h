/*
 * The kill of a whole group (memory.oom.group) whose line "Tasks in ... are going to be killed" was
 * lost: by the ring buffer, a rotation, a log level.
 *
 * The kernel kills its choice, then all of the group, the choice once more, and holds oom_lock
 * until all are dead: who falls between the two kill lines of one process is of its group. A kill
 * line alone proves nothing, for that of a report which the rate limit swallowed looks the same.
 * Behind the second one only who stands in the report's own table of tasks is of the group: while
 * victims die, the cgroup has no other kill. Kernel: mm/oom_kill.c oom_kill_process(),
 * oom_kill_memcg_member(), oom_evaluate_task().
 */
#ifndef WHYOOM_PARSERS_LOG_REPORT_GROUP_H
#define WHYOOM_PARSERS_LOG_REPORT_GROUP_H

#include "parsers/log/report_stream.h"

/** Does the line @p message, which @p report is about to take, kill its choice once more? */
bool report_proves_group(struct report *report, const struct line_format *format,
                         const struct message *message);

/** Is @p other the kill of one of the group that @p message proves? */
bool report_is_of_group(struct report *report, const struct report *other,
                        const struct message *message);

/** Does the kill line @p message name one of the proven group of @p report? */
bool report_kills_of_group(struct report *report, const struct message *message);

/** Let @p report read the lines of @p other, as the line @p number of all.
 * @return by how much it grew */
size_t report_take_over(struct report *report, const struct report *other, uint64_t number);

/** Which open report to give up for a new one: the oldest; but a kill line alone, except for the
 * first, waits for nothing, and may turn out to be of another's group. */
int report_least_promising(const struct stream *stream);

#endif
