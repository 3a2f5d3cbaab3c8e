/** Kinds of trouble with a mail server that an admin can do something about; the advice is `mail.problem.<kind>`. */
const PROBLEMS = {
  wrong_tls: /wrong version number|packet length too long|unexpected message|http request|EPROTO/i,
  silent: /greeting never received|greeting.*time|connection timeout/i,
  unknown_authority: /self.signed certificate|unable to (?:verify|get).*(?:certificate|issuer)/i,
  wrong_certificate: /certificate has expired|altnames|certificate is not yet valid/i,
  unknown_host: /ENOTFOUND|EAI_AGAIN|EDNS|getaddrinfo|queryA\b/i,
  refused_connection: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/i,
  login: /invalid login|missing credentials|authentication|\b53[0458]\b/i,
  sender: /sender.*(?:reject|not allowed|denied|owned)|mail from/i,
} as const

export type SmtpProblem = keyof typeof PROBLEMS

/** What the words of a failed attempt mean for whoever looks after the mail server; null where it is not known. */
export function smtpProblem(words: string): SmtpProblem | null {
  const found = Object.entries(PROBLEMS).find(([, pattern]) => pattern.test(words))
  return found ? (found[0] as SmtpProblem) : null
}
