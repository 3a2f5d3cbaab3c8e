import type { CourseProblem } from './course-problem.ts'
import { type FilePart, frontMatterText, readFrontMatter, readYamlFile, yamlText } from './front-matter.ts'
import { type CourseOutline, THING_FILE, type ThingOutline } from './schema.ts'
import { fingerprintOf, wordsOfCourse, wordsOfThing } from './translatable-words.ts'
import {
  COURSE_TRANSLATION_FILE,
  canTranslateInto,
  courseTranslationShape,
  THING_TRANSLATION_FILE,
  type Translation,
  thingTranslationShape,
} from './translation-schema.ts'

type Source = Pick<CourseOutline, 'title' | 'summary' | 'sets' | 'language'>
type ReadTranslation = { language: string; problems: CourseProblem[]; put?: (translation: Translation) => void }

/** Whether a path inside a course folder is one of its translations: `course.da.yaml`, `things/01-slug.da.md`. */
export function isTranslationFile(path: string): boolean {
  return COURSE_TRANSLATION_FILE.test(path) || THING_TRANSLATION_FILE.test(path)
}

/**
 * Reads the translations of a course folder. The original of a translation without a fingerprint is the file beside it.
 * @param course undefined where course.yaml is invalid
 */
export function readTranslations(
  files: ReadonlyMap<string, string>,
  course: Source | undefined,
  things: readonly FilePart<ThingOutline>[],
): { translations: Translation[]; problems: CourseProblem[] } {
  const read = [...files].filter(([path]) => isTranslationFile(path)).map(([path, text]) => readFile(path, text))
  const problems = read.flatMap(({ problems }) => problems)
  const translations = new Map<string, Translation>()
  for (const { language, put } of read) {
    const translation = translations.get(language) ?? { language, things: new Map() }
    translations.set(language, translation)
    put?.(translation)
  }
  const inOrder = [...translations.values()].sort((one, other) => (one.language < other.language ? -1 : 1))
  return { translations: inOrder, problems }

  function readFile(file: string, text: string): ReadTranslation {
    const language = COURSE_TRANSLATION_FILE.exec(file)?.[1] ?? THING_TRANSLATION_FILE.exec(file)?.[3] ?? ''
    const wrong = languageProblem(file, language)
    if (wrong) return { language, problems: [wrong] }
    return COURSE_TRANSLATION_FILE.test(file) ? courseFile(file, text, language) : thingFile(file, text, language)
  }

  function languageProblem(file: string, language: string): CourseProblem | null {
    const expected = 'a language tag before the ending, such as da or pt-BR, other than the language of the course'
    if (canTranslateInto(language, course?.language)) return null
    return { file, line: 1, expected: `this file is for "${language}"; expected ${expected}` }
  }

  function courseFile(file: string, text: string, language: string): ReadTranslation {
    const { value, problems } = readYamlFile(file, text, courseTranslationShape)
    if (!value || !course) return { language, problems }
    const { from = fingerprintOf(wordsOfCourse(course)), ...words } = value
    return { language, problems, put: (translation) => Object.assign(translation, { course: { from, words } }) }
  }

  function thingFile(file: string, text: string, language: string): ReadTranslation {
    const { value, problems } = readFrontMatter(file, text, thingTranslationShape)
    const beside = `${file.slice(0, -`.${language}.md`.length)}.md`
    const source = things.find((thing) => thing.file === beside)
    if (!source)
      return { language, problems: [...problems, { file, line: 1, expected: `expected ${beside} beside it` }] }
    if (!value || !source.value) return { language, problems }
    const { from = fingerprintOf(wordsOfThing(source.value)), ...words } = value
    const slug = THING_FILE.exec(beside)?.[2] ?? ''
    return { language, problems, put: ({ things }) => things.set(slug, { from, words }) }
  }
}

/** The canonical files of translations; those of removed things are left out. */
export function translationFiles(
  things: readonly ThingOutline[],
  translations: readonly Translation[],
): [path: string, text: string][] {
  return translations.flatMap(({ language, course, things: translated }) => [
    ...(course ? [courseText(language, course)] : []),
    ...things.flatMap(({ slug }, index): [string, string][] => {
      const thing = translated.get(slug)
      if (!thing) return []
      const { body, ...front } = thing.words
      const path = `things/${String(index + 1).padStart(2, '0')}-${slug}.${language}.md`
      return [[path, frontMatterText(thingTranslationShape, { from: thing.from, ...front }, body)]]
    }),
  ])
}

function courseText(language: string, { from, words }: NonNullable<Translation['course']>): [string, string] {
  return [`course.${language}.yaml`, yamlText(courseTranslationShape, { from, ...words })]
}
