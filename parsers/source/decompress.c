#include "parsers/source/decompress.h"

#include <isa-l/igzip_lib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/source/archive.h"

enum { BLOCK = 256 * 1024 }; /* fits the second-level cache together with a deflate window */

struct decompressor;

/* What one step of a codec came to. */
enum step {
    STEP_MORE,    /* inside of a frame */
    STEP_BETWEEN, /* a frame is complete; another may follow */
    STEP_DONE,    /* what follows is not ours */
    STEP_DAMAGED,
    STEP_TOO_LARGE, /* it wants more memory than LIMIT_DICTIONARY */
};

struct codec_methods {
    void (*start)(struct decompressor *self);
    /* Take from self->packed, write to self->block, move both on. */
    enum step (*step)(struct decompressor *self);
    void (*stop)(struct decompressor *self);
};

struct decompressor {
    struct input input;
    const struct codec_methods *codec;
    const char *name;
    struct input *source;
    struct slice packed; /* of the source's block: what is not yet used */
    struct error *source_error;
    bool source_ended;
    enum step state;
    union {
        struct inflate_state deflate;
        lzma_stream lzma;
        ZSTD_DCtx *zstd;
        struct {
            bool is_big_endian, has_order, has_low;
            unsigned char low;
        } utf16;
    } as;
    size_t filled;
    char block[BLOCK];
};

/* ---- gzip */

static void gzip_start(struct decompressor *self)
{
    isal_inflate_init(&self->as.deflate);
    self->as.deflate.crc_flag = ISAL_GZIP; /* head and check sum are its business */
}

/* Members may follow one another (RFC 1952, 2.2); padding behind the last one is none. */
static enum step gzip_step(struct decompressor *self)
{
    struct inflate_state *state = &self->as.deflate;
    if (self->state == STEP_BETWEEN && self->packed.length == 0)
        return STEP_BETWEEN;
    if (self->state == STEP_BETWEEN && self->packed.data[0] != '\x1f')
        return STEP_DONE;
    state->next_in = (uint8_t *)self->packed.data;
    state->avail_in = (uint32_t)self->packed.length;
    state->next_out = (uint8_t *)self->block + self->filled;
    state->avail_out = (uint32_t)(BLOCK - self->filled);
    int result = isal_inflate(state);
    self->packed = slice_skip(self->packed, self->packed.length - state->avail_in);
    self->filled = BLOCK - state->avail_out;
    if (result < 0)
        return STEP_DAMAGED;
    if (state->block_state != ISAL_BLOCK_FINISH)
        return STEP_MORE;
    isal_inflate_reset(state);
    return STEP_BETWEEN;
}

static void gzip_stop(struct decompressor *self)
{
    (void)self;
}

/* ---- xz and lzma */

static void xz_start(struct decompressor *self)
{
    self->as.lzma = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&self->as.lzma, LIMIT_DICTIONARY, LZMA_CONCATENATED) != LZMA_OK)
        die_out_of_memory();
}

static void lzma_start(struct decompressor *self)
{
    self->as.lzma = (lzma_stream)LZMA_STREAM_INIT;
    if (lzma_alone_decoder(&self->as.lzma, LIMIT_DICTIONARY) != LZMA_OK)
        die_out_of_memory();
}

static enum step lzma_step(struct decompressor *self)
{
    lzma_stream *stream = &self->as.lzma;
    stream->next_in = (const uint8_t *)self->packed.data;
    stream->avail_in = self->packed.length;
    stream->next_out = (uint8_t *)self->block + self->filled;
    stream->avail_out = BLOCK - self->filled;
    lzma_ret result = lzma_code(stream, self->source_ended ? LZMA_FINISH : LZMA_RUN);
    self->packed = slice_skip(self->packed, self->packed.length - stream->avail_in);
    self->filled = BLOCK - stream->avail_out;
    switch (result) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return STEP_MORE;
    case LZMA_STREAM_END:
        return STEP_DONE;
    case LZMA_MEMLIMIT_ERROR:
        return STEP_TOO_LARGE;
    default:
        return STEP_DAMAGED;
    }
}

static void lzma_stop(struct decompressor *self)
{
    lzma_end(&self->as.lzma);
}

/* ---- zstd */

static void zstd_start(struct decompressor *self)
{
    self->as.zstd = ZSTD_createDCtx();
    if (!self->as.zstd)
        die_out_of_memory();
}

static enum step zstd_step(struct decompressor *self)
{
    ZSTD_inBuffer in = {self->packed.data, self->packed.length, 0};
    ZSTD_outBuffer out = {self->block, BLOCK, self->filled};
    if (self->state == STEP_BETWEEN && in.size == 0)
        return STEP_BETWEEN;
    size_t result = ZSTD_decompressStream(self->as.zstd, &out, &in);
    self->packed = slice_skip(self->packed, in.pos);
    self->filled = out.pos;
    if (ZSTD_isError(result))
        return ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge
                   ? STEP_TOO_LARGE
                   : STEP_DAMAGED;
    return result == 0 ? STEP_BETWEEN : STEP_MORE;
}

