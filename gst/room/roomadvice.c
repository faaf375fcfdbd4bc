/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomAdvice: see roomadvice.h. */

#include "roomadvice.h"

#include "roomdebug.h"

void
room_advice_reordered (GstBin * bin, GstPad * pad)
{
  GST_ELEMENT_WARNING (bin, STREAM, ENCODE,
      ("Pad %s: the video has B-frames, which most subscribers show badly or "
          "not at all.", GST_OBJECT_NAME (pad)),
      ("turn them off in the encoder: x264enc tune=zerolatency or bframes=0, "
          "x265enc option-string=bframes=0, vah264enc b-frames=0"));
}

void
room_advice_no_key_units (GstBin * bin, GstPad * pad)
{
  GST_ELEMENT_WARNING (bin, STREAM, ENCODE,
      ("Pad %s: nothing upstream makes key frames on request; who subscribes "
          "late waits for the stream's next one.", GST_OBJECT_NAME (pad)),
      ("encode in this pipeline, or give the source a key frame every second "
          "or two"));
}
