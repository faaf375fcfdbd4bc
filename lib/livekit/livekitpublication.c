/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitpublication.h"

#include "livekit/livekitlimits.h"

#include <string.h>

static gboolean
fits (const gchar * text)
{
  return strlen (text) <= LIVEKIT_MAX_NAME;
}

static gboolean
layers_fit (Livekit__VideoLayer * const *layers, gsize n_layers)
{
  if (n_layers > LIVEKIT_MAX_TRACK_ITEMS)
    return FALSE;
  for (gsize i = 0; i < n_layers; i++) {
    if (!fits (layers[i]->rid))
      return FALSE;
  }
  return TRUE;
}

gint
livekit_publication_check (const Livekit__AddTrackRequest * request)
{
  g_return_val_if_fail (request != NULL,
      LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST);

  if (request->type != LIVEKIT__TRACK_TYPE__AUDIO
      && request->type != LIVEKIT__TRACK_TYPE__VIDEO)
    return LIVEKIT__REQUEST_RESPONSE__REASON__UNSUPPORTED_TYPE;
  if (!fits (request->name))
    return LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_NAME;
  if (request->cid[0] == '\0' || !fits (request->cid))
    return LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_HANDLE;

  gboolean good = fits (request->stream)
      && layers_fit (request->layers, request->n_layers)
      && request->n_simulcast_codecs <= LIVEKIT_MAX_TRACK_ITEMS
      && request->n_audio_features <= LIVEKIT_MAX_TRACK_ITEMS
      && request->n_packet_trailer_features <= LIVEKIT_MAX_TRACK_ITEMS;
  for (gsize i = 0; good && i < request->n_simulcast_codecs; i++) {
    const Livekit__SimulcastCodec *codec = request->simulcast_codecs[i];
    good = fits (codec->codec) && fits (codec->cid)
        && layers_fit (codec->layers, codec->n_layers);
  }
  return good ? LIVEKIT__REQUEST_RESPONSE__REASON__OK
      : LIVEKIT__REQUEST_RESPONSE__REASON__INVALID_REQUEST;
}

static Livekit__AddTrackRequest *
copy_request (const Livekit__AddTrackRequest * request)
{
  gsize size = livekit__add_track_request__get_packed_size (request);
  g_autofree guint8 *data = g_malloc (size);

  livekit__add_track_request__pack (request, data);
  return livekit__add_track_request__unpack (NULL, size, data);
}

/* As livekit-server's: the kind and the source can be read off a sid. */
static const gchar *
get_prefix (gboolean video, gint source)
{
  switch (source) {
    case LIVEKIT_SOURCE_CAMERA:
      return video ? "TR_VC" : "TR_AC";
    case LIVEKIT_SOURCE_MICROPHONE:
      return video ? "TR_VM" : "TR_AM";
    case LIVEKIT_SOURCE_SCREEN_SHARE:
      return video ? "TR_VS" : "TR_AS";
    case LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO:
      return video ? "TR_Vs" : "TR_As";
    default:
      return video ? "TR_VU" : "TR_AU";
  }
}

LivekitPublication *
livekit_publication_new (const Livekit__AddTrackRequest * request,
    const gchar * random)
{
  g_return_val_if_fail (request != NULL && random != NULL, NULL);

  LivekitPublication *self = g_new0 (LivekitPublication, 1);
  self->request = copy_request (request);
  self->sid = g_strconcat (get_prefix (livekit_publication_is_video (self),
          request->source), random, NULL);
  self->mime = g_strdup ("");
  self->mid = g_strdup ("");
  self->width = request->width;
  self->height = request->height;
  self->muted = request->muted;
  self->features = g_array_new (FALSE, FALSE,
      sizeof (Livekit__AudioTrackFeature));
  livekit_publication_set_features (self, request->audio_features,
      request->n_audio_features);
  return self;
}

