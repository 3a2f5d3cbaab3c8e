import { expect, test } from 'vitest'
import { ACTIVITY_KINDS } from '../../server/activity/categories.ts'
import { loadTranslations } from '../../server/web/text/i18n.ts'

const t = loadTranslations()('en')

test.each(ACTIVITY_KINDS)('the log has words for %s', (kind) => {
  expect(t(`activity.kind.${kind.replace('.', '_')}`)).not.toBe('')
})
