/*
 * Lists of NUMA nodes as the kernel prints them with "%*pbl": "0", "0-3,5".
 */
#ifndef WHYOOM_NODE_LIST_H
#define WHYOOM_NODE_LIST_H

#include "analyzer/base/slice.h"

/** Is @p node in @p list? A line without "Node N" (-1) means node 0. Text that is no list holds
 * nothing. */
bool node_list_has(struct slice list, int node);

#endif
