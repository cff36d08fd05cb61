import type { StoreSettings } from '../settings/store-settings.ts';
import type { Views } from '../web/views.ts';
import type { Message } from './message.ts';

const TEXTS = {
  greeting: (name: string) => `Hello ${name},`,
  addressHint: 'If the button does not work, open this address:',
};

export type MessageRenderer = ReturnType<typeof messageRenderer>;

/**
 * Makes what turns a message into text and HTML. This happens when the mail is sent, not when it is queued: the
 * transaction of its cause is not held up by two templates, the outbox holds a tenth of the text, and what waited
 * for a mail server goes out with the store's present name and address.
 *
 * @param site every link begins with PUBLIC_URL's origin; a request's Host header has no say in it (OWASP Forgot
 *   Password Cheat Sheet)
 */
export function messageRenderer(
  views: Views,
  site: { settings: Pick<StoreSettings, 'storeName' | 'supportAddress'>; publicUrl: URL },
) {
  const linked = <Link extends { path: string }>(link: Link) => ({
    ...link,
    url: new URL(link.path, site.publicUrl).href,
  });

  return (message: Message) => {
    const page = {
      lang: 'en',
      storeName: site.settings.storeName,
      supportAddress: site.settings.supportAddress,
      origin: site.publicUrl.origin,
      subject: message.subject,
      greeting: TEXTS.greeting(message.name),
      addressHint: TEXTS.addressHint,
      paragraphs: message.paragraphs,
      facts: message.facts ?? [],
      action: message.action && linked(message.action),
      closing: message.closing ?? [],
      alarm: message.alarm && linked(message.alarm),
    };
    return {
      subject: message.subject,
      text: views.renderText('mail/message.text', page),
      html: views.render('mail/message.html', page),
    };
  };
}
