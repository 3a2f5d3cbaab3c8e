-- Lists of people are sorted by names without capitals and accents. To work these out for 100,000 people for each page
-- took a third of a second, so they are kept: written with each name by the site (people/sort-names.ts), and copied to
-- enrolments here, where an index of each order lets a page read its own rows only. Null until the site has written it.
ALTER TABLE person ADD COLUMN sort_name TEXT;
ALTER TABLE person ADD COLUMN sort_workplace TEXT;
CREATE INDEX person_without_sort_name ON person (sort_name) WHERE sort_name IS NULL;

ALTER TABLE enrolment ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE enrolment ADD COLUMN sort_workplace TEXT;

CREATE TRIGGER enrolment_copies_sort_name AFTER INSERT ON enrolment BEGIN
  UPDATE enrolment SET sort_name = coalesce(person.sort_name, ''), sort_workplace = person.sort_workplace
    FROM person WHERE enrolment.id = NEW.id AND person.id = NEW.person_id;
END;
CREATE TRIGGER person_changes_sort_name AFTER UPDATE OF sort_name, sort_workplace ON person
 WHEN NEW.sort_name IS NOT OLD.sort_name OR NEW.sort_workplace IS NOT OLD.sort_workplace BEGIN
  UPDATE enrolment SET sort_name = coalesce(NEW.sort_name, ''), sort_workplace = NEW.sort_workplace
   WHERE person_id = NEW.id;
END;

-- the orders of the lists of people of a cohort
CREATE INDEX enrolment_by_name ON enrolment (cohort_id, sort_name, person_id, role) WHERE left_at IS NULL;
CREATE INDEX enrolment_by_workplace
    ON enrolment (cohort_id, sort_workplace IS NULL, sort_workplace, sort_name, person_id, role) WHERE left_at IS NULL;
CREATE INDEX enrolment_most_done ON enrolment (cohort_id, role, things_done DESC, sort_name, person_id)
 WHERE left_at IS NULL;
-- the least done first; and, as before, all that is counted for the overview
DROP INDEX enrolment_progress;
CREATE INDEX enrolment_progress
    ON enrolment (cohort_id, role, things_done, sort_name, person_id, last_wrote_at, joined_at) WHERE left_at IS NULL;
