/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekittoken.h"

/* Of the seed that livekit-server-sdk made, and its time. */
#define SECRET "a-secret-of-more-than-thirty-two-bytes"
#define MADE G_GINT64_CONSTANT (1767323045)

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *jwt = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitToken) token = livekit_token_parse (jwt, &error);
  FUZZ_REQUIRE ((token == NULL) == (error != NULL));
  g_clear_error (&error);

  g_autoptr (LivekitToken) verified =
      livekit_token_verify (jwt, SECRET, MADE, &error);
  FUZZ_REQUIRE ((verified == NULL) == (error != NULL));
  FUZZ_REQUIRE (verified == NULL || token != NULL);
  g_clear_error (&error);
  if (token == NULL)
    return 0;

  gboolean may = livekit_token_check_publish (token, MADE, &error);
  FUZZ_REQUIRE (may == (error == NULL));
  g_clear_error (&error);

  /* What was read can be signed, and is then verified unless it is stale. */
  token->expires = MADE;
  token->not_before = 0;
  g_autofree gchar *minted = livekit_token_mint (token, SECRET, MADE, NULL);
  if (minted == NULL)
    return 0;
  g_autoptr (LivekitToken) back =
      livekit_token_verify (minted, SECRET, MADE, &error);
  FUZZ_REQUIRE (back != NULL && error == NULL);
  FUZZ_REQUIRE (g_strcmp0 (back->identity, token->identity) == 0);
  FUZZ_REQUIRE (g_strcmp0 (back->metadata, token->metadata) == 0);
  FUZZ_REQUIRE (g_strcmp0 (back->grants.room, token->grants.room) == 0);
  return 0;
}
