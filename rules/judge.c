#include "analyzer/pool.h"
#include "rules/rule_set.h"

/* ---- deciding */

struct decision {
    const struct rule *rule; /* NULL: nothing held */
    int term;
    uint32_t line;
};

static void note_fired(struct incident *incident, const struct rule *rule)
{
    *ARENA_PUSH(incident->arena, incident->fired, incident->fired_count) = rule->name;
}

static bool holds(struct evaluation *evaluation, const struct rule *rule)
{
    evaluation->rule = rule->name;
    return !rule->when || condition_outcome(evaluation, rule->when) == OUTCOME_YES;
}

/* "decides limit memcg.refusing": the fact's term, or 0 when it is unknown. */
static int take_term(struct evaluation *evaluation, const struct rule *rule, uint32_t *line)
{
    if (!rule->taken)
        return rule->term;
    struct fact fact = fact_read(rule->taken, evaluation->incident);
    int term = fact.known ? (int)fact.number : 0;
    *line = fact.line;
    evaluation_record(
        evaluation,
        (struct trace_step){.predicate = slice_from_string(rule->taken->name),
                            .values = slice_from_string(term_name(rule->vocabulary, term)),
                            .outcome = term ? OUTCOME_YES : OUTCOME_UNKNOWN,
                            .rule_line = rule->line,
                            .line = fact.line});
    return term;
}

static struct decision try_rule(struct evaluation *evaluation, const struct rule *rule)
{
    struct decision decision = {0};
    if (!holds(evaluation, rule))
        return decision;
    decision.term = take_term(evaluation, rule, &decision.line);
    if (decision.term || !rule->taken)
        decision.rule = rule;
    return decision;
}

/* Rules with frames that follow each other compete by the innermost frame. */
static size_t end_of_contest(const struct rule_sequence *sequence, size_t at)
{
    while (at < sequence->count && sequence->items[at]->frames.count)
        at++;
    return at;
}

static struct decision decide(const struct rule_set *rules, enum vocabulary_id vocabulary,
                              struct evaluation *evaluation)
{
    const struct rule_sequence *sequence = &rules->decisions[vocabulary];
    struct decision decision = {0};
    for (size_t at = 0; at < sequence->count && !decision.rule;) {
        size_t end = end_of_contest(sequence, at);
        if (end == at) {
            decision = try_rule(evaluation, sequence->items[at++]);
            continue;
        }
        at = frame_index_decide(&rules->frames, sequence->items, at, end, evaluation,
                                &decision.line);
        if (at < end) {
            decision.rule = sequence->items[at];
            decision.term = decision.rule->term;
        }
    }
    return decision;
}

static void apply_scope(struct incident *incident, struct decision decision)
{
    incident->scope = (enum scope)decision.term;
}

static void apply_limit(struct incident *incident, struct decision decision)
{
    incident->limit = (enum limit)decision.term;
}

static void apply_charge_path(struct incident *incident, struct decision decision)
{
    incident->charge_path = (enum charge_path)decision.term;
    incident->charge_line = decision.line;
}

static void apply_dominant(struct incident *incident, struct decision decision)
{
    struct amount part = decision.term ? incident->pool.part[decision.term] : UNKNOWN;
    incident->dominant.part = (enum part)decision.term;
    incident->dominant.bytes = part;
    incident->dominant.permille = (int)amount_or(amount_permille(part, pool_whole(incident)), -1);
}

static void apply_confidence(struct incident *incident, struct decision decision)
{
    incident->confidence = (enum confidence)decision.term;
}

static void decide_and_apply(const struct rule_set *rules, struct evaluation *evaluation,
                             enum vocabulary_id vocabulary,
                             void (*apply)(struct incident *, struct decision))
{
    struct decision decision = decide(rules, vocabulary, evaluation);
    if (decision.rule)
        note_fired(evaluation->incident, decision.rule);
    apply(evaluation->incident, decision);
    evaluation_forget(evaluation);
}

/* The first class that holds is the class; the others that hold are also there. */
static void decide_class(const struct rule_set *rules, struct evaluation *evaluation)
{
    const struct rule_sequence *sequence = &rules->decisions[VOCABULARY_CLASS];
    struct incident *incident = evaluation->incident;
    bool also[CLASS_COUNT] = {0};
    enum class_term first = CLASS_UNKNOWN;
    for (size_t i = 0; i < sequence->count; i++) {
        struct decision decision = try_rule(evaluation, sequence->items[i]);
        if (!decision.rule)
            continue;
        note_fired(incident, decision.rule);
        if (first == CLASS_UNKNOWN)
            first = (enum class_term)decision.term;
        also[decision.term] = true;
    }
    for (size_t i = 0; i < rules->also.count; i++)
        if (holds(evaluation, rules->also.items[i])) {
            note_fired(incident, rules->also.items[i]);
            also[rules->also.items[i]->term] = true;
        }
    also[first] = also[CLASS_UNKNOWN] = false;
    incident->class_ = first;
    memcpy(incident->also, also, sizeof also);
    evaluation_forget(evaluation);
}

