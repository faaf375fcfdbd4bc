/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeLock, LifeCond: GMutex and GCond that ThreadSanitizer can see.
 * GLib's locks are futexes inside a library that TSan did not build, so it
 * takes every section for a race. In other builds these are the GLib calls. */
#pragma once

#include <glib.h>

#if defined (__SANITIZE_THREAD__)
# define LIFE_LOCK_TSAN
#elif defined (__has_feature)
# if __has_feature (thread_sanitizer)
#  define LIFE_LOCK_TSAN
# endif
#endif

#ifdef LIFE_LOCK_TSAN
# include <sanitizer/tsan_interface.h>
#endif

/* Embedded; not recursive; init before use, clear when nobody waits. */
typedef struct {
  GMutex mutex;
} LifeLock;

typedef struct {
  GCond cond;
} LifeCond;

/* For LIFE_LOCK_HOLD(). */
typedef LifeLock LifeLocker;

static inline void
life_lock_init (LifeLock *self)
{
  g_mutex_init (&self->mutex);
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_create (self, 0);
#endif
}

static inline void
life_lock_clear (LifeLock *self)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_destroy (self, 0);
#endif
  g_mutex_clear (&self->mutex);
}

static inline void
life_lock_lock (LifeLock *self)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_pre_lock (self, 0);
#endif
  g_mutex_lock (&self->mutex);
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_post_lock (self, 0, 0);
#endif
}

static inline void
life_lock_unlock (LifeLock *self)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_pre_unlock (self, 0);
#endif
  g_mutex_unlock (&self->mutex);
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_post_unlock (self, 0);
#endif
}

static inline LifeLocker *
life_locker_new (LifeLock *lock)
{
  life_lock_lock (lock);
  return lock;
}

static inline void
life_cond_init (LifeCond *self)
{
  g_cond_init (&self->cond);
}

static inline void
life_cond_clear (LifeCond *self)
{
  g_cond_clear (&self->cond);
}

static inline void
life_cond_broadcast (LifeCond *self)
{
  g_cond_broadcast (&self->cond);
}

/* The end time of a wait for @timeout_us; a very long one does not wrap. */
static inline gint64
life_cond_end_time (gint64 timeout_us)
{
  gint64 now = g_get_monotonic_time ();
  return timeout_us > G_MAXINT64 - now ? G_MAXINT64 : now + timeout_us;
}

/* As g_cond_wait_until(): FALSE once @end_time (monotonic) has passed. There
 * is no wait without a deadline. */
static inline gboolean
life_cond_wait_until (LifeCond *self, LifeLock *lock, gint64 end_time)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_pre_unlock (lock, 0);
  __tsan_mutex_post_unlock (lock, 0);
#endif
  gboolean in_time = g_cond_wait_until (&self->cond, &lock->mutex, end_time);
#ifdef LIFE_LOCK_TSAN
  __tsan_mutex_pre_lock (lock, 0);
  __tsan_mutex_post_lock (lock, 0, 0);
#endif
  return in_time;
}

/* Where GLib's own locks order two threads (a GMainContext, a reference count
 * inside libglib), these two tell TSan: what was done before the hand-over of
 * @what is seen after its take-over. They order nothing by themselves. */
static inline void
life_lock_hand_over (gpointer what)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_release (what);
#endif
}

static inline void
life_lock_take_over (gpointer what)
{
#ifdef LIFE_LOCK_TSAN
  __tsan_acquire (what);
#endif
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeLocker, life_lock_unlock)

/* Holds @lock until the end of the block. */
#define LIFE_LOCK_HOLD(lock) \
    g_autoptr (LifeLocker) life_locker G_GNUC_UNUSED = life_locker_new (lock)
