/*
 * Every limit that keeps hostile or broken input from taking the machine with it, and why it has
 * the size it has.
 */
#ifndef WHYOOM_LIMITS_H
#define WHYOOM_LIMITS_H

enum {
    /* One line of a log. printk records hold 1 KiB; rsyslog joins some 8 KiB of them with #012; a
     * journal JSON object with MESSAGE as byte array takes five bytes for one. Longer lines are
     * read up to here and counted as cut, but for JSON documents (document.h). */
    LIMIT_LINE = 256 * 1024,
    /* One entry of a journal: its fields, of which each is read up to LIMIT_LINE. journald takes
     * 1024 fields, nearly all of them short; but a file may name one field again and again. */
    LIMIT_ENTRY = 4 * 1024 * 1024,
    /* The start of a stream that is split into lines whatever it holds; see log.h. */
    LIMIT_SNIPPET = 64 * 1024,
    /* How far before an anchor the lines of its report are looked for: a call trace and its
       registers. */
    LIMIT_LOOKBACK = 8 * 1024,
    /* The same before "invoked oom-killer", which is a report's first line: the fields of a journal
       record in front of its message. */
    LIMIT_LOOKBACK_HEADER = 2 * 1024,
    /* Lines of one report. Task tables of 30,000 processes exist; the kernel's pid limit is 4
       million. */
    LIMIT_REPORT_LINES = 200 * 1000,
    /* Foreign lines in a row inside an open report, after which it is given up as torn. A slow
     * serial console lets other programs print hundreds of lines into a report. */
    LIMIT_FOREIGN_LINES = 512,
    /* Silence, in the log's own time, after which an open report is over. Reports on slow consoles
       have gaps of 26 s. */
    LIMIT_SILENCE_S = 120,
    /* Reports open at once in one host's stream. */
    LIMIT_OPEN_REPORTS = 8,
    /* Hosts remembered at once in one stream. A collector's file holds ten thousand; what is kept
     * of one is its kernel, boot and last victims, half a KiB. */
    LIMIT_HOSTS = 16 * 1024,
    /* Reports of all hosts that are open or wait for an earlier one, and the memory they take, some
     * 32 KiB each: beyond that the earliest is given up as torn, and that is told. */
    LIMIT_HELD_REPORTS = 2 * 1024,
    LIMIT_HELD_BYTES = 256 * 1024 * 1024,
    /* Zone lines of one report: NODES_SHIFT is at most 10, a node has few populated zones. */
    LIMIT_ZONES = 4096,
    /* Frames of one call trace; the kernel's stack is 16 KiB. */
    LIMIT_FRAMES = 256,
    /* Victims of one group kill. */
    LIMIT_VICTIMS = 100 * 1000,
    /* One stored record: with LIMIT_VICTIMS victims it takes some 30 MiB. */
    LIMIT_RECORD = 64 * 1024 * 1024,
    /* Depth of archives in archives. */
    LIMIT_NESTING = 4,
    /* Memory for unpacking xz and lzma. `xz -9` takes 65 MiB to unpack; the format allows 4 GiB. */
    LIMIT_DICTIONARY = 128 * 1024 * 1024,
    /* A journal inside an archive is copied to a temporary file. journald cuts its own at 128 MiB
       unless told otherwise. */
    LIMIT_SPOOL = 1024 * 1024 * 1024,
    /* Records of an archive that wait for its end, to be put in order: some hundreds. */
    LIMIT_ARCHIVE_ORDER = 16 * 1024 * 1024,
    /* What is kept of an archive's members, to put reports together that the end of one cuts: the
     * starts of all, and the end of the one that is read. A report on a cgroup has some 8 KiB, one
     * on a machine of 300 processes 32. */
    LIMIT_MEMBER_HEAD = 32 * 1024,
    LIMIT_MEMBER_HEADS = 64 * 1024 * 1024,
    LIMIT_OPEN_END = 1024 * 1024,
    /* Members that are listed for that, with some 250 bytes each. */
    LIMIT_ARCHIVE_MEMBERS = 128 * 1024,
    /* How often an archive is read anew for reports for which that is too little. */
    LIMIT_ARCHIVE_WALKS = 64,
    /* One file of pstore parts that is put in order. A store is some 64 KiB large, NVRAM or ERST a
       few of these. */
    LIMIT_PSTORE = 4 * 1024 * 1024,
    /* Parts of pstore that are put in order: EFI's are 1 KiB. */
    LIMIT_PSTORE_PARTS = 4096,
    /* What a walk through a dump gives up at, as its lists may be broken. Memory cgroups have ids
     * of 16 bits, of which dying ones keep theirs; a pid has 22 bits. */
    LIMIT_MEMCGS = 128 * 1024,
    LIMIT_TASKS = 4 * 1024 * 1024,
    /* Files, file systems or mapped areas of a dump that one list or table may hold. */
    LIMIT_FILES = 16 * 1024 * 1024,
    /* Slabs on one list of a dump: 64 GiB of single pages. */
    LIMIT_SLABS = 16 * 1024 * 1024,
    /* Pages of one list: a terabyte of 4 KiB pages. */
    LIMIT_LRU_PAGES = 256 * 1024 * 1024,
    /* MAX_NUMNODES: NODES_SHIFT is at most 10. */
    LIMIT_NODES = 1024,
};

#endif
