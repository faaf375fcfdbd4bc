/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stoprecord.h"

#include "life/lifelock.h"

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  gchar *name;
  gchar *reason;
  gboolean is_ours;
} StopEntry;

struct _StopRecord
{
  GstBus *bus;
  gchar *element;               /* its name */
  LifeLock lock;                /* guards all below */
  LifeCond changed;
  GPtrArray *entries;           /* of StopEntry */
};

static void
entry_free (gpointer data)
{
  StopEntry *entry = data;

  g_free (entry->name);
  g_free (entry->reason);
  g_free (entry);
}

static const gchar *
get_reason (const GstStructure * details, const GError * error)
{
  static const gchar *const fields[] = { "room-reason", "rtmp-reason" };

  for (gsize i = 0; details != NULL && i < G_N_ELEMENTS (fields); i++)
    if (gst_structure_has_field (details, fields[i]))
      return gst_structure_get_string (details, fields[i]);
  return error->message;
}

static void
read_error (StopEntry * entry, GstMessage * message)
{
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  entry->name = g_strdup (entry->is_ours ? "error" : "upstream-error");
  entry->reason = g_strdup (get_reason (details, error));
}

static void
read_message (StopEntry * entry, GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      read_error (entry, message);
      break;
    case GST_MESSAGE_ELEMENT:
      entry->name = g_strdup (gst_structure_get_name (structure));
      entry->reason = g_strdup (gst_structure_get_string (structure, "reason"));
      break;
    default:
      entry->name = g_strdup (GST_MESSAGE_TYPE_NAME (message));
      break;
  }
}

static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  StopRecord *self = user_data;
  StopEntry *entry = g_new0 (StopEntry, 1);

  entry->is_ours = g_strcmp0 (GST_MESSAGE_SRC_NAME (message),
      self->element) == 0;
  read_message (entry, message);
  life_lock_lock (&self->lock);
  g_ptr_array_add (self->entries, entry);
  life_cond_broadcast (&self->changed);
  life_lock_unlock (&self->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

StopRecord *
stop_record_new (GstBus * bus, GstElement * element)
{
  g_return_val_if_fail (GST_IS_BUS (bus), NULL);

  StopRecord *self = g_new0 (StopRecord, 1);
  self->bus = gst_object_ref (bus);
  self->element = gst_element_get_name (element);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  return self;
}

void
stop_record_free (StopRecord * self)
{
  g_return_if_fail (self != NULL);

  gst_bus_set_sync_handler (self->bus, NULL, NULL, NULL);
  gst_object_unref (self->bus);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_ptr_array_unref (self->entries);
  g_free (self->element);
  g_free (self);
}

/* Under the lock. */
static guint
count (StopRecord * self, const gchar * name)
{
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++) {
    StopEntry *entry = g_ptr_array_index (self->entries, i);
    n += g_str_equal (entry->name, name);
  }
  return n;
}

gboolean
stop_record_wait (StopRecord * self, const gchar * name, guint wanted)
{
  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  while (count (self, name) < wanted) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return count (self, name) >= wanted;
  }
  return TRUE;
}

guint
stop_record_count (StopRecord * self, const gchar * name)
{
  g_return_val_if_fail (self != NULL && name != NULL, 0);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  return count (self, name);
}

guint
stop_record_count_all (StopRecord * self)
{
  g_return_val_if_fail (self != NULL, 0);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  return self->entries->len;
}

gchar *
stop_record_dup_reason (StopRecord * self, const gchar * name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  for (guint i = 0; i < self->entries->len; i++) {
    StopEntry *entry = g_ptr_array_index (self->entries, i);
    if (g_str_equal (entry->name, name))
      return g_strdup (entry->reason);
  }
  return NULL;
}

gchar *
stop_record_dup_text (StopRecord * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < self->entries->len; i++) {
    StopEntry *entry = g_ptr_array_index (self->entries, i);
    if (entry->is_ours || g_str_equal (entry->name, "eos")
        || g_str_equal (entry->name, "upstream-error"))
      g_string_append_printf (text, " %s(%s)", entry->name,
          entry->reason != NULL ? entry->reason : "");
  }
  return g_string_free (text, FALSE);
}
