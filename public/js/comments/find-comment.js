/**
 * Shows the part of a long talk that holds the comment which the address names: a fragment alone, as in older emails,
 * never reaches the server. Links that the site makes today name the comment in the query, too.
 */
export function findComment() {
  const comment = /^#comment-(\d+)$/.exec(location.hash)?.[1]
  const address = new URL(location.href)
  const is_here = comment === undefined || document.getElementById(`comment-${comment}`) !== null
  if (is_here || address.searchParams.get('comment') === comment) return
  address.searchParams.set('comment', comment)
  location.replace(address)
}