static void zstd_stop(struct decompressor *self)
{
    ZSTD_freeDCtx(self->as.zstd);
}

/* ---- UTF-16 */

static void utf16_start(struct decompressor *self)
{
    self->as.utf16.has_order = false;
    self->as.utf16.has_low = false;
}

/* What whyoom looks for is ASCII; everything else becomes '?', which keeps one byte for one unit.
 */
static void utf16_unit(struct decompressor *self, unsigned unit)
{
    enum { MARK = 0xfeff, MARK_SWAPPED = 0xfffe };
    bool is_mark = !self->as.utf16.has_order && (unit == MARK || unit == MARK_SWAPPED);
    if (!self->as.utf16.has_order) {
        bool is_swapped = unit == MARK_SWAPPED || (unit & 0xff) == 0; /* an ASCII byte, above a 0 */
        self->as.utf16.is_big_endian = is_swapped;
        unit = is_swapped ? unit >> 8 | (unit & 0xff) << 8 : unit;
    }
    if (!is_mark)
        self->block[self->filled++] = unit < 0x80 ? (char)unit : '?';
    self->as.utf16.has_order = true;
}

static enum step utf16_step(struct decompressor *self)
{
    for (; self->packed.length && self->filled < BLOCK;
         self->packed = slice_skip(self->packed, 1)) {
        unsigned char byte = (unsigned char)self->packed.data[0];
        if (self->as.utf16.has_low)
            utf16_unit(self, self->as.utf16.is_big_endian ? self->as.utf16.low * 256u + byte
                                                          : byte * 256u + self->as.utf16.low);
        self->as.utf16.low = byte;
        self->as.utf16.has_low = !self->as.utf16.has_low;
    }
    return STEP_BETWEEN;
}

static void utf16_stop(struct decompressor *self)
{
    (void)self;
}

/* ---- as an input */

static const struct codec_methods codecs[CODEC_COUNT] = {
    [CODEC_GZIP] = {gzip_start, gzip_step, gzip_stop},
    [CODEC_XZ] = {xz_start, lzma_step, lzma_stop},
    [CODEC_LZMA] = {lzma_start, lzma_step, lzma_stop},
    [CODEC_ZSTD] = {zstd_start, zstd_step, zstd_stop},
    [CODEC_UTF16] = {utf16_start, utf16_step, utf16_stop},
};

static void refill(struct decompressor *self)
{
    if (self->packed.length || self->source_ended)
        return;
    self->source_error = input_next(self->source, &self->packed);
    self->source_ended = self->packed.length == 0;
}

static struct error *what_is_wrong(struct decompressor *self)
{
    struct error *error = self->source_error;
    self->source_error = NULL;
    if (error || self->state == STEP_DONE || self->state == STEP_BETWEEN)
        return error;
    if (self->state == STEP_TOO_LARGE)
        return error_create(ERROR_INPUT,
                            "unpacking this %s data takes more than %d MiB; unpack it first",
                            self->name, LIMIT_DICTIONARY / 1024 / 1024);
    return error_create(ERROR_INPUT, "the %s data %s", self->name,
                        self->state == STEP_DAMAGED ? "is damaged" : "is cut short");
}

/* Steps until the block is full or nothing more comes. */
static void fill(struct decompressor *self)
{
    while (self->filled < BLOCK && self->state <= STEP_BETWEEN) {
        refill(self);
        size_t filled = self->filled, packed = self->packed.length;
        self->state = self->codec->step(self);
        bool is_stuck = self->filled == filled && self->packed.length == packed;
        if (self->source_ended && is_stuck)
            break;
    }
}

static struct error *decompressor_next(struct input *input, struct slice *ret)
{
    struct decompressor *self = (struct decompressor *)input;
    self->filled = 0;
    fill(self);
    *ret = slice_of(self->block, self->filled);
    return self->filled ? NULL : what_is_wrong(self);
}

static void decompressor_destroy(struct input *input)
{
    struct decompressor *self = (struct decompressor *)input;
    self->codec->stop(self);
    error_destroy(self->source_error);
    input_destroy(self->source);
    free(self);
}

struct input *decompress(const struct content_format *format, struct input *packed)
{
    if (format->codec == CODEC_LIBARCHIVE)
        return archive_decompress(format, packed);
    struct decompressor *self = must_reallocate(NULL, sizeof *self);
    memset(self, 0, offsetof(struct decompressor, block));
    self->input =
        (struct input){.next = decompressor_next, .destroy = decompressor_destroy, .file = -1};
    self->codec = &codecs[format->codec];
    self->name = format->name;
    self->source = packed;
    self->packed = SLICE("");
    self->state = STEP_MORE;
    self->codec->start(self);
    return &self->input;
}
