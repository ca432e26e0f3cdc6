#include "analyzer/duplicates.h"

#include <ctype.h>
#include <stdlib.h>

#include "analyzer/base/hash.h"
#include "analyzer/base/hash_table.h"

/* By what one decision can be known again. The first three are clocks, the best first. */
enum witness {
    WITNESS_KERNEL,
    WITNESS_WALL,
    WITNESS_PRINTED,
    CLOCKS,
    WITNESS_KILL_LINE = CLOCKS, /* for a report without its head, or without a clock in common */
    WITNESS_ID,                 /* for what has nothing else */
    WITNESS_VICTIM,             /* for what kubelet heard of it */
    WITNESS_TEXT,               /* for a report without victims, within a second */
    WITNESS_FIGURES,            /* the same, where one has no clock */
    WITNESS_COUNT,
};

struct entry;

struct clue {
    uint64_t key; /* of the witness and what it says; unique in the table */
    struct entry *entry;
    bool is_there, is_set; /* the incident has it; it is in the table */
    UT_hash_handle hh;
};

struct entry {
    struct seen seen; /* first: what the caller gets */
    uint64_t machine; /* host or boot, see machine_of(); 0: not named */
    uint64_t victims; /* their pids; 0: none */
    uint64_t trigger; /* its name, and what it met */
    struct amount pid;
    struct amount failcnt, free; /* without victims: in a storm they go on, within a second */
    bool has_header;
    bool is_hearsay; /* kubelet's: it names the victim, nothing else */
    int second; /* of the quarter of an hour, by the wall clock; -1: not printed, or not sure */
    uint64_t stamp[CLOCKS];
    bool has_stamp[CLOCKS];
    struct clue clues[WITNESS_COUNT];
    struct entry *next; /* in order of arrival */
};

struct duplicates {
    struct clue *table;
    struct entry *oldest, **end;
    size_t count;
};

struct duplicates *duplicates_create(void)
{
    struct duplicates *duplicates = must_allocate(sizeof *duplicates);
    duplicates->end = &duplicates->oldest;
    return duplicates;
}

static bool is_reckoned(const struct event_time *time)
{
    return time->wall_source == WALL_DMESG_T; /* from the boot: off after a sleep */
}

int incident_names(const struct incident *incident)
{
    return (incident->host.length > 0) + (incident->time.has_wall && !is_reckoned(&incident->time));
}

static void forget_oldest(struct duplicates *duplicates)
{
    struct entry *entry = duplicates->oldest;
    for (int i = 0; i < WITNESS_COUNT; i++)
        if (entry->clues[i].is_set)
            HASH_DEL(duplicates->table, &entry->clues[i]);
    duplicates->oldest = entry->next;
    if (!entry->next)
        duplicates->end = &duplicates->oldest;
    duplicates->count--;
    free(entry);
}

void duplicates_destroy(struct duplicates *duplicates)
{
    if (!duplicates)
        return;
    while (duplicates->oldest)
        forget_oldest(duplicates);
    free(duplicates);
}

enum { QUARTER_S = 15 * 60, CLOCK_LENGTH = 8 };

