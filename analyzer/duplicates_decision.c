#define _GNU_SOURCE /* timegm */
#include <ctype.h>
#include <time.h>

#include "analyzer/base/hash.h"
#include "analyzer/duplicates_private.h"
#include "analyzer/incident_identity.h"
#include "analyzer/page_clock.h"
#include "analyzer/workload.h"

static bool is_reckoned(const struct event_time *time)
{
    return time->wall_source == WALL_DMESG_T; /* from the boot: off after a sleep */
}

int incident_names(const struct incident *incident)
{
    return (incident_host(incident).length > 0) +
           (incident->time.has_wall && !is_reckoned(&incident->time));
}

enum { CLOCK_LENGTH = 8 };

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

/* The year may not be told, nor the zone: then as it is printed, else in UTC. */
static int64_t second_of_year(const struct event_time *time)
{
    static const struct page_clock yearless = {PAGE_CLOCK_YEARLESS, 0};
    time_t second = (time_t)(time->wall_us / 1000000);
    struct tm parts;
    int64_t us;
    if (is_reckoned(time))
        return -1;
    if (!time->has_wall)
        return page_clock_read(&yearless, time, &us) ? us / 1000000 : -1;
    gmtime_r(&second, &parts);
    parts.tm_year = 2024 - 1900;
    return timegm(&parts);
}

static void read_stamps(struct decision *decision, const struct event_time *time)
{
    decision->has_stamp[WITNESS_KERNEL] = time->has_monotonic;
    decision->stamp[WITNESS_KERNEL] = (uint64_t)time->monotonic_us;
    /* Seconds: collectors round the same stamp differently below. */
    decision->has_stamp[WITNESS_WALL] = time->has_wall;
    decision->stamp[WITNESS_WALL] = (uint64_t)(time->wall_us / 1000000);
    decision->has_stamp[WITNESS_PRINTED] = time->printed.length;
    decision->stamp[WITNESS_PRINTED] = hash_slice(HASH_START, time->printed);
}

static void set_clue(struct decision *decision, enum witness witness, uint64_t hash)
{
    decision->clues[witness] =
        (struct clue){.key = hash_number(hash, witness), .decision = decision, .is_there = true};
}

