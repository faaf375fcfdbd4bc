/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client's offer, and one that he makes after it, with a zero byte between
 * them. */
#include "fuzztarget.h"

#include "serveranswer.h"
#include "serveroffer.h"

#include <string.h>

static void
check_extensions (const ServerExtensionMap * map)
{
  for (guint i = 0; i < SERVER_EXTENSION_COUNT; i++)
    FUZZ_REQUIRE (map->id[i] <= 14);
  FUZZ_REQUIRE ((map->id[SERVER_EXTENSION_RID] == 0)
      == (map->id[SERVER_EXTENSION_REPAIRED_RID] == 0));
}

static void
check_section (const ServerSection * section)
{
  check_extensions (&section->extensions);
  FUZZ_REQUIRE (section->media || (!section->sends && !section->receives));
  FUZZ_REQUIRE (section->rid == NULL
      || strpbrk (section->rid, "\r\n ;,~") == NULL);
  for (guint i = 0; i < section->formats->len; i++) {
    const ServerFormat *format =
        &g_array_index (section->formats, ServerFormat, i);
    FUZZ_REQUIRE (format->codec->video == section->video);
    FUZZ_REQUIRE (server_section_find_pt (section, format->pt) != NULL);
    FUZZ_REQUIRE (server_section_find_format (section, format->codec) != NULL);
    /* Who offers it takes it. */
    const ServerFormat *chosen =
        server_section_choose (section, format->codec, format->fmtp);
    FUZZ_REQUIRE (chosen != NULL && chosen->codec == format->codec);
    ServerFormat own;
    server_format_init_own (&own, format->codec, format->fmtp);
    FUZZ_REQUIRE (own.pt < 128);
    server_format_clear (&own);
  }
}

static ServerOffer *
parse (const gchar * sdp, const ServerOffer * previous)
{
  g_autoptr (GError) error = NULL;
  ServerOffer *offer = server_offer_new (sdp, previous, &error);

  FUZZ_REQUIRE ((offer == NULL) == (error != NULL));
  if (offer == NULL)
    return NULL;
  FUZZ_REQUIRE (server_offer_get_size (offer) <= SERVER_OFFER_MAX_SECTIONS);
  for (guint i = 0; i < server_offer_get_size (offer); i++)
    check_section (server_offer_get (offer, i));
  return offer;
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree gchar *first = g_strndup ((const gchar *) data, size);
  gsize length = strlen (first);
  g_autofree gchar *second = length < size
      ? g_strndup ((const gchar *) data + length + 1, size - length - 1)
      : g_strdup (first);
  g_autoptr (ServerOffer) offer = parse (first, NULL);

  if (offer == NULL)
    return 0;
  /* What webrtcbin gets is as good, and so is what is said again. */
  g_autoptr (ServerOffer) handed = parse (server_offer_get_text (offer), offer);
  FUZZ_REQUIRE (handed != NULL
      && server_offer_get_size (handed) == server_offer_get_size (offer));
  g_autoptr (ServerOffer) next = parse (second, offer);
  g_autoptr (ServerOffer) reply = server_offer_new_answer (second, first, NULL);
  FUZZ_REQUIRE (reply == NULL
      || server_offer_get_size (reply) == server_offer_get_size (offer));
  g_autofree gchar *answer = server_answer_write (second, offer);
  FUZZ_REQUIRE (strlen (answer) >= strlen (second));
  return 0;
}
