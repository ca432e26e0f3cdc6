#include "parsers/source/probe.h"

#include <elf.h>

#include "parsers/source/pstore.h"

/* ---- checks behind a signature */

/* gzip knows one method, deflate (RFC 1952). */
static bool is_deflate(struct slice head)
{
    return head.length > 2 && head.data[2] == 8;
}

/* The level digit, then the block magic 0x314159265359 or, in an empty file, 0x177245385090. */
static bool is_bzip2(struct slice head)
{
    struct slice rest = slice_skip(head, 4);
    return slice_starts(rest, SLICE("1AY&SY")) || slice_starts(rest, SLICE("\x17rE8P\x90"));
}

/* An .lzma file has no signature: properties 0x5d, a dictionary of 2^n or 2^n + 2^(n-1), and a size
 * that is unknown (all ones) or below 256 GiB, as xz checks it. */
static bool is_lzma(struct slice head)
{
    if (head.length < 13)
        return false;
    uint32_t dictionary;
    uint64_t size;
    memcpy(&dictionary, head.data + 1, sizeof dictionary);
    memcpy(&size, head.data + 5, sizeof size);
    uint32_t bits = (uint32_t)__builtin_popcount(dictionary);
    return dictionary >= 4096 && bits <= 2 && (size == UINT64_MAX || size < UINT64_C(1) << 38);
}

enum { TAR_HEADER = 512, TAR_CHECKSUM = 148, TAR_CHECKSUM_LENGTH = 8 };

/* A tar header carries the sum of its bytes, the sum itself counted as blanks. Archives of before
 * POSIX have nothing else to tell them by. */
static bool is_tar(struct slice head)
{
    if (head.length < TAR_HEADER || head.data[0] == '\0')
        return false;
    uint32_t sum = 0, expected = 0;
    for (size_t i = 0; i < TAR_HEADER; i++) {
        bool in_sum = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_CHECKSUM_LENGTH;
        sum += in_sum ? ' ' : (unsigned char)head.data[i];
    }
    struct slice field = slice_of(head.data + TAR_CHECKSUM, TAR_CHECKSUM_LENGTH);
    field = slice_trim(field);
    if (field.length == 0)
        return false;
    for (; field.length && field.data[0] >= '0' && field.data[0] <= '7';
         field = slice_skip(field, 1))
        expected = expected * 8 + (uint32_t)(field.data[0] - '0');
    return sum == expected;
}

/* e_type stands at the same place in both classes. Big-endian dumps (s390, ppc64) have it swapped.
 */
static bool is_core(struct slice head)
{
    uint16_t type;
    if (head.length < sizeof(Elf32_Ehdr))
        return false;
    memcpy(&type, head.data + offsetof(Elf32_Ehdr, e_type), sizeof type);
    return type == ET_CORE || type == __builtin_bswap16(ET_CORE);
}

/* The core of a process has p_paddr 0 everywhere and user addresses (fs/binfmt_elf.c); in a
 * kernel's dump some segment has a physical address (fs/proc/vmcore.c, QEMU's dump.c). */
static bool has_physical_segment64(struct slice head)
{
    Elf64_Ehdr elf;
    Elf64_Phdr segment;
    if (head.length < sizeof elf)
        return false;
    memcpy(&elf, head.data, sizeof elf);
    for (size_t i = 0; i < elf.e_phnum && elf.e_phoff < head.length; i++) {
        size_t at = elf.e_phoff + i * sizeof segment;
        if (at + sizeof segment > head.length)
            break;
        memcpy(&segment, head.data + at, sizeof segment);
        if (segment.p_type == PT_LOAD && (segment.p_paddr || segment.p_vaddr >> 63))
            return true;
    }
    return false;
}

static bool has_physical_segment32(struct slice head)
{
    Elf32_Ehdr elf;
    Elf32_Phdr segment;
    memcpy(&elf, head.data, sizeof elf);
    for (size_t i = 0; i < elf.e_phnum && elf.e_phoff < head.length; i++) {
        size_t at = elf.e_phoff + i * sizeof segment;
        if (at + sizeof segment > head.length)
            break;
        memcpy(&segment, head.data + at, sizeof segment);
        if (segment.p_type == PT_LOAD && segment.p_paddr)
            return true;
    }
    return false;
}

