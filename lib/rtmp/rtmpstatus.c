/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpstatus.h"

#include "rtmp/rtmperror.h"

#include <string.h>

/* Of a server's words, in characters. Real ones are a sentence. */
#define MAX_WORDS 300

/* RTMP 7.2, Adobe's ActionScript reference ("NetStatusEvent"), and what servers
 * add. */
static const struct
{
  const gchar *code;
  RtmpError error;
} errors[] = {
  {"NetConnection.Connect.InvalidApp", RTMP_ERROR_NO_SUCH_APPLICATION},
  {"NetConnection.Connect.Closed", RTMP_ERROR_CLOSED},
  {"NetConnection.Connect.AppShutdown", RTMP_ERROR_CLOSED},
  {"NetConnection.Connect.IdleTimeOut", RTMP_ERROR_CLOSED},
  {"NetStream.Play.StreamNotFound", RTMP_ERROR_NO_SUCH_STREAM},
  {"NetStream.Play.FileStructureInvalid", RTMP_ERROR_FORMAT},
  {"NetStream.Play.NoSupportedTrackFound", RTMP_ERROR_FORMAT},
  {"NetStream.Publish.BadName", RTMP_ERROR_BUSY},
  {"NetStream.Publish.Denied", RTMP_ERROR_UNAUTHORIZED},
  {"NetStream.Publish.Unauthorized", RTMP_ERROR_UNAUTHORIZED},
  {"NetStream.Authenticate.Failed", RTMP_ERROR_UNAUTHORIZED},
};

void
rtmp_status_read (RtmpStatus * self, const RtmpValue * info)
{
  g_return_if_fail (self != NULL);

  const gchar *level =
      rtmp_value_get_string (rtmp_value_lookup (info, "level"));
  const gchar *code = rtmp_value_get_string (rtmp_value_lookup (info, "code"));
  const gchar *description =
      rtmp_value_get_string (rtmp_value_lookup (info, "description"));
  /* Some send a text alone. */
  if (description == NULL)
    description = rtmp_value_get_string (info);
  self->is_error = level != NULL && g_str_equal (level, "error");
  self->code = code != NULL ? code : "";
  self->description = description != NULL ? description : "";
  self->tc_url = rtmp_value_get_string (rtmp_value_lookup (info, "tcUrl"));
}

gboolean
rtmp_status_is (const RtmpStatus * self, const gchar * code)
{
  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  return g_str_equal (self->code, code);
}

gchar *
rtmp_status_dup_words (const gchar * text, const RtmpUrl * url)
{
  g_return_val_if_fail (text != NULL, NULL);

  /* First hidden, then cut: half a secret is one too. */
  g_autofree gchar *clean = url != NULL
      ? rtmp_url_dup_redacted (url, text) : g_utf8_make_valid (text, -1);

  g_strstrip (clean);
  return g_utf8_substring (clean, 0, MIN (g_utf8_strlen (clean, -1),
          MAX_WORDS));
}

/* "CODE (description)", or what there is of it. */
static gchar *
new_reason (const RtmpStatus * self, const RtmpUrl * url)
{
  g_autofree gchar *code = rtmp_status_dup_words (self->code, url);
  g_autofree gchar *description =
      rtmp_status_dup_words (self->description, url);

  if (*code == '\0')
    return *description != '\0' ? g_steal_pointer (&description)
        : g_strdup ("it does not say why");
  if (*description == '\0')
    return g_steal_pointer (&code);
  return g_strdup_printf ("%s (%s)", code, description);
}

static gint
get_error (const RtmpStatus * self, gint otherwise)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    if (g_str_equal (self->code, errors[i].code))
      return errors[i].error;
  }
  /* Adobe's access module says it in words only. */
  if (strstr (self->description, "authmod=") != NULL
      || strstr (self->description, "reason=authfailed") != NULL)
    return RTMP_ERROR_UNAUTHORIZED;
  return otherwise;
}

GError *
rtmp_status_new_error (const RtmpStatus * self, const gchar * what,
    const RtmpUrl * url)
{
  g_return_val_if_fail (self != NULL && what != NULL, NULL);

  g_autofree gchar *reason = new_reason (self, url);
  return g_error_new (RTMP_ERROR, get_error (self, RTMP_ERROR_REFUSED),
      "server refused %s: %s", what, reason);
}

GError *
rtmp_status_new_end (const RtmpStatus * self, const RtmpUrl * url)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autofree gchar *reason = new_reason (self, url);
  return g_error_new (RTMP_ERROR, get_error (self, RTMP_ERROR_CLOSED),
      "server has ended the stream: %s", reason);
}