static bool is_clock(const char *text)
{
    static const char shape[] = "99:99:99";
    for (int i = 0; i < CLOCK_LENGTH; i++)
        if (shape[i] == '9' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return false;
    return true;
}

static int number_at(const char *text)
{
    return 10 * (text[0] - '0') + (text[1] - '0');
}

/* All zones are whole quarters apart: in a stamp without its zone this much is sure. */
static int second_of_quarter(const struct event_time *time)
{
    const struct slice printed = time->printed;
    if (is_reckoned(time))
        return -1;
    if (time->has_wall)
        return (int)(time->wall_us / 1000000 % QUARTER_S);
    for (size_t i = 0; i + CLOCK_LENGTH <= printed.length; i++)
        if (is_clock(printed.data + i))
            return (number_at(printed.data + i + 3) * 60 + number_at(printed.data + i + 6)) %
                   QUARTER_S;
    return -1;
}

static void read_stamps(struct entry *entry, const struct event_time *time)
{
    entry->has_stamp[WITNESS_KERNEL] = time->has_monotonic;
    entry->stamp[WITNESS_KERNEL] = (uint64_t)time->monotonic_us;
    /* Seconds: collectors round the same stamp differently below. */
    entry->has_stamp[WITNESS_WALL] = time->has_wall;
    entry->stamp[WITNESS_WALL] = (uint64_t)(time->wall_us / 1000000);
    entry->has_stamp[WITNESS_PRINTED] = time->printed.length;
    entry->stamp[WITNESS_PRINTED] = hash_slice(HASH_START, time->printed);
}

static void set_clue(struct entry *entry, enum witness witness, uint64_t hash)
{
    entry->clues[witness] =
        (struct clue){.key = hash_number(hash, witness), .entry = entry, .is_there = true};
}

static void set_clock_clues(struct entry *entry)
{
    for (enum witness clock = 0; clock < CLOCKS; clock++) {
        uint64_t hash = hash_number(entry->trigger, (int64_t)entry->stamp[clock]);
        if (clock != WITNESS_KERNEL) /* a second is coarse: in a storm it has many victims */
            hash = hash_number(hash, (int64_t)entry->victims);
        if (entry->has_stamp[clock])
            set_clue(entry, clock, hash);
    }
}

static uint64_t hash_folded(struct slice name)
{
    char folded[256];
    size_t length = name.length < sizeof folded ? name.length : sizeof folded;
    for (size_t i = 0; i < length; i++)
        folded[i] = (char)tolower((unsigned char)name.data[i]);
    return hash_slice(HASH_START, slice_of(folded, length));
}

/* "db7.example.com" is "db7" where syslog leaves out the domain: the name in the upper half, the
 * domain in the lower, 0 where there is none. */
static uint64_t machine_of(const struct incident *incident)
{
    struct slice domain = incident->host.length ? incident->host : incident->boot;
    struct slice name = slice_cut(&domain, '.');
    uint64_t upper = hash_folded(name) | 1, lower = domain.length ? hash_folded(domain) | 1 : 0;
    return name.length ? upper << 32 | (lower & UINT32_MAX) : 0;
}

static bool is_other_machine(uint64_t a, uint64_t b)
{
    uint32_t domain_a = (uint32_t)a, domain_b = (uint32_t)b;
    return a && b && (a >> 32 != b >> 32 || (domain_a && domain_b && domain_a != domain_b));
}

static void set_kill_line_clue(struct entry *entry, const struct victim *victim)
{
    if (!victim || !victim->pid.known || !victim->total_vm.known || !victim->anon_rss.known)
        return;
    uint64_t hash = hash_slice(HASH_START, victim->comm);
    hash = hash_number(hash, victim->pid.value);
    hash = hash_number(hash, victim->total_vm.value);
    hash = hash_number(hash, victim->anon_rss.value);
    hash = hash_number(hash, amount_or(victim->file_rss, -1));
    set_clue(entry, WITNESS_KILL_LINE, hash_number(hash, amount_or(victim->shmem_rss, -1)));
}

static void set_victim_clue(struct entry *entry, const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    if (!victim || !victim->pid.known || incident->kind != KIND_OOM_KILL)
        return;
    entry->is_hearsay = slice_equal(victim->message, SLICE(SYSTEM_OOM_WORDS));
    uint64_t hash = hash_slice(HASH_START, victim->comm);
    set_clue(entry, WITNESS_VICTIM, hash_number(hash, victim->pid.value));
}

/* Without their dress the lines are the same in every log. Where no clock helps, two failures of
 * one task may say the same unless they have figures that go on. */
static void set_text_clues(struct entry *entry, const struct incident *incident)
{
    uint64_t hash = HASH_START;
    if (incident->victims_count || !incident->lines_count)
        return;
    for (size_t i = 0; i < incident->lines_count; i++)
        hash = hash_slice(hash, incident->lines[i].text);
    if (entry->second >= 0)
        set_clue(entry, WITNESS_TEXT, hash_number(hash, entry->second));
    if (incident->memcg.memory.failcnt.known || incident->host_memory.reserved.known)
        set_clue(entry, WITNESS_FIGURES, hash);
}

/* That nobody was killed stands at the end: a copy that broke off before does not say it. */
static enum kind decision_of(const struct incident *incident)
{
    return incident->kind == KIND_OOM_NO_KILL ? KIND_OOM_KILL : incident->kind;
}

static struct entry *entry_create(const struct incident *incident)
{
    struct entry *entry = must_allocate(sizeof *entry);
    entry->machine = machine_of(incident);
    entry->seen.grade = incident_grade(incident);
    entry->seen.names = incident_names(incident);
    entry->victims = incident->victims_count ? incident_hash_victims(HASH_START, incident) : 0;
    entry->trigger =
        hash_number(hash_slice(HASH_START, incident->trigger.comm), decision_of(incident));
    entry->pid = incident->trigger.pid;
    if (!incident->victims_count) {
        entry->failcnt = incident->memcg.memory.failcnt;
        entry->free = incident->host_memory.figure[MEM_FREE];
    }
    entry->has_header = incident->has_header;
    entry->second = second_of_quarter(&incident->time);
    read_stamps(entry, &incident->time);
    set_clock_clues(entry);
    set_kill_line_clue(entry, incident_chosen(incident));
    set_victim_clue(entry, incident);
    set_text_clues(entry, incident);
    set_clue(entry, WITNESS_ID, hash_slice(HASH_START, slice_from_string(incident->id)));
    return entry;
}

/* The best clock that both carry decides: the wall clocks of two collectors may differ by a second
 * where the kernel's own stamp is the same. */
static bool is_same_moment(const struct entry *a, const struct entry *b)
{
    for (enum witness clock = 0; clock < CLOCKS; clock++)
        if (a->has_stamp[clock] && b->has_stamp[clock])
            return a->stamp[clock] == b->stamp[clock];
    return true;
}

static bool is_near(const struct entry *a, const struct entry *b)
{
    static const int64_t unit[] = {[WITNESS_KERNEL] = 1000000, [WITNESS_WALL] = 1};
    for (enum witness clock = 0; clock < WITNESS_PRINTED; clock++)
        if (a->has_stamp[clock] && b->has_stamp[clock]) {
            int64_t apart = (int64_t)(a->stamp[clock] - b->stamp[clock]) / unit[clock];
            return apart >= -DUPLICATES_NEAR_S && apart <= DUPLICATES_NEAR_S;
        }
    return is_same_moment(a, b);
}

/* What was heard of it comes a moment later, and kubectl tells no time of day. */
static bool is_heard_of(const struct entry *a, const struct entry *b)
{
    bool has_clock = (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL]) ||
                     (a->has_stamp[WITNESS_WALL] && b->has_stamp[WITNESS_WALL]);
    if (!a->is_hearsay && !b->is_hearsay)
        return false;
    if (has_clock)
        return is_near(a, b);
    int apart = abs(a->second - b->second);
    return a->second < 0 || b->second < 0 || apart <= DUPLICATES_NEAR_S ||
           apart >= QUARTER_S - DUPLICATES_NEAR_S;
}

