#include "parsers/source/journal_payload.h"

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

/* Each unpacks to at most LIMIT_LINE bytes and returns their number; what is longer is cut. 0: it
 * is damaged. */

static size_t unpack_xz(struct slice packed, char *to)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, LIMIT_DICTIONARY, 0) != LZMA_OK)
        return 0;
    stream.next_in = (const uint8_t *)packed.data;
    stream.avail_in = packed.length;
    stream.next_out = (uint8_t *)to;
    stream.avail_out = LIMIT_LINE;
    lzma_ret result = lzma_code(&stream, LZMA_FINISH);
    bool is_cut = result == LZMA_OK && stream.avail_out == 0;
    size_t length = LIMIT_LINE - stream.avail_out;
    lzma_end(&stream);
    return result == LZMA_STREAM_END || is_cut ? length : 0;
}

/* The length of the text in 64 bits, then one block. */
static size_t unpack_lz4(struct slice packed, char *to)
{
    enum { LENGTH = 8 };
    if (packed.length < LENGTH || packed.length > LZ4_MAX_INPUT_SIZE)
        return 0;
    int length = LZ4_decompress_safe_partial(packed.data + LENGTH, to,
                                             (int)(packed.length - LENGTH), LIMIT_LINE, LIMIT_LINE);
    return length > 0 ? (size_t)length : 0;
}

static size_t unpack_zstd(struct slice packed, char *to)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (!context)
        die_out_of_memory();
    ZSTD_inBuffer in = {packed.data, packed.length, 0};
    ZSTD_outBuffer out = {to, LIMIT_LINE, 0};
    size_t result = 1;
    while (result != 0 && !ZSTD_isError(result) && in.pos < in.size && out.pos < out.size)
        result = ZSTD_decompressStream(context, &out, &in);
    ZSTD_freeDCtx(context);
    bool is_cut = out.pos == out.size;
    return result == 0 || is_cut ? out.pos : 0;
}

/* By the bit in a data object's flags, lowest first. */
static size_t (*const unpackers[])(struct slice packed, char *to) = {unpack_xz, unpack_lz4,
                                                                     unpack_zstd};

bool journal_payload_unpack(unsigned flags, struct slice *payload, char **buffer)
{
    for (size_t i = 0; i < sizeof unpackers / sizeof *unpackers; i++)
        if (flags == 1u << i) {
            if (!*buffer)
                *buffer = must_allocate(LIMIT_LINE);
            *payload = slice_of(*buffer, unpackers[i](*payload, *buffer));
            return payload->length > 0;
        }
    return false;
}
