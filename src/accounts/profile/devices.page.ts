import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { agoView, dayView, momentView } from '../../shared/format/dates.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { listFamiliesOf } from '../credentials/token-families.table.ts';
import { memberOf } from '../signed-in.http.ts';
import {
  distrustDevice,
  endDevice,
  endOtherDevices,
  type LoggedInDevice,
  listDevices,
  listTrustedDevices,
} from './devices.ts';

export const TEXTS = {
  title: 'Devices',
  gone: 'That device is not logged in any more.',
  distrusted: 'The browser is no longer trusted: the next login there asks for a second factor.',
  notTrusted: 'That browser is not trusted any more.',
  end: {
    title: (device: string) => `Log out ${device}?`,
    explain: 'Whoever uses it has to log in again. What was typed there and not sent is lost.',
    button: 'Log it out',
    done: 'The device was logged out.',
  },
  endOthers: {
    title: 'Log out all other devices?',
    explain: (devices: number, programs: number) =>
      `${counted(devices, programs)} ${devices + programs === 1 ? 'is' : 'are'} logged out at once. This device stays logged in, and personal access tokens go on working.`,
    button: 'Log them out',
    done: 'All other devices and all programs were logged out.',
    none: 'No other device and no program is logged in.',
  },
};

export function devicesPage(context: AccountContext) {
  const { clock, config } = context;
  const list = (req: Request) => listDevices(context, memberOf(req).id, sessionHashOf(req));
  const programsOf = (req: Request) => listFamiliesOf(context.db, memberOf(req).id, clock());

  async function show(req: Request, res: Response, warning = ''): Promise<void> {
    const devices = await list(req);
    const trusted = await listTrustedDevices(context, memberOf(req).id);
    return res.page('accounts/profile/devices', {
      title: TEXTS.title,
      section: 'account',
      devices: devices.map((device) => deviceView(device, clock(), config.storeLocale)),
      others: devices.length > 1 || (await programsOf(req)).length > 0,
      trusted: trusted.map(({ handle, words, address, lastSeenAt, trustedUntil }) => ({
        words,
        address,
        lastSeen: agoView(lastSeenAt, clock()),
        until: dayView(trustedUntil, config.storeLocale),
        forget: paths.forgetBrowser(handle),
      })),
      warning,
    });
  }

  function confirm(res: Response, title: string, explain: string, action: string, button: string) {
    const page = { title, section: 'account', explain, action, button } as const;
    return res.page('accounts/profile/end-device', page);
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res),

    /** Says what logging out a device does. Where it is the one that asks, this is an ordinary logout. */
    async confirmEnd(req: Request, res: Response): Promise<void> {
      const device = (await list(req)).find(({ handle }) => handle === req.params.handle);
      if (!device) return show(req, res.status(404), TEXTS.gone);
      if (device.current) return seeOther(req, res, paths.logout());
      const { title, explain, button } = TEXTS.end;
      return confirm(res, title(device.words), explain, paths.endDevice(device.handle), button);
    },

    async end(req: Request, res: Response): Promise<void> {
      const ended = await endDevice(context, memberOf(req), String(req.params.handle), clientOf(req));
      if (!ended) return show(req, res.status(404), TEXTS.gone);
      flash(req, 'success', TEXTS.end.done);
      await seeOther(req, res, paths.devices());
    },

    async confirmEndOthers(req: Request, res: Response): Promise<void> {
      const others = (await list(req)).length - 1;
      const programs = (await programsOf(req)).length;
      const { title, explain, button, none } = TEXTS.endOthers;
      if (others + programs > 0) {
        return confirm(res, title, explain(others, programs), paths.endOtherDevices(), button);
      }
      flash(req, 'info', none);
      await seeOther(req, res, paths.devices());
    },

    async endOthers(req: Request, res: Response): Promise<void> {
      const count = await endOtherDevices(context, memberOf(req), sessionHashOf(req), clientOf(req));
      const { done, none } = TEXTS.endOthers;
      flash(req, count > 0 ? 'success' : 'info', count > 0 ? done : none);
      await seeOther(req, res, paths.devices());
    },

    async distrust(req: Request, res: Response): Promise<void> {
      const ended = await distrustDevice(context, memberOf(req), String(req.params.handle), clientOf(req));
      if (!ended) return show(req, res.status(404), TEXTS.notTrusted);
      flash(req, 'success', TEXTS.distrusted);
      await seeOther(req, res, paths.devices());
    },
  };
}

/** Says how many there are of each kind of which there are any: `2 devices and 1 program`. */
function counted(devices: number, programs: number): string {
  const kinds: [number, string][] = [
    [devices, 'device'],
    [programs, 'program'],
  ];
  return kinds
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}${count === 1 ? '' : 's'}`)
    .join(' and ');
}

function deviceView(device: LoggedInDevice, now: number, locale: string) {
  return {
    ...device,
    loggedIn: momentView(device.loggedInAt, locale),
    lastSeen: agoView(device.lastSeenAt, now),
    end: paths.endDevice(device.handle),
  };
}
