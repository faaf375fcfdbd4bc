/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpProperty: see rtmpproperty.h. */

#include "rtmpproperty.h"

#include "rtmp/rtmplimits.h"
#include "rtmpcalldebug.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)
#define SECRET (G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_READY)

#define MUTABLE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | \
    GST_PARAM_MUTABLE_PLAYING)

/* No name begins with Gst: rtmp2 has these types too, and both may be loaded
 * into one process. */

static GType
get_scheme_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {FALSE, "RTMP over TCP", "rtmp"},
    {TRUE, "RTMP over TLS", "rtmps"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RoomRtmpScheme",
            values));
  return type;
}

static GType
get_authmod_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {RTMP_AUTHMOD_NONE, "Never says who it is", "none"},
    {RTMP_AUTHMOD_AUTO, "As the server asks", "auto"},
    {RTMP_AUTHMOD_ADOBE, "Adobe's, without being asked", "adobe"},
    {RTMP_AUTHMOD_LLNW, "Limelight's, without being asked", "llnw"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RoomRtmpAuthmod",
            values));
  return type;
}

static GType
get_stop_commands_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    {0, "No command", "none"},
    {RTMP_STOP_FCUNPUBLISH, "FCUnpublish", "fcunpublish"},
    {RTMP_STOP_CLOSE_STREAM, "closeStream", "closestream"},
    {RTMP_STOP_DELETE_STREAM, "deleteStream", "deletestream"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_flags_register_static ("RoomRtmpStopCommands",
            values));
  return type;
}

static GType
get_reconnect_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {RTMP_RECONNECT_NEVER, "Never", "never"},
    {RTMP_RECONNECT_LOST, "When a stream that ran has broken", "lost"},
    {RTMP_RECONNECT_ALWAYS, "Also when it cannot begin, or the server ended it",
        "always"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RoomRtmpReconnect",
            values));
  return type;
}