static void note_missing(const struct rule_set *rules, struct evaluation *evaluation)
{
    struct incident *incident = evaluation->incident;
    for (size_t i = 0; i < rules->missing.count; i++) {
        const struct rule *rule = rules->missing.items[i];
        if (!holds(evaluation, rule))
            continue;
        note_fired(incident, rule);
        incident_add_missing(incident, arena_copy(incident->arena, rule->missing).data);
    }
}

/* ---- saying */

struct witness {
    struct evaluation *evaluation;
    struct finding *finding;
};

static bool is_noted(const struct finding *finding, struct slice name, struct slice value)
{
    for (size_t i = 0; i < finding->evidence_count; i++)
        if (slice_equal(finding->evidence[i].fact, name) &&
            slice_equal(finding->evidence[i].value, value))
            return true;
    return false;
}

static void note_evidence(void *context, struct slice name, const struct fact *fact)
{
    struct witness *witness = context;
    struct finding *finding = witness->finding;
    if (!fact->known)
        return;
    struct slice value = evaluation_print(witness->evaluation, fact);
    if (is_noted(finding, name, value))
        return;
    struct evidence evidence = {.fact = name, .value = value, .line = fact->line};
    if (fact->type <= FACT_PERMILLE) /* a number with a unit */
        evidence.amount = amount_of(fact->number, fact->line);
    *ARENA_PUSH(witness->evaluation->incident->arena, finding->evidence, finding->evidence_count) =
        evidence;
}

/* A sentence that would have a hole is as good as a condition that is unknown. */
static bool say(struct evaluation *evaluation, const struct rule *rule, struct slice *ret)
{
    if (template_render(evaluation, rule->says, ret))
        return true;
    const struct expression *unknown = template_unknown(evaluation, rule->says);
    evaluation_record(evaluation,
                      (struct trace_step){.predicate = unknown->text,
                                          .values = SLICE("unknown, so nothing can be said"),
                                          .outcome = OUTCOME_UNKNOWN,
                                          .rule_line = rule->says_line});
    return false;
}

static bool has_class(struct evaluation *evaluation, const struct rule *rule)
{
    const struct incident *incident = evaluation->incident;
    if (!rule->class_ || incident->class_ == rule->class_ || incident->also[rule->class_])
        return true;
    evaluation->rule = rule->name;
    struct slice class_ = slice_from_string(term_name(VOCABULARY_CLASS, (int)incident->class_));
    evaluation_record(evaluation, (struct trace_step){.predicate = SLICE("class"),
                                                      .values = class_,
                                                      .outcome = OUTCOME_NO,
                                                      .rule_line = rule->class_line});
    return false;
}

static void add_finding(struct evaluation *evaluation, const struct rule *rule, struct slice text)
{
    struct incident *incident = evaluation->incident;
    struct finding finding = {
        .rule = rule->name, .title = rule->title, .text = text, .weight = rule->weight};
    struct witness witness = {evaluation, &finding};
    expression_visit_facts(evaluation, rule->when, note_evidence, &witness);
    template_visit_facts(evaluation, rule->says, note_evidence, &witness);
    if (rule->advise && !template_render(evaluation, rule->advise, &finding.advice))
        finding.advice = SLICE("");
    *ARENA_PUSH(incident->arena, incident->findings, incident->findings_count) = finding;
    note_fired(incident, rule);
}

static void find(const struct rule_set *rules, struct evaluation *evaluation)
{
    for (size_t i = 0; i < rules->findings.count; i++) {
        const struct rule *rule = rules->findings.items[i];
        struct slice text;
        if (has_class(evaluation, rule) && holds(evaluation, rule) && say(evaluation, rule, &text))
            add_finding(evaluation, rule, text);
    }
}

static void summarize(const struct rule_set *rules, struct evaluation *evaluation)
{
    for (size_t i = 0; i < rules->summaries.count; i++) {
        const struct rule *rule = rules->summaries.items[i];
        if (holds(evaluation, rule) && say(evaluation, rule, &evaluation->incident->summary)) {
            note_fired(evaluation->incident, rule);
            return;
        }
    }
}

void rule_set_judge(const struct rule_set *rules, struct incident *incident, bool with_trace)
{
    struct evaluation evaluation;
    evaluation_init(&evaluation, incident, with_trace);
    decide_and_apply(rules, &evaluation, VOCABULARY_SCOPE, apply_scope);
    decide_and_apply(rules, &evaluation, VOCABULARY_CHARGE_PATH, apply_charge_path);
    decide_and_apply(rules, &evaluation, VOCABULARY_LIMIT, apply_limit);
    decide_and_apply(rules, &evaluation, VOCABULARY_PART, apply_dominant);
    decide_class(rules, &evaluation);
    note_missing(rules, &evaluation);
    decide_and_apply(rules, &evaluation, VOCABULARY_CONFIDENCE, apply_confidence);
    summarize(rules, &evaluation);
    find(rules, &evaluation);
    evaluation_deinit(&evaluation);
}

bool rule_fired(const struct incident *incident, struct slice name)
{
    for (size_t i = 0; i < incident->fired_count; i++)
        if (slice_equal(incident->fired[i], name))
            return true;
    return false;
}
