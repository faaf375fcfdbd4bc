/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "rtmp/rtmpurl.h"

#include <string.h>

static void
check_url (const RtmpUrl * url)
{
  g_autoptr (RtmpUrl) copy = rtmp_url_copy (url);
  g_autofree gchar *tc_url = rtmp_url_dup_tc_url (copy);
  g_autofree gchar *shown = rtmp_url_dup_public (url);

  FUZZ_REQUIRE (url->host != NULL && url->host[0] != '\0' && url->port > 0);
  FUZZ_REQUIRE (url->application != NULL);
  FUZZ_REQUIRE (url->stream == NULL || g_utf8_validate (url->stream, -1, NULL));
  FUZZ_REQUIRE (g_str_has_prefix (shown, url->secure ? "rtmps://" : "rtmp://"));
  /* What the server is told can be told again. */
  if (url->tc_url == NULL && strchr (url->application, ' ') == NULL) {
    g_autoptr (RtmpUrl) again = rtmp_url_parse_with_key (tc_url, "", NULL);
    FUZZ_REQUIRE (again != NULL && again->port == url->port);
    FUZZ_REQUIRE (strncmp (again->host, url->host,
            strcspn (url->host, "%")) == 0);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;

  g_autofree gchar *safe = rtmp_url_dup_safe (text);
  FUZZ_REQUIRE (g_utf8_validate (safe, -1, NULL));
  g_autoptr (RtmpUrl) url = rtmp_url_parse (text, &error);
  FUZZ_REQUIRE ((url == NULL) == (error != NULL));
  if (url == NULL)
    return 0;
  check_url (url);
  g_autofree gchar *words = rtmp_url_dup_redacted (url, text);
  FUZZ_REQUIRE (g_utf8_validate (words, -1, NULL));
  if (url->stream != NULL && strlen (url->stream) >= 4
      && strchr (url->stream, '*') == NULL)
    FUZZ_REQUIRE (strstr (words, url->stream) == NULL);
  return 0;
}
