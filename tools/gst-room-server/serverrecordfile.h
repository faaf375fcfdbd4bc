/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRecordFile: the file of one recording, "NAME.mkv.part" until it is
 * whole. It overwrites nothing. One thread at a time. */
#pragma once

#include <glib.h>

typedef struct _ServerRecordFile ServerRecordFile;

/* "room.identity.track", from whatever others have chosen: letters and digits
 * of all scripts and "-" are kept, anything else is "_". So it is one visible
 * name in one folder. */
gchar *server_record_file_make_name (const gchar *room, const gchar *identity,
    const gchar *track);

/* Makes the file in the folder @folder_fd, for its owner and group only. After
 * @name comes the moment that it begins at, ".20261121-101112-345" in UTC
 * (@time: us since 1970), so that those of one room can be put together; and
 * "-2" and so on where that is taken. NULL with @error (G_FILE_ERROR). */
ServerRecordFile *server_record_file_new (gint folder_fd, const gchar *name,
    gint64 time, GError **error);
/* Closes it. What is not finished stays as it is, but an empty file goes. */
void server_record_file_free (ServerRecordFile *self);

gint server_record_file_get_fd (ServerRecordFile *self);
/* Within the folder, as it is called now. */
const gchar *server_record_file_get_name (ServerRecordFile *self);

/* It is whole, and gets its own name. */
gboolean server_record_file_finish (ServerRecordFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerRecordFile, server_record_file_free)