static void
install_reconnect (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_RECONNECT,
      g_param_spec_enum ("reconnect", "Reconnect",
          "When to connect again instead of an error; what a server asks for is "
          "done in any case", get_reconnect_type (),
          RTMP_RECONNECT_NEVER, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_RECONNECT_DELAY,
      g_param_spec_uint ("reconnect-delay", "Reconnect delay",
          "Before the first attempt, in ms; each later one waits twice as "
          "long, up to 30 s, less a random part", 1, 30000, 1000, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_RECONNECT_ATTEMPTS,
      g_param_spec_uint ("reconnect-attempts", "Reconnect attempts",
          "Most attempts in a row; 0: no limit", 0, G_MAXUINT, 0, FLAGS));
}

static void
install_place (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_LOCATION,
      g_param_spec_string ("location", "Location",
          "rtmp://host/application/stream, and librtmp's options behind it",
          "rtmp://localhost/live/myStream", FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_SCHEME,
      g_param_spec_enum ("scheme", "Scheme", "Of the location",
          get_scheme_type (), FALSE, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_HOST,
      g_param_spec_string ("host", "Host", "Of the location", "localhost",
          FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_PORT,
      g_param_spec_int ("port", "Port", "Of the location", 1, 65535,
          RTMP_DEFAULT_PORT, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_APPLICATION,
      g_param_spec_string ("application", "Application", "Of the location",
          "live", FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_STREAM,
      g_param_spec_string ("stream", "Stream",
          "Of the location; often a secret key", "myStream", FLAGS));
}

static void
install_credentials (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_USERNAME,
      g_param_spec_string ("username", "User name",
          "Who to be when the server asks; wins over that of the location",
          NULL, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_PASSWORD,
      g_param_spec_string ("password", "Password", "Belongs to the user name",
          NULL, SECRET));
  g_object_class_install_property (klass, RTMP_PROPERTY_SECURE_TOKEN,
      g_param_spec_string ("secure-token", "Secure token",
          "For a server that asks for it, as Wowza's may; token= of the location",
          NULL, SECRET));
  g_object_class_install_property (klass, RTMP_PROPERTY_AUTHMOD,
      g_param_spec_enum ("authmod", "Authentication mode",
          "How to say who it is", get_authmod_type (), RTMP_AUTHMOD_AUTO,
          FLAGS));
}

/* Named as those of souphttpsrc and rtspsrc. */
static void
install_authorities (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_TLS_DATABASE,
      g_param_spec_object ("tls-database", "TLS database",
          "Whose certificates to trust; NULL: those of ssl-ca-file",
          G_TYPE_TLS_DATABASE, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_SSL_CA_FILE,
      g_param_spec_string ("ssl-ca-file", "CA file",
          "File with the authorities to trust, as PEM; NULL: those of the "
          "system", NULL, FLAGS));
}

void
rtmp_property_install_common (GObjectClass * klass)
{
  install_place (klass);
  install_credentials (klass);
  /* The structure "rtmp-stats"; its fields are in docs/rtmp.md. */
  g_object_class_install_property (klass, RTMP_PROPERTY_STATS,
      g_param_spec_boxed ("stats", "Statistics", "How the connection does",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_TIMEOUT,
      g_param_spec_uint ("timeout", "Timeout",
          "Longest time in seconds to connect, and for each answer of the "
          "server; 0: the usual", 0, G_MAXUINT, 10, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_STALL_TIMEOUT,
      g_param_spec_uint ("stall-timeout", "Stall timeout",
          "Longest time in seconds that the server takes nothing of what is "
          "sent", 1, G_MAXUINT, 30, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_TLS_VALIDATION_FLAGS,
      g_param_spec_flags ("tls-validation-flags", "TLS validation flags",
          "What has to be right of a server's certificate",
          G_TYPE_TLS_CERTIFICATE_FLAGS, G_TLS_CERTIFICATE_VALIDATE_ALL, FLAGS));
  install_authorities (klass);
  g_object_class_install_property (klass, RTMP_PROPERTY_FLASH_VERSION,
      g_param_spec_string ("flash-version", "Flash version",
          "What to be called; NULL: as encoders and players are", NULL, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_EXTRA_CONNECT_ARGS,
      g_param_spec_string ("extra-connect-args", "Extra connect arguments",
          "Values to send with the connect: \"conn=B:1 conn=S:text\"", NULL,
          FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_ASYNC_CONNECT,
      g_param_spec_boolean ("async-connect", "Connect early",
          "Connect when going to PAUSED; FALSE: when data is there, or wanted",
          TRUE, FLAGS));
  install_reconnect (klass);
}

void
rtmp_property_install_sink (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_PEAK_KBPS,
      g_param_spec_uint ("peak-kbps", "Peak kbit/s",
          "Highest rate to send with, in kbit/s; 0: no limit", 0,
          G_MAXINT / 125, 0, MUTABLE));
  g_object_class_install_property (klass, RTMP_PROPERTY_CHUNK_SIZE,
      g_param_spec_uint ("chunk-size", "Chunk size",
          "Longest chunk to send, in bytes", 1, RTMP_MAX_CHUNK_SIZE, 4096,
          MUTABLE));
  g_object_class_install_property (klass, RTMP_PROPERTY_STOP_COMMANDS,
      g_param_spec_flags ("stop-commands", "Stop commands",
          "What to say before the connection is closed",
          get_stop_commands_type (), RTMP_STOP_FCUNPUBLISH |
          RTMP_STOP_DELETE_STREAM, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_MAX_QUEUE_TIME,
      g_param_spec_uint64 ("max-queue-time", "Max queue time",
          "Longest time in ns that live data waits to be sent before it is "
          "dropped up to a key frame; 0: it waits as other data does", 0,
          G_MAXUINT64, 3 * GST_SECOND, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_MAX_QUEUE_BYTES,
      g_param_spec_uint ("max-queue-bytes", "Max queue bytes",
          "Most bytes that wait to be sent: then live data is dropped, other "
          "data waits", 1, G_MAXUINT, 8 * 1024 * 1024, FLAGS));
}

void
rtmp_property_install_source (GObjectClass * klass)
{
  g_object_class_install_property (klass, RTMP_PROPERTY_IDLE_TIMEOUT,
      g_param_spec_uint ("idle-timeout", "Idle timeout",
          "Longest time in seconds that nothing comes; 0: no limit", 0,
          G_MAXUINT, 90, FLAGS));
  g_object_class_install_property (klass, RTMP_PROPERTY_NO_EOF_IS_ERROR,
      g_param_spec_boolean ("no-eof-is-error", "No EOF is an error",
          "A connection that closes without the server's word that the "
          "stream has ended is an error; FALSE: an end of stream", TRUE,
          FLAGS));
}

static void
set_string (gchar ** place, const GValue * value)
{
  g_free (*place);
  *place = g_value_dup_string (value);
}

/* A part of the location, which has to be something. */
static void
set_part (RtmpSettings * settings, gchar ** place, const GValue * value)
{
  set_string (place, value);
  if (*place == NULL)
    *place = g_strdup ("");
  rtmp_settings_touch (settings);
}

static gboolean
set_place (RtmpSettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_LOCATION:
      rtmp_settings_set_location (settings, g_value_get_string (value));
      return TRUE;
    case RTMP_PROPERTY_SCHEME:
      rtmp_settings_set_secure (settings, g_value_get_enum (value));
      return TRUE;
    case RTMP_PROPERTY_HOST:
      set_part (settings, &settings->url->host, value);
      return TRUE;
    case RTMP_PROPERTY_PORT:
      settings->url->port = g_value_get_int (value);
      rtmp_settings_touch (settings);
      return TRUE;
    case RTMP_PROPERTY_APPLICATION:
      set_part (settings, &settings->url->application, value);
      return TRUE;
    case RTMP_PROPERTY_STREAM:
      set_part (settings, &settings->url->stream, value);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
set_common (RtmpSettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_USERNAME:
      set_string (&settings->username, value);
      return TRUE;
    case RTMP_PROPERTY_PASSWORD:
      set_string (&settings->password, value);
      return TRUE;
    case RTMP_PROPERTY_SECURE_TOKEN:
      set_string (&settings->url->secure_token, value);
      return TRUE;
    case RTMP_PROPERTY_AUTHMOD:
      settings->authmod = g_value_get_enum (value);
      return TRUE;
    case RTMP_PROPERTY_TIMEOUT:
      settings->timeout = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_STALL_TIMEOUT:
      settings->stall_timeout = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_TLS_VALIDATION_FLAGS:
      settings->tls_flags = g_value_get_flags (value);
      return TRUE;
    case RTMP_PROPERTY_TLS_DATABASE:
      g_set_object (&settings->tls_database, g_value_get_object (value));
      return TRUE;
    case RTMP_PROPERTY_SSL_CA_FILE:
      set_string (&settings->ca_file, value);
      return TRUE;
    case RTMP_PROPERTY_FLASH_VERSION:
      set_string (&settings->flash_version, value);
      return TRUE;
    case RTMP_PROPERTY_EXTRA_CONNECT_ARGS:
      set_string (&settings->connect_arguments, value);
      return TRUE;
    case RTMP_PROPERTY_ASYNC_CONNECT:
      settings->async_connect = g_value_get_boolean (value);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT:
      settings->reconnect = g_value_get_enum (value);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT_DELAY:
      settings->reconnect_delay = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT_ATTEMPTS:
      settings->reconnect_attempts = g_value_get_uint (value);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
set_own (RtmpSettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_PEAK_KBPS:
      settings->peak_kbps = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_CHUNK_SIZE:
      settings->chunk_size = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_STOP_COMMANDS:
      settings->stop_commands = g_value_get_flags (value);
      return TRUE;
    case RTMP_PROPERTY_MAX_QUEUE_TIME:
      settings->max_queue_time = g_value_get_uint64 (value);
      return TRUE;
    case RTMP_PROPERTY_MAX_QUEUE_BYTES:
      settings->max_queue_bytes = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_IDLE_TIMEOUT:
      settings->idle_timeout = g_value_get_uint (value);
      return TRUE;
    case RTMP_PROPERTY_NO_EOF_IS_ERROR:
      settings->no_eof_is_error = g_value_get_boolean (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
rtmp_property_is_mutable (guint id)
{
  return id == RTMP_PROPERTY_PEAK_KBPS || id == RTMP_PROPERTY_CHUNK_SIZE;
}

void
rtmp_property_set (GObject * object, RtmpSettings * settings, gpointer * run,
    guint id, const GValue * value, GParamSpec * spec)
{
  GST_OBJECT_LOCK (object);
  gboolean running = *run != NULL && !rtmp_property_is_mutable (id);
  gboolean known = running || set_place (settings, id, value)
      || set_common (settings, id, value) || set_own (settings, id, value);
  GST_OBJECT_UNLOCK (object);
  if (running)
    GST_WARNING_OBJECT (object, "%s cannot change while the element runs",
        spec->name);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static gboolean
get_place (const RtmpSettings * settings, guint id, GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_LOCATION:
      g_value_take_string (value, rtmp_settings_dup_location (settings));
      return TRUE;
    case RTMP_PROPERTY_SCHEME:
      g_value_set_enum (value, settings->url->secure);
      return TRUE;
    case RTMP_PROPERTY_HOST:
      g_value_set_string (value, settings->url->host);
      return TRUE;
    case RTMP_PROPERTY_PORT:
      g_value_set_int (value, settings->url->port);
      return TRUE;
    case RTMP_PROPERTY_APPLICATION:
      g_value_set_string (value, settings->url->application);
      return TRUE;
    case RTMP_PROPERTY_STREAM:
      g_value_set_string (value, settings->url->stream);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
get_common (const RtmpSettings * settings, guint id, GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_USERNAME:
      g_value_set_string (value, settings->username != NULL
          ? settings->username : settings->url->user);
      return TRUE;
    case RTMP_PROPERTY_AUTHMOD:
      g_value_set_enum (value, settings->authmod);
      return TRUE;
    case RTMP_PROPERTY_TIMEOUT:
      g_value_set_uint (value, settings->timeout);
      return TRUE;
    case RTMP_PROPERTY_STALL_TIMEOUT:
      g_value_set_uint (value, settings->stall_timeout);
      return TRUE;
    case RTMP_PROPERTY_TLS_VALIDATION_FLAGS:
      g_value_set_flags (value, settings->tls_flags);
      return TRUE;
    case RTMP_PROPERTY_TLS_DATABASE:
      g_value_set_object (value, settings->tls_database);
      return TRUE;
    case RTMP_PROPERTY_SSL_CA_FILE:
      g_value_set_string (value, settings->ca_file);
      return TRUE;
    case RTMP_PROPERTY_FLASH_VERSION:
      g_value_set_string (value, settings->flash_version);
      return TRUE;
    case RTMP_PROPERTY_EXTRA_CONNECT_ARGS:
      g_value_set_string (value, settings->connect_arguments);
      return TRUE;
    case RTMP_PROPERTY_ASYNC_CONNECT:
      g_value_set_boolean (value, settings->async_connect);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT:
      g_value_set_enum (value, settings->reconnect);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT_DELAY:
      g_value_set_uint (value, settings->reconnect_delay);
      return TRUE;
    case RTMP_PROPERTY_RECONNECT_ATTEMPTS:
      g_value_set_uint (value, settings->reconnect_attempts);
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
get_own (const RtmpSettings * settings, guint id, GValue * value)
{
  switch (id) {
    case RTMP_PROPERTY_PEAK_KBPS:
      g_value_set_uint (value, settings->peak_kbps);
      return TRUE;
    case RTMP_PROPERTY_CHUNK_SIZE:
      g_value_set_uint (value, settings->chunk_size);
      return TRUE;
    case RTMP_PROPERTY_STOP_COMMANDS:
      g_value_set_flags (value, settings->stop_commands);
      return TRUE;
    case RTMP_PROPERTY_MAX_QUEUE_TIME:
      g_value_set_uint64 (value, settings->max_queue_time);
      return TRUE;
    case RTMP_PROPERTY_MAX_QUEUE_BYTES:
      g_value_set_uint (value, settings->max_queue_bytes);
      return TRUE;
    case RTMP_PROPERTY_IDLE_TIMEOUT:
      g_value_set_uint (value, settings->idle_timeout);
      return TRUE;
    case RTMP_PROPERTY_NO_EOF_IS_ERROR:
      g_value_set_boolean (value, settings->no_eof_is_error);
      return TRUE;
    default:
      return FALSE;
  }
}

void
rtmp_property_get (GObject * object, const RtmpSettings * settings, guint id,
    GValue * value, GParamSpec * spec)
{
  GST_OBJECT_LOCK (object);
  gboolean known = get_place (settings, id, value)
      || get_common (settings, id, value) || get_own (settings, id, value);
  GST_OBJECT_UNLOCK (object);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}
