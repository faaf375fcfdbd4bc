/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stopcause.h"

/* One in so many leaves is never answered, which costs half a second. */
#define UNANSWERED 25

const gchar *
stop_cause_get_name (StopCause cause)
{
  static const gchar *const names[] = { "eos", "upstream-error", "signal",
    "server-leave", "cut", "remove", "ready", "null"
  };

  return names[cause];
}

gboolean
stop_cause_is_possible (StopCause cause, StopPhase phase)
{
  switch (cause) {
    case STOP_CAUSE_EOS:
      /* A live source says nothing while it is paused. */
      return phase != STOP_PHASE_PAUSED;
    case STOP_CAUSE_SERVER_LEAVE:
      return phase >= STOP_PHASE_JOINING;
    case STOP_CAUSE_CUT:
      return phase >= STOP_PHASE_UPGRADING;
    default:
      return TRUE;
  }
}

gboolean
stop_cause_takes_input (StopCause cause, StopPhase phase, StopInput input)
{
  /* The later phases need streams, JOINED is the one without. */
  if (phase == STOP_PHASE_JOINED)
    return input == STOP_INPUT_SILENT;
  if (input == STOP_INPUT_SILENT)
    return phase < STOP_PHASE_JOINED;
  /* A file that waits for its turn keeps its end with it. */
  if (cause == STOP_CAUSE_EOS || phase == STOP_PHASE_LEAVING)
    return input == STOP_INPUT_LIVE;
  return TRUE;
}

static void
set_null (StopScene * scene)
{
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
}

static gpointer
go_null (gpointer pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return NULL;
}

/* As an application does in its handler's thread, while another one asks how
 * it is going. */
static void
set_null_elsewhere (StopScene * scene)
{
  GThread *thread = g_thread_new ("signal", go_null, scene->pipeline);
  GstState state = GST_STATE_PLAYING;

  while (state != GST_STATE_NULL) {
    g_autoptr (GstStructure) stats = NULL;
    g_object_get (scene->room, "stats", &stats, NULL);
    gst_element_get_state (scene->pipeline, &state, NULL, GST_MSECOND);
  }
  g_thread_join (thread);
}

static GstPadProbeReturn
on_doomed (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  gst_mini_object_unref (info->data);
  info->data = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
  return GST_PAD_PROBE_HANDLED;
}

/* A live source fails in its streaming thread, and then ends its stream; one
 * that waits, or has nothing, can only be said to have failed. */
static void
fail_upstream (StopScene * scene)
{
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (scene->pipeline), "sound");

  if (scene->input != STOP_INPUT_LIVE || scene->phase == STOP_PHASE_PAUSED
      || scene->phase == STOP_PHASE_LEAVING) {
    GST_ELEMENT_ERROR (source, RESOURCE, READ, ("The source has failed."),
        (NULL));
    return;
  }
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_doomed, NULL, NULL);
}

static gboolean
release_pad (GstElement * element, GstPad * pad, gpointer user_data)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  if (peer != NULL)
    gst_pad_unlink (peer, pad);
  gst_element_release_request_pad (element, pad);
  return TRUE;
}

static void
remove_room (StopScene * scene)
{
  gst_element_foreach_pad (scene->room, release_pad, NULL);
  gst_bin_remove (GST_BIN (scene->pipeline), scene->room);
  /* Out of the bin it has no bus, and its last words went nowhere. */
  gst_element_set_bus (scene->room, scene->bus);
  gst_element_set_state (scene->room, GST_STATE_NULL);
  gst_element_set_bus (scene->room, NULL);
}

/* Before the cause: the leave that was sent is answered now, so that both come
 * at once. */
static void
answer_leave (StopScene * scene, guint variant)
{
  if (variant % UNANSWERED != 0)
    room_script_send_leave (scene->script,
        LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED);
}

