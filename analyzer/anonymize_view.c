#include "analyzer/anonymize_view.h"

#include "analyzer/anonymize_line.h"

struct anonymizer {
    struct pseudonyms names;
    struct secrets *secrets; /* what was replaced in cells, to find it in sentences */
};

enum content {
    CONTENT_OTHER,
    CONTENT_PATH,
    CONTENT_COMM,
    CONTENT_NUMBER,
    CONTENT_INPUT,
    CONTENT_HOST
};

/* What stands at a key; a key that has several meanings, by the list that its row is in. */
static const struct {
    const char *array, *key; /* array NULL: of any */
    enum content content;
} contents[] = {
    {NULL, "path", CONTENT_PATH},           {NULL, "memcg", CONTENT_PATH},
    {NULL, "cgroup", CONTENT_PATH},         {"instances", "name", CONTENT_PATH},
    {"shmem", "name", CONTENT_PATH},        {"instances", "largest", CONTENT_PATH},
    {NULL, "comm", CONTENT_COMM},           {NULL, "pid", CONTENT_NUMBER},
    {NULL, "thread", CONTENT_NUMBER},       {NULL, "uid", CONTENT_NUMBER},
    {"instances", "users", CONTENT_NUMBER}, {NULL, "likely_holder", CONTENT_NUMBER},
    {NULL, "dump", CONTENT_INPUT},          {NULL, "host", CONTENT_HOST},
};

static enum content content_of(struct slice array, const char *key)
{
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        if (strcmp(contents[i].key, key) == 0 &&
            (!contents[i].array || slice_equal(array, slice_from_string(contents[i].array))))
            return contents[i].content;
    return CONTENT_OTHER;
}

static struct slice text_of(const json_t *value)
{
    return slice_of(json_string_value(value), json_string_length(value));
}

static void put(json_t *value, struct slice text)
{
    json_string_setn(value, text.data, text.length);
}

static void replace_text(const struct anonymizer *anonymizer, json_t *value, enum content content)
{
    const struct pseudonyms *names = &anonymizer->names;
    struct slice text = arena_copy(names->arena, text_of(value));
    struct slice other = content == CONTENT_COMM    ? pseudonym_comm(names, text)
                         : content == CONTENT_INPUT ? pseudonym_of(names, "input", text)
                         : content == CONTENT_HOST  ? pseudonym_of(names, "host", text)
                                                    : pseudonym_path(names, text);
    secrets_add(anonymizer->secrets, text, other);
    put(value, other);
}

static void replace(const struct anonymizer *anonymizer, json_t *value, enum content content)
{
    size_t i;
    json_t *item;
    if (json_is_integer(value) && content == CONTENT_NUMBER)
        json_integer_set(value, pseudonym_number(&anonymizer->names, json_integer_value(value)));
    else if (json_is_string(value) && content != CONTENT_NUMBER)
        replace_text(anonymizer, value, content);
    json_array_foreach(value, i, item) replace(anonymizer, item, content);
}

static void replace_names(const struct anonymizer *anonymizer, json_t *object, struct slice array)
{
    const char *key;
    json_t *value, *row;
    size_t i;
    json_object_foreach(object, key, value)
    {
        enum content content = content_of(array, key);
        if (content != CONTENT_OTHER)
            replace(anonymizer, value, content);
        json_array_foreach(value, i, row) replace_names(anonymizer, row, slice_from_string(key));
    }
}

/* Notes, and what old kernels called the caches of a cgroup: "dentry(7:NAME)". */
static void scrub(const struct anonymizer *anonymizer, json_t *value)
{
    if (json_is_string(value))
        put(value, secrets_remove(anonymizer->secrets,
                                  arena_copy(anonymizer->names.arena, text_of(value))));
}

static void scrub_sentences(const struct anonymizer *anonymizer, const json_t *view)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(view, "notes"), i, item) scrub(anonymizer, item);
    json_array_foreach(json_object_get(view, "caches"), i, item)
        scrub(anonymizer, json_object_get(item, "name"));
}

void view_anonymize(json_t *view, const char *salt)
{
    struct arena *arena = arena_create();
    struct anonymizer anonymizer = {.names = pseudonyms_of(arena, salt)};
    anonymizer.secrets = secrets_create(&anonymizer.names);
    replace_names(&anonymizer, view, (struct slice){0});
    scrub_sentences(&anonymizer, view);
    secrets_destroy(anonymizer.secrets);
    arena_destroy(arena);
}
