#include "parsers/log/dress_object.h"

bool object_opens(struct slice line)
{
    line = slice_trim(line);
    return slice_equal(line, SLICE("{")) || slice_equal(line, SLICE("["));
}

bool object_may_hold(struct slice line)
{
    line = slice_trim(line);
    return line.length && strchr("\"}]-0123456789tfn", line.data[0]);
}

bool object_add(struct object *object, struct slice line, const struct place *place)
{
    line = slice_trim(line);
    bool is_full = sample_add(&object->lines, line, place);
    if (line.data[0] == '}' || line.data[0] == ']')
        object->depth -= object->depth > 0;
    bool is_whole = object->lines.count > 1 && object->depth == 0;
    if (strchr("{[", line.data[line.length - 1]))
        object->depth++;
    return is_full || is_whole;
}