static void
begin (StopCause cause, StopScene * scene, guint variant)
{
  switch (cause) {
    case STOP_CAUSE_EOS:
      /* A source of GStreamer 1.22 that is in READY loses the event. */
      gst_element_send_event (scene->by_state ? scene->room : scene->pipeline,
          gst_event_new_eos ());
      break;
    case STOP_CAUSE_UPSTREAM:
      fail_upstream (scene);
      break;
    case STOP_CAUSE_SIGNAL:
      set_null_elsewhere (scene);
      break;
    case STOP_CAUSE_SERVER_LEAVE:
      room_script_send_leave (scene->script,
          LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED);
      break;
    case STOP_CAUSE_CUT:
      stop_scene_cut (scene, variant % 2);
      break;
    case STOP_CAUSE_REMOVE:
      remove_room (scene);
      break;
    case STOP_CAUSE_READY:
      gst_element_set_state (scene->pipeline, GST_STATE_READY);
      break;
    case STOP_CAUSE_NULL:
      set_null (scene);
      break;
  }
}

/* What an application would wait for. FALSE: it did not come. */
static gboolean
wait_for_effect (StopCause cause, StopScene * scene)
{
  switch (cause) {
    case STOP_CAUSE_EOS:
      return scene->by_state || stop_record_wait (scene->record, "eos", 1);
    case STOP_CAUSE_UPSTREAM:
      return stop_record_wait (scene->record, "upstream-error", 1);
    case STOP_CAUSE_SERVER_LEAVE:
    case STOP_CAUSE_CUT:
      return stop_record_wait (scene->record, "room-disconnected", 1);
    default:
      return TRUE;
  }
}

static const gchar *
get_error (StopCause cause, StopPhase phase)
{
  if (phase == STOP_PHASE_LEAVING)
    return NULL;
  if (cause == STOP_CAUSE_SERVER_LEAVE)
    return "removed";
  if (cause == STOP_CAUSE_CUT)
    return phase == STOP_PHASE_UPGRADING ? "unreachable" : "lost";
  return NULL;
}

static gboolean
check_eos (StopCause cause, StopScene * scene)
{
  guint count = stop_record_count (scene->record, "eos");

  /* The leaving was begun by the end, and may have come to its own. */
  if (scene->phase == STOP_PHASE_LEAVING && !scene->by_state
      && cause != STOP_CAUSE_EOS)
    return count <= 1;
  return count == (cause == STOP_CAUSE_EOS && !scene->by_state);
}

/* The run has ended once, and for the right reason; each track once too. */
static gboolean
check_ends (StopCause cause, StopScene * scene, const gchar * wanted)
{
  StopRecord *record = scene->record;
  guint ends = stop_record_count (record, "room-disconnected");
  guint published = stop_record_count (record, "room-track-published");
  guint unpublished = stop_record_count (record, "room-track-unpublished");
  g_autofree gchar *reason =
      stop_record_dup_reason (record, "room-disconnected");

  if (ends == 1 && !g_str_equal (reason, wanted))
    return FALSE;
  /* Taken out of its pipeline it has no bus for a moment. */
  if (cause == STOP_CAUSE_REMOVE)
    return ends <= 1 && unpublished <= published;
  return ends == 1 && unpublished == published;
}

/* What the bus has heard. */
static gboolean
check_words (StopCause cause, StopScene * scene)
{
  StopRecord *record = scene->record;
  const gchar *error = get_error (cause, scene->phase);
  g_autofree gchar *reason = stop_record_dup_reason (record, "error");

  return stop_record_count (record, "error") == (error != NULL)
      && g_strcmp0 (reason, error) == 0
      && check_ends (cause, scene, error != NULL ? error : "left")
      && check_eos (cause, scene);
}

/* What the server has heard: one goodbye where there was anybody to say it to,
 * and none after he went. */
