/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitlimits.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *json = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  guint mline = 0;
  g_autofree gchar *candidate = livekit_candidate_parse (json, &mline, &error);
  FUZZ_REQUIRE ((candidate == NULL) == (error != NULL));
  if (candidate == NULL)
    return 0;
  FUZZ_REQUIRE (mline <= LIVEKIT_MAX_MLINE);
  FUZZ_REQUIRE (g_utf8_validate (candidate, -1, NULL));

  /* Escapes can make it too long. */
  g_autofree gchar *again = livekit_candidate_write (candidate, mline);
  if (strlen (again) > LIVEKIT_MAX_CANDIDATE)
    return 0;
  guint second_mline = 0;
  g_autofree gchar *second =
      livekit_candidate_parse (again, &second_mline, &error);
  FUZZ_REQUIRE (g_strcmp0 (second, candidate) == 0);
  FUZZ_REQUIRE (second_mline == mline);
  return 0;
}
