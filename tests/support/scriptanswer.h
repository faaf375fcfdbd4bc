/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a scripted server says in SDP: right enough to be set as a remote
 * description, and without anybody behind it. */
#pragma once

#include <glib.h>

/* Answers each section of @offer with recvonly, DTLS passive, foreign ICE
 * credentials and no candidate. */
gchar *script_answer_new (const gchar *offer);

/* A subscriber connection's first offer: data channels only. */
#define SCRIPT_SUBSCRIBER_OFFER_ID 241
#define SCRIPT_SUBSCRIBER_OFFER \
    "v=0\r\n" \
    "o=- 1 1 IN IP4 0.0.0.0\r\n" \
    "s=-\r\n" \
    "t=0 0\r\n" \
    "a=group:BUNDLE 0\r\n" \
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" \
    "c=IN IP4 0.0.0.0\r\n" \
    "a=setup:actpass\r\n" \
    "a=mid:0\r\n" \
    "a=sendrecv\r\n" \
    "a=sctp-port:5000\r\n" \
    "a=ice-ufrag:scriptroom\r\n" \
    "a=ice-pwd:scriptroomscriptroomscript\r\n" \
    "a=fingerprint:sha-256 01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:" \
    "11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F:20\r\n"
