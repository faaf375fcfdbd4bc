/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "looprun.h"

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 5
#define SETTLE_TURNS 20

typedef struct
{
  const guint *counter;
  guint count;
} Counted;

GMainContext *
loop_run_push (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  return context;
}

void
loop_run_pop (GMainContext * context)
{
  while (g_main_context_iteration (context, FALSE));
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

static gboolean
on_look (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
turn (GMainContext * context)
{
  GSource *look = g_timeout_source_new (LOOK_EVERY_MS);

  g_source_set_callback (look, on_look, NULL, NULL);
  g_source_attach (look, context);
  g_main_context_iteration (context, TRUE);
  g_source_destroy (look);
  g_source_unref (look);
}

gboolean
loop_run_until (GMainContext * context, LoopRunFunc func, gpointer user_data)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;

  while (!func (user_data)) {
    if (g_get_monotonic_time () > end_time)
      return FALSE;
    turn (context);
  }
  return TRUE;
}

static gboolean
has_count (gpointer user_data)
{
  Counted *counted = user_data;

  return *counted->counter >= counted->count;
}

gboolean
loop_run_until_count (GMainContext * context, const guint * counter,
    guint count)
{
  Counted counted = { counter, count };

  return loop_run_until (context, has_count, &counted) && *counter == count;
}

void
loop_run_settle (GMainContext * context)
{
  for (guint i = 0; i < SETTLE_TURNS; i++)
    turn (context);
}

guint
loop_run_count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint number = 0;

  while (g_dir_read_name (folder) != NULL)
    number++;
  return number;
}
