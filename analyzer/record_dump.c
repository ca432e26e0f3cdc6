/* Reads "vmcore" of a record; written by render_json_dump.c. */
#include "analyzer/record_reader.h"

void record_read_dump(struct record_reader *reader, json_t *root)
{
    struct dump *dump = &reader->incident->dump;
    json_t *object = record_object(reader, root, "", "vmcore");
    record_fields_read(reader, object, "vmcore", dump, &dump_fields);
    record_fields_read(reader, record_object(reader, object, "vmcore", "cgroup"), "vmcore.cgroup",
                       &dump->owner, &dump_cgroup_fields);
    for (size_t i = 0; i < record_dump_groups_count; i++) {
        const struct record_dump_group *group = &record_dump_groups[i];
        record_fields_read(reader, record_object(reader, object, "vmcore", group->key), group->key,
                           (char *)dump + group->offset, &dump_group_fields);
    }
    record_fields_read(reader, record_object(reader, object, "vmcore", "largest_shmem"),
                       "vmcore.largest_shmem", dump, &dump_shmem_fields);
    record_fields_read(reader, record_object(reader, object, "vmcore", "stuck"), "vmcore.stuck",
                       dump, &dump_stuck_fields);
    record_fields_read(reader, record_object(reader, object, "vmcore", "lists"), "vmcore.lists",
                       dump, &dump_lists_fields);
    record_fields_read(reader, record_object(reader, object, "vmcore", "huge_pages"),
                       "vmcore.huge_pages", dump, &dump_huge_pages_fields);
    record_fields_read(reader, record_object(reader, object, "vmcore", "blocks"), "vmcore.blocks",
                       dump, &dump_blocks_fields);
}
