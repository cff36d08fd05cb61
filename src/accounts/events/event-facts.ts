import { formatMoment } from '../../shared/format/dates.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import type { ClientInfo } from '../account-context.ts';

const TEXTS = {
  when: 'When',
  where: 'Network address',
  device: 'Device',
};

/** What a mail says of the moment that it is about: when, from where and on which device. */
export function eventFacts(
  at: number,
  locale: string,
  client?: Pick<ClientInfo, 'address' | 'userAgent'>,
): { label: string; value: string }[] {
  return [
    { label: TEXTS.when, value: formatMoment(at, locale) },
    ...(client
      ? [
          { label: TEXTS.where, value: client.address },
          { label: TEXTS.device, value: formatDevice(client.userAgent) },
        ]
      : []),
  ];
}
