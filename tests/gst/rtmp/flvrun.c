/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flvrun.h"

#define DEADLINE (50 * GST_SECOND)
#define N_TYPES 32

typedef struct
{
  GPtrArray *buffers;
  GstCaps *caps;
  guint n_caps;
} Kept;

struct _FlvRun
{
  GstElement *pipeline;
  GHashTable *sinks;            /* of Kept, by name; its lock */
  GMutex lock;
  guint counts[N_TYPES];        /* of messages, by the bit of their type */
};

static void
free_kept (gpointer data)
{
  Kept *kept = data;

  g_ptr_array_unref (kept->buffers);
  gst_clear_caps (&kept->caps);
  g_free (kept);
}

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad, FlvRun * self)
{
  g_mutex_lock (&self->lock);
  Kept *kept = g_hash_table_lookup (self->sinks, GST_OBJECT_NAME (sink));
  g_ptr_array_add (kept->buffers, gst_buffer_ref (buffer));
  g_mutex_unlock (&self->lock);
}

static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  FlvRun *self = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  g_mutex_lock (&self->lock);
  Kept *kept = g_hash_table_lookup (self->sinks,
      GST_OBJECT_NAME (GST_PAD_PARENT (pad)));
  gst_caps_replace (&kept->caps, caps);
  kept->n_caps++;
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static void
keep (const GValue * item, gpointer data)
{
  FlvRun *self = data;
  GstElement *element = g_value_get_object (item);
  GstElementFactory *factory = gst_element_get_factory (element);

  if (!g_str_equal (GST_OBJECT_NAME (factory), "fakesink"))
    return;
  Kept *kept = g_new0 (Kept, 1);
  kept->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_buffer_unref);
  g_hash_table_insert (self->sinks, g_strdup (GST_OBJECT_NAME (element)), kept);
  g_object_set (element, "signal-handoffs", TRUE, "sync", FALSE, NULL);
  g_signal_connect (element, "handoff", G_CALLBACK (on_handoff), self);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);
}

FlvRun *
flv_run_new (const gchar * launch)
{
  FlvRun *self = g_new0 (FlvRun, 1);
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  self->sinks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      free_kept);
  self->pipeline = gst_parse_launch (launch, &error);
  ck_assert_msg (error == NULL, "%s: %s", launch, error ? error->message : "");
  if (!GST_IS_PIPELINE (self->pipeline)) {
    GstElement *bin = gst_pipeline_new (NULL);
    gst_bin_add (GST_BIN (bin), self->pipeline);
    self->pipeline = bin;
  }
  GstIterator *elements = gst_bin_iterate_elements (GST_BIN (self->pipeline));
  gst_iterator_foreach (elements, keep, self);
  gst_iterator_free (elements);
  return self;
}

void
flv_run_free (FlvRun * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_hash_table_unref (self->sinks);
  g_mutex_clear (&self->lock);
  g_free (self);
}

GstElement *
flv_run_get_pipeline (FlvRun * self)
{
  return self->pipeline;
}

GstElement *
flv_run_get (FlvRun * self, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  ck_assert_msg (element != NULL, "no element %s", name);
  return element;
}

/* The next message of @wanted; counts all on the way. */
static GstMessage *
wait_for (FlvRun * self, GstMessageType wanted)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  for (;;) {
    GstMessage *message = gst_bus_timed_pop (bus, DEADLINE);
    ck_assert_msg (message != NULL, "nothing happens");
    self->counts[g_bit_nth_lsf (GST_MESSAGE_TYPE (message), -1)]++;
    if (GST_MESSAGE_TYPE (message) & wanted)
      return message;
    gst_message_unref (message);
  }
}

static void
assert_no_error (GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return;
  gst_message_parse_error (message, &error, &debug);
  ck_abort_msg ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message,
      debug);
}

