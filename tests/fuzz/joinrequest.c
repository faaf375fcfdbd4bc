/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekitjoin.h"

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *value = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (Livekit__JoinRequest) join = livekit_join_parse (value, &error);
  FUZZ_REQUIRE ((join == NULL) == (error != NULL));
  if (join == NULL)
    return 0;

  g_autofree gchar *again = livekit_join_write (join, &error);
  FUZZ_REQUIRE (again != NULL && error == NULL);
  g_autoptr (Livekit__JoinRequest) second = livekit_join_parse (again, &error);
  FUZZ_REQUIRE (second != NULL && error == NULL);
  FUZZ_REQUIRE (second->n_add_track_requests == join->n_add_track_requests);
  return 0;
}
