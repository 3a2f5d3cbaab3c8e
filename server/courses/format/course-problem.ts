/** A problem in a course folder; `expected` tells authors what is there and what was expected. */
export type CourseProblem = { file: string; line: number; expected: string }

/** Thrown with all problems of a folder at once. */
export class BrokenCourse extends Error {
  readonly problems: CourseProblem[]

  constructor(problems: CourseProblem[]) {
    super(problems.map(problemSentence).join('\n'))
    this.name = 'BrokenCourse'
    this.problems = problems
  }
}

/** `things/03-x.md line 7: "colour" is not known here; expected one of the keys of a thing: slug, ...` */
function problemSentence({ file, line, expected }: CourseProblem): string {
  return `${file} line ${line}: ${expected}`
}
