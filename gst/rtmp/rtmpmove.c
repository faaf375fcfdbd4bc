/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMove: see rtmpmove.h. */

#include "rtmpmove.h"

#include "rtmpcalldebug.h"
#include "rtmpreport.h"

struct _RtmpMove
{
  GstElement *element;
  RtmpMoveFuncs funcs;
  gpointer user_data;

  RtmpClient *next;
  RtmpUrl *url;
  gchar *location;              /* of next, for people */
  gboolean connected;
  guint32 stream;
  gboolean told;                /* that it is ready */

  RtmpClient *parting;
  gchar *left;                  /* where it was */
};

RtmpMove *
rtmp_move_new (GstElement * element, const RtmpMoveFuncs * funcs,
    gpointer user_data)
{
  RtmpMove *self = g_new0 (RtmpMove, 1);

  self->element = element;
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

void
rtmp_move_free (RtmpMove * self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->next, rtmp_client_free);
  g_clear_pointer (&self->parting, rtmp_client_free);
  g_clear_pointer (&self->url, rtmp_url_free);
  g_free (self->location);
  g_free (self->left);
  g_free (self);
}

static void
fail (RtmpMove * self, const GError * error)
{
  g_clear_pointer (&self->next, rtmp_client_free);
  if (self->connected)
    rtmp_report_disconnected (self->element, self->location, error, "stop");
  self->connected = FALSE;
  self->stream = 0;
  self->funcs.failed (error, self->user_data);
}

static void
handle_event (RtmpMove * self, RtmpEvent * event)
{
  switch (event->kind) {
    case RTMP_EVENT_CONNECTED:
      self->connected = TRUE;
      rtmp_report_connected (self->element, self->location,
          rtmp_capabilities_is_enhanced (rtmp_client_get_capabilities
              (self->next)));
      break;
    case RTMP_EVENT_STARTED:
      self->stream = event->stream;
      break;
    case RTMP_EVENT_MEDIA:
      self->funcs.received (event->message, self->user_data);
      break;
    case RTMP_EVENT_RECONNECT:
      self->funcs.sent_on (event, self->user_data);
      break;
    case RTMP_EVENT_STOPPED:
    case RTMP_EVENT_ENDED:
      fail (self, event->error);
      break;
    default:
      break;
  }
}

/* What follows may take the connection, and so all of it is handled before. */
static void
on_next_events (RtmpClient * client, RtmpEvent * events, guint n,
    gpointer user_data)
{
  RtmpMove *self = user_data;

  for (guint i = 0; i < n && self->next == client; i++)
    handle_event (self, &events[i]);
  if (self->next == client && self->stream != 0 && !self->told) {
    self->told = TRUE;
    self->funcs.ready (self->user_data);
  }
  if (self->next == client)
    self->funcs.received_all (self->user_data);
}

void
rtmp_move_begin (RtmpMove * self, const RtmpClientConfig * config)
{
  static const RtmpClientFuncs funcs = {.events = on_next_events };

  rtmp_move_cancel (self);
  rtmp_url_free (self->url);
  self->url = rtmp_url_copy (config->caller.dialogue.url);
  g_free (self->location);
  self->location = rtmp_url_dup_public (self->url);
  self->next = rtmp_client_new (config, &funcs, self);
  rtmp_client_start (self->next);
}

void
rtmp_move_cancel (RtmpMove * self)
{
  g_clear_pointer (&self->next, rtmp_client_free);
  if (self->connected)
    rtmp_report_disconnected (self->element, self->location, NULL, "stop");
  self->connected = FALSE;
  self->stream = 0;
  self->told = FALSE;
}

gboolean
rtmp_move_is_under_way (RtmpMove * self)
{
  return self->next != NULL;
}

gboolean
rtmp_move_is_ready (RtmpMove * self)
{
  return self->next != NULL && self->told;
}

const RtmpUrl *
rtmp_move_get_url (RtmpMove * self)
{
  return self->url;
}

void
rtmp_move_take (RtmpMove * self, RtmpMoveEnd * end)
{
  *end = (RtmpMoveEnd) {
  .client = g_steal_pointer (&self->next),.connected =
        self->connected,.stream = self->stream};
  self->connected = FALSE;
  self->stream = 0;
  self->told = FALSE;
}

static void
on_parting_events (RtmpClient * client, RtmpEvent * events, guint n,
    gpointer user_data)
{
  RtmpMove *self = user_data;

  for (guint i = 0; i < n && self->parting == client; i++) {
    if (events[i].kind != RTMP_EVENT_ENDED)
      continue;
    g_clear_pointer (&self->parting, rtmp_client_free);
    rtmp_report_disconnected (self->element, self->left, events[i].error,
        "moved");
    self->funcs.parted (self->user_data);
  }
}

void
rtmp_move_part (RtmpMove * self, RtmpClient * client, const gchar * location)
{
  static const RtmpClientFuncs funcs = {.events = on_parting_events };

  g_return_if_fail (self->parting == NULL);

  self->parting = client;
  g_free (self->left);
  self->left = g_strdup (location);
  rtmp_client_set_funcs (client, &funcs, self);
  rtmp_client_set_reading (client, TRUE);
  rtmp_client_finish (client);
}

gboolean
rtmp_move_is_parting (RtmpMove * self)
{
  return self->parting != NULL;
}

void
rtmp_move_cut (RtmpMove * self)
{
  rtmp_move_cancel (self);
  if (self->parting == NULL)
    return;
  g_clear_pointer (&self->parting, rtmp_client_free);
  rtmp_report_disconnected (self->element, self->left, NULL, "moved");
}
