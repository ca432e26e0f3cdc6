#include "parsers/vmcore/vmcoreinfo.h"

#include <stdio.h>

enum { KEY_MAX = 128 };

struct slice vmcoreinfo_value(struct slice info, const char *key)
{
    struct slice wanted = slice_from_string(key);
    while (info.length) {
        struct slice line = slice_cut(&info, '\n');
        if (slice_starts(line, wanted) && line.length > wanted.length &&
            line.data[wanted.length] == '=')
            return slice_skip(line, wanted.length + 1);
    }
    return SLICE("");
}

static struct slice value_of(struct slice info, const char *kind, const char *name)
{
    char key[KEY_MAX];
    int length = snprintf(key, sizeof key, "%s(%s)", kind, name);
    return length < KEY_MAX ? vmcoreinfo_value(info, key) : SLICE("");
}

static bool take_address(struct slice value, uint64_t *ret)
{
    uint64_t address;
    if (value.length == 0 || !slice_take_hex(&value, &address) || value.length)
        return false;
    *ret = address;
    return true;
}

bool vmcoreinfo_symbol(struct slice info, const char *name, uint64_t *ret)
{
    return take_address(value_of(info, "SYMBOL", name), ret);
}

bool vmcoreinfo_count(struct slice info, const char *kind, const char *name, uint64_t *ret)
{
    int64_t number;
    if (!slice_to_number(value_of(info, kind, name), &number) || number < 0)
        return false;
    *ret = (uint64_t)number;
    return true;
}

bool vmcoreinfo_number(struct slice info, const char *name, int64_t *ret)
{
    struct slice value = value_of(info, "NUMBER", name);
    uint64_t address;
    if (!slice_starts(value, SLICE("0x")))
        return slice_to_number(value, ret);
    if (!take_address(value, &address))
        return false;
    *ret = (int64_t)address;
    return true;
}

bool is_vmcoreinfo(struct slice page)
{
    return slice_starts(page, SLICE("OSRELEASE=")) && slice_contains(page, SLICE("\nSYMBOL(")) &&
           slice_contains(page, SLICE("\nKERNELOFFSET="));
}