static void set_clock_clues(struct decision *decision)
{
    for (enum witness clock = 0; clock < CLOCKS; clock++) {
        uint64_t hash = hash_number(decision->trigger, (int64_t)decision->stamp[clock]);
        if (clock != WITNESS_KERNEL) /* a second is coarse: in a storm it has many victims */
            hash = hash_number(hash, (int64_t)decision->victims);
        if (decision->has_stamp[clock])
            set_clue(decision, clock, hash);
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
    const struct slice host = incident_host(incident);
    struct slice domain = host.length ? host : incident->boot;
    struct slice name = slice_cut(&domain, '.');
    uint64_t upper = hash_folded(name) | 1, lower = domain.length ? hash_folded(domain) | 1 : 0;
    return name.length ? upper << 32 | (lower & UINT32_MAX) : 0;
}

static void set_kill_line_clue(struct decision *decision, const struct victim *victim)
{
    if (!victim || !victim->pid.known || !victim->total_vm.known || !victim->anon_rss.known)
        return;
    uint64_t hash = hash_slice(HASH_START, victim->comm);
    hash = hash_number(hash, victim->pid.value);
    hash = hash_number(hash, victim->total_vm.value);
    hash = hash_number(hash, victim->anon_rss.value);
    hash = hash_number(hash, amount_or(victim->file_rss, -1));
    set_clue(decision, WITNESS_KILL_LINE, hash_number(hash, amount_or(victim->shmem_rss, -1)));
}

static void set_victim_clue(struct decision *decision, const struct incident *incident)
{
    const struct victim *victim = incident_chosen(incident);
    if (!victim || !victim->pid.known || incident->kind != KIND_OOM_KILL)
        return;
    decision->is_hearsay = slice_equal(victim->message, SLICE(SYSTEM_OOM_WORDS));
    uint64_t hash = hash_slice(HASH_START, victim->comm);
    set_clue(decision, WITNESS_VICTIM, hash_number(hash, victim->pid.value));
}

/* PID 1 names no process, and comes within a minute: of two moments so near at least one row of
 * spans has both in one. */
static void set_unit_clues(struct decision *decision, const struct incident *incident)
{
    enum { SPAN_S = DUPLICATES_NEAR_S };
    const struct victim *victim = incident_chosen(incident);
    if (!victim || incident->kind != KIND_OOM_KILL || decision->of_year < 0)
        return;
    bool is_told = slice_equal(victim->message, SLICE(UNIT_OOM_WORDS));
    struct slice unit = is_told ? victim->unit : unit_of_path(incident->memcg.victim_path);
    if (!unit.length)
        return;
    decision->is_hearsay |= is_told;
    uint64_t hash = hash_slice(hash_number(HASH_START, (int64_t)(decision->machine >> 32)), unit);
    int64_t second = decision->of_year;
    set_clue(decision, WITNESS_UNIT, hash_number(hash, second / SPAN_S));
    set_clue(decision, WITNESS_UNIT_BETWEEN, hash_number(hash, (second + SPAN_S / 2) / SPAN_S));
}

static void set_trigger_clue(struct decision *decision, const struct incident *incident)
{
    struct amount figure = decision->failcnt.known ? decision->failcnt : decision->free;
    if (!incident->has_header || !decision->pid.known || !figure.known)
        return;
    uint64_t hash = hash_number(decision->trigger, decision->pid.value);
    set_clue(decision, WITNESS_TRIGGER, hash_number(hash, figure.value));
}

/* Without their dress the lines are the same in every log. Where no clock helps, two failures of
 * one task may say the same unless they have figures that go on. */
static void set_text_clues(struct decision *decision, const struct incident *incident)
{
    uint64_t hash = HASH_START;
    if (incident->victims_count || !incident->lines_count)
        return;
    for (size_t i = 0; i < incident->lines_count; i++)
        hash = hash_slice(hash, incident->lines[i].text);
    if (decision->second >= 0)
        set_clue(decision, WITNESS_TEXT, hash_number(hash, decision->second));
    if (incident->memcg.memory.failcnt.known || incident->host_memory.reserved.known)
        set_clue(decision, WITNESS_FIGURES, hash);
}

static void read_victims(struct decision *decision, const struct incident *incident)
{
    decision->victims = incident->victims_count ? incident_hash_victims(HASH_START, incident) : 0;
    for (size_t i = 0; i < incident->victims_count; i++) {
        struct amount pid = incident->victims[i].pid;
        if (pid.known)
            decision->victim_bits |= UINT64_C(1) << hash_number(HASH_START, pid.value) % 64;
    }
}

/* That nobody was killed stands at the end: a copy that broke off before does not say it. */
static enum kind decision_of(const struct incident *incident)
{
    return incident->kind == KIND_OOM_NO_KILL ? KIND_OOM_KILL : incident->kind;
}

struct decision *decision_create(const struct incident *incident)
{
    struct decision *decision = must_allocate(sizeof *decision);
    decision->machine = machine_of(incident);
    decision->seen.grade = incident_grade(incident);
    decision->seen.names = incident_names(incident);
    decision->seen.victims = incident->victims_count;
    read_victims(decision, incident);
    decision->trigger =
        hash_number(hash_slice(HASH_START, incident->trigger.comm), decision_of(incident));
    decision->pid = incident->trigger.pid;
    decision->failcnt = incident->memcg.memory.failcnt;
    decision->free = incident->host_memory.figure[MEM_FREE];
    decision->has_header = incident->has_header;
    decision->second = second_of_quarter(&incident->time);
    decision->of_year = second_of_year(&incident->time);
    read_stamps(decision, &incident->time);
    set_clock_clues(decision);
    set_kill_line_clue(decision, incident_chosen(incident));
    set_victim_clue(decision, incident);
    set_unit_clues(decision, incident);
    set_trigger_clue(decision, incident);
    set_text_clues(decision, incident);
    set_clue(decision, WITNESS_ID, hash_slice(HASH_START, slice_from_string(incident->id)));
    return decision;
}
