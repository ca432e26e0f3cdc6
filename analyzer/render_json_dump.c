#include "analyzer/render_json_dump.h"

#include "analyzer/record_fields.h"
#include "analyzer/render_json_fields.h"

void json_put_dump(struct json_writer *writer, const struct dump *dump)
{
    json_open_object(writer, "vmcore");
    json_put_fields(writer, dump, &dump_fields);
    json_put_object(writer, "cgroup", &dump->owner, &dump_cgroup_fields);
    for (size_t i = 0; i < record_dump_groups_count; i++)
        json_put_object(writer, record_dump_groups[i].key,
                        (const char *)dump + record_dump_groups[i].offset, &dump_group_fields);
    json_put_object(writer, "largest_shmem", dump, &dump_shmem_fields);
    json_put_object(writer, "stuck", dump, &dump_stuck_fields);
    json_put_object(writer, "lists", dump, &dump_lists_fields);
    json_put_object(writer, "huge_pages", dump, &dump_huge_pages_fields);
    json_put_object(writer, "blocks", dump, &dump_blocks_fields);
    json_close_unless_empty(writer);
}
