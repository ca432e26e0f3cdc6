/*
 * The secret behind --anonymize: the same on this machine in every run, so that pseudonyms are
 * stable; unknown outside of the house, so that nobody can try names.
 */
#ifndef WHYOOM_SALT_H
#define WHYOOM_SALT_H

#include "analyzer/base/error.h"

enum { SALT_SIZE = 128 };

/**
 * $WHYOOM_SALT (for one that several machines share), else the machine id, else the boot id, else a
 * random one.
 * @return NULL, or ERROR_SYSTEM when there is none at all
 */
struct error *salt_choose(char salt[SALT_SIZE]) __attribute__((warn_unused_result));

/** A random one, of 32 hexadecimal digits. @return NULL, or ERROR_SYSTEM */
struct error *salt_create(char salt[SALT_SIZE]) __attribute__((warn_unused_result));

#endif
