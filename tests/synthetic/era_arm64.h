/* The 5.15 of a machine of another kind: arm64, whose pages are 64 KiB here. */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_ARM64_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_ARM64_H

#define RELEASE "5.15.0-91-generic-64k"
#define ARM64
#include "tests/synthetic/era_5.15.h"

#endif
