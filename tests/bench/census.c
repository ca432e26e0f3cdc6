/* How fast the frames of a dump are counted. Usage: census DUMP THREADS
 *
 * Prints the frames a second of the best of some passes, and what a pass takes over no more than
 * reading the memory map, both out of a dump that was opened anew: where pages are compressed, the
 * reading is their decompression. */
#define _GNU_SOURCE /* clock_gettime */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analyzer/base/arena.h"
#include "parsers/kernel/census_threads.h"
#include "parsers/kernel/frames.h"
#include "parsers/kernel/open.h"

enum { PASSES = 5, BLOCK = 2 * 1024 * 1024 };

static const atomic_bool never = false;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void check(struct error *error)
{
    if (!error)
        return;
    fprintf(stderr, "census: %s\n", error_message(error));
    exit(2);
}

struct dump {
    struct image *image;
    struct kernel *kernel;
    struct memory_map map;
    struct page_format format;
    struct frame_marks marks;
};

static void open_dump(struct dump *dump, const int *file)
{
    const struct kernel_options options = {.stop = &never};
    check(image_open(file, 1, &never, &dump->image));
    check(kernel_open(dump->image, &options, &dump->kernel));
    if (!memory_map_init(&dump->map, dump->kernel) ||
        !page_format_learn(&dump->format, dump->kernel))
        check(error_create(ERROR_INPUT, "no memory map"));
    frame_marks_init(&dump->marks, &dump->map);
}

static void close_dump(struct dump *dump)
{
    frame_marks_deinit(&dump->marks);
    kernel_close(dump->kernel);
    image_close(dump->image);
}

static double count(struct dump *dump, unsigned threads, uint64_t *frames)
{
    const struct census_tools tools = {
        .map = &dump->map, .format = &dump->format, .marks = &dump->marks};
    struct page_census census;
    page_census_init(&census);
    double start = seconds();
    census_threads_count(&census, &tools, threads);
    double took = seconds() - start;
    *frames = census.frames;
    page_census_deinit(&census);
    return took;
}

static double read_only(struct dump *dump)
{
    const struct frames *all = dump->kernel->frames;
    uint64_t most = BLOCK / dump->map.page_size, end, address;
    unsigned char *block = must_allocate(BLOCK);
    double start = seconds();
    for (uint64_t first = 0; all->next_memory(all->context, &first, &end); first = end)
        for (uint64_t pfn = first; pfn < end; pfn += most)
            if (memory_map_page(&dump->map, pfn, &address))
                (void)!memory_read(dump->kernel->memory, address, block,
                                   (end - pfn < most ? end - pfn : most) * dump->map.page_size);
    free(block);
    return seconds() - start;
}

int main(int argc, char **argv)
{
    struct dump dump;
    uint64_t frames = 0;
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0)
        return 2;
    unsigned threads = (unsigned)strtoul(argv[2], NULL, 10);
    double warm = 1e9, cold = 1e9, reading = 1e9;
    for (int pass = 0; pass < PASSES; pass++) {
        open_dump(&dump, &file);
        double once = count(&dump, threads, &frames), again = count(&dump, threads, &frames);
        close_dump(&dump);
        open_dump(&dump, &file);
        double only = read_only(&dump);
        close_dump(&dump);
        cold = once < cold ? once : cold;
        warm = again < warm ? again : warm;
        reading = only < reading ? only : reading;
    }
    printf("%.0f %.0f %.3f\n", (double)frames / warm, (double)frames / cold, reading / cold);
    return 0;
}
