#include "analyzer/html.h"

#include "analyzer/page_assets.h"

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(FILE *out, struct slice text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *entity = entity_of(text.data[i]);
        if (!entity)
            continue;
        fwrite(text.data + start, 1, i - start, out);
        fputs(entity, out);
        start = i + 1;
    }
    if (start < text.length)
        fwrite(text.data + start, 1, text.length - start, out);
}

void html_element(FILE *out, const char *tag, const char *class, struct slice text)
{
    if (!text.length)
        return;
    fprintf(out, "<%s", tag);
    if (class)
        html_attribute(out, "class", slice_from_string(class));
    fputc('>', out);
    html_text(out, text);
    fprintf(out, "</%s>", tag);
}

void html_attribute(FILE *out, const char *name, struct slice value)
{
    fprintf(out, " %s=\"", name);
    html_text(out, value);
    fputc('"', out);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

void html_parameter(FILE *out, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (is_plain(text.data[i]))
            fputc(text.data[i], out);
        else
            fprintf(out, "%%%02X", (unsigned char)text.data[i]);
    }
}

void html_bar(FILE *out, int permille)
{
    if (permille < 0 || permille > 1000)
        return;
    fprintf(out,
            "<svg class=\"bar\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" "
            "aria-hidden=\"true\"><rect width=\"%d\" height=\"8\"/></svg>",
            permille);
}

/* The policy allows the one style and the one script below, by their hashes, and nothing else: no
 * request leaves the page, and what slipped into an attribute would not run. */
static void write_policy(FILE *out)
{
    fprintf(out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action "
            "'none'\">\n",
            page_style.sha256, page_script.sha256);
}

void html_page_begin(FILE *out, struct slice title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
    write_policy(out);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"generator\" content=\"whyoom " WHYOOM_VERSION "\">\n",
          out);
    html_element(out, "title", NULL, title);
    fprintf(out, "\n<style>%s</style>\n</head>\n<body>\n", page_style.text);
    fputs("<header class=\"bar-top\"><span class=\"brand\">whyoom</span> "
          "<span class=\"dim\">why the memory ran out</span>"
          "<button id=\"theme\" type=\"button\" hidden>Theme: system</button></header>\n<main>\n",
          out);
}

void html_page_end(FILE *out)
{
    fprintf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", page_script.text);
}
