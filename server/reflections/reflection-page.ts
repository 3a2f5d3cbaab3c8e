import type { Request, Response } from 'express'
import { leads } from '../enrolments/policy.ts'
import type { Services } from '../services.ts'
import { emptyForm, type Form } from '../web/http/forms.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam, queryText, wholeNumber } from '../web/http/params.ts'
import { takeAwards } from '../web/render/flash.ts'
import { pageContext, setPageCohort } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { CommentPageCursor } from './comments/comment-pages.ts'
import { type CommentPage, threadWith } from './comments/threads.ts'
import type { ReflectionPage } from './reflections.ts'

type AwardMoment = NonNullable<ReturnType<Services['badges']['moment']>>

/** The viewer's reports on the page, by path of the post, and a refused report form. */
interface Reporting {
  told: Record<string, { reason: string; is_settled: 0 | 1 }>
  refused: { at: string; form: Form } | null
  /** The comment whose reply form was requested; the page has one form, not one for each comment. */
  asked: number | null
}

/** A new answer; `under` is the thread it hangs under, where its form was asked for or refused there. */
interface Answering {
  under: number | null
  form: Form
}

const page = view<{
  reflection: ReflectionPage & { reporting: Reporting }
  /** The guide's saved replies. */
  start: { saved: { id: number; title: string }[]; chosen: number | null } | null
  talk: CommentPage
  thanks: string
  moments: AwardMoment[]
  answer: Answering
  /** The comment that is being changed, where its form was refused. */
  editing: { id: number; form: Form } | null
}>('reflections/reflection')

/**
 * Shows one reflection as its reader may see it; also the page that a refused answer comes back on.
 * @param refused the form that was refused: a new answer, the change of the comment `editing`, or a report of the
 * reflection (null) or of a comment
 */
export function showReflection(
  services: Services,
  req: Request,
  res: Response,
  refused: RefusedComment | null = null,
): void {
  const { badges, comments, config, following, moderation, notices, reflections } = services
  const viewer = req.user?.id ?? 0
  const reflection = reflections.page(refused?.reflection_id ?? idParam(req.params['id']), viewer) ?? notFound()
  const talk =
    reflection.role !== null && reflection.is_open
      ? comments.page(reflection.id, viewer, cursorIn(req, refused))
      : NO_COMMENTS
  if (talk.read_to !== null && !req.impersonation) following.readTo(reflection.id, viewer, talk.read_to)
  setPageCohort(res, reflection.cohort)
  const award_ids = takeAwards(req, pageContext(res))
  if (req.user && !req.impersonation && reflection.is_open)
    notices.markSeen(req.user, { reflection_id: reflection.id, award_ids })
  const answering = refused?.editing === undefined && refused?.reporting === undefined ? refused : null
  const start = savedReplyChoice(services, reflection, viewer, queryText(req, 'saved'))
  page(res, {
    title: reflection.is_open
      ? reflection.title
      : pageContext(res).t('reflections.closed.title', { name: reflection.person.name, thing: reflection.tag.title }),
    area: 'read',
    here: 'read',
    alone: reflection.role === null,
    ...linkPreview(reflection, config.base_url),
    ...(reflection.source_url ? { canonical: reflection.source_url } : {}),
    status: refused ? (refused.status ?? 422) : 200,
    reflection: {
      ...reflection,
      reporting: {
        ...reportingOf(moderation.ownReports(reflection.id, viewer), reflection.id, refused),
        asked: wholeNumber(queryText(req, 'report')),
      },
    },
    start,
    talk,
    thanks: thanksWords(pageContext(res).t, reflection),
    moments: award_ids.flatMap((award_id) => badges.moment(award_id, viewer, pageContext(res)) ?? []),
    answer: answerOf(talk, answering, wholeNumber(queryText(req, 'under')), start?.body ?? ''),
    editing: refused?.editing === undefined ? null : { id: refused.editing, form: refused.form },
  })
}

/** People outside the cohort read no comments. */
const NO_COMMENTS: CommentPage = {
  threads: [],
  count: 0,
  new_count: 0,
  first_new: null,
  read_to: null,
  earlier: null,
  later: null,
}

/** The part of the talk that an address asks for; the one round the comment whose form is open, where one is. */
function cursorIn(req: Request, refused: RefusedComment | null): CommentPageCursor {
  const asked = (name: string) => wholeNumber(queryText(req, name))
  const form = refused?.editing ?? refused?.reporting ?? wholeNumber(refused?.form.values['parent'])
  const around = form ?? asked('comment') ?? asked('under') ?? asked('report')
  return { around, before: around === null ? asked('before') : null, after: around === null ? asked('after') : null }
}

interface RefusedComment {
  reflection_id: number
  form: Form
  editing?: number
  reporting?: number | null
  status?: number
}

/** What a guide's answer may begin with, and with what it begins. */
function savedReplyChoice(
  { savedReplies }: Services,
  reflection: ReflectionPage,
  viewer: number,
  chosen: string | null,
) {
  const { is_open, mine, person, role, tag, title } = reflection
  if (role === null || !leads(role) || mine || !is_open) return null
  return savedReplies.startFor(viewer, Number(chosen), { name: person.name, thing: tag.title, title })
}

/** @param asked the comment to which an answer is to be written: a page of twenty does not carry twenty forms */
function answerOf(talk: CommentPage, refused: RefusedComment | null, asked: number | null, start: string): Answering {
  if (refused) return { under: threadWith(talk, Number(refused.form.values['parent'])), form: refused.form }
  const under = asked === null ? null : threadWith(talk, asked)
  return { under, form: emptyForm(under === null ? { body: start } : {}) }
}

function reportingOf(
  own: ReturnType<Services['moderation']['ownReports']>,
  id: number,
  refused: RefusedComment | null,
): Omit<Reporting, 'asked'> {
  const at = (comment_id: number | null) => (comment_id === null ? `/reflections/${id}` : `/comments/${comment_id}`)
  const told = own.map(({ comment_id, reason, is_settled }) => [at(comment_id), { reason, is_settled }])
  return {
    told: Object.fromEntries(told),
    refused: refused?.reporting === undefined ? null : { at: at(refused.reporting), form: refused.form },
  }
}

/** Thanks: one name and the number of others; guests see the number only. */
function thanksWords(t: Translate, { cheered, cheered_by, cheers }: ReflectionPage): string {
  if (cheers === 0) return t('reflections.cheer.say')
  if (cheered_by === null)
    return cheered ? t('reflections.cheer.you') : t('reflections.cheer.thanks', { count: cheers })
  const others = cheers - 1 - (cheered ? 1 : 0)
  const who = `reflections.cheer.${cheered ? 'you_and_name' : 'name'}`
  return others > 0 ? t(`${who}_and`, { name: cheered_by, count: others }) : t(who, { name: cheered_by })
}

/** Link preview metadata of a world reflection; none for other audiences. */
function linkPreview(reflection: ReflectionPage, base_url: string) {
  const { audience, cohort, excerpt, html, id, is_open, person, state } = reflection
  if (audience !== 'world' || !cohort.world_allowed || state !== 'published' || !is_open) return {}
  const image = /<img[^>]* src="(\/images\/[^"]+)"/.exec(html)?.[1]
  const preview = {
    url: `${base_url}/reflections/${id}`,
    description: excerpt,
    image: image === undefined ? null : base_url + image,
  }
  return { preview, feed: `/people/${person.handle}/feed` }
}
