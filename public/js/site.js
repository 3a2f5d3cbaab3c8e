/** Starts what a page asks for; each part of the page is whole without it. */
const parts = [
  {
    on: '[data-editor]',
    start: async (/** @type {Element} */ element) => (await import('./editor/editor.js')).enhanceEditor(element),
  },
  {
    on: '[data-thing-editor]',
    start: async (/** @type {Element} */ element) =>
      (await import('./authoring/thing-editor.js')).enhanceThingEditor(element),
  },
  {
    on: '[data-live-form]',
    start: async (/** @type {Element} */ element) =>
      (await import('./authoring/live-form.js')).enhanceLiveForm(element),
  },
  {
    on: '[data-order]',
    start: async (/** @type {Element} */ element) =>
      (await import('./controls/sortable-list.js')).enhanceSortableList(element),
  },
  {
    on: '[data-grid]',
    start: async (/** @type {Element} */ element) => (await import('./controls/grid-keys.js')).enhanceGridKeys(element),
  },
  {
    on: '[data-steps]',
    start: async (/** @type {Element} */ element) => (await import('./controls/step-list.js')).enhanceStepList(element),
  },
  {
    on: '[data-mentions]',
    start: async (/** @type {Element} */ element) => (await import('./text/mentions.js')).enhanceMentions(element),
  },
  {
    on: '[data-answer]',
    start: async (/** @type {Element} */ element) =>
      (await import('./comments/reply-form.js')).enhanceReplyForm(element),
  },
  {
    on: '[data-talk-part]',
    start: async () => (await import('./comments/find-comment.js')).findComment(),
  },
  {
    on: '[data-copy]',
    start: async (/** @type {Element} */ element) =>
      (await import('./controls/copy-button.js')).enhanceCopyButton(element),
  },
  {
    on: '[data-share]',
    start: async (/** @type {Element} */ element) =>
      (await import('./controls/share-button.js')).enhanceShareButton(element),
  },
  {
    on: '[data-sign-out]',
    start: async (/** @type {Element} */ element) => (await import('./controls/sign-out.js')).enhanceSignOut(element),
  },
  {
    on: '[data-print]',
    start: async (/** @type {Element} */ element) =>
      (await import('./controls/print-button.js')).enhancePrintButton(element),
  },
]

for (const { on, start } of parts) {
  for (const element of document.querySelectorAll(on)) start(element)
}

// the tab one is on stands in sight, in the browsers that do not see to it themselves
for (const tab of document.querySelectorAll('.tabs [aria-current]')) {
  const strip = tab.closest('.tabs')
  if (!strip) continue
  const [seen, shown] = [strip.getBoundingClientRect(), tab.getBoundingClientRect()]
  if (shown.left < seen.left || shown.right > seen.right)
    strip.scrollBy(shown.left + shown.width / 2 - seen.left - seen.width / 2, 0)
}

// a fragment in the address keeps browsers from doing it themselves
if (document.activeElement === document.body) {
  const first = document.querySelector('[autofocus]')
  if (first instanceof HTMLElement) first.focus()
}

try {
  if (sessionStorage.getItem('published'))
    import('./editor/unsaved-store.js').then(({ dropPublished }) => dropPublished()).catch(() => {})
} catch {
  // a browser that keeps nothing has nothing to let go
}
