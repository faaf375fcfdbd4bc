/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomChannels: webrtcbin may stop its sctpenc before its sctpdec. Whoever is
 * in sctpdec just then asks sctpenc for pads when it has no association any
 * more, or ends the process over a message of a new stream. */
#include "roomchannels.h"

static GstPadProbeReturn
drop (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_PAD_PROBE_DROP;
}

static void
hush (const GValue * decoder, gpointer unused)
{
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (g_value_get_object (decoder), "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, drop, NULL, NULL);
  /* Who came in before it has this lock until he is out. */
  GST_PAD_STREAM_LOCK (pad);
  GST_PAD_STREAM_UNLOCK (pad);
}

void
room_channels_hush (GstBin * bin)
{
  GstIterator *decoders =
      gst_bin_iterate_all_by_element_factory_name (bin, "sctpdec");

  while (gst_iterator_foreach (decoders, hush, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (decoders);
  gst_iterator_free (decoders);
}
