/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "callcause.h"

#include "stoprunner.h"

const gchar *
call_cause_get_name (CallCause cause)
{
  static const gchar *const names[] = { "eos", "other-error", "flush",
    "signal", "close", "reset", "remove", "ready", "null"
  };

  return names[cause];
}

gboolean
call_cause_is_possible (CallCause cause, CallPhase phase, gboolean publish)
{
  switch (cause) {
    case CALL_CAUSE_CLOSE:
      return phase >= CALL_PHASE_TLS && phase != CALL_PHASE_WAITING;
    case CALL_CAUSE_RESET:
      return phase >= CALL_PHASE_CONNECT && phase != CALL_PHASE_WAITING;
    case CALL_CAUSE_FLUSH:
      /* It waits for the state change that is under way. */
      return phase != CALL_PHASE_LEAVING;
    case CALL_CAUSE_REMOVE:
      /* So does this; and a source is not taken away from a sink that waits for
       * PLAYING. */
      return phase != CALL_PHASE_LEAVING
          && (publish || phase != CALL_PHASE_PAUSED);
    default:
      return TRUE;
  }
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
set_null_elsewhere (CallScene * scene)
{
  GThread *thread = g_thread_new ("signal", go_null, scene->pipeline);
  GstState state = GST_STATE_PLAYING;

  while (state != GST_STATE_NULL) {
    g_autofree gchar *name = call_scene_dup_state (scene);
    gst_element_get_state (scene->pipeline, &state, NULL, GST_MSECOND);
  }
  g_thread_join (thread);
}

/* The pipeline's lock is taken before that of its source, as in a change of
 * state: behind the flush GStreamer 1.22 wants it, and would wait for a change
 * that waits for the source. */
static void
flush (CallScene * scene)
{
  GstElement *source = scene->publish ? scene->other : scene->call;

  GST_STATE_LOCK (scene->pipeline);
  gst_element_send_event (source, gst_event_new_flush_start ());
  gst_element_send_event (source, gst_event_new_flush_stop (TRUE));
  GST_STATE_UNLOCK (scene->pipeline);
}

/* As one takes a branch out: it is stopped, and then unlinked. */
static void
remove_call (CallScene * scene)
{
  gst_element_set_locked_state (scene->call, TRUE);
  gst_element_set_state (scene->call, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (scene->pipeline), scene->call);
}

static void
begin (CallCause cause, CallScene * scene)
{
  switch (cause) {
    case CALL_CAUSE_EOS:
      gst_element_send_event (scene->phase == CALL_PHASE_LEAVING ? scene->call
          : scene->pipeline, gst_event_new_eos ());
      break;
    case CALL_CAUSE_OTHER:
      GST_ELEMENT_ERROR (scene->other, RESOURCE, READ,
          ("The other element has failed."), (NULL));
      break;
    case CALL_CAUSE_FLUSH:
      flush (scene);
      break;
    case CALL_CAUSE_SIGNAL:
      set_null_elsewhere (scene);
      break;
    case CALL_CAUSE_CLOSE:
    case CALL_CAUSE_RESET:
      call_scene_cut (scene, cause == CALL_CAUSE_RESET);
      break;
    case CALL_CAUSE_REMOVE:
      remove_call (scene);
      break;
    case CALL_CAUSE_READY:
      gst_element_set_state (scene->pipeline, GST_STATE_READY);
      break;
    case CALL_CAUSE_NULL:
      gst_element_set_state (scene->pipeline, GST_STATE_NULL);
      break;
  }
}

static gboolean
is_cut (CallCause cause)
{
  return cause == CALL_CAUSE_CLOSE || cause == CALL_CAUSE_RESET;
}

/* Of our element; NULL: there is none. */
static const gchar *
get_error (CallCause cause, const CallScene * scene)
{
  if (!is_cut (cause) || scene->phase == CALL_PHASE_LEAVING)
    return NULL;
  /* The goodbye is said, but not while there is something left to send. */
  if (scene->phase == CALL_PHASE_DRAINING && !(scene->publish && scene->odd))
    return NULL;
  return scene->phase == CALL_PHASE_TLS ? "unreachable" : "lost";
}

/* Whether the end of stream comes out, and is waited for. */
static gboolean
ends (CallCause cause, const CallScene * scene, gboolean answered)
{
  if (cause != CALL_CAUSE_EOS || scene->phase == CALL_PHASE_PAUSED
      || scene->phase == CALL_PHASE_LEAVING)
    return FALSE;
  /* It is the source's own; the sink's is behind the goodbye. */
  if (!scene->publish)
    return answered || scene->probe == 0;
  return scene->phase == CALL_PHASE_RUNNING || (answered
      && scene->server != NULL && scene->phase != CALL_PHASE_WAITING);
}

/* What an application would wait for. FALSE: it did not come. */
static gboolean
wait_for_effect (CallCause cause, CallScene * scene, gboolean answered)
{
  if (cause == CALL_CAUSE_OTHER)
    return stop_record_wait (scene->record, "upstream-error", 1);
  if (get_error (cause, scene) != NULL)
    return stop_record_wait (scene->record, "error", 1);
  return !ends (cause, scene, answered)
      || stop_record_wait (scene->record, "eos", 1);
}

/* What the bus has heard: one end for each beginning, at most one error and one
 * end of stream; a flush takes that back, and it comes once more. */
static gboolean
check_words (CallCause cause, CallScene * scene)
{
  StopRecord *record = scene->record;
  const gchar *error = get_error (cause, scene);
  g_autofree gchar *reason = stop_record_dup_reason (record, "error");
  guint connected = stop_record_count (record, "rtmp-connected");

  return stop_record_count (record, "error") == (error != NULL)
      && g_strcmp0 (reason, error) == 0
      && connected <= 1
      && stop_record_count (record, "rtmp-disconnected") == connected
      && stop_record_count (record, "eos") <= 1 + (cause == CALL_CAUSE_FLUSH);
}

static gboolean
is_left (gpointer user_data)
{
  CallScene *scene = user_data;

  return host_server_count (scene->server, HOST_SERVER_CLOSED)
      == host_server_count (scene->server, HOST_SERVER_CONNECTIONS);
}

/* What the server has seen: one connection, which is gone, and an end of each
 * stream that it let begin. */
static gboolean
check_server (CallCause cause, CallScene * scene)
{
  HostServer *server = scene->server;

  if (server == NULL)
    return TRUE;
  host_server_listen (server);
  if (!stop_runner_wait_until (is_left, scene)
      || host_server_count (server, HOST_SERVER_CONNECTIONS) != 1)
    return FALSE;
  return is_cut (cause) || scene->phase == CALL_PHASE_WAITING
      || host_server_count (server, HOST_SERVER_ENDS)
      >= host_server_count (server, HOST_SERVER_PUBLISHES);
}

/* In NULL: what holds whatever has happened. */
static const gchar *
check_rest (CallScene * scene, guint said)
{
  g_autofree gchar *state = call_scene_dup_state (scene);

  if (!g_str_equal (state, "disconnected"))
    return "its state is not disconnected";
  if (stop_record_count_all (scene->record) != said)
    return "something was posted after NULL";
  return NULL;
}

gchar *
call_cause_apply (CallCause cause, CallScene * scene, gboolean answered)
{
  const gchar *fault = NULL;

  if (answered && !is_cut (cause))
    call_scene_release (scene);
  begin (cause, scene);
  /* What is behind a source that says something only then. */
  if (is_cut (cause) && !scene->publish)
    call_scene_release (scene);
  if (!wait_for_effect (cause, scene, answered))
    fault = "nothing followed";
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
  g_clear_pointer (&scene->leaver, g_thread_join);
  guint said = stop_record_count_all (scene->record);
  if (fault == NULL && !check_words (cause, scene))
    fault = "the bus heard the wrong things";
  if (fault == NULL && !check_server (cause, scene))
    fault = "the server saw the wrong things";
  if (fault == NULL)
    fault = check_rest (scene, said);
  if (fault == NULL)
    return NULL;
  g_autofree gchar *text = stop_record_dup_text (scene->record);
  return g_strdup_printf ("%s:%s", fault, text);
}
