/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servertwirp.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitprotojson.h"
#include "livekit/livekitverify.h"
#include "livekit/livekitwire.h"
#include "serverroomservice.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define ROUTE "/twirp/livekit.RoomService"

struct _ServerTwirp
{
  const ServerSite *site;
};

/* "Twirp Wire Protocol", "Error Codes". */
static const struct
{
  guint status;
  const gchar *code;
} codes[] = {
  {400, "invalid_argument"},
  {401, "unauthenticated"},
  {403, "permission_denied"},
  {404, "not_found"},
  {412, "failed_precondition"},
  {429, "resource_exhausted"},
  {503, "unavailable"},
};

/* One request. */
typedef struct
{
  SoupServerMessage *message;
  gboolean json;
} Exchange;

static const gchar *
get_code (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    if (codes[i].status == status)
      return codes[i].code;
  }
  return "internal";
}

static void
answer (SoupServerMessage * message, guint status, const gchar * type,
    gpointer data, gsize size)
{
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Cache-Control", "no-store");
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, data,
      size);
}

static void
answer_error (SoupServerMessage * message, guint status, const gchar * code,
    const gchar * text)
{
  g_autoptr (JsonObject) object = json_object_new ();
  json_object_set_string_member (object, "code", code);
  json_object_set_string_member (object, "msg", text);
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      object);
  gchar *json = json_to_string (root, FALSE);

  answer (message, status, "application/json", json, strlen (json));
}

static void
on_response (const ProtobufCMessage * response, gpointer user_data)
{
  const Exchange *exchange = user_data;

  if (exchange->json) {
    gchar *json = livekit_proto_json_write (response,
        LIVEKIT_PROTO_JSON_WHOLE);
    answer (exchange->message, SOUP_STATUS_OK, "application/json", json,
        strlen (json));
    return;
  }
  gsize size = protobuf_c_message_get_packed_size (response);
  guint8 *data = g_malloc (size + 1);
  protobuf_c_message_pack (response, data);
  answer (exchange->message, SOUP_STATUS_OK, "application/protobuf", data,
      size);
}

/* NULL: it is none. */
static ProtobufCMessage *
read_request (const Exchange * exchange,
    const ProtobufCMessageDescriptor * type)
{
  g_autoptr (GBytes) body = soup_message_body_flatten
      (soup_server_message_get_request_body (exchange->message));
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);
  g_autoptr (GBytes) bytes = exchange->json
      ? livekit_proto_json_parse (type, text != NULL ? text : "", size, NULL)
      : g_bytes_ref (body);
  if (bytes == NULL)
    return NULL;

  const guint8 *data = g_bytes_get_data (bytes, &size);
  return livekit_wire_check (type, data, size,
      LIVEKIT_MAX_BODY * LIVEKIT_MAX_GROWTH, NULL)
      ? protobuf_c_message_unpack (type, NULL, size, data) : NULL;
}

static void
call (ServerTwirp * self, Exchange * exchange,
    const ServerProcedure * procedure, const LivekitToken * token)
{
  ProtobufCMessage *request = read_request (exchange,
      server_room_service_get_request (procedure));
  if (request == NULL) {
    answer_error (exchange->message, SOUP_STATUS_BAD_REQUEST, "malformed",
        exchange->json ? "the json request could not be decoded"
        : "the protobuf request could not be decoded");
    return;
  }
  ServerRoomServiceCall to_do = {.rooms = self->site->rooms,.token = token,
    .request = request,.now = g_get_monotonic_time (),
    .respond = on_response,.user_data = exchange
  };
  g_autoptr (GError) error = NULL;
  if (!server_room_service_call (procedure, &to_do, &error)) {
    server_access_note (self->site->access, error);
    answer_error (exchange->message, error->code, get_code (error->code),
        error->message);
  }
  protobuf_c_message_free_unpacked (request, NULL);
  livekit_server_pump (self->site->server);
}

/* NULL: this is no call, and was answered. */
static const ServerProcedure *
find_procedure (Exchange * exchange, const gchar * path)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (exchange->message);
  const gchar *type = soup_message_headers_get_content_type (headers, NULL);
  const gchar *name = path + strlen (ROUTE);
  const ServerProcedure *procedure = *name == '/'
      ? server_room_service_find (name + 1) : NULL;

  exchange->json = type != NULL
      && g_ascii_strcasecmp (type, "application/json") == 0;
  const gchar *wrong = soup_server_message_get_method (exchange->message)
      != SOUP_METHOD_POST ? "unsupported method (only POST is allowed)"
      : procedure == NULL ? "no handler for this path"
      : !exchange->json && (type == NULL
      || g_ascii_strcasecmp (type, "application/protobuf") != 0)
      ? "unexpected Content-Type" : NULL;
  if (wrong == NULL)
    return procedure;
  answer_error (exchange->message, SOUP_STATUS_NOT_FOUND, "bad_route", wrong);
  return NULL;
}

static void
on_request (SoupServer * soup, SoupServerMessage * message,
    const gchar * path, GHashTable * query, gpointer user_data)
{
  ServerTwirp *self = user_data;
  ServerAccess *access = self->site->access;
  Exchange exchange = {.message = message };
  g_autoptr (GError) error = NULL;

  if (server_access_share (message, "POST", "*"))
    return;
  /* A wrong token is refused before all else, and in plain words. */
  g_autoptr (LivekitToken) token = server_access_verify (access, message,
      &error);
  if (token == NULL && server_access_has_token (message)) {
    server_access_refuse (access, message, error);
    return;
  }
  const ServerProcedure *procedure = find_procedure (&exchange, path);
  if (procedure == NULL)
    return;
  if (token != NULL) {
    call (self, &exchange, procedure, token);
  } else {
    server_access_note (access, error);
    answer_error (message, SOUP_STATUS_UNAUTHORIZED, "unauthenticated",
        "permissions denied");
  }
}

ServerTwirp *
server_twirp_new (const ServerSite * site)
{
  g_return_val_if_fail (site != NULL && site->access != NULL, NULL);

  ServerTwirp *self = g_new0 (ServerTwirp, 1);
  self->site = site;
  livekit_server_add_route (site->server, ROUTE, on_request, self);
  return self;
}

void
server_twirp_free (ServerTwirp * self)
{
  g_free (self);
}
