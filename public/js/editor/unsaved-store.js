// The one place on this device for text that is not on the server: by account, enrolment and thing.

/** @typedef {{ title: string, body: string, at: number, version: string }} Unsaved `at`: when it was written; `version`: of the draft it goes on from */
/** @typedef {import('./undo-history.js').History} History */
/** @typedef {{ account: string, place: string, writer: string }} Whose `writer`: one open page */
/** @typedef {Whose & { text: Unsaved }} KeptText */
/** @typedef {Whose & { history: History, at: number }} KeptHistory */

const NAME = 'unsaved'
const STORES = /** @type {const} */ (['texts', 'histories'])
const PUBLISHED = 'published'
/** What nobody came back for. */
const OLDEST = 30 * 24 * 3_600_000

/**
 * The texts and the history of one place.
 * @param {string} account nobody else's text is ever seen
 * @param {string} place
 * @returns {Promise<UnsavedStore | null>} null where this browser keeps nothing
 * @typedef {NonNullable<Awaited<ReturnType<typeof createUnsavedStore>>>} UnsavedStore
 */
export async function openUnsavedStore(account, place) {
  if (!account) return null
  try {
    return await createUnsavedStore(account, place)
  } catch {
    return null
  }
}

/** @param {string} account @param {string} place */
async function createUnsavedStore(account, place) {
  const base = await open()
  const mine = IDBKeyRange.bound([account, place], [account, place, []])
  const writer = crypto.getRandomValues(new Uint32Array(2)).join('-')
  const whose = { account, place, writer }
  const key = [account, place, writer]
  const shared = { ...whose, writer: '' }
  await forgetOld(base)

  return {
    /** What pages before this one have left. @returns {Promise<KeptText[]>} */
    left: async () => {
      const texts = /** @type {KeptText[]} */ (await done(store(base, 'texts', 'readonly').getAll(mine)))
      return texts.filter((text) => text.writer !== writer).toSorted((a, b) => b.text.at - a.text.at)
    },
    /** @param {Unsaved} text */
    keep: (text) => done(store(base, 'texts').put({ ...whose, text })),
    /** What is on the server needs no keeping here. */
    drop: () => done(store(base, 'texts').delete(key)),
    /** @param {KeptText} kept */
    dropLeft: (kept) => done(store(base, 'texts').delete([account, place, kept.writer])),
    /** @returns {Promise<History | undefined>} */
    history: async () => (await done(store(base, 'histories', 'readonly').get([account, place, ''])))?.history,
    /** @param {History} history */
    keepHistory: (history) => done(store(base, 'histories').put({ ...shared, history, at: Date.now() })),
  }
}

/** The form goes out: what is kept here goes as soon as the answer shows that it is published. @param {string} account @param {string} place */
export function awaitPublished(account, place) {
  try {
    sessionStorage.setItem(PUBLISHED, JSON.stringify([account, place]))
  } catch {
    // where nothing is remembered, what is kept stays until it is old
  }
}

/** Lets go of what has been published, if that was the last thing done. */
export async function dropPublished() {
  const sent = sessionStorage.getItem(PUBLISHED)
  sessionStorage.removeItem(PUBLISHED)
  if (!sent || !/^\/reflections\/\d+$/.test(location.pathname)) return
  const base = await open()
  const mine = IDBKeyRange.bound(JSON.parse(sent), [...JSON.parse(sent), []])
  await Promise.all(STORES.map((name) => done(store(base, name).delete(mine))))
  base.close()
}

/** Everything goes: somebody signs out. */
export async function dropAll() {
  const base = await open()
  await Promise.all(STORES.map((name) => done(store(base, name).clear())))
  base.close()
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(NAME, 1)
  request.onupgradeneeded = () => {
    for (const name of STORES) request.result.createObjectStore(name, { keyPath: ['account', 'place', 'writer'] })
  }
  return done(request)
}

/** @param {IDBDatabase} base */
async function forgetOld(base) {
  const before = Date.now() - OLDEST
  for (const name of STORES) {
    const rows = await done(store(base, name, 'readonly').getAll())
    for (const { account, place, writer, at, text } of rows) {
      if ((at ?? text.at) < before) await done(store(base, name).delete([account, place, writer]))
    }
  }
}

/** @param {IDBDatabase} base @param {typeof STORES[number]} name @param {IDBTransactionMode} mode */
function store(base, name, mode = 'readwrite') {
  return base.transaction(name, mode).objectStore(name)
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