static bool is_kernel_core(struct slice head)
{
    if (!is_core(head))
        return false;
    if (slice_contains(head, SLICE("VMCOREINFO")) || slice_contains(head, SLICE("QEMU\0")))
        return true;
    if (head.data[EI_DATA] != ELFDATA2LSB)
        return !slice_contains(head, SLICE("CORE\0"));
    return head.data[EI_CLASS] == ELFCLASS64 ? has_physical_segment64(head)
                                             : has_physical_segment32(head);
}

/* xm dump-core writes sections, no program headers, and names them so. */
static bool is_xen_core(struct slice head)
{
    return is_core(head) && slice_contains(head, SLICE(".note.Xen"));
}

/* ---- text or not */

/* The length of the UTF-8 sequence at the front of @p text, 0 when it is none. */
static size_t utf8_length(struct slice text)
{
    unsigned char first = (unsigned char)text.data[0];
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length > text.length || first > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text.data[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static bool is_text_byte(unsigned char c)
{
    return (c >= ' ' && c < 0x7f) || (c >= '\b' && c <= '\r') || c == 0x1b;
}

/* NULs do not count on either side: a machine that crashes leaves blocks of them in its logs. */
static bool is_mostly_not_text(struct slice head)
{
    enum { EXAMINED = 1024 };
    struct slice text = slice_take(head, EXAMINED);
    size_t good = 0, bad = 0;
    while (text.length) {
        unsigned char c = (unsigned char)text.data[0];
        size_t length = is_text_byte(c) ? 1 : utf8_length(text);
        good += length;
        bad += length == 0 && c != '\0';
        text = slice_skip(text, length ? length : 1);
    }
    return bad > good;
}

/* Without a mark: every other byte is 0, and the others are text. A log that is padded with NULs
 * has them in blocks. */
static bool is_unmarked_utf16(struct slice head)
{
    enum { LEAST = 64, EXAMINED = 512 };
    struct slice text = slice_take(head, EXAMINED);
    size_t zeros[2] = {0, 0}, good[2] = {0, 0};
    for (size_t i = 0; i < text.length; i++) {
        zeros[i % 2] += text.data[i] == '\0';
        good[i % 2] += is_text_byte((unsigned char)text.data[i]);
    }
    size_t half = text.length / 2;
    return text.length >= LEAST &&
           ((zeros[0] >= half && good[1] >= half) || (zeros[1] >= half && good[0] >= half));
}

static bool is_pstore(struct slice head)
{
    struct pstore_head ignored;
    return pstore_head_read(head, &ignored);
}

/* ---- what whyoom itself wrote */

static bool is_page(struct slice head)
{
    return slice_contains(head, SLICE("<meta name=\"generator\" content=\"whyoom "));
}

/* "class shmem, also swap · limit memsw · confidence high", in the text's columns. */
static bool is_verdict(struct slice text)
{
    enum { COLUMNS_MOST = 300 };
    static const char *const starts[] = {"class ", "limit ", "incident "};
    struct slice rest = text;
    bool has_start = false;
    slice_cut(&rest, '\n');
    slice_cut(&rest, '\n');
    struct slice verdict = slice_take(text, text.length - rest.length);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        has_start |= slice_starts(verdict, slice_from_string(starts[i]));
    return has_start && verdict.length < COLUMNS_MOST && slice_contains(verdict, SLICE(" · ")) &&
           slice_contains(verdict, SLICE("confidence "));
}

/* The head of a list: "  #  when               class". */
static bool is_list(struct slice text)
{
    struct slice line = slice_cut(&text, '\n');
    return slice_starts(line, SLICE("  #  ")) && slice_contains(line, SLICE("  class  "));
}

/* A list or a ticket, in text or Markdown: within its first lines it says so. */
static bool is_report(struct slice head)
{
    enum { LINES = 12 };
    bool is_one = false;
    for (int i = 0; i < LINES && head.length && !is_one; i++, slice_cut(&head, '\n'))
        is_one = is_verdict(head) || is_list(head);
    return is_one;
}

/* ---- the table */

#define UNPACK_FIRST "unpack it first and give whyoom what comes out"
#define DUMP_AGAIN \
    "take the dump with `virsh dump --memory-only --format elf` or QEMU's dump-guest-memory"
#define PACKED(what, how, bytes, check)                                                            \
    {                                                                                              \
        .name = what, .content = CONTENT_COMPRESSED, .codec = how, .signature = SLICE_INIT(bytes), \
        .holds = check                                                                             \
    }
#define ARCHIVE(what, sought, bytes)                                   \
    {                                                                  \
        .name = what, .content = CONTENT_ARCHIVE, .is_sought = sought, \
        .signature = SLICE_INIT(bytes)                                 \
    }
#define DUMP(bytes, check)                                                                  \
    {                                                                                       \
        .name = "a kernel dump", .content = CONTENT_VMCORE, .signature = SLICE_INIT(bytes), \
        .holds = check                                                                      \
    }
#define BINARY(what, bytes, check)                                                                \
    {                                                                                             \
        .name = what, .content = CONTENT_NOT_TEXT, .signature = SLICE_INIT(bytes), .holds = check \
    }
#define OUTPUT(what, bytes, check)                                                              \
    {                                                                                           \
        .name = what, .content = CONTENT_OUTPUT, .signature = SLICE_INIT(bytes), .holds = check \
    }
#define FOREIGN_AT(what, at, bytes, check, help)                                                \
    {                                                                                           \
        .name = what, .content = CONTENT_FOREIGN, .offset = at, .signature = SLICE_INIT(bytes), \
        .holds = check, .advice = help                                                          \
    }
#define FOREIGN(what, bytes, help) FOREIGN_AT(what, 0, bytes, NULL, help)

#define HIBERNATION "an image of a hibernated machine"
#define HIBERNATION_HELP \
    "whyoom reads kdump vmcores; resume the machine and crash it with kdump configured"
#define SWAP_END (4096 - 10) /* the signature ends the first page (include/linux/swap.h) */
#define VMWARE "a VMware suspend or snapshot file"
#define VMWARE_HELP "turn it and its .vmem into a vmcore with `vmss2core -N6`"
#define RAW_HELP "it has no headers; turn it into an ELF vmcore, or " DUMP_AGAIN

/* The first row that fits decides, so longer signatures and narrower checks stand before wider
 * ones. */
static const struct content_format formats[] = {
    PACKED("gzip", CODEC_GZIP, "\x1f\x8b", is_deflate),
    PACKED("xz", CODEC_XZ,
           "\xfd"
           "7zXZ\0",
           NULL),
    PACKED("zstd", CODEC_ZSTD, "\x28\xb5\x2f\xfd", NULL),
    /* pzstd begins with a skippable frame */
    PACKED("zstd", CODEC_ZSTD, "\x50\x2a\x4d\x18", NULL),
    PACKED("bzip2", CODEC_LIBARCHIVE, "BZh", is_bzip2),
    PACKED("lz4", CODEC_LIBARCHIVE, "\x04\x22\x4d\x18", NULL),
    /* lz4 -l, and kernels' initrds */
    PACKED("lz4", CODEC_LIBARCHIVE, "\x02\x21\x4c\x18", NULL),
    PACKED("lzip", CODEC_LIBARCHIVE, "LZIP\1", NULL),
    PACKED("compress", CODEC_LIBARCHIVE, "\x1f\x9d", NULL),
    PACKED("lzma", CODEC_LZMA, "\x5d\0", is_lzma),
    /* what PowerShell makes of `ssh host dmesg > file` */
    PACKED("UTF-16", CODEC_UTF16, "\xff\xfe", NULL),
    PACKED("UTF-16", CODEC_UTF16, "\xfe\xff", NULL),
    PACKED("UTF-16", CODEC_UTF16, "", is_unmarked_utf16),

    ARCHIVE("zip", true, "PK\3\4"),
    ARCHIVE("zip", true, "PK\5\6"),
    ARCHIVE("7-Zip", true, "7z\xbc\xaf\x27\x1c"),
    ARCHIVE("cpio", false, "070701"),
    ARCHIVE("cpio", false, "070702"),
    ARCHIVE("cpio", false, "070707"),
    ARCHIVE("cpio", false, "\xc7\x71"),
    ARCHIVE("ar", false, "!<arch>\n"),
    {.name = "tar", .content = CONTENT_ARCHIVE, .holds = is_tar},

    {.name = "journal", .content = CONTENT_JOURNAL, .signature = SLICE_INIT("LPKSHHRH")},
    {.name = "pstore", .content = CONTENT_PSTORE, .holds = is_pstore},

    FOREIGN_AT("a Xen core dump", 0, "\177ELF", is_xen_core,
               "whyoom reads kdump vmcores; let the guest's own kdump write one"),
    DUMP("\177ELF", is_kernel_core),
    DUMP("KDUMP   ", NULL),
    DUMP("DISKDUMP", NULL),
    DUMP("makedumpfile\0\0\0\0", NULL),
    /* LKCD of x86 and s390's stand-alone dump; libkdumpfile opens both */
    DUMP("\xed\x23\x8f\x61\x73\x01\x19\xa8", NULL),
    DUMP("\xa8\x19\x01\x73\x61\x8f\x23\xfd", NULL),

    FOREIGN_AT(HIBERNATION, SWAP_END, "S1SUSPEND", NULL, HIBERNATION_HELP),
    FOREIGN_AT(HIBERNATION, SWAP_END, "S2SUSPEND", NULL, HIBERNATION_HELP),
    FOREIGN_AT(HIBERNATION, SWAP_END, "ULSUSPEND", NULL, HIBERNATION_HELP),
    FOREIGN_AT(HIBERNATION, SWAP_END, "LINHIB0001", NULL, HIBERNATION_HELP),
    FOREIGN_AT("a swap area", SWAP_END, "SWAPSPACE2", NULL, "whyoom reads logs and kernel dumps"),
    FOREIGN(VMWARE, "\xd0\xbe\xd2\xbe", VMWARE_HELP),
    FOREIGN(VMWARE, "\xd1\xba\xd1\xba", VMWARE_HELP),
    FOREIGN(VMWARE, "\xd2\xbe\xd2\xbe", VMWARE_HELP),
    FOREIGN(VMWARE, "\xd3\xbe\xd3\xbe", VMWARE_HELP),
    FOREIGN("a saved state of Hyper-V", "\x14\x20\x28\x01",
            "let the guest's own kdump write a vmcore (on the host: Debug-VM "
            "-InjectNonMaskableInterrupt)"),
    FOREIGN("a saved Xen guest", "LinuxGuestRecord",
            "whyoom reads kdump vmcores; let the guest's own kdump write one"),
    FOREIGN("a Xen core dump", "\xed\xeb\x0f\xf0",
            "whyoom reads kdump vmcores; let the guest's own kdump write one"),
    FOREIGN("a guest saved by libvirt", "LibvirtQemud", "restore the guest and " DUMP_AGAIN),
    FOREIGN("a QEMU migration stream", "QEVM", "restore the guest and " DUMP_AGAIN),
    FOREIGN("a memory image of LiME", "EMiL", RAW_HELP),
    FOREIGN("a memory image of AVML", "AVML", RAW_HELP),
    /* the interrupt vectors that a PC's BIOS leaves at address 0 */
    FOREIGN("a raw image of a machine's memory", "\x53\xff\0\xf0\x53\xff\0\xf0", RAW_HELP),
    FOREIGN("a Windows crash dump", "PAGEDU", "whyoom explains Linux"),
    FOREIGN("a disk image (qcow2)", "QFI\xfb", "mount it (guestmount) and name its log directory"),
    FOREIGN("a RAR archive", "Rar!\x1a\7", UNPACK_FIRST),
    FOREIGN("an lzop file", "\x89LZO\0", UNPACK_FIRST),

    BINARY("the core dump of a process", "\177ELF", is_core),
    BINARY("a program", "\177ELF", NULL),
    BINARY("a PDF", "%PDF-", NULL),
    BINARY("a database", "SQLite format 3", NULL),
    BINARY("a package", "\xed\xab\xee\xdb", NULL),
    OUTPUT("records of whyoom", "{\"schema\":\"whyoom.", NULL),
    OUTPUT("a table of whyoom", "number,id,time,uptime_s,printed,kind,class,", NULL),
    OUTPUT("metrics of whyoom", "# HELP whyoom_", NULL),
    OUTPUT("a page of whyoom", "<!DOCTYPE html>", is_page),
    OUTPUT("a report of whyoom", "", is_report),

    {.name = "not text", .content = CONTENT_NOT_TEXT, .holds = is_mostly_not_text},
    {.name = "text", .content = CONTENT_TEXT},
};

const struct content_format *probe(struct slice head)
{
    const struct content_format *format = formats;
    while (!slice_starts(slice_skip(head, format->offset), format->signature) ||
           (format->holds && !format->holds(head)))
        format++;
    return format;
}
