/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shows GLib's and GStreamer's synchronisation to ThreadSanitizer: part of a
 * test program that is built with it, these functions come before those of the
 * library, call them, and tell what orders what. They find no race themselves
 * and hide none that is not ordered by the lock or the count in question. */
#include <dlfcn.h>
#include <gmodule.h>
#include <sanitizer/tsan_interface.h>

/* The library's own, found at the first call. */
#define REAL(name) \
    ({ \
      static __typeof__ (&name) real; \
      if (__atomic_load_n (&real, __ATOMIC_RELAXED) == NULL) \
        __atomic_store_n (&real, \
            (__typeof__ (&name)) dlsym (RTLD_NEXT, #name), __ATOMIC_RELAXED); \
      __atomic_load_n (&real, __ATOMIC_RELAXED); \
    })

G_MODULE_EXPORT void
g_mutex_lock (GMutex * mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

G_MODULE_EXPORT gboolean
g_mutex_trylock (GMutex * mutex)
{
  gboolean locked = REAL (g_mutex_trylock) (mutex);

  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

G_MODULE_EXPORT void
g_mutex_unlock (GMutex * mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

G_MODULE_EXPORT void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

G_MODULE_EXPORT gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  __tsan_release (mutex);
  gboolean in_time = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return in_time;
}

/* Of the release that is under way in this thread; one may lead to another. */
static __thread GDestroyNotify clear_box;

static void
on_clear (gpointer box)
{
  GDestroyNotify clear = clear_box;

  __tsan_acquire (box);
  if (clear != NULL)
    clear (box);
}

G_MODULE_EXPORT void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  GDestroyNotify outer = clear_box;

  clear_box = clear;
  __tsan_release (box);
  REAL (g_atomic_rc_box_release_full) (box, on_clear);
  clear_box = outer;
}
