/** Why a file that somebody sent is not read; its contents are at fault, not the program. */
export class FileRefused extends Error {
  override name = 'FileRefused'
  readonly reason: 'damaged' | 'encrypted' | 'too_large_inside'

  constructor(reason: FileRefused['reason'], options?: ErrorOptions) {
    super(`The file is ${reason}`, options)
    this.reason = reason
  }
}
