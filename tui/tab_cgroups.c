/*
 * The chain of cgroups from the root over the owner of the limit to the victim; for a dump also
 * what its tree says.
 */
#include "analyzer/base/units.h"
#include "tui/tab.h"

/* The path of the first @p depth components; 0 is the root. */
static struct slice prefix_of(struct slice path, size_t depth)
{
    size_t length = 0;
    for (size_t i = 0; i < path.length && depth > 0; i++) {
        length = i + 1;
        if (i + 1 == path.length || path.data[i + 1] == '/')
            depth--;
    }
    return slice_take(path, length);
}

static size_t depth_of(struct slice path)
{
    size_t depth = 0;
    for (size_t i = 0; i < path.length; i++)
        depth += path.data[i] == '/' && i + 1 < path.length && path.data[i + 1] != '/';
    return depth;
}

static struct slice name_of(struct slice path)
{
    size_t slash = slice_find_last(path, SLICE("/"));
    return slash == SLICE_NOT_FOUND ? path : slice_skip(path, slash + 1);
}

static void write_owner_figures(const struct incident *incident, struct document *document)
{
    const struct page_counter *memory = &incident->memcg.memory;
    document_add(document, STYLE_ALERT, SLICE("  <- its limit refused"));
    if (memory->usage.known)
        document_format(document, STYLE_PLAIN, ", %.*s",
                        SLICE_ARG(bytes_print(document->arena, memory->usage.value)));
    if (memory->limit.known)
        document_format(document, STYLE_PLAIN, " of %.*s",
                        SLICE_ARG(bytes_print(document->arena, memory->limit.value)));
}

/* Where the victim ran; empty: unknown. */
static struct slice victim_path(const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    return victim && victim->cgroup.length ? victim->cgroup : incident->memcg.victim_path;
}

static void write_level(const struct incident *incident, struct document *document,
                        struct slice chain, size_t depth)
{
    struct slice path = depth ? prefix_of(chain, depth) : SLICE("/");
    bool is_owner = slice_equal(path, incident->memcg.path);
    const struct victim *victim = incident_chosen(incident);
    document_begin(document, is_owner ? incident->memcg.memory.line : 0);
    document_repeat(document, STYLE_DIM, "  ", (int)depth + 1);
    document_add(document, is_owner ? STYLE_ALERT : STYLE_PLAIN,
                 depth ? name_of(path) : SLICE("/"));
    if (is_owner)
        write_owner_figures(incident, document);
    if (victim && slice_equal(path, victim_path(incident)))
        document_format(document, STYLE_ALERT, "  <- %.*s ran here",
                        SLICE_ARG(victim->comm.length ? victim->comm : SLICE("what was killed")));
}

static void write_chain(const struct incident *incident, struct document *document)
{
    struct slice victim = victim_path(incident), owner = incident->memcg.path;
    struct slice chain = victim.length > owner.length ? victim : owner;
    document_heading(document, "From the root to the victim");
    if (!chain.length) {
        document_begin(document, 0);
        document_add(document, STYLE_DIM, SLICE("  No cgroup is named in what was read."));
        return;
    }
    for (size_t depth = 0; depth <= depth_of(chain); depth++)
        write_level(incident, document, chain, depth);
    if (!owner.length && incident->limit == LIMIT_ZONE) {
        document_paragraph(
            document, STYLE_DIM, "  ",
            SLICE("No cgroup's limit refused: zones of the machine did, see Memory."), 0);
    }
}

static void write_children(const struct incident *incident, struct document *document)
{
    if (incident->memcg.children_count)
        document_heading(document, "Cgroups of the subtree, as the report lists them");
    for (size_t i = 0; i < incident->memcg.children_count; i++) {
        const struct memcg_child *child = &incident->memcg.children[i];
        struct amount sum = amount_add(child->stat[STAT_ANON], child->stat[STAT_FILE]);
        document_begin(document, sum.line);
        document_right(document, STYLE_PLAIN,
                       sum.known ? bytes_print(document->arena, sum.value) : SLICE("unknown"), 11);
        document_format(document, STYLE_PLAIN, "  %.*s", SLICE_ARG(child->path));
    }
}

static void write_group(struct document *document, const char *what, const struct dump_group *group)
{
    if (!group->count.known)
        return;
    document_begin(document, 0);
    document_format(document, STYLE_PLAIN, "  %-22s %lld", what, (long long)group->count.value);
    if (group->bytes.known)
        document_format(document, STYLE_PLAIN, ", %.*s",
                        SLICE_ARG(bytes_print(document->arena, group->bytes.value)));
    if (group->largest.length)
        document_format(document, STYLE_DIM, ", most %.*s", SLICE_ARG(group->largest));
}

static void write_dump(const struct dump *dump, struct document *document)
{
    if (!dump->types.length)
        return;
    document_heading(document, "In the dump, a moment later");
    write_group(document, "below the root", &dump->cgroups);
    write_group(document, "removed, still charged", &dump->dying);
    write_group(document, "protected", &dump->protected_);
    write_group(document, "swapped by the host", &dump->swapped);
    write_group(document, "shmem of the pool", &dump->shmem);
}

void tab_cgroups(const struct tab_context *context, struct document *document)
{
    if (!context->cgroup.length) {
        write_chain(context->incident, document);
        write_children(context->incident, document);
    }
    if (context->incident->source.kind == SOURCE_VMCORE)
        dump_cgroups(context, document);
    if (!context->cgroup.length)
        write_dump(&context->incident->dump, document);
}
