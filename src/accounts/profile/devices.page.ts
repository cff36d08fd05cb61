import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { formatCount } from '../../shared/format/counts.ts';
import { agoView, dayView, momentView } from '../../shared/format/dates.ts';
import { clientOf } from '../../web/client.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { listFamiliesOf } from '../credentials/token-families.table.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { distrustDevice, endDevice, endOtherDevices, listDevices, listTrustedDevices } from './devices.ts';

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
    explain: (devices: number, clients: number) =>
      `${counted(devices, clients)} ${devices + clients === 1 ? 'is' : 'are'} logged out at once. This device stays logged in, and personal access tokens go on working.`,
    button: 'Log them out',
    done: 'All other devices and all programs were logged out.',
    none: 'No other device and no program is logged in.',
  },
};

export function devicesPage(context: AccountContext) {
  const { db, clock, config } = context;
  const list = (req: Request, { id }: User) => listDevices(context, id, sessionHashOf(req));
  const countApiClients = async ({ id }: User) => (await listFamiliesOf(db, id, clock())).length;

  async function show(req: Request, res: Response, user: User, warning = ''): Promise<void> {
    const devices = await list(req, user);
    const trusted = await listTrustedDevices(context, user.id);
    return res.page('accounts/profile/devices', {
      title: TEXTS.title,
      section: 'account',
      devices: devices.map((device) => ({
        ...device,
        loggedIn: momentView(device.loggedInAt, config.storeLocale),
        lastSeen: agoView(device.lastSeenAt, clock()),
        end: paths.endDevice(device.handle),
      })),
      others: devices.length > 1 || (await countApiClients(user)) > 0,
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

  return {
    get: signedIn(show),

    /** Says what logging out a device does. Where it is the one that asks, this is an ordinary logout. */
    confirmEnd: signedIn(async (req, res, user) => {
      const device = (await list(req, user)).find(({ handle }) => handle === req.params.handle);
      if (!device) return show(req, res.status(404), user, TEXTS.gone);
      if (device.current) return seeOther(req, res, paths.logout());
      const { title, explain, button } = TEXTS.end;
      return res.page('accounts/profile/end-device', {
        title: title(device.words),
        section: 'account',
        explain,
        action: paths.endDevice(device.handle),
        button,
      });
    }),

    end: signedIn(async (req, res, user) => {
      const ended = await endDevice(context, user, String(req.params.handle), clientOf(req));
      if (!ended) return show(req, res.status(404), user, TEXTS.gone);
      return seeOther(req, res, paths.devices(), { success: TEXTS.end.done });
    }),

    confirmEndOthers: signedIn(async (req, res, user) => {
      const others = (await list(req, user)).length - 1;
      const clients = await countApiClients(user);
      const { title, explain, button, none } = TEXTS.endOthers;
      if (others + clients === 0) return seeOther(req, res, paths.devices(), { info: none });
      return res.page('accounts/profile/end-device', {
        title,
        section: 'account',
        explain: explain(others, clients),
        action: paths.endOtherDevices(),
        button,
      });
    }),

    endOthers: signedIn(async (req, res, user) => {
      const count = await endOtherDevices(context, user, sessionHashOf(req), clientOf(req));
      const { done, none } = TEXTS.endOthers;
      return seeOther(req, res, paths.devices(), count > 0 ? { success: done } : { info: none });
    }),

    distrust: signedIn(async (req, res, user) => {
      const ended = await distrustDevice(context, user, String(req.params.handle), clientOf(req));
      if (!ended) return show(req, res.status(404), user, TEXTS.notTrusted);
      return seeOther(req, res, paths.devices(), { success: TEXTS.distrusted });
    }),
  };
}

/** `2 devices and 1 program`; what there is none of is left out. */
function counted(devices: number, clients: number): string {
  const counts = [devices && formatCount(devices, 'device'), clients && formatCount(clients, 'program')];
  return counts.filter(Boolean).join(' and ');
}
