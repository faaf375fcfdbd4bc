/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Film: a red picture or a tone, encoded and cut into the RTP packets of a
 * codec. And what ffprobe sees of a file. For tests. */
#pragma once

#include "servercodec.h"
#include "serverfan.h"

#define FILM_RATE 25            /* frames a second, of video */

/* @frames frames, or buffers of sound; of video a key frame each second. An
 * array of GstBuffer. */
GPtrArray *film_new (const ServerCodec *codec, guint frames, guint width);

/* All of it into @fan, as if it came at once. */
void film_push (GPtrArray *film, ServerFan *fan, guint turn);

/* FALSE: ffprobe is not there. */
gboolean film_can_look (void);
/* Frames that a foreign decoder finds in the file; and how long it takes
 * itself to be, in seconds. */
guint film_count_frames (const gchar *path);
gdouble film_get_duration (const gchar *path);
/* The middle of the first picture, as red, green and blue. */
void film_get_colour (const gchar *path, guint8 rgb[3]);
