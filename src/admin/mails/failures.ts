const TEXTS = {
  noServer: 'Set SMTP_URL and start the store again.',
  login: 'The mail server did not take the name and password in SMTP_URL.',
  unreachable: 'The mail server was not reached. Check the host and port in SMTP_URL, and that it answers.',
  encryption:
    'There was no safe connection to the mail server. Check SMTP_URL, and the server’s certificate.',
  address: 'The other side refused the address. Ask the member for another one.',
  sender: 'The mail server does not send for this sender. Check MAIL_FROM.',
  refused: 'The other side refused the mail. Its server’s log may say why.',
  unreadable: 'It cannot be read any more: SECRET_KEY was changed after it was written.',
};

/** What to do about a failure, by how the reason of the outbox begins or what stands in it; the first that fits. */
const HINTS: [pattern: RegExp, hint: string][] = [
  [/^SMTP_URL/, TEXTS.noServer],
  [/^it cannot be opened/, TEXTS.unreadable],
  [/EAUTH|\bAUTH\b|\b53[045]\b/, TEXTS.login],
  [/ETLS|CERT/, TEXTS.encryption],
  [
    /ECONNREFUSED|ECONNECTION|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|EDNS|ESOCKET/,
    TEXTS.unreachable,
  ],
  [/RCPT TO/, TEXTS.address],
  [/MAIL FROM/, TEXTS.sender],
  [/EENVELOPE|EMESSAGE/, TEXTS.refused],
];

/** Says what to do about a mail that did not get out; undefined when it did, or when nobody can tell. */
export function failureHint(reason: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(reason))?.[1];
}
