#include "analyzer/fact.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

#include "analyzer/badness.h"
#include "analyzer/base/suggest.h"
#include "analyzer/base/units.h"
#include "analyzer/evidence.h"
#include "analyzer/fact_reader.h"
#include "analyzer/gfp.h"
#include "analyzer/host.h"
#include "analyzer/kernel.h"
#include "analyzer/lru.h"
#include "analyzer/memcg.h"
#include "analyzer/pool.h"
#include "analyzer/refusal.h"
#include "analyzer/scope.h"
#include "analyzer/watermark.h"
#include "analyzer/zone_coverage.h"
#include "analyzer/zone_summary.h"

/* fact_read_enum() reads every term as unsigned int. */
static_assert(sizeof(enum kind) == sizeof(unsigned) && sizeof(enum part) == sizeof(unsigned) &&
                  sizeof(enum class_term) == sizeof(unsigned),
              "enums are as wide as unsigned int");

#define ROW(name_, type_, vocabulary_, help_, reader_, offset_, compute_, compose_) \
    {.name = (name_),                                                               \
     .type = (type_),                                                               \
     .vocabulary = (vocabulary_),                                                   \
     .help = (help_),                                                               \
     .read = (reader_),                                                             \
     .offset = (offset_),                                                           \
     .compute = (compute_),                                                         \
     .compose = (compose_)},
#define AT(member) offsetof(struct incident, member)

#define FACT_AMOUNT(name, type, member, help) \
    ROW(name, type, 0, help, fact_read_amount, AT(member), NULL, NULL)
#define FACT_COMPUTED(name, type, function, help) \
    ROW(name, type, 0, help, fact_read_compute, 0, function, NULL)
#define FACT_SLICE(name, member, help) \
    ROW(name, FACT_TEXT, 0, help, fact_read_slice, AT(member), NULL, NULL)
#define FACT_WORDS(name, function, help) \
    ROW(name, FACT_TEXT, 0, help, fact_read_compose, 0, NULL, function)
#define FACT_BOOL(name, member, help) \
    ROW(name, FACT_FLAG, 0, help, fact_read_bool, AT(member), NULL, NULL)
#define FACT_ENUM(name, vocabulary, member, help) \
    ROW(name, FACT_TERM, vocabulary, help, fact_read_enum, AT(member), NULL, NULL)
#define FACT_TERM_OF(name, vocabulary, function, help) \
    ROW(name, FACT_TERM, vocabulary, help, fact_read_compute, 0, function, NULL)
#define FACT_GFP(name, flag, help) ROW(name, FACT_FLAG, 0, help, fact_read_gfp, flag, NULL, NULL)
#define FACT_TRIGGER_TEXT(name, member, help) \
    ROW(name, FACT_TEXT, 0, help, fact_read_trigger_text, AT(trigger.member), NULL, NULL)
#define FACT_VICTIM_TEXT(name, member, help)                                                    \
    ROW(name, FACT_TEXT, 0, help, fact_read_victim_text, offsetof(struct victim, member), NULL, \
        NULL)
#define FACT_LARGEST_COMM(name, help) \
    ROW(name, FACT_TEXT, 0, help, fact_read_largest_comm, 0, NULL, NULL)
#define FACT_VICTIM(name, type, member, help) \
    ROW(name, type, 0, help, fact_read_victim, offsetof(struct victim, member), NULL, NULL)
#define FACT_WORST_CHECK(name, type, member, help) \
    ROW(name, type, 0, help, fact_read_worst_check, offsetof(struct zone_check, member), NULL, NULL)
#define FACT_WORST_ZONE(name, type, member, help) \
    ROW(name, type, 0, help, fact_read_worst_zone, offsetof(struct zone, member), NULL, NULL)

#define COUNTER_FACT(name, type, member, reader, help) \
    ROW(name, type, 0, help, reader, AT(member), NULL, NULL)
