/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpReport: what rtmpsink and rtmpsrc tell the bus, one function per message.
 * The fields are documented in docs/rtmp.md. Never called with a lock held. */
#pragma once

#include <gst/gst.h>

/* @location without its secrets. */
void rtmp_report_connected (GstElement *element, const gchar *location,
    gboolean enhanced);
/* "rtmp-publishing" or "rtmp-playing". */
void rtmp_report_started (GstElement *element, gboolean publish,
    const gchar *location);
/* The @attempt counts from 1, and begins after @delay_us. */
void rtmp_report_reconnecting (GstElement *element, guint attempt,
    gint64 delay_us, const GError *error);
/* @error NULL: in order, and the reason is @otherwise. */
void rtmp_report_disconnected (GstElement *element, const gchar *location,
    const GError *error, const gchar *otherwise);
/* The server asks to go to @location, with those words. */
void rtmp_report_asked (GstElement *element, const gchar *location,
    const gchar *words);
/* And that did not do; @error NULL: it has nothing to play. */
void rtmp_report_move_failed (GstElement *element, const gchar *location,
    const GError *error);

/* Posts @error (RTMP_ERROR) as the element's one error, with the field
 * "rtmp-reason". */
void rtmp_report_error (GstElement *element, const GError *error);
