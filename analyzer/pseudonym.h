/*
 * Pseudonyms: which word stands for a name, and which names tell nothing and may stay.
 *
 * "name-3fa91c0e": the kind of thing it was and 32 bits of a keyed hash. Slices returned live in
 * the arena, or as long as what was given.
 */
#ifndef WHYOOM_PSEUDONYM_H
#define WHYOOM_PSEUDONYM_H

#include "analyzer/base/arena.h"
#include "analyzer/keyed_hash.h"

struct pseudonyms {
    struct arena *arena; /* where they live */
    struct hash_key key;
};

struct pseudonyms pseudonyms_of(struct arena *arena, const char *salt);

/** "KIND-xxxxxxxx"; empty for empty text. */
struct slice pseudonym_of(const struct pseudonyms *names, const char *kind, struct slice text);

/** Another number for a pid or uid: no two share one below 4194304, the kernel's largest pid; 0 and
 * 1 stay (init and root tell nothing). */
int64_t pseudonym_number(const struct pseudonyms *names, int64_t number);

/** A task's name: that of a well-known program or kernel thread stays. */
struct slice pseudonym_comm(const struct pseudonyms *names, struct slice comm);

/** An id of a container or pod, the same with '_' and '-' between its parts. */
struct slice pseudonym_id(const struct pseudonyms *names, struct slice id);

/** One component of a cgroup path, or a unit's name: what every installation has stays. */
struct slice pseudonym_component(const struct pseudonyms *names, struct slice component);

/** A cgroup path, component by component. */
struct slice pseudonym_path(const struct pseudonyms *names, struct slice path);

#endif
