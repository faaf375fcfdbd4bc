/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomNews: see roomnews.h. */

#include "roomnews.h"

typedef struct
{
  RoomNewsFunc func;
  gpointer about;
  GDestroyNotify unref;
  gint news;
  gint64 value;
  GError *error;
} NewsItem;

static void
news_item_free (gpointer data)
{
  NewsItem *item = data;

  g_clear_error (&item->error);
  item->unref (item->about);
  g_free (item);
}

static void
deliver (gpointer data)
{
  NewsItem *item = data;

  item->func (item->about, item->news, item->value, item->error);
}

void
room_news_post (LifeLoop * loop, RoomNewsFunc func, gpointer about,
    GDestroyNotify unref, gint news, gint64 value, GError * error)
{
  NewsItem *item = g_new0 (NewsItem, 1);

  item->func = func;
  item->about = about;
  item->unref = unref;
  item->news = news;
  item->value = value;
  item->error = error;
  life_loop_post (loop, deliver, item, news_item_free);
}
