/* For programs that hold structures of an old kernel and print the lines that `whyoom layout` must
 * show of them: the layout's name of a member, where the compiler put it, and its size. */
#include <stddef.h>
#include <stdio.h>

#define ROW(id, type, path)                                                              \
    printf("member %s %s.%s %zu %zu \n", #id, #type, #path, offsetof(struct type, path), \
           sizeof(((struct type *)0)->path))

typedef struct {
    int counter;
} atomic_t;

typedef struct {
    long counter;
} atomic_long_t;

struct list_head {
    struct list_head *next, *prev;
};