static bool differ(struct amount a, struct amount b)
{
    return a.known && b.known && a.value != b.value;
}

/* One decision in two dresses, of which one does not have the kernel's clock: the wall clocks as
 * far as they can be compared. */
static bool is_other_dress(const struct entry *a, const struct entry *b)
{
    if (a->has_stamp[WITNESS_KERNEL] && b->has_stamp[WITNESS_KERNEL])
        return false;
    if (a->trigger != b->trigger || a->victims != b->victims)
        return false;
    if (differ(a->pid, b->pid))
        return false;
    if (a->second < 0 || b->second < 0)
        return true;
    if (a->has_stamp[WITNESS_WALL] && b->has_stamp[WITNESS_WALL])
        return a->stamp[WITNESS_WALL] == b->stamp[WITNESS_WALL];
    return a->second == b->second;
}

static bool is_same(enum witness witness, const struct entry *a, const struct entry *b)
{
    if (is_other_machine(a->machine, b->machine))
        return false;
    if (witness == WITNESS_VICTIM)
        return is_heard_of(a, b);
    if (witness == WITNESS_TEXT || witness == WITNESS_FIGURES)
        return is_other_dress(a, b) && (witness == WITNESS_FIGURES || is_same_moment(a, b));
    if (witness == WITNESS_KILL_LINE)
        return a->has_header == b->has_header ? is_other_dress(a, b) : is_near(a, b);
    if (a->victims && b->victims && a->victims != b->victims)
        return false;
    if (differ(a->pid, b->pid) || differ(a->failcnt, b->failcnt) || differ(a->free, b->free))
        return false;
    return is_same_moment(a, b);
}

