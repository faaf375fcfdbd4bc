/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stopcensus.h"

#include "life/lifelock.h"
#include "life/lifethreads.h"

#include <gst/gsttracer.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#define WAIT_TIMEOUT (20 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 2

/* So long without a change, and what was ending has ended; but a thread of a
 * pool waits half a second for more to do, and counts as one that was there. */
#define STEADY_TIME (100 * G_TIME_SPAN_MILLISECOND)

#define STOP_TYPE_TRACER (stop_tracer_get_type ())
G_DECLARE_FINAL_TYPE (StopTracer, stop_tracer, STOP, TRACER, GstTracer);

/* GStreamer's own leaks tracer, asked for what lives, gives objects without a
 * reference, and miscounts where an address is used again. */
struct _StopTracer
{
  GstTracer parent;
  LifeLock lock;
  GHashTable *types;            /* GType to how many; under the lock */
};

G_DEFINE_FINAL_TYPE (StopTracer, stop_tracer, GST_TYPE_TRACER);

/* As long as the process. */
static StopTracer *tracer;

static void
stop_tracer_class_init (StopTracerClass * klass)
{
}

static void
stop_tracer_init (StopTracer * self)
{
  life_lock_init (&self->lock);
  self->types = g_hash_table_new (NULL, NULL);
}

/* Made once for the process, whenever something needs it first. */
static gboolean
is_made_once (GObject * object)
{
  return GST_IS_PAD_TEMPLATE (object) || GST_IS_SYSTEM_CLOCK (object)
      || GST_IS_TASK_POOL (object)
      || g_str_equal (G_OBJECT_TYPE_NAME (object), "GstDtlsAgent");
}

static void
count (StopTracer * self, GObject * object, gint step)
{
  if (is_made_once (object))
    return;
  gpointer type = GSIZE_TO_POINTER (G_OBJECT_TYPE (object));
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  gint number = GPOINTER_TO_INT (g_hash_table_lookup (self->types, type));

  g_hash_table_insert (self->types, type, GINT_TO_POINTER (number + step));
}

static void
on_created (StopTracer * self, GstClockTime now, GstObject * object)
{
  count (self, G_OBJECT (object), 1);
}

static void
on_destroyed (StopTracer * self, GstClockTime now, GstObject * object)
{
  count (self, G_OBJECT (object), -1);
}

/* Threads that have nothing to do do not count. */
static void
let_threads_end (void)
{
  g_thread_pool_set_max_unused_threads (0);
}

void
stop_census_prepare (void)
{
  let_threads_end ();
  tracer = g_object_new (STOP_TYPE_TRACER, NULL);
  gst_tracing_register_hook (GST_TRACER (tracer), "object-created",
      G_CALLBACK (on_created));
  gst_tracing_register_hook (GST_TRACER (tracer), "object-destroyed",
      G_CALLBACK (on_destroyed));
}

static guint
count_entries (const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static guint
count_descriptors (void)
{
  /* But for the one that looks. */
  return count_entries ("/proc/self/fd") - 1;
}

static guint
count_threads (void)
{
  return count_entries ("/proc/self/task");
}

static gint
count_objects (void)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&tracer->lock);
  GHashTableIter types;
  gpointer number;
  gint total = 0;

  g_hash_table_iter_init (&types, tracer->types);
  while (g_hash_table_iter_next (&types, NULL, &number))
    total += GPOINTER_TO_INT (number);
  return total;
}

static void
take (StopCensus * self)
{
  self->descriptors = count_descriptors ();
  self->threads = count_threads ();
  self->objects = count_objects ();
}

static gboolean
on_time (GstClock * clock, GstClockTime time, GstClockID id, gpointer unused)
{
  return TRUE;
}

/* The system clock has a thread from when somebody first asks to be called, and
 * keeps it. */
static void
make_clock_thread (void)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GstClockID id = gst_clock_new_single_shot_id (clock, 0);

  gst_clock_id_wait_async (id, on_time, NULL, NULL);
  gst_clock_id_unref (id);
}

void
stop_census_take (StopCensus * self)
{
  StopCensus now;
  gint64 since = g_get_monotonic_time ();

  make_clock_thread ();
  let_threads_end ();
  take (self);
  while (g_get_monotonic_time () < since + STEADY_TIME) {
    g_poll (NULL, 0, LOOK_EVERY_MS);
    take (&now);
    if (memcmp (&now, self, sizeof now) == 0)
      continue;
    *self = now;
    since = g_get_monotonic_time ();
  }
}

static void
print_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_strconcat ("/proc/self/fd/", name, NULL);
    g_autofree gchar *target = g_file_read_link (path, NULL);
    g_printerr ("  descriptor %s: %s\n", name, target);
  }
}

static void
print_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path =
        g_strconcat ("/proc/self/task/", name, "/comm", NULL);
    g_autofree gchar *comm = NULL;
    if (g_file_get_contents (path, &comm, NULL, NULL))
      g_printerr ("  thread %s: %s", name, comm);
  }
}

static void
print_objects (void)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&tracer->lock);
  GHashTableIter types;
  gpointer type, number;

  g_hash_table_iter_init (&types, tracer->types);
  while (g_hash_table_iter_next (&types, &type, &number)) {
    if (GPOINTER_TO_INT (number) != 0)
      g_printerr ("  %+d %s\n", GPOINTER_TO_INT (number),
          g_type_name (GPOINTER_TO_SIZE (type)));
  }
}

static gboolean
is_no_more (const StopCensus * self)
{
  return count_threads () <= self->threads
      && count_descriptors () <= self->descriptors
      && count_objects () <= self->objects;
}

gboolean
stop_census_is_back (const StopCensus * self)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;

  while (!is_no_more (self)) {
    if (g_get_monotonic_time () < end_time) {
      g_poll (NULL, 0, LOOK_EVERY_MS);
      continue;
    }
    StopCensus now;
    take (&now);
    g_printerr ("left behind: descriptors %u, now %u; threads %u, now %u; "
        "objects %d, now %d\n", self->descriptors, now.descriptors,
        self->threads, now.threads, self->objects, now.objects);
    print_descriptors ();
    print_threads ();
    print_objects ();
    return FALSE;
  }
  /* The process may end now. */
  life_threads_keep ();
  return TRUE;
}

guint
stop_census_get_memory (void)
{
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
  return 0;
#else
  g_autofree gchar *status = NULL;

#if defined (__GLIBC__)
  /* What is free is not held. */
  malloc_trim (0);
#endif
  g_assert_true (g_file_get_contents ("/proc/self/statm", &status, NULL, NULL));
  g_auto (GStrv) words = g_strsplit (status, " ", 3);
  return g_ascii_strtoull (words[1], NULL,
      10) * (sysconf (_SC_PAGESIZE) / 1024);
#endif
}
