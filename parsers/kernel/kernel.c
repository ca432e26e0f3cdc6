#include "parsers/kernel/kernel.h"

#include <string.h>

enum { NUMBER_MAX = 8, PAGE = 4096 };

/* ---- variables */

bool kernel_symbol(const struct kernel *kernel, enum symbol_id symbol, uint64_t *ret)
{
    const struct layout_symbol *found = &kernel->layout->symbols[symbol];
    if (found->is_known)
        *ret = symbols_runtime(found->address, kernel->kaslr_offset);
    return found->is_known;
}

bool kernel_variable(const struct kernel *kernel, enum symbol_id symbol, size_t size, uint64_t *ret)
{
    uint64_t address;
    return kernel_symbol(kernel, symbol, &address) &&
           memory_read_number(kernel->memory, address, size, ret);
}

bool kernel_enumerator(const struct kernel *kernel, enum enumerator_id enumerator, int64_t *ret)
{
    const struct layout_number *found = &kernel->layout->enumerators[enumerator];
    if (found->is_known)
        *ret = found->value;
    return found->is_known;
}

/* ---- members */

bool kernel_has(const struct kernel *kernel, enum member_id member)
{
    return kernel->layout->members[member].is_known;
}

bool kernel_place(const struct kernel *kernel, uint64_t base, enum member_id member, uint64_t *ret)
{
    const struct layout_member *found = &kernel->layout->members[member];
    if (found->is_known)
        *ret = base + found->place.offset;
    return found->is_known;
}

bool kernel_container(const struct kernel *kernel, uint64_t address, enum member_id member,
                      uint64_t *ret)
{
    const struct layout_member *found = &kernel->layout->members[member];
    if (found->is_known)
        *ret = address - found->place.offset;
    return found->is_known;
}

/* The number in the @p size bytes, of which a bit field may be a part. */
static uint64_t number_of(const struct member *place, const unsigned char *bytes)
{
    uint64_t number = memory_number(bytes, place->element_size);
    unsigned bits = place->element_size * 8;
    if (place->bit_size) {
        bits = place->bit_size;
        number >>= place->bit_offset;
    }
    if (bits >= 64)
        return number;
    uint64_t mask = (UINT64_C(1) << bits) - 1, sign = UINT64_C(1) << (bits - 1);
    number &= mask;
    return place->is_signed && (number & sign) ? number | ~mask : number;
}

/* Is it a number, or several of them? A structure of no more than eight bytes is read as one: what
 * a lock's word means is known to who reads it. */
static bool is_number(const struct layout_member *member)
{
    return member->is_known && member->place.element_size &&
           member->place.element_size <= NUMBER_MAX;
}

bool kernel_read_element(const struct kernel *kernel, uint64_t base, enum member_id member,
                         uint64_t index, uint64_t *ret)
{
    const struct layout_member *found = &kernel->layout->members[member];
    const struct member *place = &found->place;
    unsigned char bytes[NUMBER_MAX];
    bool is_flexible = place->count == 0;
    if (!is_number(found) || (!is_flexible && index >= place->count) || index > UINT32_MAX ||
        !memory_read(kernel->memory, base + place->offset + index * place->element_size, bytes,
                     place->element_size))
        return false;
    *ret = number_of(place, bytes);
    return true;
}

bool kernel_read(const struct kernel *kernel, uint64_t base, enum member_id member, uint64_t *ret)
{
    return kernel_read_element(kernel, base, member, 0, ret);
}

bool kernel_pointer(const struct kernel *kernel, uint64_t base, enum member_id member,
                    uint64_t *ret)
{
    return kernel_read(kernel, base, member, ret) && *ret != 0;
}

struct amount kernel_amount(const struct kernel *kernel, uint64_t base, enum member_id member,
                            int64_t unit)
{
    uint64_t number;
    if (!kernel_read(kernel, base, member, &number))
        return UNKNOWN;
    if (number > INT64_MAX && !kernel->layout->members[member].place.is_signed)
        return UNKNOWN; /* beyond what an amount holds */
    return amount_scale(amount_of((int64_t)number, 0), unit);
}

bool member_of(const struct layout *layout, enum member_id member, const unsigned char *object,
               size_t size, uint64_t *ret)
{
    const struct layout_member *found = &layout->members[member];
    const struct member *place = &found->place;
    if (!is_number(found) || place->offset > size || place->element_size > size - place->offset)
        return false;
    *ret = number_of(place, object + place->offset);
    return true;
}

/* ---- strings */

bool kernel_string(const struct kernel *kernel, uint64_t address, char *buffer, size_t size)
{
    size_t used = 0;
    while (used + 1 < size) { /* page by page: what lies behind the NUL may be missing */
        size_t piece = PAGE - (address + used) % PAGE;
        piece = piece < size - 1 - used ? piece : size - 1 - used;
        if (!memory_read(kernel->memory, address + used, buffer + used, piece))
            return false;
        if (memchr(buffer + used, '\0', piece))
            return true;
        used += piece;
    }
    if (size)
        buffer[used] = '\0';
    return size > 0;
}

bool kernel_read_string(const struct kernel *kernel, uint64_t base, enum member_id member,
                        char *buffer, size_t size)
{
    const struct layout_member *found = &kernel->layout->members[member];
    uint64_t address;
    if (!found->is_known)
        return false;
    if (found->place.element_size != 1)
        return kernel_pointer(kernel, base, member, &address) &&
               kernel_string(kernel, address, buffer, size);
    size_t room = found->place.count; /* 0: a flexible array */
    return kernel_string(kernel, base + found->place.offset, buffer,
                         room && room < size ? room : size);
}

uint64_t kernel_per_cpu(const struct kernel *kernel, uint64_t address, size_t cpu)
{
    return address + kernel->cpus[cpu];
}
