/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OBS_OFFER: what OBS 30.2 and later say to WHIP, by libdatachannel: all that
 * may stand once for all sections does, and there is no candidate. The form is
 * that of offers in reports of its users; names and numbers are others. */
#pragma once

#define OBS_OFFER \
    "v=0\r\n" \
    "o=rtc 705986798 0 IN IP4 127.0.0.1\r\n" \
    "s=-\r\n" \
    "t=0 0\r\n" \
    "a=group:BUNDLE 0 1\r\n" \
    "a=group:LS 0 1\r\n" \
    "a=msid-semantic:WMS *\r\n" \
    "a=setup:actpass\r\n" \
    "a=ice-ufrag:jlvv\r\n" \
    "a=ice-pwd:avqo+aTrh2UHIfcZiaNfD9\r\n" \
    "a=ice-options:ice2,trickle\r\n" \
    "a=fingerprint:sha-256 44:42:C8:DB:51:8D:EC:3F:3D:A5:72:A4:35:2D:" \
    "21:65:FA:10:B4:08:08:F6:99:32:C0:12:74:3B:74:52:AA:E5\r\n" \
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" \
    "c=IN IP4 0.0.0.0\r\n" \
    "a=mid:0\r\n" \
    "a=sendonly\r\n" \
    "a=ssrc:3957928345 cname:surf2wtomwqwwfdx\r\n" \
    "a=ssrc:3957928345 msid:zekk1qtjccud7axx zekk1qtjccud7axx-audio\r\n" \
    "a=msid:zekk1qtjccud7axx zekk1qtjccud7axx-audio\r\n" \
    "a=rtcp-mux\r\n" \
    "a=rtpmap:111 opus/48000/2\r\n" \
    "a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-st" \
    "ereo=1;useinbandfec=1\r\n" \
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" \
    "c=IN IP4 0.0.0.0\r\n" \
    "a=mid:1\r\n" \
    "a=sendonly\r\n" \
    "a=ssrc:3957928346 cname:surf2wtomwqwwfdx\r\n" \
    "a=ssrc:3957928346 msid:zekk1qtjccud7axx zekk1qtjccud7axx-video\r\n" \
    "a=msid:zekk1qtjccud7axx zekk1qtjccud7axx-video\r\n" \
    "a=rtcp-mux\r\n" \
    "a=rtpmap:96 H264/90000\r\n" \
    "a=rtcp-fb:96 nack\r\n" \
    "a=rtcp-fb:96 nack pli\r\n" \
    "a=rtcp-fb:96 goog-remb\r\n" \
    "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asy" \
    "mmetry-allowed=1\r\n"
