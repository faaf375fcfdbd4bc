/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerExtension: RTP header extensions (RFC 8285): which of them the room
 * reads, which it passes on, under which number each end knows them, and what a
 * packet has of them. Plain values, any thread. */
#pragma once

#include <gst/gst.h>

typedef enum {
  /* Passed on, when the other end knows them too. */
  SERVER_EXTENSION_AUDIO_LEVEL,
  SERVER_EXTENSION_ORIENTATION,
  SERVER_EXTENSION_PLAYOUT_DELAY,
  SERVER_EXTENSION_CAPTURE_TIME,
  SERVER_EXTENSION_DEPENDENCY,  /* of AV1: what a frame refers to */
  SERVER_EXTENSION_PASSED,      /* how many these are */
  /* For us alone. */
  SERVER_EXTENSION_MID = SERVER_EXTENSION_PASSED,
  SERVER_EXTENSION_RID,
  SERVER_EXTENSION_REPAIRED_RID,
  SERVER_EXTENSION_TRANSPORT,   /* webrtcbin reads it, for its feedback */
  SERVER_EXTENSION_COUNT,
} ServerExtensionKind;

/* The numbers that one end has given them in a section; 0: not known there. */
typedef struct {
  guint8 id[SERVER_EXTENSION_COUNT];
  gboolean mixed;               /* it takes the two-byte form, which values of
                                 * more than 16 bytes need */
} ServerExtensionMap;

/* Where the values are within a packet; no length: not there. */
typedef struct {
  guint16 offset[SERVER_EXTENSION_COUNT];
  guint8 length[SERVER_EXTENSION_COUNT];
} ServerExtensions;

/* -1: none of ours. */
gint server_extension_find (const gchar *uri);
const gchar *server_extension_get_uri (ServerExtensionKind kind);

/* The numbers that offers of ours give to those that are passed on. */
const ServerExtensionMap *server_extension_get_own (gboolean video);

/* "ID[/direction] URI ...", the value of an a=extmap. What is not ours, or has
 * no number that can be, changes nothing. */
void server_extension_map_add (ServerExtensionMap *self, const gchar *value);
/* Without what webrtcbin 1.22 would stumble over: it looks for the number of
 * either name of a size when it knows the other. */
void server_extension_map_tidy (ServerExtensionMap *self);
/* As caps have them: "extmap-ID=URI". */
void server_extension_map_write (const ServerExtensionMap *self,
    GstCaps *caps);

/* Finds the values in the body of a header extension with @profile, that begins
 * at @offset of the packet. Broken ones end it. */
void server_extensions_parse (ServerExtensions *self,
    const ServerExtensionMap *map, guint profile, const guint8 *body,
    guint size, guint offset);

/* Of those that are passed on and that @to knows: the bytes that they take as a
 * whole header extension; 0: there is none. */
guint server_extensions_get_size (const ServerExtensions *self,
    const ServerExtensionMap *to);
/* Writes these bytes; @packet is the one that the values are in. */
void server_extensions_write (const ServerExtensions *self,
    const ServerExtensionMap *to, const guint8 *packet, guint8 *data);
