import type { TestSite } from './site.ts'

/**
 * Does `happen` at the last moment before the next transaction begins: what another request or process may do while this
 * one waits, however short or long it waits.
 */
export function beforeNextWrite({ db }: Pick<TestSite, 'db'>, happen: () => void): void {
  const { transaction } = db
  db.transaction = ((work: Parameters<typeof transaction>[0]) => {
    db.transaction = transaction
    happen()
    return transaction.call(db, work)
  }) as typeof transaction
}
