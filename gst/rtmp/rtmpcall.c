/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCall: see rtmpcall.h. */

#include "rtmpcall.h"

#include "life/lifelatch.h"
#include "rtmpcalldebug.h"
#include "rtmpstats.h"

#define STATS_TIME (1 * G_TIME_SPAN_SECOND)

struct _RtmpCall
{
  GstElement *element;
  RtmpSettings settings;        /* in the loop only, once it is started */
  gboolean publish;
  gint chunk_size;              /* atomic, both: on the way into them */
  gint peak_kbps;
  LifeLatch *latch;             /* of the stop; finished by the goodbye */
  LifeLoop *loop;
  RtmpLine *line;               /* in the loop only */
  GSource *wake_source;
  gint is_started;              /* atomic; set by the thread that starts */
};

/* Woken by hand: g_source_set_ready_time() wakes the loop while it holds the
 * lock that the loop needs first, and one thread would wait for the other. */
typedef struct
{
  GSource source;
  gint woken;
} WakeSource;

static gboolean
prepare_wake (GSource * source, gint * timeout)
{
  *timeout = -1;
  return g_atomic_int_get (&((WakeSource *) source)->woken);
}

static gboolean
check_wake (GSource * source)
{
  return g_atomic_int_get (&((WakeSource *) source)->woken);
}

static gboolean
dispatch_wake (GSource * source, GSourceFunc callback, gpointer user_data)
{
  /* Before the work is looked for, or a wake-up could be lost. */
  g_atomic_int_set (&((WakeSource *) source)->woken, FALSE);
  return callback (user_data);
}

static gboolean
on_wake (gpointer user_data)
{
  RtmpCall *self = user_data;

  rtmp_line_work (self->line);
  return G_SOURCE_CONTINUE;
}

RtmpCall *
rtmp_call_new (GstElement * element, const RtmpSettings * settings,
    gboolean publish, const RtmpLineFuncs * funcs, gpointer user_data)
{
  static GSourceFuncs source_funcs = {
    .prepare = prepare_wake,
    .check = check_wake,
    .dispatch = dispatch_wake,
  };

  RtmpCall *self = g_atomic_rc_box_new0 (RtmpCall);
  self->element = element;
  rtmp_settings_copy (settings, &self->settings);
  self->publish = publish;
  self->latch = life_latch_new ();
  self->loop = life_loop_new (publish ? "rtmpsink" : "rtmpsrc");
  RtmpLineConfig config = {.element = element,.settings =
        &self->settings,.publish = publish,.loop = self->loop,.latch =
        self->latch
  };
  self->line = rtmp_line_new (&config, funcs, user_data);
  self->wake_source = g_source_new (&source_funcs, sizeof (WakeSource));
  g_source_set_static_name (self->wake_source, "rtmp-call-wake");
  g_source_set_callback (self->wake_source, on_wake, self, NULL);
  g_source_attach (self->wake_source, life_loop_get_context (self->loop));
  return self;
}

RtmpCall *
rtmp_call_ref (RtmpCall * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
call_clear (gpointer data)
{
  RtmpCall *self = data;

  g_source_destroy (self->wake_source);
  g_source_unref (self->wake_source);
  rtmp_line_free (self->line);
  life_loop_unref (self->loop);
  life_latch_unref (self->latch);
  rtmp_settings_clear (&self->settings);
}

void
rtmp_call_unref (RtmpCall * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, call_clear);
}

static void
warn_of_ignored (RtmpCall * self)
{
  gchar **names = self->settings.url->ignored;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
        ("The option \"%s\" of the location does nothing.", names[i]), (NULL));
}

static void
begin (gpointer user_data)
{
  RtmpCall *self = user_data;

  rtmp_line_begin (self->line);
}

