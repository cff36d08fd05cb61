import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { textOf } from '../testing/visitor.ts';
import { loadViews } from '../web/views.ts';
import type { Message } from './message.ts';
import { messageRenderer } from './render-message.ts';
import { composeMail } from './transports.ts';

const MESSAGE: Message = {
  subject: 'A <login> from a new device',
  name: 'alice & <b>bob</b>',
  paragraphs: ['Somebody’s login: “zwölf”.', '日本語 <img src=x onerror=alert(1)>'],
  facts: [
    { label: 'When', value: '20 November 2026 at 12:41 UTC' },
    { label: 'Device', value: '"><script>alert(1)</script>' },
  ],
  action: { label: 'Look at the devices', path: '/account/devices?a=1&b=2' },
  closing: ['Nothing else happened.', 'x'.repeat(2_000)],
  alarm: { text: 'If it was not you, say so.', label: 'This wasn’t me', path: '/not-me/abc' },
};

const SITE = {
  settings: { storeName: 'Corner <Shop>', supportAddress: '' },
  publicUrl: new URL('https://store.example:8443'),
};
const render = messageRenderer(loadViews(), SITE);

/** Every word of a message, and every address that it leads to. */
const PARTS = [
  MESSAGE.name,
  ...MESSAGE.paragraphs,
  ...(MESSAGE.facts ?? []).flatMap(({ label, value }) => [label, value]),
  MESSAGE.action?.label ?? '',
  'https://store.example:8443/account/devices?a=1&b=2',
  ...(MESSAGE.closing ?? []),
  MESSAGE.alarm?.text ?? '',
  MESSAGE.alarm?.label ?? '',
  'https://store.example:8443/not-me/abc',
  'Corner <Shop>',
];

test('a mail says the same in text and in HTML, and comes through whole', async () => {
  const maker = createTransport({ streamTransport: true, buffer: true });
  const outgoing = { ...render(MESSAGE), messageId: 'x', to: 'alice@example.org', createdAt: 0 };
  const { message } = await maker.sendMail(
    composeMail(outgoing, { mailFrom: 'store@store.example', publicUrl: SITE.publicUrl }),
  );
  const mail = await PostalMime.parse(message as Buffer);
  expect(mail.subject).toBe(MESSAGE.subject);

  const links = (mail.html ?? '').replaceAll(/<a [^>]*href="([^"]*)"[^>]*>/g, ' $1 ');
  for (const said of [mail.text ?? '', textOf(links)]) {
    for (const part of PARTS) expect(said).toContain(part);
  }
});

test('what people typed is text in HTML, and no mail loads or runs anything', () => {
  const { html } = render(MESSAGE);
  expect(html).not.toMatch(/<(script|img|b|link|iframe|form)\b/);
  const addresses = [...html.matchAll(/<[^>]*\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  for (const address of addresses) expect(address).toMatch(/^https:\/\/store\.example:8443(\/|$)/);
  expect(addresses).toHaveLength(4);
});

test('a mail with nothing but words has no empty table, button or box', () => {
  const { text, html } = render({ subject: 'Hello', name: 'alice', paragraphs: ['Welcome.'] });
  expect(text).toBe('Hello alice,\n\nWelcome.\n\n--\nCorner <Shop>\nhttps://store.example:8443\n');
  expect(html).not.toMatch(/<dl>|class="(button|address|alarm)"/);
});

test('a mail ends with where to write for help, if the store says where', () => {
  const settings = { ...SITE.settings, supportAddress: 'help+members@store.example' };
  const { text, html } = messageRenderer(loadViews(), { ...SITE, settings })(MESSAGE);
  expect(text).toMatch(/\nHelp: help\+members@store\.example\n$/);
  expect(html).toContain('Help: <a href="mailto:help+members@store.example">help+members@store.example</a>');
});
