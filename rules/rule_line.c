#include "rules/rule_line.h"

#include "analyzer/base/suggest.h"

enum { WEIGHT_MAX = 1000, ORDER_MAX = 9999 };

static struct expression_source source_of(const struct rule_line *line)
{
    return (struct expression_source){.text = line->rest,
                                      .place = line->place,
                                      .arena = line->list->arena,
                                      .mistakes = line->list->mistakes};
}

/* ---- one function per keyword */

static void take_text(const struct rule_line *line, struct slice *text)
{
    struct arena *arena = line->list->arena;
    *text = text->length ? arena_format(arena, "%.*s %.*s", SLICE_ARG(*text), SLICE_ARG(line->rest))
                         : line->rest;
}

static void take_title(struct rule_line *line)
{
    take_text(line, &line->rule->title);
}

static void take_source(struct rule_line *line)
{
    take_text(line, &line->rule->source);
}

static bool take_number(const struct rule_line *line, int least, int most, int *ret)
{
    int64_t number;
    if (!slice_to_number(line->rest, &number) || number < least || number > most) {
        LINE_MISTAKE(line, "a number from %d to %d is wanted", least, most);
        return false;
    }
    *ret = (int)number;
    return true;
}

static void take_weight(struct rule_line *line)
{
    take_number(line, 1, WEIGHT_MAX, &line->rule->weight);
}

static void take_order(struct rule_line *line)
{
    if (line->rule->order)
        LINE_MISTAKE(line, "a second order");
    else if (take_number(line, 1, ORDER_MAX, &line->rule->order))
        line->rule->order_line = line->place.line;
}

static void fail_near(const struct rule_line *line, const char *what, struct slice word,
                      const char *near)
{
    LINE_MISTAKE(line, "%s \"%.*s\"%s%s%s", what, SLICE_ARG(word), near ? " (did you mean " : "",
                 near ? near : "", near ? "?)" : "");
}

static int find_term(const struct rule_line *line, enum vocabulary_id id, struct slice word)
{
    int term = term_find(id, word);
    const struct vocabulary *vocabulary = vocabulary_get(id);
    if (term < 0)
        fail_near(line, "no such word here:", word,
                  suggest(word, vocabulary->terms, (size_t)vocabulary->count));
    return term;
}

static void take_class(struct rule_line *line)
{
    int term = find_term(line, VOCABULARY_CLASS, line->rest);
    if (term >= 0)
        line->rule->class_ = (enum class_term)term;
    line->rule->class_line = line->place.line;
}

static void set_role(struct rule_line *line, enum rule_role role)
{
    if (line->rule->role != ROLE_NONE && line->rule->role != role)
        LINE_MISTAKE(line, "a rule either says, summarizes or decides one thing");
    line->rule->role = role;
}

/* "decides limit memcg.refusing": the fact is the decision, when it is known. */
static void take_term(struct rule_line *line, enum vocabulary_id id, struct slice word)
{
    struct rule *rule = line->rule;
    if (rule->role != ROLE_NONE)
        LINE_MISTAKE(line, "a rule decides one thing");
    set_role(line, ROLE_DECIDES);
    rule->vocabulary = id;
    const struct fact_definition *fact = fact_find(word);
    if (!fact || fact->type != FACT_TERM || fact->vocabulary != id)
        rule->term = find_term(line, id, word);
    else
        rule->taken = fact;
}

static void take_also(struct rule_line *line, struct slice word)
{
    set_role(line, ROLE_ALSO);
    line->rule->vocabulary = VOCABULARY_CLASS;
    line->rule->term = find_term(line, VOCABULARY_CLASS, word);
}

static void take_missing(struct rule_line *line, struct slice word)
{
    set_role(line, ROLE_MISSING);
    line->rule->missing = word;
    if (!word.length)
        LINE_MISTAKE(line, "a word for what is missing is wanted");
}

static void take_decides(struct rule_line *line)
{
    static const char *const names[] = {"scope", "limit",      "charge_path", "dominant",
                                        "class", "confidence", "also",        "missing"};
    static const enum vocabulary_id ids[] = {VOCABULARY_SCOPE,       VOCABULARY_LIMIT,
                                             VOCABULARY_CHARGE_PATH, VOCABULARY_PART,
                                             VOCABULARY_CLASS,       VOCABULARY_CONFIDENCE};
    struct slice rest = line->rest, what = slice_word(&rest), word = slice_trim(rest);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (slice_equal(what, slice_from_string(names[i]))) {
            take_term(line, ids[i], word);
            return;
        }
    if (slice_equal(what, SLICE("also")))
        take_also(line, word);
    else if (slice_equal(what, SLICE("missing")))
        take_missing(line, word);
    else
        fail_near(line, "nothing to decide:", what,
                  suggest(what, names, sizeof names / sizeof *names));
}

