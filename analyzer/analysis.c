#include "analyzer/analysis.h"

#include "analyzer/badness.h"
#include "analyzer/gfp.h"
#include "analyzer/page_size.h"
#include "analyzer/pool.h"
#include "analyzer/totals.h"
#include "analyzer/watermark.h"
#include "analyzer/workload.h"

void incident_analyze(struct incident *incident)
{
    if (!page_size_is_possible(incident->page_size))
        incident->page_size = page_size_of_arch(incident->arch);
    gfp_name(incident);
    totals_add_up(incident);
    watermark_check(incident);
    pool_measure(incident);
    badness_rank(incident);
    workload_recognize(incident);
}
