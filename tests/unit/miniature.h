/*
 * A kernel in miniature: structures with names of real ones and every shape that a member can have.
 * Tests compile it with debug information and ask for what this header's own compiler knows
 * (offsetof, sizeof).
 */
#ifndef WHYOOM_TESTS_UNIT_MINIATURE_H
#define WHYOOM_TESTS_UNIT_MINIATURE_H

typedef struct {
    int counter;
} atomic_t;

typedef struct {
    atomic_t refs;
} refcount_t;

typedef struct {
    unsigned long f;
} memdesc_flags_t;

struct list_head {
    struct list_head *next, *prev;
};

struct page {
    memdesc_flags_t flags;
    union {
        struct {
            struct list_head lru;
            void *mapping;
        };
        struct {
            unsigned long unused;
            unsigned inuse : 16, objects : 15, frozen : 1;
        };
    };
    refcount_t _refcount;
    volatile const atomic_t _mapcount;
    long private;
};

struct zone {
    signed char vm_stat_diff[7];
    short order;
    unsigned long lists[5][3][2];
    struct {
        struct list_head free_list[4];
        unsigned long nr_free;
    } free_area[11];
    enum { ZONE_BELOW = -3, ZONE_ABOVE = 5 } direction;
    long flexible[];
};

struct task_struct {
    unsigned before : 3; /* named: gcc 12 miscounts behind unnamed ones in BTF */
    int in_execve : 1;
    unsigned long long wide : 40;
    char comm[16];
    _Bool is_idle;
    double load;
};

enum pageflags { PG_locked, PG_lru = 5, PG_head = 0x7fffffff };
enum { CSS_NO_REF = 1, CSS_ONLINE = 2 };

#endif
