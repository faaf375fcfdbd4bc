/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StageCount: what a test waits for in a report, each as a StageReportFunc
 * whose data is the guint that it fills. For tests; no state of its own. */
#pragma once

#include "serverreport.h"

/* Participants that are connected. */
void stage_count_active (const ServerReport *report, gpointer count);
/* Tracks of which packets have come. */
void stage_count_tracks (const ServerReport *report, gpointer count);
/* Consumers that have reported how far away they are, of the first room. */
void stage_count_reports (const ServerReport *report, gpointer count);
