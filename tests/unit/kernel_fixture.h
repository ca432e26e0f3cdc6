/*
 * A dead kernel made by hand: some memory, and members, enumerators and symbols where a test puts
 * them. Addresses outside of the memory are not in the dump.
 */
#ifndef WHYOOM_TESTS_KERNEL_FIXTURE_H
#define WHYOOM_TESTS_KERNEL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parsers/kernel/kernel.h"

enum { FIXTURE_START = 0x100000, FIXTURE_SIZE = 0x10000 };

struct fixture {
    struct layout layout;
    struct memory memory;
    struct kernel kernel;
    uint64_t cpus[2];
    unsigned char bytes[FIXTURE_SIZE];
};

static bool fixture_read(void *context, uint64_t address, void *buffer, size_t length)
{
    struct fixture *fixture = context;
    if (address < FIXTURE_START || length > FIXTURE_SIZE ||
        address - FIXTURE_START > FIXTURE_SIZE - length)
        return false;
    memcpy(buffer, fixture->bytes + (address - FIXTURE_START), length);
    return true;
}

static inline void fixture_init(struct fixture *fixture)
{
    *fixture = (struct fixture){.memory = {fixture, fixture_read}};
    fixture->kernel = (struct kernel){.memory = &fixture->memory,
                                      .layout = &fixture->layout,
                                      .page_size = 4096,
                                      .page_shift = 12};
}

/** A member at @p offset of @p count elements of @p size bytes. */
static inline void fixture_member(struct fixture *fixture, enum member_id id, uint32_t offset,
                                  uint32_t size, uint32_t count)
{
    fixture->layout.members[id] = (struct layout_member){
        .is_known = true,
        .place = {.offset = offset, .size = size * count, .element_size = size, .count = count}};
}

static inline void fixture_enumerator(struct fixture *fixture, enum enumerator_id id, int64_t value)
{
    fixture->layout.enumerators[id] = (struct layout_number){.is_known = true, .value = value};
}

static inline void fixture_symbol(struct fixture *fixture, enum symbol_id id, uint64_t address)
{
    fixture->layout.symbols[id] = (struct layout_symbol){.is_known = true, .address = address};
}

/** A number of 8 bytes in memory. */
static inline void fixture_word(struct fixture *fixture, uint64_t address, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        fixture->bytes[address - FIXTURE_START + i] = (unsigned char)(value >> 8 * i);
}

static inline void fixture_text(struct fixture *fixture, uint64_t address, const char *text)
{
    memcpy(fixture->bytes + (address - FIXTURE_START), text, strlen(text) + 1);
}

/** The list at @p head holds the links at @p links, which is ended by 0. */
static inline void fixture_list(struct fixture *fixture, uint64_t head, const uint64_t *links)
{
    uint64_t last = head;
    for (; *links; last = *links++) {
        fixture_word(fixture, last, *links);
        fixture_word(fixture, *links + 8, last);
    }
    fixture_word(fixture, last, head);
    fixture_word(fixture, head + 8, last);
}

#endif
