import type { PossibleReaders } from '../progress/progress.ts'
import type { Translate } from '../web/text/i18n.ts'
import { listWords } from '../web/text/phrases.ts'
import { AUDIENCES, type Audience } from './policy.ts'

interface Words {
  t: Translate
  locale: string
}

const NAMED = 6

/** A short description of an audience. */
export function audienceNote(
  { t, locale }: Words,
  audience: Audience,
  { people, guides, mates }: PossibleReaders,
): string {
  if (audience === 'pod' && mates.length === 0) return t('reflections.audience.pod_note_alone')
  return t(`reflections.audience.${audience}_note`, {
    count: people,
    guides: namesOf({ t, locale }, guides) || t('reflections.audience.no_guides'),
    mates: namesOf({ t, locale }, mates),
  })
}

/** Who reads a published text from now on, and what becomes of the answers under it. */
export function audienceChangeNote(
  { t, locale }: Words,
  { before, now, circle, answered }: { before: Audience; now: Audience; circle: PossibleReaders; answered: boolean },
): string {
  const key = now === 'pod' && circle.mates.length === 0 ? 'pod_alone' : now
  const guides = namesOf({ t, locale }, circle.guides) || t('reflections.audience.no_guides')
  const reads = t(`reflections.said.reads.${key}`, { guides, mates: namesOf({ t, locale }, circle.mates) })
  const wider = AUDIENCES.indexOf(now) > AUDIENCES.indexOf(before)
  if (!wider) return t('reflections.said.reads_narrower', { reads })
  return answered ? t('reflections.said.reads_wider', { reads }) : reads
}

/** "Amara, Kenji and 3 more": lists a few names and counts the others. */
function namesOf({ t, locale }: Words, names: string[]): string {
  const more = names.length - NAMED
  if (more < 2) return listWords(locale, names)
  return listWords(locale, [...names.slice(0, NAMED), t('reflections.audience.more', { count: more })])
}