gboolean
rtmp_call_start (RtmpCall * self, GError ** error)
{
  g_return_val_if_fail (self != NULL
      && !g_atomic_int_get (&self->is_started), FALSE);

  RtmpClientConfig config;
  RtmpCapabilities capabilities;
  if (!rtmp_settings_make_config (&self->settings, self->settings.url,
          self->publish, &config, &capabilities, error))
    return FALSE;
  rtmp_settings_clear_config (&config);
  warn_of_ignored (self);
  if (!life_loop_start (self->loop, error))
    return FALSE;
  g_atomic_int_set (&self->is_started, TRUE);
  life_loop_post (self->loop, begin, self, NULL);
  return TRUE;
}

static void
tune (gpointer user_data)
{
  RtmpCall *self = user_data;

  self->settings.chunk_size = g_atomic_int_get (&self->chunk_size);
  self->settings.peak_kbps = g_atomic_int_get (&self->peak_kbps);
  rtmp_line_tune (self->line);
}

void
rtmp_call_tune (RtmpCall * self, guint chunk_size, guint peak_kbps)
{
  g_return_if_fail (self != NULL);

  g_atomic_int_set (&self->chunk_size, chunk_size);
  g_atomic_int_set (&self->peak_kbps, peak_kbps);
  life_loop_post (self->loop, tune, self, NULL);
}

static void
say_goodbye (gpointer user_data)
{
  RtmpCall *self = user_data;

  rtmp_line_close (self->line);
}

static void
cut (gpointer user_data)
{
  RtmpCall *self = user_data;

  rtmp_line_cut (self->line);
}

gboolean
rtmp_call_stop (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL && !rtmp_call_is_current (self), FALSE);

  /* Nothing waits for it any more, and it cannot be started. */
  if (!g_atomic_int_get (&self->is_started))
    return life_loop_stop (self->loop, 0);
  if (life_latch_trip (self->latch, 1, NULL)
      && life_loop_post (self->loop, say_goodbye, self, NULL)
      && !life_latch_wait (self->latch,
          g_get_monotonic_time () + RTMP_CALL_GOODBYE_TIME))
    GST_INFO_OBJECT (self->element, "server did not answer the goodbye");
  return life_loop_call (self->loop, cut, self, NULL, RTMP_CALL_CLOSE_TIME)
      && life_loop_stop (self->loop, RTMP_CALL_CLOSE_TIME);
}

gboolean
rtmp_call_is_started (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_get (&self->is_started);
}

gboolean
rtmp_call_is_current (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return life_loop_is_current (self->loop);
}

void
rtmp_call_wake (RtmpCall * self)
{
  g_return_if_fail (self != NULL);

  g_atomic_int_set (&((WakeSource *) self->wake_source)->woken, TRUE);
  g_main_context_wakeup (life_loop_get_context (self->loop));
}

RtmpLine *
rtmp_call_get_line (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->line;
}

/* Shared: the loop may come to it after we have given up. */
typedef struct
{
  RtmpCall *call;
  GstStructure *stats;
} StatsWish;

static void
wish_clear (gpointer data)
{
  StatsWish *wish = data;

  rtmp_call_unref (wish->call);
  g_clear_pointer (&wish->stats, gst_structure_free);
}

static void
wish_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, wish_clear);
}

static void
make_stats (gpointer user_data)
{
  StatsWish *wish = user_data;

  wish->stats = rtmp_line_make_stats (wish->call->line);
}

GstStructure *
rtmp_call_get_stats (RtmpCall * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GstStructure *stats = NULL;
  /* Nobody would answer. */
  if (!g_atomic_int_get (&self->is_started))
    return rtmp_stats_new (NULL, FALSE, "disconnected", 0);
  StatsWish *wish = g_atomic_rc_box_new0 (StatsWish);
  wish->call = rtmp_call_ref (self);
  if (life_loop_call (self->loop, make_stats, g_atomic_rc_box_acquire (wish),
          wish_unref, STATS_TIME))
    stats = g_steal_pointer (&wish->stats);
  wish_unref (wish);
  return stats != NULL ? stats
      : rtmp_stats_new (NULL, FALSE, "disconnected", 0);
}
