/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekiturl.h"

#include <string.h>

static void
check_uri (const gchar * uri, const gchar * scheme)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, &error);
  FUZZ_REQUIRE (parsed != NULL);
  FUZZ_REQUIRE (g_str_has_prefix (g_uri_get_scheme (parsed), scheme));
  FUZZ_REQUIRE (g_uri_get_userinfo (parsed) == NULL);
  FUZZ_REQUIRE (g_uri_get_fragment (parsed) == NULL);
  FUZZ_REQUIRE (g_uri_get_host (parsed)[0] != '\0');
  FUZZ_REQUIRE (g_str_has_suffix (g_uri_get_path (parsed), "/rtc/v1"));
  FUZZ_REQUIRE (g_str_has_suffix (g_uri_get_query (parsed), "a=b"));
  for (const gchar * p = uri; *p != '\0'; p++)
    FUZZ_REQUIRE (*p > ' ' && *p < 0x7f);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *url = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;

  g_autofree gchar *redacted = livekit_url_redact (url);
  FUZZ_REQUIRE (g_utf8_validate (redacted, -1, NULL));

  g_autofree gchar *uri = livekit_url_signal (url, "rtc/v1", "a=b", &error);
  FUZZ_REQUIRE ((uri == NULL) == (error != NULL));
  g_autofree gchar *http = livekit_url_http (url, "rtc/v1", "a=b", NULL);
  FUZZ_REQUIRE ((uri == NULL) == (http == NULL));
  if (uri != NULL) {
    check_uri (uri, "ws");
    check_uri (http, "http");
  }
  return 0;
}
