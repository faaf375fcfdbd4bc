/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte says which codec's configuration record the rest is. */
#include "fuzztarget.h"

#include "rtmp/rtmpaacconfig.h"
#include "rtmp/rtmpav1config.h"
#include "rtmp/rtmpav1obu.h"
#include "rtmp/rtmpavcconfig.h"
#include "rtmp/rtmpchannels.h"
#include "rtmp/rtmpflacconfig.h"
#include "rtmp/rtmphevcconfig.h"
#include "rtmp/rtmpopusconfig.h"
#include "rtmp/rtmpvpconfig.h"

/* What was read can be written, and is then the same. */
#define READ_TWICE(parse, write, self, again, data, size) \
  G_STMT_START { \
    g_autoptr (GError) error = NULL; \
    gboolean good = parse (self, data, size, &error); \
    FUZZ_REQUIRE (good == (error == NULL)); \
    if (good) { \
      g_autoptr (GBytes) once = write (self); \
      FUZZ_REQUIRE (once != NULL); \
      FUZZ_REQUIRE (parse (again, g_bytes_get_data (once, NULL), \
              g_bytes_get_size (once), NULL)); \
      g_autoptr (GBytes) twice = write (again); \
      FUZZ_REQUIRE (g_bytes_equal (once, twice)); \
    } \
  } G_STMT_END

static void
fuzz_avc (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtmpAvcConfig) self = rtmp_avc_config_parse (data, size, &error);

  FUZZ_REQUIRE ((self == NULL) == (error != NULL));
  if (self == NULL)
    return;
  g_autoptr (GBytes) once = rtmp_avc_config_write (self);
  FUZZ_REQUIRE (once != NULL);
  g_autoptr (RtmpAvcConfig) again =
      rtmp_avc_config_parse (g_bytes_get_data (once, NULL),
      g_bytes_get_size (once), NULL);
  FUZZ_REQUIRE (again != NULL);
  g_autoptr (GBytes) twice = rtmp_avc_config_write (again);
  FUZZ_REQUIRE (g_bytes_equal (once, twice));
}

static void
fuzz_hevc (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtmpHevcConfig) self = rtmp_hevc_config_parse (data, size, &error);

  FUZZ_REQUIRE ((self == NULL) == (error != NULL));
  if (self == NULL)
    return;
  g_autoptr (GBytes) once = rtmp_hevc_config_write (self);
  FUZZ_REQUIRE (once != NULL);
  g_autoptr (RtmpHevcConfig) again =
      rtmp_hevc_config_parse (g_bytes_get_data (once, NULL),
      g_bytes_get_size (once), NULL);
  FUZZ_REQUIRE (again != NULL);
  g_autoptr (GBytes) twice = rtmp_hevc_config_write (again);
  FUZZ_REQUIRE (g_bytes_equal (once, twice));
}

static void
fuzz_av1 (const guint8 * data, gsize size)
{
  g_auto (RtmpAv1Config) self = { 0 }, again = { 0 }, found = { 0 };
  RtmpAv1Sequence sequence;

  READ_TWICE (rtmp_av1_config_parse, rtmp_av1_config_write, &self, &again, data,
      size);
  if (rtmp_av1_config_find (&found, data, size, &sequence)) {
    FUZZ_REQUIRE (sequence.depth == 8 || sequence.depth == 10
        || sequence.depth == 12);
    FUZZ_REQUIRE (sequence.profile <= 2 && sequence.level < 32);
  }
  FUZZ_REQUIRE (rtmp_av1_obu_count_delimiters (data, size) <= size);
}

static void
fuzz_vp (const guint8 * data, gsize size)
{
  RtmpVpConfig self, again;
  guint width, height;

  READ_TWICE (rtmp_vp_config_parse, rtmp_vp_config_write, &self, &again, data,
      size);
  if (rtmp_vp_config_find (&self, data, size, &width, &height))
    FUZZ_REQUIRE (width >= 1 && width <= 65536 && height >= 1
        && height <= 65536);
}

static void
fuzz_aac (const guint8 * data, gsize size)
{
  g_autoptr (GError) error = NULL;
  RtmpAacConfig self, again;

  gboolean good = rtmp_aac_config_parse (&self, data, size, &error);
  FUZZ_REQUIRE (good == (error == NULL));
  g_autoptr (GBytes) bytes = good ? rtmp_aac_config_write (&self) : NULL;
  if (bytes == NULL)
    return;
  FUZZ_REQUIRE (rtmp_aac_config_parse (&again, g_bytes_get_data (bytes, NULL),
          g_bytes_get_size (bytes), NULL));
  /* What has an extension is not written as it was. */
  if (self.extension_rate == 0)
    FUZZ_REQUIRE (again.rate == self.rate && again.channels == self.channels);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  RtmpOpusConfig opus, opus_again;
  RtmpFlacConfig flac, flac_again;
  RtmpChannels channels, channels_again;

  if (size == 0)
    return 0;
  switch (*data++) {
    case 0:
      fuzz_avc (data, size - 1);
      break;
    case 1:
      fuzz_hevc (data, size - 1);
      break;
    case 2:
      fuzz_av1 (data, size - 1);
      break;
    case 3:
      fuzz_vp (data, size - 1);
      break;
    case 4:
      fuzz_aac (data, size - 1);
      break;
    case 5:
      READ_TWICE (rtmp_opus_config_parse, rtmp_opus_config_write, &opus,
          &opus_again, data, size - 1);
      break;
    case 6:
      READ_TWICE (rtmp_flac_config_parse, rtmp_flac_config_write, &flac,
          &flac_again, data, size - 1);
      break;
    case 7:
      READ_TWICE (rtmp_channels_parse, rtmp_channels_write, &channels,
          &channels_again, data, size - 1);
      break;
  }
  return 0;
}
