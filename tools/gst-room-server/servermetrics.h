/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerMetrics: a ServerReport as text for Prometheus (the text-based
 * exposition format, version 0.0.4). What counts up never goes back; what can
 * go is a gauge. Text only. */
#pragma once

#include "serverreport.h"

#define SERVER_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Rooms that have series of their own: each name is a series that whoever
 * collects them keeps. How many have none is told. */
#define SERVER_METRICS_MAX_ROOMS 64

gchar *server_metrics_write (const ServerReport *report);
