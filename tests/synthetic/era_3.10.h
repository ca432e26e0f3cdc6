/* 3.10 as it was published. */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_3_10_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_3_10_H

#define RELEASE "3.10.108"
#define RES_COUNTERS
#include "tests/synthetic/era_rhel7.h"

#endif
