/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherEnds: see the header.
 * Pads appear and data comes in streaming threads, so the counters have a
 * lock; nothing is linked and nobody is called with it held. */
#include "publisherends.h"

#include "life/lifelock.h"
#include "publisherend.h"

struct _PublisherEnds
{
  GstBin *pipeline;
  GstElement *room;
  GstCaps *audio;
  GstCaps *video;
  gchar **track_names;
  gchar *video_source;
  PublisherEndsFuncs funcs;
  gpointer user_data;

  GPtrArray *watched;           /* elements; only find() and free() */
  gboolean shared_threads;      /* a demuxer feeds several ends */
  gint open;                    /* atomic: pads that appear are taken */

  LifeLock lock;                /* guards all below */
  guint pending;                /* elements that may still get pads */
  guint undecided;              /* pads without a known format yet */
  guint count;
  guint ended;
  gboolean settled;
  GPtrArray *seen;              /* texts about ends that are not published */
  guint told;                   /* how many of them were told as unused */
};

/* What the probe of a linked end needs. "ends" is set last and read first, as
 * an atomic: that hands the rest to the streaming thread. */
typedef struct
{
  PublisherEnds *ends;
  LifeEvent *ended;
} End;

/* A pad whose format is told by its first caps; "ends" as above. */
typedef struct
{
  PublisherEnds *ends;
  gboolean always;              /* it was there from the start */
} Undecided;

static gboolean
is_encoded (GstCapsFeatures * features, GstStructure * structure,
    gpointer user_data)
{
  return !g_str_has_suffix (gst_structure_get_name (structure), "/x-raw");
}

/* What the room takes on pads of the template @name. It may take raw media only
 * to refuse it with words of its own; here an end can be left unused. */
static GstCaps *
take_encoded_caps (GstElement * room, const gchar * name)
{
  GstPadTemplate *templ =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (room), name);
  g_autoptr (GstCaps) all = gst_pad_template_get_caps (templ);
  GstCaps *caps = gst_caps_copy (all);
  gst_caps_filter_and_map_in_place (caps, is_encoded, NULL);
  return caps;
}

PublisherEnds *
publisher_ends_new (GstBin * pipeline, GstElement * room,
    const gchar * const *track_names, const gchar * video_source,
    const PublisherEndsFuncs * funcs, gpointer user_data)
{
  PublisherEnds *self = g_new0 (PublisherEnds, 1);

  self->pipeline = gst_object_ref (pipeline);
  self->room = gst_object_ref (room);
  self->audio = take_encoded_caps (room, "audio_%u");
  self->video = take_encoded_caps (room, "video_%u");
  self->track_names = g_strdupv ((gchar **) track_names);
  self->video_source = g_strdup (video_source);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->watched = g_ptr_array_new_with_free_func (gst_object_unref);
  self->seen = g_ptr_array_new_with_free_func (g_free);
  life_lock_init (&self->lock);
  return self;
}

