#include "rules/rule_file.h"

#include "analyzer/base/escape.h"
#include "rules/rule_line.h"

enum { WEIGHT_USUAL = 50 };

static bool is_rule_name(struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return name.length > 0 && name.length <= 60 && name.data[0] != '-';
}

static struct rule *start_rule(struct rule_line *line, const char *text)
{
    struct rule_list *list = line->list;
    struct rule *rule = arena_allocate(list->arena, sizeof *rule);
    *rule = (struct rule){.name = line->rest,
                          .file = line->place.file,
                          .line = line->place.line,
                          .text = {text, 0},
                          .layer = list->layer,
                          .weight = WEIGHT_USUAL};
    if (!is_rule_name(line->rest))
        LINE_MISTAKE(line, "a rule's name is made of small letters, digits and '-'");
    if (list->count == RULES_MAX)
        LINE_MISTAKE(line, "more than %d rules", RULES_MAX);
    if (list->count < RULES_MAX)
        *ARENA_PUSH(list->arena, list->items, list->count) = rule;
    return rule;
}

static struct rule_line split_line(struct rule_list *list, struct slice text, struct place place)
{
    struct slice rest = text, keyword = slice_word(&rest), trimmed = slice_trim(rest);
    struct rule_line line = {.list = list, .keyword = keyword, .rest = trimmed, .place = place};
    line.keyword_column = (int)(keyword.data - text.data) + 1;
    line.place.column = (int)(trimmed.data - text.data) + 1;
    return line;
}

static bool is_text(struct slice line)
{
    while (line.length)
        if (!is_clean_text(slice_cut(&line, '\t')))
            return false;
    return true;
}

/* Comments start with '#' at the beginning of a line or behind a blank. */
static struct slice without_comment(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '#' && (i == 0 || text.data[i - 1] == ' ' || text.data[i - 1] == '\t'))
            return slice_take(text, i);
    return text;
}

/* Everything up to the next rule is the text of the rule before it. */
static void close_rule(struct rule_list *list, struct rule *rule, const char *end)
{
    if (!rule)
        return;
    rule->text.length = (size_t)(end - rule->text.data);
    while (rule->text.length && memchr(" \t\r\n", rule->text.data[rule->text.length - 1], 4))
        rule->text.length--;
    rule->when = condition_join(list->arena, NODE_OR, rule->groups, rule->when);
}

/* The rule that the next line belongs to. */
static struct rule *parse_line(struct rule_list *list, struct rule *rule, struct slice raw,
                               struct place place)
{
    struct slice content = slice_trim(without_comment(raw));
    if (!content.length)
        return rule;
    size_t end = (size_t)(content.data - raw.data) + content.length;
    struct rule_line line = split_line(list, slice_take(raw, end), place);
    line.rule = rule;
    if (slice_equal(line.keyword, SLICE("rule"))) {
        close_rule(list, rule, raw.data);
        return start_rule(&line, raw.data);
    }
    if (rule)
        rule_line_take(&line);
    else
        mistakes_add(list->mistakes, place, "a file starts with \"rule NAME\"");
    return rule;
}

static const char *complain(struct slice raw)
{
    if (raw.length > RULE_LINE_MAX)
        return "this line is too long";
    return is_text(raw) ? NULL : "not clean UTF-8 text";
}

void rule_file_parse(struct rule_list *list, const char *file, struct slice text)
{
    struct rule *rule = NULL;
    struct place place = {file, 0, 1};
    struct slice rest = text;
    while (rest.length) {
        struct slice raw = slice_cut(&rest, '\n');
        place.line++;
        if (slice_ends(raw, SLICE("\r")))
            raw.length--;
        const char *complaint = complain(raw);
        if (complaint)
            mistakes_add(list->mistakes, place, "%s", complaint);
        else
            rule = parse_line(list, rule, raw, place);
    }
    close_rule(list, rule, text.data + text.length);
}
