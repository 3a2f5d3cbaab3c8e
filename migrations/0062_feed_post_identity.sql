-- Two posts of a feed may have the same link, or the same title on the same day: their guids tell them apart.
DROP INDEX feed_item_link;
DROP INDEX feed_item_title_day;
