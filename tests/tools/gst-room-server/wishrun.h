/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* WishRun: a ServerWish behind a server, a client that asks it, and media that
 * answers what the test says. */
#pragma once

#include "livekit/livekitmember.h"
#include "serveraccess.h"
#include "serverwish.h"
#include "webrun.h"

#define CREDENTIALS "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" \
    "a=group:BUNDLE 0 1\r\n"
#define SECTIONS(direction) "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" \
    "c=IN IP4 0.0.0.0\r\na=mid:0\r\n" CREDENTIALS direction \
    "a=rtpmap:111 opus/48000/2\r\n" \
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n" \
    CREDENTIALS direction "a=rtpmap:96 VP8/90000\r\n"
#define WATCH HEAD SECTIONS ("a=recvonly\r\n")
#define PUBLISH HEAD SECTIONS ("a=sendonly\r\n")
#define UNKNOWN HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 9\r\nc=IN IP4 0.0.0.0\r\n" \
    "a=mid:0\r\na=recvonly\r\na=rtpmap:9 G722/8000\r\n"
#define ANSWER "v=0\r\nthe answer\r\n"
#define HOST "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"
#define FRAGMENT "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n" CREDENTIALS \
    "a=" HOST "\r\n"
#define WHEP "/room/stage/whep"
#define WHIP "/room/stage/whip"

typedef struct {
  WebRun *web;
  ServerSite site;
  ServerWish *wish;

  /* What the media answers. */
  const gchar *sdp;             /* NULL: the error */
  GQuark domain;                /* of the error; 0: nothing comes */
  /* What it was asked. */
  guint offers;
  gchar *offer;                 /* the last */
  gchar *sid;
  gchar *publisher;
  GPtrArray *candidates;        /* of gchar: "MLINE CANDIDATE" */
} WishRun;

/* One at a time. Nobody needs a token. */
WishRun *wish_run_new (void);
WishRun *wish_run_new_hasty (guint request_timeout);
void wish_run_free (WishRun *self);
/* Another one; 0: the defaults. */
void wish_run_make (WishRun *self, guint max_resources, guint answer_timeout);
void wish_run_set_access (WishRun *self, gboolean development);

WebAnswer *wish_run_post (WishRun *self, const gchar *path,
    const gchar *body);
void wish_run_check_post (WishRun *self, const gchar *path,
    const gchar *body, guint status);
/* @etag NULL: none. */
WebAnswer *wish_run_patch (WishRun *self, const gchar *location,
    const gchar *etag, const gchar *body);
/* @resource: the answer that made it. */
void wish_run_check_patch (WishRun *self, const WebAnswer *resource,
    const gchar *body, guint status);
void wish_run_check_method (WishRun *self, const gchar *method,
    const gchar *path, guint status);

/* Someone to watch; and a resource that watches. */
void wish_run_publish (WishRun *self, const gchar *identity);
WebAnswer *wish_run_watch (WishRun *self);

/* The participant that the media was asked for; NULL: it is not in. */
LivekitMemberMessage *wish_run_find_member (WishRun *self);
void wish_run_check_gone (WishRun *self);
