/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "livekit/livekitsignal.h"

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (Livekit__SignalResponse) response =
      livekit_signal_parse_response (bytes, &error);
  FUZZ_REQUIRE ((response == NULL) == (error != NULL));
  if (response == NULL)
    return 0;

  /* What was read can be written, and read again. */
  g_autoptr (GBytes) again = livekit_signal_write_response (response, &error);
  FUZZ_REQUIRE (again != NULL && error == NULL);
  g_autoptr (Livekit__SignalResponse) second =
      livekit_signal_parse_response (again, &error);
  FUZZ_REQUIRE (second != NULL && error == NULL);
  FUZZ_REQUIRE (second->message_case == response->message_case);
  return 0;
}
