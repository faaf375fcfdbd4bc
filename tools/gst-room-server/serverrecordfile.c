/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrecordfile.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0640
#define SUFFIX ".mkv"
#define PART_SUFFIX SUFFIX ".part"

/* Of each of the three parts, in bytes. Three of them, a time and a suffix stay
 * below 255, which is what a file system takes. */
#define MAX_PART 64

/* Recordings that begin in one second under one name. */
#define MAX_ATTEMPTS 100

struct _ServerRecordFile
{
  gint folder_fd;
  gint fd;
  gchar *stem;
  gchar *name;
  gboolean whole;
};

static gboolean
is_kept (gunichar c, gboolean first)
{
  /* A name that begins with "-" is an option to many a command. */
  return g_unichar_isalnum (c) || (!first && (c == '-'
          || g_unichar_ismark (c)));
}

/* Without a dot: that is what separates the parts, or hides a file. */
static void
append_part (GString * name, const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) part = g_string_new (NULL);

  for (const gchar * c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar u = g_utf8_get_char (c);
    if (part->len + (g_utf8_next_char (c) - c) > MAX_PART)
      break;
    g_string_append_unichar (part, is_kept (u, part->len == 0) ? u : '_');
  }
  g_string_append (name, part->len > 0 ? part->str : "_");
}

gchar *
server_record_file_make_name (const gchar * room, const gchar * identity,
    const gchar * track)
{
  GString *name = g_string_new (NULL);

  append_part (name, room);
  g_string_append_c (name, '.');
  append_part (name, identity);
  g_string_append_c (name, '.');
  append_part (name, track);
  return g_string_free (name, FALSE);
}

static gchar *
add_time (const gchar * name, gint64 time)
{
  gint64 seconds = time / G_USEC_PER_SEC;
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);
  g_autofree gchar *stamp = g_date_time_format (date, "%Y%m%d-%H%M%S");

  return g_strdup_printf ("%s.%s-%03d", name, stamp,
      (gint) (time % G_USEC_PER_SEC / 1000));
}

static void
set_error (GError ** error, gint code, const gchar * name)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s",
      name, g_strerror (code));
}

static gchar *
make_stem (const gchar * name, guint attempt)
{
  return attempt == 1 ? g_strdup (name) : g_strdup_printf ("%s-%u", name,
      attempt);
}

static gboolean
exists (gint folder_fd, const gchar * stem)
{
  g_autofree gchar *name = g_strconcat (stem, SUFFIX, NULL);

  return faccessat (folder_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

ServerRecordFile *
server_record_file_new (gint folder_fd, const gchar * name, gint64 time,
    GError ** error)
{
  g_autofree gchar *first = add_time (name, time);

  for (guint attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    g_autofree gchar *stem = make_stem (first, attempt);
    g_autofree gchar *part = g_strconcat (stem, PART_SUFFIX, NULL);
    if (exists (folder_fd, stem))
      continue;
    gint fd = openat (folder_fd, part,
        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0 && errno != EEXIST) {
      set_error (error, errno, part);
      return NULL;
    }
    if (fd < 0)
      continue;
    ServerRecordFile *self = g_new0 (ServerRecordFile, 1);
    self->folder_fd = folder_fd;
    self->fd = fd;
    self->stem = g_steal_pointer (&stem);
    self->name = g_steal_pointer (&part);
    return self;
  }
  set_error (error, EEXIST, first);
  return NULL;
}

void
server_record_file_free (ServerRecordFile * self)
{
  struct stat status;

  if (!self->whole && fstat (self->fd, &status) == 0 && status.st_size == 0)
    unlinkat (self->folder_fd, self->name, 0);
  close (self->fd);
  g_free (self->stem);
  g_free (self->name);
  g_free (self);
}

gint
server_record_file_get_fd (ServerRecordFile * self)
{
  return self->fd;
}

const gchar *
server_record_file_get_name (ServerRecordFile * self)
{
  return self->name;
}

/* Moves @from to @to, which must not be there. Not every file system can do
 * that at once. */
static gboolean
move (gint folder_fd, const gchar * from, const gchar * to)
{
  if (renameat2 (folder_fd, from, folder_fd, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  return (errno == EINVAL || errno == ENOSYS)
      && linkat (folder_fd, from, folder_fd, to, 0) == 0
      && unlinkat (folder_fd, from, 0) == 0;
}

gboolean
server_record_file_finish (ServerRecordFile * self, GError ** error)
{
  /* What a file system learns only now, as that a disk is full. */
  if (fsync (self->fd) != 0) {
    set_error (error, errno, self->name);
    return FALSE;
  }
  for (guint attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    g_autofree gchar *stem = make_stem (self->stem, attempt);
    g_autofree gchar *name = g_strconcat (stem, SUFFIX, NULL);
    if (move (self->folder_fd, self->name, name)) {
      g_free (self->name);
      self->name = g_steal_pointer (&name);
      self->whole = TRUE;
      return TRUE;
    }
    if (errno != EEXIST)
      break;
  }
  set_error (error, errno, self->name);
  return FALSE;
}
