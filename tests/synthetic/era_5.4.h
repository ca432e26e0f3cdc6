/* 5.4. */
#ifndef WHYOOM_TESTS_SYNTHETIC_ERA_5_4_H
#define WHYOOM_TESTS_SYNTHETIC_ERA_5_4_H

#define RELEASE "5.4.0-200-generic"
#define HAS_HIERARCHICAL_STAT
#define HAS_BOOST
#include "tests/synthetic/era_4.18.h"

#endif