void
publisher_ends_free (PublisherEnds * self)
{
  if (!self)
    return;
  g_atomic_int_set (&self->open, FALSE);
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (self->watched->pdata[i], self);
  g_signal_handlers_disconnect_by_data (self->room, self);
  g_ptr_array_unref (self->watched);
  g_ptr_array_unref (self->seen);
  gst_caps_unref (self->audio);
  gst_caps_unref (self->video);
  g_strfreev (self->track_names);
  g_free (self->video_source);
  gst_object_unref (self->room);
  gst_object_unref (self->pipeline);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* With the lock held. */
static gchar *
dup_complaint (PublisherEnds * self)
{
  if (self->count > 0)
    return NULL;
  if (self->seen->len == 0)
    return g_strdup ("nothing to publish: the pipeline has no open end, that "
        "is, no branch that ends in encoded video or audio without a sink");

  g_autoptr (GString) text =
      g_string_new ("nothing to publish; the open ends are");
  for (guint i = 0; i < self->seen->len; i++)
    g_string_append_printf (text, "\n  %s",
        (const gchar *) self->seen->pdata[i]);
  return g_strdup (text->str);
}

gchar *
publisher_ends_dup_complaint (PublisherEnds * self)
{
  life_lock_lock (&self->lock);
  gchar *text = dup_complaint (self);
  life_lock_unlock (&self->lock);
  return text;
}

guint
publisher_ends_get_count (PublisherEnds * self)
{
  life_lock_lock (&self->lock);
  guint count = self->count;
  life_lock_unlock (&self->lock);
  return count;
}

gboolean
publisher_ends_have_ended (PublisherEnds * self)
{
  life_lock_lock (&self->lock);
  gboolean ended = self->count > 0 && self->ended == self->count
      && self->undecided == 0;
  life_lock_unlock (&self->lock);
  return ended;
}

/* Says once, as soon as no further end can come, what is wrong with the ends
 * as a whole. */
static void
check_settled (PublisherEnds * self)
{
  gchar *complaint = NULL;
  guint count = 0;

  life_lock_lock (&self->lock);
  gboolean settled = !self->settled && self->pending == 0
      && self->undecided == 0;
  if (settled) {
    self->settled = TRUE;
    count = self->count;
    complaint = dup_complaint (self);
  }
  life_lock_unlock (&self->lock);

  if (!settled)
    return;
  if (complaint) {
    self->funcs.failed (complaint, self->user_data);
    g_free (complaint);
    return;
  }
  guint names = self->track_names ? g_strv_length (self->track_names) : 0;
  for (guint i = count; i < names; i++) {
    g_autofree gchar *text = g_strdup_printf ("--track-name %s names nothing: "
        "there %s only %u track%s", self->track_names[i],
        count == 1 ? "is" : "are", count, count == 1 ? "" : "s");
    self->funcs.unused (text, self->user_data);
  }
}

/* What is left over is worth a word once there is a track beside it. Without
 * one it is what is wrong, and the complaint says it. */
static void
tell_unused (PublisherEnds * self)
{
  gchar *text;
  do {
    text = NULL;
    life_lock_lock (&self->lock);
    if (self->count > 0 && self->told < self->seen->len)
      text = g_strdup (self->seen->pdata[self->told++]);
    life_lock_unlock (&self->lock);
    if (text)
      self->funcs.unused (text, self->user_data);
    g_free (text);
  } while (text);
}

static void
end_free (gpointer data)
{
  End *self = data;
  life_event_unref (self->ended);
  g_free (self);
}

static GstPadProbeReturn
on_end_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  End *self = user_data;
  PublisherEnds *ends = g_atomic_pointer_get (&self->ends);

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS
      || life_event_has_fired (self->ended, NULL))
    return GST_PAD_PROBE_OK;
  life_lock_lock (&ends->lock);
  ends->ended++;
  life_lock_unlock (&ends->lock);
  life_event_fire (self->ended, 0);
  return GST_PAD_PROBE_OK;
}

/* Counts @room_pad as a track that @pad feeds, and gives it what the options
 * say about it. */
static void
follow_track (PublisherEnds * self, GstPad * pad, GstPad * room_pad)
{
  life_lock_lock (&self->lock);
  guint index = self->count++;
  life_lock_unlock (&self->lock);

  if (self->track_names && index < g_strv_length (self->track_names))
    g_object_set (room_pad, "track-name", self->track_names[index], NULL);
  if (self->video_source && g_str_has_prefix (GST_PAD_NAME (room_pad), "video"))
    gst_util_set_object_arg (G_OBJECT (room_pad), "source", self->video_source);

  End *end = g_new0 (End, 1);
  end->ended = life_event_new ();
  g_atomic_pointer_set (&end->ends, self);
  g_autoptr (LifeEvent) ended = life_event_ref (end->ended);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_end_event,
      end, end_free);

  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *name = g_strdup_printf ("%s.%s",
      parent ? GST_OBJECT_NAME (parent) : "?", GST_OBJECT_NAME (pad));
  self->funcs.linked (name, GST_PAD_NAME (room_pad), ended, self->user_data);
  tell_unused (self);
}

/* A queue in front of the room's pad, so that one blocked track does not hold
 * up the others of the same demuxer. The queue's sink pad, or NULL. */
static GstPad *
insert_queue (PublisherEnds * self, GstPad * room_pad)
{
  GstElement *queue = gst_element_factory_make ("queue", NULL);
  if (!queue)
    return NULL;
  gst_bin_add (self->pipeline, queue);
  g_autoptr (GstPad) src = gst_element_get_static_pad (queue, "src");
  if (gst_pad_link (src, room_pad) != GST_PAD_LINK_OK
      || !gst_element_sync_state_with_parent (queue)) {
    gst_element_set_state (queue, GST_STATE_NULL);
    gst_bin_remove (self->pipeline, queue);
    return NULL;
  }
  return gst_element_get_static_pad (queue, "sink");
}

static void
link_end (PublisherEnds * self, GstPad * pad, PublisherEndKind kind,
    gboolean queued)
{
  g_autoptr (GstPad) room_pad = gst_element_request_pad_simple (self->room,
      kind == PUBLISHER_END_AUDIO ? "audio_%u" : "video_%u");
  g_autoptr (GstPad) target = !room_pad ? NULL :
      queued ? insert_queue (self, room_pad) : gst_object_ref (room_pad);

  if (target)
    follow_track (self, pad, room_pad);
  if (!target || !gst_pad_link_maybe_ghosting (pad, target)) {
    g_autofree gchar *text = g_strdup_printf ("cannot link %s to the room",
        GST_PAD_NAME (pad));
    self->funcs.failed (text, self->user_data);
  }
}