static void take_frames(struct rule_line *line)
{
    struct slice rest = line->rest, word;
    while ((word = slice_word(&rest)).length)
        *ARENA_PUSH(line->list->arena, line->rule->frames.items, line->rule->frames.count) =
            set_word_of(word);
}

static void take_condition(struct rule_line *line)
{
    struct rule *rule = line->rule;
    struct expression_source source = source_of(line);
    if (++rule->when_lines > RULE_CONDITIONS_MAX) {
        if (rule->when_lines == RULE_CONDITIONS_MAX + 1)
            LINE_MISTAKE(line, "more than %d lines of conditions", RULE_CONDITIONS_MAX);
        return;
    }
    struct expression *condition = condition_parse(&source);
    rule->when = condition_join(line->list->arena, NODE_AND, rule->when, condition);
}

static void take_when(struct rule_line *line)
{
    if (line->rule->when_lines)
        LINE_MISTAKE(line, "a second \"when\": go on with \"and\" or \"or\"");
    else
        take_condition(line);
}

static void take_and(struct rule_line *line)
{
    if (!line->rule->when_lines)
        LINE_MISTAKE(line, "conditions start with \"when\"");
    else
        take_condition(line);
}

/* "or" starts another group of conditions; each group stands for itself. */
static void take_or(struct rule_line *line)
{
    struct rule *rule = line->rule;
    if (!rule->when_lines) {
        LINE_MISTAKE(line, "conditions start with \"when\"");
        return;
    }
    rule->groups = condition_join(line->list->arena, NODE_OR, rule->groups, rule->when);
    rule->when = NULL;
    take_condition(line);
}

static struct template *parse_template(const struct rule_line *line)
{
    struct expression_source source = source_of(line);
    return template_parse(&source);
}

static void take_says(struct rule_line *line)
{
    set_role(line, ROLE_FINDING);
    line->rule->says = template_join(line->rule->says, parse_template(line));
    line->rule->says_line = line->place.line;
}

static void take_summary(struct rule_line *line)
{
    set_role(line, ROLE_SUMMARY);
    line->rule->says = template_join(line->rule->says, parse_template(line));
    line->rule->says_line = line->place.line;
}

static void take_advise(struct rule_line *line)
{
    line->rule->advise = template_join(line->rule->advise, parse_template(line));
}

static void take_case(struct rule_line *line)
{
    struct rule_list *list = line->list;
    *ARENA_PUSH(list->arena, list->cases, list->cases_count) =
        (struct rule_case){.rule = line->rule->name,
                           .path = line->rest,
                           .must_fire = slice_equal(line->keyword, SLICE("example"))};
}

static const struct keyword {
    const char *name;
    void (*take)(struct rule_line *line);
} keywords[] = {
    {"title", take_title},   {"class", take_class},     {"weight", take_weight},
    {"order", take_order},   {"decides", take_decides}, {"frames", take_frames},
    {"when", take_when},     {"and", take_and},         {"or", take_or},
    {"says", take_says},     {"advise", take_advise},   {"summary", take_summary},
    {"source", take_source}, {"example", take_case},    {"counter", take_case},
};
enum { KEYWORDS_COUNT = sizeof keywords / sizeof *keywords };

static void fail_keyword(struct rule_line *line)
{
    const char *names[KEYWORDS_COUNT];
    for (int i = 0; i < KEYWORDS_COUNT; i++)
        names[i] = keywords[i].name;
    line->place.column = line->keyword_column;
    fail_near(line, "no such line in a rule:", line->keyword,
              suggest(line->keyword, names, KEYWORDS_COUNT));
}

void rule_line_take(struct rule_line *line)
{
    for (int i = 0; i < KEYWORDS_COUNT; i++)
        if (slice_equal(line->keyword, slice_from_string(keywords[i].name))) {
            if (line->rest.length)
                keywords[i].take(line);
            else
                LINE_MISTAKE(line, "nothing behind \"%s\"", keywords[i].name);
            return;
        }
    fail_keyword(line);
}
