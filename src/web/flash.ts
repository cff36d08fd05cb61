import type { Request } from 'express';

/** Drawn as Bootstrap alerts. Errors interrupt a screen reader, the others wait for it to finish. */
const LOOKS = {
  success: { label: 'Success', alert: 'alert-success', role: 'status' },
  info: { label: 'Information', alert: 'alert-info', role: 'status' },
  warning: { label: 'Warning', alert: 'alert-warning', role: 'status' },
  error: { label: 'Error', alert: 'alert-danger', role: 'alert' },
};

export type FlashKind = keyof typeof LOOKS;

/** A message as the flash partial prints it. */
export type Flash = ReturnType<typeof flashNow>;

/** Keeps a message in the session until the next page shows it, once, also when a form was sent twice. */
export function flash(req: Request, kind: FlashKind, text: string): void {
  if (req.session.flash?.[kind]?.includes(text)) return;
  // With three arguments connect-flash formats; with two it calls util.isArray, which Node 23 removed.
  req.flash(kind, '%s', text);
}

/** A message for the page that is being rendered now. */
export function flashNow(kind: FlashKind, text: string) {
  return { kind, text, ...LOOKS[kind] };
}

/** Takes the waiting messages out of the session, in the order success, info, warning, error. */
export function takeFlashes(req: Request): Flash[] {
  // Asking connect-flash when nothing waits would leave an empty object and so write the session on each page.
  if (!req.session?.flash) return [];
  const waiting = req.flash() as Partial<Record<FlashKind, string[]>>;
  delete req.session.flash;
  return (Object.keys(LOOKS) as FlashKind[]).flatMap((kind) =>
    (waiting[kind] ?? []).map((text) => flashNow(kind, text)),
  );
}
