/* Memory cgroups: the tree, names, counters, the table of ids. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum { GROUPS_MAX = 32, FIRST_ID = 1 };

struct group {
    char path[64];
    struct mem_cgroup *memcg;
    struct cgroup *cgroup;
    struct group *parent;
    struct css_set *set;
    bool is_dying;
};

static struct group groups[GROUPS_MAX];
static int groups_count;

struct mem_cgroup *root_mem_cgroup;
#ifdef HAS_CGROUP_NAMES
struct cgroup_subsys mem_cgroup_subsys = {"memory", NULL};
#else
struct cgroup_subsys memory_cgrp_subsys = {"memory", NULL};
struct {
    int flags;
} cgrp_dfl_root; /* v2's, which the memory controller is not on */
#endif
#ifndef RES_COUNTERS
struct idr mem_cgroup_idr;
#endif

static struct group *find_group(const char *path)
{
    for (int i = 0; i < groups_count; i++)
        if (strcmp(groups[i].path, path) == 0)
            return &groups[i];
    fprintf(stderr, "no cgroup %s\n", path);
    exit(1);
}

struct mem_cgroup *find_memcg(const char *path)
{
    return find_group(path)->memcg;
}

void *find_css_set(const char *path)
{
    return find_group(path)->set;
}

void charge_up(const char *path, int item, long pages)
{
    for (struct group *group = find_group(path); item >= 0 && group; group = group->parent)
        stat_add(group->memcg, item, pages, strcmp(group->path, path) == 0);
}

/* ---- one group */

static struct group *parent_of(const char *path)
{
    char above[64];
    snprintf(above, sizeof above, "%s", path);
    char *end = strrchr(above, '/');
    end[end == above] = '\0';
    return strcmp(path, "/") == 0 ? NULL : find_group(above);
}

static const char *last_name(const char *path)
{
    return strcmp(path, "/") == 0 ? "" : strrchr(path, '/') + 1;
}

#ifdef HAS_CGROUP_NAMES
static void name_group(struct group *group)
{
    const char *name = group->parent ? last_name(group->path) : "/";
    struct cgroup_name *kept = allocate(sizeof *kept + strlen(name) + 1);
    strcpy(kept->name, name);
    group->cgroup->name = K(kept);
}

/* A cgroup that is removed leaves the list. */
static void link_group(struct group *group)
{
    struct cgroup_subsys_state *css = &group->memcg->css;
    list_init(&group->cgroup->children);
    group->cgroup->subsys[MEMORY_ID] = K(css);
    css->flags = group->is_dying ? 0 : CSS_ONLINE;
    if (group->parent) {
        group->cgroup->parent = K(group->parent->cgroup);
        if (!group->is_dying)
            list_add_tail(&group->cgroup->sibling, &group->parent->cgroup->children);
    }
#ifdef RES_COUNTERS
    struct css_id *id = NEW(struct css_id);
    id->id = (unsigned short)(FIRST_ID + (group - groups));
    css->id = K(id);
#else
    group->memcg->id = (unsigned short)(FIRST_ID + (group - groups));
#endif
}
#else
static void name_group(struct group *group)
{
    struct kernfs_node *node = NEW(struct kernfs_node);
    node->name = text(last_name(group->path));
    node->parent = group->parent ? group->parent->cgroup->kn : NULL;
    group->cgroup->kn = K(node);
}

/* A cgroup that is removed stays in the list as long as anything refers to it. */
static void link_group(struct group *group)
{
    struct cgroup_subsys_state *css = &group->memcg->css;
    list_init(&css->children);
    css->flags = group->is_dying ? CSS_DYING : CSS_ONLINE | CSS_VISIBLE;
    if (group->parent) {
        css->parent = K(&group->parent->memcg->css);
        list_add_tail(&css->sibling, &group->parent->memcg->css.children);
    }
    group->memcg->id.id = FIRST_ID + (int)(group - groups);
}
#endif

static void set_counters(struct group *group, const char *line)
{
    struct mem_cgroup *memcg = group->memcg, *above = group->parent ? group->parent->memcg : NULL;
    counter_set(&memcg->MEMORY, number(line, "usage"), number_or(line, "limit", NO_LIMIT),
                number(line, "peak"), number(line, "failcnt"));
    counter_set(&memcg->memsw, number(line, "memsw_usage"),
                number_or(line, "memsw_limit", NO_LIMIT), 0, number(line, "memsw_failcnt"));
    memcg->MEMORY.parent = above ? K(&above->MEMORY) : NULL;
    memcg->memsw.parent = above ? K(&above->memsw) : NULL;
}

static void set_node(struct mem_cgroup *memcg)
{
    NODE_INFO(memcg) = K(NEW(struct mem_cgroup_per_node));
    for (unsigned zone = 0; zone < ZONES; zone++)
        for (unsigned list = 0; list < LRU_LISTS; list++)
            list_init(&find_lruvec(memcg, zone)->lists[list]);
}

static void add_group(const char *line)
{
    struct group *group = &groups[groups_count];
    snprintf(group->path, sizeof group->path, "%s", word(line, "path"));
    group->parent = parent_of(group->path);
    groups_count++;
    group->is_dying = number(line, "dying");
    group->memcg = allocate(sizeof *group->memcg + sizeof(void *)); /* nodeinfo[] of one node */
    group->cgroup = NEW(struct cgroup);
    group->memcg->css.cgroup = K(group->cgroup);
    group->memcg->swappiness = 60;
    name_group(group);
    link_group(group);
    stat_init(group->memcg);
    set_counters(group, line);
    set_node(group->memcg);
    group->set = NEW(struct css_set);
    group->set->subsys[MEMORY_ID] = K(&group->memcg->css);
}

/* ---- the table of ids */

#ifdef HAS_OLD_IDR
#ifndef RES_COUNTERS
/* Two layers, as for more than 256 ids. */
static void fill_ids(void)
{
    struct idr_layer *top = NEW(struct idr_layer), *leaf = NEW(struct idr_layer);
    top->layer = 1;
    top->ary[0] = K(leaf);
    for (int i = 0; i < groups_count; i++)
        leaf->ary[FIRST_ID + i] = (struct idr_layer *)K(groups[i].memcg);
    mem_cgroup_idr.layers = 2;
    mem_cgroup_idr.top = K(top);
}
#else
static void fill_ids(void)
{
}
#endif
#else
static void fill_ids(void)
{
    struct xa_node *node = NEW(struct xa_node);
    for (int i = 0; i < groups_count; i++)
        node->slots[FIRST_ID + i] = K(groups[i].memcg);
    mem_cgroup_idr.idr_rt.xa_head = (char *)K(node) + 2; /* an inner node */
}
#endif

void cgroups_build(void)
{
    for (const char *line = NULL; (line = description_next(line, "cgroup"));)
        add_group(line);
    root_mem_cgroup = K(groups[0].memcg);
    fill_ids();
#ifndef HAS_CGROUP_NAMES
    static int v1_root;
    memory_cgrp_subsys.root = (struct cgroup_root *)K(&v1_root);
#else
    static int root;
    mem_cgroup_subsys.root = (struct cgroup_root *)K(&root);
#endif
}