/* An end that cannot be published: fatal when its data must go somewhere. */
static void
reject_end (PublisherEnds * self, GstPad * pad, GstCaps * caps, gboolean always)
{
  g_autofree gchar *text = publisher_end_describe (pad, caps);
  if (always) {
    self->funcs.failed (text, self->user_data);
    return;
  }
  life_lock_lock (&self->lock);
  g_ptr_array_add (self->seen, g_strdup (text));
  life_lock_unlock (&self->lock);
  tell_unused (self);
}

static GstPadProbeReturn
on_first_data (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Undecided *undecided = user_data;
  PublisherEnds *self = g_atomic_pointer_get (&undecided->ends);
  GstCaps *caps = NULL;
  gboolean ended = FALSE;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    ended = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
      gst_event_parse_caps (event, &caps);
    else if (!ended)
      return GST_PAD_PROBE_OK;
  }

  PublisherEndKind kind =
      publisher_end_classify (caps, self->audio, self->video);
  if (kind == PUBLISHER_END_AUDIO || kind == PUBLISHER_END_VIDEO)
    link_end (self, pad, kind, TRUE);
  else if (!ended)
    reject_end (self, pad, caps, undecided->always);

  life_lock_lock (&self->lock);
  self->undecided--;
  life_lock_unlock (&self->lock);
  check_settled (self);
  return GST_PAD_PROBE_REMOVE;
}

/* What is there once the format is known counts as late: the thread is then
 * somebody else's. */
static void
wait_for_format (PublisherEnds * self, GstPad * pad, gboolean always)
{
  Undecided *undecided = g_new0 (Undecided, 1);
  undecided->always = always;
  g_atomic_pointer_set (&undecided->ends, self);

  life_lock_lock (&self->lock);
  self->undecided++;
  life_lock_unlock (&self->lock);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
      on_first_data, undecided, g_free);
}

static const gchar *
get_factory_name (GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  return factory ? GST_OBJECT_NAME (factory) : "";
}

/* Elements that bring a thread for each of their pads. */
static gboolean
has_own_threads (GstElement * element)
{
  static const gchar *const names[] = { "decodebin", "decodebin3",
    "uridecodebin", "uridecodebin3", "rtspsrc", "queue", "queue2",
    "multiqueue", NULL
  };
  return g_strv_contains (names, get_factory_name (element));
}

static void
consider_pad (PublisherEnds * self, GstElement * element, GstPad * pad,
    gboolean always)
{
  if (gst_pad_is_linked (pad))
    return;

  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  if (!caps)
    caps = gst_pad_query_caps (pad, NULL);
  PublisherEndKind kind =
      publisher_end_classify (caps, self->audio, self->video);

  if (kind == PUBLISHER_END_UNKNOWN)
    wait_for_format (self, pad, always);
  else if (kind == PUBLISHER_END_AUDIO || kind == PUBLISHER_END_VIDEO)
    link_end (self, pad, kind, (self->shared_threads || !always)
        && !has_own_threads (element));
  else
    reject_end (self, pad, caps, always);
}

/* Connected after what gst_parse_launch() has connected for "demux. ! x", so
 * a pad that has a place already is linked by now. */
static void
on_pad_added (GstElement * element, GstPad * pad, gpointer user_data)
{
  PublisherEnds *self = user_data;
  if (g_atomic_int_get (&self->open) && GST_PAD_IS_SRC (pad))
    consider_pad (self, element, pad, FALSE);
}

static void
on_no_more_pads (GstElement * element, gpointer user_data)
{
  PublisherEnds *self = user_data;

  /* A chained stream says it again. */
  g_signal_handlers_disconnect_by_func (element, on_no_more_pads, self);
  life_lock_lock (&self->lock);
  self->pending--;
  life_lock_unlock (&self->lock);
  check_settled (self);
}

static gboolean
may_get_pads (GstElement * element)
{
  GstElementClass *klass = GST_ELEMENT_GET_CLASS (element);
  for (GList * l = gst_element_class_get_pad_template_list (klass); l;
      l = l->next) {
    if (GST_PAD_TEMPLATE_DIRECTION (l->data) == GST_PAD_SRC
        && GST_PAD_TEMPLATE_PRESENCE (l->data) == GST_PAD_SOMETIMES)
      return TRUE;
  }
  return FALSE;
}

