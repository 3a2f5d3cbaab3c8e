// The browser's own time zone, where the page only has the server's to suggest.
const select = document.querySelector('[data-own-zone] select')
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (select instanceof HTMLSelectElement && zone) {
  const known = Array.from(select.options).some(({ value }) => value === zone)
  if (!known) select.add(new Option(zone.replaceAll('_', ' '), zone))
  select.value = zone
}
