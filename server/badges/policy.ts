/** The one place that says who may see an award: everybody where its holder shares it, else she alone. */
export function mayReadAward(award: { shared: boolean; person: { id: number } }, viewer: number | null): boolean {
  return award.shared || award.person.id === viewer
}