#define FACT_COUNTER(name, member)                                                                \
    FACT_AMOUNT(name ".usage", FACT_BYTES, member.usage, "usage of this counter")                 \
    FACT_AMOUNT(name ".limit", FACT_BYTES, member.limit, "its limit; unknown when there is none") \
    FACT_AMOUNT(name ".failcnt", FACT_COUNT, member.failcnt, "how often it hit its limit")        \
    COUNTER_FACT(name ".room", FACT_BYTES, member, fact_read_counter_room,                        \
                 "limit less usage; below zero when the limit was lowered or overrun")            \
    COUNTER_FACT(name ".share", FACT_PERMILLE, member, fact_read_counter_share, "usage of limit") \
    COUNTER_FACT(name ".is_reached", FACT_FLAG, member, fact_read_counter_reached,                \
                 "usage plus the request passes the limit, give or take a charge batch")          \
    COUNTER_FACT(name ".is_unlimited", FACT_FLAG, member, fact_read_counter_unlimited,            \
                 "it has no limit")

#define FACT_GROUP(name, member, what)                                                  \
    FACT_AMOUNT(name ".count", FACT_COUNT, member.count, what)                          \
    FACT_AMOUNT(name ".bytes", FACT_BYTES, member.bytes, what ": together")             \
    FACT_AMOUNT(name ".largest.bytes", FACT_BYTES, member.largest_bytes, "the largest") \
    FACT_SLICE(name ".largest.name", member.largest, "its name or path")

/* Units of figures.def: sizes are bytes in the model whatever the line had. */
#define FIGURE_COUNT FACT_COUNT
#define FIGURE_BYTES FACT_BYTES
#define FIGURE_KIB FACT_BYTES
#define FIGURE_PAGES FACT_BYTES
#define FACT_FIGURE(name, unit, member, help) FACT_AMOUNT(name, FIGURE_##unit, member, help)

static const struct fact_definition definitions[] = {
/* clang-format off */
#include "analyzer/fact_incident.def"
#include "analyzer/fact_memcg.def"
#include "analyzer/fact_pool.def"
#include "analyzer/fact_host.def"
#include "analyzer/fact_task.def"
#include "analyzer/fact_dump.def"
    /* clang-format on */
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

const struct fact_definition *fact_find(struct slice name)
{
    for (size_t i = 0; i < DEFINITIONS; i++)
        if (name.length && definitions[i].name[0] == name.data[0] && /* mostly decided here */
            slice_equal(slice_from_string(definitions[i].name), name))
            return &definitions[i];
    return NULL;
}

const struct fact_definition *fact_all(size_t *count)
{
    *count = DEFINITIONS;
    return definitions;
}

const char *fact_suggest(struct slice name)
{
    const char *names[DEFINITIONS];
    for (size_t i = 0; i < DEFINITIONS; i++)
        names[i] = definitions[i].name;
    return suggest(name, names, DEFINITIONS);
}

struct fact fact_read(const struct fact_definition *definition, const struct incident *incident)
{
    return definition->read(incident, definition);
}

struct slice fact_print(struct arena *arena, const struct fact *fact)
{
    if (!fact->known)
        return SLICE("unknown");
    switch (fact->type) {
    case FACT_BYTES:
        return bytes_print(arena, fact->number);
    case FACT_COUNT:
        return count_print(arena, fact->number);
    case FACT_VERSION:
        return arena_format(arena, "%" PRId64 ".%" PRId64, fact->number / 1000,
                            fact->number % 1000);
    case FACT_IDENTIFIER:
        return arena_format(arena, "%" PRId64, fact->number);
    case FACT_PERMILLE:
        return permille_print(arena, fact->number);
    case FACT_FLAG:
        return fact->number ? SLICE("yes") : SLICE("no");
    case FACT_TEXT:
    case FACT_TERM:
        return fact->text;
    }
    return SLICE("unknown");
}