static struct entry *find(struct duplicates *duplicates, const struct entry *entry)
{
    for (enum witness i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = NULL;
        if (entry->clues[i].is_there)
            HASH_FIND(hh, duplicates->table, &entry->clues[i].key, sizeof clue->key, clue);
        if (clue && is_same(i, clue->entry, entry))
            return clue->entry;
    }
    return NULL;
}

/* A clue that another entry holds already stays his: it could not tell the two apart. */
static void set_clues(struct duplicates *duplicates, struct entry *entry)
{
    for (int i = 0; i < WITNESS_COUNT; i++) {
        struct clue *clue = &entry->clues[i], *other;
        if (!clue->is_there || clue->is_set)
            continue;
        HASH_FIND(hh, duplicates->table, &clue->key, sizeof clue->key, other);
        if (other)
            continue;
        HASH_ADD(hh, duplicates->table, key, sizeof clue->key, clue);
        clue->is_set = true;
    }
}

/* What the copy names and @p entry did not: a third is known by it, or told apart. */
static void learn(struct duplicates *duplicates, struct entry *entry, const struct entry *copy)
{
    if (entry->is_hearsay) {
        entry->is_hearsay = copy->is_hearsay;
        entry->has_header = copy->has_header;
        entry->trigger = copy->trigger;
    }
    entry->machine |= copy->machine; /* of the same name: its domain */
    entry->second = entry->second < 0 ? copy->second : entry->second;
    entry->pid = amount_either(entry->pid, copy->pid);
    for (enum witness clock = 0; clock < CLOCKS; clock++)
        if (!entry->has_stamp[clock] && copy->has_stamp[clock]) {
            entry->has_stamp[clock] = true;
            entry->stamp[clock] = copy->stamp[clock];
        }
    for (int i = 0; i < WITNESS_COUNT; i++)
        if (!entry->clues[i].is_there && copy->clues[i].is_there)
            entry->clues[i] =
                (struct clue){.key = copy->clues[i].key, .entry = entry, .is_there = true};
    set_clues(duplicates, entry);
}

static void keep(struct duplicates *duplicates, struct entry *entry)
{
    set_clues(duplicates, entry);
    *duplicates->end = entry;
    duplicates->end = &entry->next;
    if (++duplicates->count > DUPLICATES_MAX)
        forget_oldest(duplicates);
}

struct seen *duplicates_add(struct duplicates *duplicates, const struct incident *incident,
                            bool *is_new)
{
    struct entry *entry = entry_create(incident), *earlier = find(duplicates, entry);
    *is_new = !earlier;
    if (earlier) {
        learn(duplicates, earlier, entry);
        free(entry);
        return &earlier->seen;
    }
    keep(duplicates, entry);
    return &entry->seen;
}

/* ---- from one run to the next */

static json_t *number_or_null(bool is_known, uint64_t number)
{
    return is_known ? json_integer((json_int_t)number) : json_null();
}

static json_t *clue_or_null(const struct clue *clue)
{
    return number_or_null(clue->is_there, clue->key);
}

