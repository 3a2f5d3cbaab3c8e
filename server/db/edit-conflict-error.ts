/** Another version was saved after the one that an edit was made from. Nothing of the edit was written. */
export class EditConflict extends Error {
  /** What was saved meanwhile, such as `thing` or `draft`. */
  readonly subject: string

  constructor(subject: string) {
    super(`another version of the ${subject} was saved meanwhile`)
    this.subject = subject
  }
}