static void
watch_element (PublisherEnds * self, GstElement * element)
{
  g_ptr_array_add (self->watched, gst_object_ref (element));
  self->shared_threads |= !has_own_threads (element);
  life_lock_lock (&self->lock);
  self->pending++;
  life_lock_unlock (&self->lock);
  g_signal_connect (element, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (element, "no-more-pads", G_CALLBACK (on_no_more_pads),
      self);
}

static void
prepend_element (const GValue * item, gpointer user_data)
{
  GList **list = user_data;
  *list = g_list_prepend (*list, g_value_dup_object (item));
}

/* Appends the elements of @bin in the order of the description. Only bins that
 * the description itself has made are looked into: what happens within a
 * decodebin is its own affair. */
static void
collect_elements (PublisherEnds * self, GstBin * bin, GPtrArray * elements)
{
  GList *children = NULL;
  GstIterator *iterator = gst_bin_iterate_elements (bin);
  gst_iterator_foreach (iterator, prepend_element, &children);
  gst_iterator_free (iterator);

  for (GList * l = children; l; l = l->next) {
    if (G_OBJECT_TYPE (l->data) == GST_TYPE_BIN
        || G_OBJECT_TYPE (l->data) == GST_TYPE_PIPELINE)
      collect_elements (self, l->data, elements);
    else if (l->data != self->room)
      g_ptr_array_add (elements, gst_object_ref (l->data));
  }
  g_list_free_full (children, gst_object_unref);
}

typedef struct
{
  PublisherEnds *ends;
  GPtrArray *problems;
} Search;

/* Problems are gathered first, so that the error can list them all. */
static gboolean
find_problem (GstElement * element, GstPad * pad, gpointer user_data)
{
  Search *search = user_data;
  if (gst_pad_is_linked (pad))
    return TRUE;

  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  PublisherEndKind kind = publisher_end_classify (caps, search->ends->audio,
      search->ends->video);
  if (kind == PUBLISHER_END_RAW || kind == PUBLISHER_END_REFUSED)
    g_ptr_array_add (search->problems, publisher_end_describe (pad, caps));
  return TRUE;
}

static gboolean
find_end (GstElement * element, GstPad * pad, gpointer user_data)
{
  Search *search = user_data;
  consider_pad (search->ends, element, pad, TRUE);
  return TRUE;
}

gboolean
publisher_ends_find (PublisherEnds * self, GError ** error)
{
  g_autoptr (GPtrArray) elements =
      g_ptr_array_new_with_free_func (gst_object_unref);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  Search search = { self, problems };

  collect_elements (self, self->pipeline, elements);
  for (guint i = 0; i < elements->len; i++)
    gst_element_foreach_src_pad (elements->pdata[i], find_problem, &search);
  if (problems->len > 0) {
    g_ptr_array_add (problems, NULL);
    g_autofree gchar *list = g_strjoinv ("\n  ", (gchar **) problems->pdata);
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
        "cannot publish\n  %s", list);
    return FALSE;
  }

  for (guint i = 0; i < elements->len; i++) {
    if (may_get_pads (elements->pdata[i]))
      watch_element (self, elements->pdata[i]);
  }
  for (guint i = 0; i < elements->len; i++)
    gst_element_foreach_src_pad (elements->pdata[i], find_end, &search);

  life_lock_lock (&self->lock);
  g_autofree gchar *complaint = self->pending == 0 && self->undecided == 0 ?
      dup_complaint (self) : NULL;
  life_lock_unlock (&self->lock);
  if (complaint) {
    g_set_error_literal (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
        complaint);
    return FALSE;
  }
  g_atomic_int_set (&self->open, TRUE);
  check_settled (self);
  return TRUE;
}

static gboolean
adopt_pad (GstElement * room, GstPad * pad, gpointer user_data)
{
  follow_track (user_data, pad, pad);
  return TRUE;
}

static void
on_room_pad_added (GstElement * room, GstPad * pad, gpointer user_data)
{
  PublisherEnds *self = user_data;
  if (g_atomic_int_get (&self->open) && GST_PAD_IS_SINK (pad))
    follow_track (self, pad, pad);
}

gboolean
publisher_ends_adopt (PublisherEnds * self, GError ** error)
{
  g_autoptr (GPtrArray) elements =
      g_ptr_array_new_with_free_func (gst_object_unref);
  gboolean may_come = FALSE;

  collect_elements (self, self->pipeline, elements);
  for (guint i = 0; i < elements->len; i++)
    may_come |= may_get_pads (elements->pdata[i]);
  g_signal_connect (self->room, "pad-added", G_CALLBACK (on_room_pad_added),
      self);
  gst_element_foreach_sink_pad (self->room, adopt_pad, self);
  g_atomic_int_set (&self->open, TRUE);

  guint count = publisher_ends_get_count (self);
  if (count > 0 && !may_come)
    check_settled (self);
  if (count > 0 || may_come)
    return TRUE;
  g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
      "nothing to publish: nothing is linked to %s",
      GST_OBJECT_NAME (self->room));
  return FALSE;
}
