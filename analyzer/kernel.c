#include "analyzer/kernel.h"

struct amount kernel_version(const struct incident *incident)
{
    struct slice rest = incident->kernel;
    int64_t major, minor;
    if (!rest.length || !slice_take_number(&rest, &major) || !slice_starts(rest, SLICE(".")))
        return UNKNOWN;
    rest = slice_skip(rest, 1);
    if (!slice_take_number(&rest, &minor))
        return UNKNOWN;
    if (major < 0 || major > 1000 || minor < 0 || minor > 999)
        return UNKNOWN;
    return amount_of(major * 1000 + minor, 0);
}

bool kernel_is_before(const struct incident *incident, int64_t version)
{
    struct amount own = kernel_version(incident);
    return own.known && own.value < version;
}

struct amount kernel_rhel(const struct incident *incident)
{
    size_t mark = slice_find(incident->kernel, SLICE(".el"));
    if (mark == SLICE_NOT_FOUND)
        return UNKNOWN;
    struct slice rest = slice_skip(incident->kernel, mark + 3);
    int64_t major;
    if (!slice_take_number(&rest, &major) || major < 0 || major > 99)
        return UNKNOWN;
    return amount_of(major, 0);
}

struct amount kernel_is_anon_born_inactive(const struct incident *incident)
{
    struct amount version = kernel_version(incident);
    /* Red Hat's 4.18 changed sides between minor releases that look alike. */
    if (!version.known || (version.value == 4018 && kernel_rhel(incident).known))
        return UNKNOWN;
    return amount_of(version.value >= 5009, 0);
}
