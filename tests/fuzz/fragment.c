/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzztarget.h"

#include "serverfragment.h"

#include <string.h>

static void
check_section (const ServerFragmentSection * section, guint * candidates)
{
  FUZZ_REQUIRE (section->mid == NULL
      || strlen (section->mid) <= SERVER_FRAGMENT_MAX_WORD);
  FUZZ_REQUIRE (section->ufrag == NULL
      || strlen (section->ufrag) <= SERVER_FRAGMENT_MAX_WORD);
  for (guint i = 0; i < section->candidates->len; i++) {
    const gchar *candidate = section->candidates->pdata[i];
    FUZZ_REQUIRE (g_str_has_prefix (candidate, "candidate:"));
    FUZZ_REQUIRE (strpbrk (candidate, "\r\n") == NULL);
    FUZZ_REQUIRE (g_utf8_validate (candidate, -1, NULL));
  }
  *candidates += section->candidates->len;
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ServerFragment) fragment =
      server_fragment_parse ((const gchar *) data, size, &error);

  FUZZ_REQUIRE ((fragment == NULL) == (error != NULL));
  if (fragment == NULL)
    return 0;
  FUZZ_REQUIRE (fragment->sections->len >= 1);
  FUZZ_REQUIRE (fragment->sections->len <= SERVER_FRAGMENT_MAX_SECTIONS);
  guint candidates = 0;
  for (guint i = 0; i < fragment->sections->len; i++) {
    check_section (server_fragment_get (fragment, i), &candidates);
    gint place = server_fragment_find (fragment, i, fragment);
    FUZZ_REQUIRE (place >= 0 && place < (gint) fragment->sections->len);
  }
  FUZZ_REQUIRE (candidates <= SERVER_FRAGMENT_MAX_CANDIDATES);
  /* What is of the description itself is no restart. */
  FUZZ_REQUIRE (!server_fragment_restarts (fragment, fragment));
  return 0;
}
