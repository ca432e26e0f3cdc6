/*
 * The style and the script of a page, compiled in: build/page_assets.c, written by
 * analyzer/page_embed.sh from page.css and page.js.
 */
#ifndef WHYOOM_PAGE_ASSETS_H
#define WHYOOM_PAGE_ASSETS_H

struct page_asset {
    const char *text;
    const char *sha256; /* of the text, as a content security policy names it: in base64 */
};

extern const struct page_asset page_style, page_script;

#endif
