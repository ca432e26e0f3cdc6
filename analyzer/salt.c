#define _GNU_SOURCE /* getentropy */
#include "analyzer/salt.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_line(const char *path, char salt[SALT_SIZE])
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_read = fgets(salt, SALT_SIZE, file);
    fclose(file);
    if (!is_read)
        return false;
    salt[strcspn(salt, "\n")] = '\0';
    return strlen(salt) >= 32; /* systemd writes "uninitialized" before the first boot */
}

struct error *salt_create(char salt[SALT_SIZE])
{
    unsigned char random[16]; /* as many bits as the key of pseudonyms has */
    if (getentropy(random, sizeof random) < 0)
        return error_create(ERROR_SYSTEM, "no random numbers for pseudonyms: %s", strerror(errno));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(salt + 2 * i, 3, "%02x", random[i]);
    return NULL;
}

struct error *salt_choose(char salt[SALT_SIZE])
{
    static const char *const paths[] = {"/etc/machine-id", "/proc/sys/kernel/random/boot_id"};
    const char *given = getenv("WHYOOM_SALT");
    if (given && *given) {
        snprintf(salt, SALT_SIZE, "%s", given);
        return NULL;
    }
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (read_line(paths[i], salt))
            return NULL;
    return salt_create(salt);
}