void
flv_run_wait_end (FlvRun * self)
{
  g_autoptr (GstMessage) message =
      wait_for (self, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  assert_no_error (message);
}

void
flv_run_play (FlvRun * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  flv_run_wait_end (self);
}

GError *
flv_run_fail (FlvRun * self)
{
  GError *error = NULL;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message =
      wait_for (self, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ck_assert_msg (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR,
      "it ended well");
  gst_message_parse_error (message, &error, NULL);
  return error;
}

void
flv_run_pause (FlvRun * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  g_autoptr (GstMessage) message =
      wait_for (self, GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR);
  assert_no_error (message);
}

guint
flv_run_count (FlvRun * self, GstMessageType type)
{
  return self->counts[g_bit_nth_lsf (type, -1)];
}

static Kept *
get_kept (FlvRun * self, const gchar * sink)
{
  Kept *kept = g_hash_table_lookup (self->sinks, sink);

  ck_assert_msg (kept != NULL, "no sink %s", sink);
  return kept;
}

GPtrArray *
flv_run_get_buffers (FlvRun * self, const gchar * sink)
{
  return get_kept (self, sink)->buffers;
}

GstCaps *
flv_run_get_caps (FlvRun * self, const gchar * sink)
{
  ck_assert (get_kept (self, sink)->caps != NULL);
  return get_kept (self, sink)->caps;
}

guint
flv_run_count_caps (FlvRun * self, const gchar * sink)
{
  return get_kept (self, sink)->n_caps;
}

void
flv_run_forget (FlvRun * self)
{
  GHashTableIter iter;
  gpointer kept;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->sinks);
  while (g_hash_table_iter_next (&iter, NULL, &kept))
    g_ptr_array_set_size (((Kept *) kept)->buffers, 0);
  g_mutex_unlock (&self->lock);
}

GBytes *
flv_run_join (FlvRun * self, const gchar * sink)
{
  GPtrArray *frames = flv_run_get_buffers (self, sink);
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < frames->len; i++) {
    GstMapInfo map;
    ck_assert (gst_buffer_map (frames->pdata[i], &map, GST_MAP_READ));
    g_byte_array_append (all, map.data, map.size);
    gst_buffer_unmap (frames->pdata[i], &map);
  }
  return g_byte_array_free_to_bytes (all);
}

static void
assert_same_bytes (GstBuffer * a, GstBuffer * b, gsize skip, guint index)
{
  GstMapInfo map;

  ck_assert_msg (gst_buffer_get_size (a) - skip == gst_buffer_get_size (b),
      "frame %u: %" G_GSIZE_FORMAT " bytes, not %" G_GSIZE_FORMAT, index,
      gst_buffer_get_size (b), gst_buffer_get_size (a) - skip);
  ck_assert (gst_buffer_map (a, &map, GST_MAP_READ));
  ck_assert_msg (gst_buffer_memcmp (b, 0, map.data + skip, map.size - skip) ==
      0, "frame %u: other bytes", index);
  gst_buffer_unmap (a, &map);
}

static void
assert_same_time (GstClockTime a, GstClockTime b, GstClockTimeDiff shift,
    guint index)
{
  GstClockTimeDiff off = GST_CLOCK_DIFF (a, b) - shift;

  ck_assert_msg (ABS (off) <= (GstClockTimeDiff) GST_MSECOND,
      "frame %u: %" GST_TIME_FORMAT ", not %" GST_TIME_FORMAT " and %"
      GST_STIME_FORMAT, index, GST_TIME_ARGS (b), GST_TIME_ARGS (a),
      GST_STIME_ARGS (shift));
}

void
flv_run_assert_same (GPtrArray * a, GPtrArray * b, gsize skip)
{
  GstClockTimeDiff shift = 0;

  ck_assert_uint_gt (a->len, 0);
  ck_assert_uint_eq (a->len, b->len);
  for (guint i = 0; i < a->len; i++) {
    GstBuffer *x = a->pdata[i], *y = b->pdata[i];
    assert_same_bytes (x, y, skip, i);
    ck_assert_int_eq (GST_BUFFER_FLAG_IS_SET (x, GST_BUFFER_FLAG_DELTA_UNIT),
        GST_BUFFER_FLAG_IS_SET (y, GST_BUFFER_FLAG_DELTA_UNIT));
    /* The whole file is moved so that it begins at zero; by how much, the first
     * frame says to within what it was rounded by. */
    if (i == 0)
      shift = GST_CLOCK_DIFF (GST_BUFFER_PTS (x), GST_BUFFER_PTS (y));
    assert_same_time (GST_BUFFER_PTS (x), GST_BUFFER_PTS (y), shift, i);
    if (GST_BUFFER_DTS_IS_VALID (y))
      assert_same_time (GST_BUFFER_DTS (x), GST_BUFFER_DTS (y), shift, i);
  }
}