static bool take_number(const json_t *value, uint64_t *ret)
{
    *ret = (uint64_t)json_integer_value(value);
    return json_is_integer(value);
}

static json_t *entry_save(const struct entry *entry)
{
    json_t *array =
        json_pack("[siIIIiii]", entry->seen.id, entry->seen.grade, (json_int_t)entry->machine,
                  (json_int_t)entry->victims, (json_int_t)entry->trigger, entry->has_header,
                  entry->second, entry->seen.is_unasked);
    json_array_append_new(array, number_or_null(entry->pid.known, (uint64_t)entry->pid.value));
    for (int i = 0; i < CLOCKS; i++)
        json_array_append_new(array, number_or_null(entry->has_stamp[i], entry->stamp[i]));
    for (int i = 0; i < WITNESS_VICTIM; i++)
        json_array_append_new(array, clue_or_null(&entry->clues[i]));
    json_array_append_new(array, json_integer(entry->seen.names));
    json_array_append_new(array, clue_or_null(&entry->clues[WITNESS_VICTIM]));
    json_array_append_new(array, json_integer(entry->is_hearsay));
    for (int i = WITNESS_TEXT; i < WITNESS_COUNT; i++)
        json_array_append_new(array, clue_or_null(&entry->clues[i]));
    return array;
}

static void write_entry(const struct entry *entry, FILE *out)
{
    json_t *line = json_pack("{so}", "seen", entry_save(entry));
    json_dumpf(line, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(line);
}

void duplicates_save(const struct duplicates *duplicates, FILE *out)
{
    for (const struct entry *entry = duplicates->oldest; entry; entry = entry->next)
        write_entry(entry, out);
}

void duplicates_announce(const struct incident *incident, FILE *out)
{
    struct entry *entry = entry_create(incident);
    memcpy(entry->seen.id, incident->id, sizeof entry->seen.id);
    entry->seen.grade = 0;
    entry->victims = 0; /* there may be more of them */
    write_entry(entry, out);
    free(entry);
}

bool duplicates_load(struct duplicates *duplicates, const json_t *seen)
{
    enum {
        PID = 8,
        STAMPS,
        CLUES = STAMPS + CLOCKS,
        NAMES = CLUES + WITNESS_VICTIM,
        VICTIM,
        HEARSAY
    };
    struct entry *entry = must_allocate(sizeof *entry);
    const char *id;
    json_int_t machine, victims, trigger;
    int has_header, is_unasked;
    uint64_t number;
    if (json_unpack((json_t *)(uintptr_t)seen, "[siIIIiii]", &id, &entry->seen.grade, &machine,
                    &victims, &trigger, &has_header, &entry->second, &is_unasked) != 0 ||
        strlen(id) >= sizeof entry->seen.id) {
        free(entry);
        return false;
    }
    memcpy(entry->seen.id, id, strlen(id) + 1);
    entry->seen.is_unasked = is_unasked;
    entry->seen.names = (int)json_integer_value(json_array_get(seen, NAMES));
    entry->seen.is_earlier = true;
    entry->machine = (uint64_t)machine;
    entry->victims = (uint64_t)victims;
    entry->trigger = (uint64_t)trigger;
    entry->has_header = has_header;
    if (take_number(json_array_get(seen, PID), &number))
        entry->pid = amount_of((int64_t)number, 0);
    for (size_t i = 0; i < CLOCKS; i++)
        entry->has_stamp[i] = take_number(json_array_get(seen, STAMPS + i), &entry->stamp[i]);
    entry->is_hearsay = json_integer_value(json_array_get(seen, HEARSAY));
    for (size_t i = 0; i < WITNESS_COUNT; i++) {
        size_t place = CLUES + i + (i >= WITNESS_VICTIM) + (i >= WITNESS_TEXT); /* see above */
        entry->clues[i].entry = entry;
        entry->clues[i].is_there = take_number(json_array_get(seen, place), &number);
        entry->clues[i].key = number;
    }
    keep(duplicates, entry);
    return true;
}