void
livekit_publication_free (LivekitPublication * self)
{
  if (self == NULL)
    return;

  livekit__add_track_request__free_unpacked (self->request, NULL);
  g_array_unref (self->features);
  g_free (self->sid);
  g_free (self->mime);
  g_free (self->mid);
  g_free (self);
}

gboolean
livekit_publication_is_video (const LivekitPublication * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->request->type == LIVEKIT__TRACK_TYPE__VIDEO;
}

LivekitSource
livekit_publication_get_source (const LivekitPublication * self)
{
  g_return_val_if_fail (self != NULL, LIVEKIT_SOURCE_UNKNOWN);

  return (LivekitSource) self->request->source;
}

const gchar *
livekit_publication_get_stream (const LivekitPublication * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->request->stream[0] != '\0')
    return self->request->stream;
  switch (livekit_publication_get_source (self)) {
    case LIVEKIT_SOURCE_CAMERA:
    case LIVEKIT_SOURCE_MICROPHONE:
      return "camera";
    case LIVEKIT_SOURCE_SCREEN_SHARE:
    case LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO:
      return "screen";
    default:
      return "";
  }
}

const gchar *
livekit_publication_get_codec (const LivekitPublication * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->request->n_simulcast_codecs == 0
      || self->request->simulcast_codecs[0]->codec[0] == '\0')
    return NULL;
  return self->request->simulcast_codecs[0]->codec;
}

gboolean
livekit_publication_has_cid (const LivekitPublication * self, const gchar * cid)
{
  g_return_val_if_fail (self != NULL && cid != NULL, FALSE);

  if (g_str_equal (self->request->cid, cid))
    return TRUE;
  for (gsize i = 0; i < self->request->n_simulcast_codecs; i++) {
    if (g_str_equal (self->request->simulcast_codecs[i]->cid, cid))
      return TRUE;
  }
  return FALSE;
}

void
livekit_publication_set_features (LivekitPublication * self,
    const Livekit__AudioTrackFeature * features, gsize n_features)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (n_features <= LIVEKIT_MAX_TRACK_ITEMS);

  g_array_set_size (self->features, 0);
  if (n_features > 0)
    g_array_append_vals (self->features, features, n_features);
}

void
livekit_publication_to_message (const LivekitPublication * self,
    LivekitPublicationMessage * view)
{
  g_return_if_fail (self != NULL && view != NULL);

  const Livekit__AddTrackRequest *request = self->request;
  Livekit__TrackInfo *info = &view->message;
  view->ordinal = self->ordinal;
  livekit__track_info__init (info);
  info->sid = self->sid;
  info->type = request->type;
  info->name = request->name;
  info->muted = self->muted;
  info->width = self->width;
  info->height = self->height;
  info->simulcast = request->n_layers > 1;
  info->disable_dtx = request->disable_dtx;
  info->source = request->source;
  info->layers = request->layers;
  info->n_layers = request->n_layers;
  info->mime_type = self->mime;
  info->mid = self->mid;
  info->stereo = request->stereo;
  info->disable_red = request->disable_red;
  info->encryption = request->encryption;
  info->stream = (gchar *) livekit_publication_get_stream (self);
  info->audio_features = (Livekit__AudioTrackFeature *) self->features->data;
  info->n_audio_features = self->features->len;
  info->backup_codec_policy = request->backup_codec_policy;

  livekit__simulcast_codec_info__init (&view->codec);
  view->codec.mime_type = self->mime;
  view->codec.mid = self->mid;
  view->codec.cid = request->cid;
  view->codec.layers = request->layers;
  view->codec.n_layers = request->n_layers;
  view->codec.video_layer_mode =
      LIVEKIT__VIDEO_LAYER__MODE__ONE_SPATIAL_LAYER_PER_STREAM;
  view->codecs[0] = &view->codec;
  if (self->live) {
    info->codecs = view->codecs;
    info->n_codecs = 1;
  }
}
