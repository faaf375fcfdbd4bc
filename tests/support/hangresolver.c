/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hangresolver.h"

#include "life/lifelock.h"

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* What the lookups share; they may outlive the resolver. */
typedef struct
{
  LifeLock lock;
  LifeCond changed;
  guint asked;
  guint hanging;
  gboolean fail;
  gchar **addresses;
} HangState;

#define HANG_TYPE_NAMES (hang_names_get_type ())
G_DECLARE_FINAL_TYPE (HangNames, hang_names, HANG, NAMES, GResolver);

struct _HangNames
{
  GResolver parent;
  HangState *state;
};

struct _HangResolver
{
  GResolver *names;
  GResolver *before;
};

G_DEFINE_FINAL_TYPE (HangNames, hang_names, G_TYPE_RESOLVER);

static void
state_clear (gpointer data)
{
  HangState *state = data;

  life_cond_clear (&state->changed);
  life_lock_clear (&state->lock);
  g_strfreev (state->addresses);
}

static void
state_unref (gpointer state)
{
  g_atomic_rc_box_release_full (state, state_clear);
}

static void
state_count (HangState * state, guint asked, gint hanging)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&state->lock);

  state->asked += asked;
  state->hanging += hanging;
  life_cond_broadcast (&state->changed);
}

static gboolean
on_cancelled (GCancellable * cancellable, gpointer user_data)
{
  GTask *task = user_data;

  state_count (g_task_get_task_data (task), 0, -1);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
free_addresses (gpointer list)
{
  g_resolver_free_addresses (list);
}

static GList *
new_addresses (gchar ** texts)
{
  GList *list = NULL;

  for (guint i = 0; texts[i] != NULL; i++)
    list = g_list_append (list, g_inet_address_new_from_string (texts[i]));
  return list;
}

static void
look_up (GResolver * resolver, const gchar * name,
    GResolverNameLookupFlags flags, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  HangState *state = HANG_NAMES (resolver)->state;
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback,
      user_data);

  g_task_set_task_data (task, g_atomic_rc_box_acquire (state), state_unref);
  if (state->addresses != NULL
      && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) == 0) {
    state_count (state, 1, 0);
    g_task_return_pointer (task, new_addresses (state->addresses),
        free_addresses);
    return;
  }
  if (state->fail || cancellable == NULL) {
    state_count (state, 1, 0);
    g_task_return_new_error (task, G_RESOLVER_ERROR,
        G_RESOLVER_ERROR_NOT_FOUND, "no such name: %s", name);
    return;
  }
  state_count (state, 1, 1);
  g_autoptr (GSource) source = g_cancellable_source_new (cancellable);
  g_source_set_static_name (source, "hang-resolver");
  g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled),
      g_object_ref (task), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
look_up_async (GResolver * resolver, const gchar * name,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  look_up (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable,
      callback, user_data);
}

static void
look_up_with_flags_async (GResolver * resolver, const gchar * name,
    GResolverNameLookupFlags flags, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  look_up (resolver, name, flags, cancellable, callback, user_data);
}

static GList *
look_up_finish (GResolver * resolver, GAsyncResult * result, GError ** error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
hang_names_finalize (GObject * object)
{
  state_unref (HANG_NAMES (object)->state);
  G_OBJECT_CLASS (hang_names_parent_class)->finalize (object);
}

static void
hang_names_class_init (HangNamesClass * klass)
{
  GResolverClass *resolver = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hang_names_finalize;
  resolver->lookup_by_name_async = look_up_async;
  resolver->lookup_by_name_finish = look_up_finish;
  resolver->lookup_by_name_with_flags_async = look_up_with_flags_async;
  resolver->lookup_by_name_with_flags_finish = look_up_finish;
}

static void
hang_names_init (HangNames * self)
{
  self->state = g_atomic_rc_box_new0 (HangState);
  life_lock_init (&self->state->lock);
  life_cond_init (&self->state->changed);
}

HangResolver *
hang_resolver_new (gboolean fail)
{
  HangResolver *self = g_new0 (HangResolver, 1);

  self->before = g_resolver_get_default ();
  self->names = g_object_new (HANG_TYPE_NAMES, NULL);
  HANG_NAMES (self->names)->state->fail = fail;
  g_resolver_set_default (self->names);
  return self;
}

HangResolver *
hang_resolver_new_at (const gchar * const *addresses)
{
  HangResolver *self = hang_resolver_new (TRUE);

  HANG_NAMES (self->names)->state->addresses = g_strdupv ((gchar **) addresses);
  return self;
}

void
hang_resolver_free (HangResolver * self)
{
  g_return_if_fail (self != NULL);

  g_resolver_set_default (self->before);
  g_object_unref (self->before);
  g_object_unref (self->names);
  g_free (self);
}

gboolean
hang_resolver_wait (HangResolver * self, guint count)
{
  g_return_val_if_fail (self != NULL, FALSE);

  HangState *state = HANG_NAMES (self->names)->state;
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;
  g_autoptr (LifeLocker) locker = life_locker_new (&state->lock);
  while (state->asked < count) {
    if (!life_cond_wait_until (&state->changed, &state->lock, end_time))
      return state->asked >= count;
  }
  return TRUE;
}

guint
hang_resolver_get_hanging (HangResolver * self)
{
  g_return_val_if_fail (self != NULL, 0);

  HangState *state = HANG_NAMES (self->names)->state;
  g_autoptr (LifeLocker) locker = life_locker_new (&state->lock);
  return state->hanging;
}