static gboolean
check_leave (StopCause cause, StopScene * scene)
{
  if (scene->script == NULL)
    return TRUE;
  gboolean said = scene->phase >= STOP_PHASE_JOINING
      && (scene->phase == STOP_PHASE_LEAVING
      || get_error (cause, scene->phase) == NULL);
  /* The server knows that the socket is open a little sooner than we do. */
  gboolean may_be = said && scene->phase == STOP_PHASE_JOINING;
  /* A busy one reads it when we have gone. */
  if (said && !may_be && !room_script_wait (scene->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1))
    return FALSE;
  guint count = room_script_count (scene->script,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE);
  return may_be ? count <= 1 : count == (said ? 1 : 0);
}

/* In NULL: what holds whatever has happened. */
static const gchar *
check_rest (StopScene * scene, guint said)
{
  gint state = -1;

  g_object_get (scene->room, "connection-state", &state, NULL);
  if (state != 0)
    return "connection-state is not idle";
  if (stop_record_count_all (scene->record) != said)
    return "something was posted after NULL";
  return NULL;
}

static gchar *
dup_fault (StopScene * scene, const gchar * fault)
{
  if (fault == NULL)
    return NULL;
  g_autofree gchar *text = stop_record_dup_text (scene->record);
  return g_strdup_printf ("%s:%s", fault, text);
}

gchar *
stop_cause_apply (StopCause cause, StopScene * scene, guint variant)
{
  const gchar *fault = NULL;

  if (scene->phase == STOP_PHASE_LEAVING
      && cause != STOP_CAUSE_SERVER_LEAVE && cause != STOP_CAUSE_CUT)
    answer_leave (scene, variant);
  begin (cause, scene, variant);
  if (!wait_for_effect (cause, scene))
    fault = "nothing followed";
  set_null (scene);
  g_clear_pointer (&scene->leaver, g_thread_join);
  guint said = stop_record_count_all (scene->record);
  if (fault == NULL && !check_words (cause, scene))
    fault = "the bus heard the wrong things";
  if (fault == NULL && !check_leave (cause, scene))
    fault = "the server heard the wrong number of goodbyes";
  if (fault == NULL)
    fault = check_rest (scene, said);
  return dup_fault (scene, fault);
}

typedef struct
{
  StopCause cause;
  StopScene *scene;
  guint variant;
  gint *ready;                  /* atomic: how many stand at the line */
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;

  g_atomic_int_inc (racer->ready);
  while (g_atomic_int_get (racer->ready) < 2);
  begin (racer->cause, racer->scene, racer->variant);
  return NULL;
}

/* One of the two has won, and the other one has added nothing. */
static gboolean
check_race (const StopCause causes[2], StopScene * scene)
{
  StopRecord *record = scene->record;
  guint errors = stop_record_count (record, "error");
  g_autofree gchar *reason =
      stop_record_dup_reason (record, "room-disconnected");
  gboolean known = g_strcmp0 (reason, "left") == 0;

  for (guint i = 0; i < 2; i++)
    known |= g_strcmp0 (reason, get_error (causes[i], scene->phase)) == 0;
  return known && stop_record_count (record, "room-disconnected") == 1
      && errors == (g_strcmp0 (reason, "left") != 0)
      && stop_record_count (record, "eos") <= 1
      && stop_record_count (record, "room-track-published")
      == stop_record_count (record, "room-track-unpublished");
}

gchar *
stop_cause_race (const StopCause causes[2], StopScene * scene, guint variant)
{
  const gchar *fault = NULL;
  gint ready = 0;
  Racer racers[2];
  GThread *threads[2];

  /* Sources may be in READY by then. */
  scene->by_state = TRUE;
  for (guint i = 0; i < 2; i++) {
    racers[i] = (Racer) {
    causes[i], scene, variant, &ready};
    threads[i] = g_thread_new ("racer", race, &racers[i]);
  }
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  set_null (scene);
  guint said = stop_record_count_all (scene->record);
  if (!check_race (causes, scene))
    fault = "the bus heard the wrong things";
  if (fault == NULL && room_script_count (scene->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE) > 1)
    fault = "the server heard more than one goodbye";
  if (fault == NULL)
    fault = check_rest (scene, said);
  return dup_fault (scene, fault);
}
