/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomNews: one thing that a streaming thread saw, brought to the loop.
 * A number, a value and perhaps an error, about something that is kept alive
 * on the way. Any thread posts. */
#pragma once

#include "life/lifeloop.h"

/* In the loop. @error is borrowed. */
typedef void (*RoomNewsFunc) (gpointer about, gint news, gint64 value,
    const GError *error);

/* Takes the reference @about, let go with @unref, and @error (may be NULL).
 * Lost when the loop has been stopped. */
void room_news_post (LifeLoop *loop, RoomNewsFunc func, gpointer about,
    GDestroyNotify unref, gint news, gint64 value, GError *error);
