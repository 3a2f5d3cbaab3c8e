-- Debian 12's sqlite3 (3.40) could not open the file: the 37 calls nested in the view `searchable` overflow its parser,
-- which reads the whole schema first. The same letters are replaced here in steps that stand beside each other. Each
-- step passes on the kind and the id, so that a row is still found by its key, and the original text: plain ASCII, the
-- usual case, is taken as it is.
DROP VIEW searchable;

CREATE VIEW searchable AS
WITH text (kind, id, shelf, words) AS (
  SELECT 'thing', thing.id, 'k' || thing.course_id,
         concat_ws(char(10), title, short, summary, tried, body, note, without_account, prompts,
                   (SELECT group_concat(step.title || ' ' || coalesce(step.detail, ''), char(10))
                      FROM step WHERE step.thing_id = thing.id))
    FROM thing
  UNION ALL
  SELECT 'reflection', id,
         concat_ws(' ', 'c' || cohort_id || audience, 'c' || cohort_id || 't' || thing_id, 'p' || person_id,
                   iif(audience = 'world', 'world', NULL)),
         concat_ws(char(10), title, body)
    FROM reflection
  UNION ALL
  SELECT 'comment', comment.id,
         concat_ws(' ', 'c' || cohort_id || comment.audience, 'c' || cohort_id || 't' || thing_id,
                   'p' || comment.person_id, 'p' || reflection.person_id),
         comment.body
    FROM comment JOIN reflection ON reflection.id = comment.reflection_id
   WHERE deleted_at IS NULL
),
latin (kind, id, shelf, original, words) AS (
  SELECT kind, id, shelf, words,
         replace(replace(replace(replace(replace(replace(replace(replace(words,
           'ø', 'o'), 'Ø', 'o'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'ß', 'ss'), 'ẞ', 'ss')
    FROM text
),
latin_strokes (kind, id, shelf, original, words) AS (
  SELECT kind, id, shelf, original,
         replace(replace(replace(replace(replace(replace(replace(replace(replace(words,
           'ł', 'l'), 'Ł', 'l'), 'đ', 'd'), 'Đ', 'd'), 'ð', 'd'), 'Ð', 'd'), 'þ', 'th'), 'Þ', 'th'), 'ı', 'i')
    FROM latin
),
arabic_letters (kind, id, shelf, original, words) AS (
  SELECT kind, id, shelf, original,
         replace(replace(replace(replace(replace(replace(replace(words,
           'أ', 'ا'), 'إ', 'ا'), 'آ', 'ا'), 'ٱ', 'ا'), 'ؤ', 'و'), 'ئ', 'ي'), char(1600), '')
    FROM latin_strokes
),
arabic_vowels (kind, id, shelf, original, words) AS (
  SELECT kind, id, shelf, original,
         replace(replace(replace(replace(replace(replace(words,
           char(1611), ''), char(1612), ''), char(1613), ''), char(1614), ''), char(1615), ''), char(1616), '')
    FROM arabic_letters
),
arabic_signs (kind, id, shelf, original, words) AS (
  SELECT kind, id, shelf, original,
         replace(replace(replace(replace(replace(replace(replace(words,
           char(1617), ''), char(1618), ''), char(1619), ''), char(1620), ''), char(1621), ''), char(1648), ''),
           char(65039), '')
    FROM arabic_vowels
)
SELECT kind, id, shelf,
       CASE WHEN length(original) = octet_length(original) THEN original ELSE words END AS words
  FROM arabic_signs;
