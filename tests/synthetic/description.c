/* machine.txt as lines of "kind key=value key=value". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic/common.h"

enum { LINES_MAX = 200, LINE_SIZE = 320, WORDS = 4 };

static char lines[LINES_MAX][LINE_SIZE];

void description_read(const char *path)
{
    FILE *file = fopen(path, "r");
    int count = 0;
    if (!file) {
        perror(path);
        exit(1);
    }
    while (count < LINES_MAX - 1 && fgets(lines[count], LINE_SIZE, file)) {
        lines[count][strcspn(lines[count], "\n")] = '\0';
        count += lines[count][0] && lines[count][0] != '#';
    }
    lines[count][0] = '\0';
    fclose(file);
}

const char *description_next(const char *line, const char *kind)
{
    size_t length = strlen(kind);
    for (line = line ? line + LINE_SIZE : lines[0]; *line; line += LINE_SIZE)
        if (strncmp(line, kind, length) == 0 && line[length] == ' ')
            return line;
    return NULL;
}

const char *word(const char *line, const char *key)
{
    static char words[WORDS][LINE_SIZE];
    static unsigned turn;
    char *found = words[turn++ % WORDS], wanted[32];
    snprintf(wanted, sizeof wanted, " %s=", key);
    const char *at = strstr(line, wanted);
    snprintf(found, LINE_SIZE, "%s", at ? at + strlen(wanted) : "");
    if (strcmp(key, "text") != 0) /* which goes to the end of the line */
        found[strcspn(found, " ")] = '\0';
    return found;
}

long number(const char *line, const char *key)
{
    return number_or(line, key, 0);
}

long number_or(const char *line, const char *key, long otherwise)
{
    const char *found = word(line, key);
    return strcmp(found, "none") == 0 ? otherwise : atol(found);
}
