import { expect, test } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { startFalseProvider } from '../../testing/false-provider.ts';
import { checkProviders } from './providers.ts';

test('each provider is asked for its endpoints, and one that does not answer so is named', async () => {
  expect(await checkProviders(readConfig({}))).toMatchObject([{ check: 'providers', level: 'ok' }]);

  const club = await startFalseProvider('OIDC_', 'Club');
  const config = readConfig(club.settings);
  expect(await checkProviders(config)).toMatchObject([
    {
      level: 'ok',
      message: 'Club answers; it must know the callback http://localhost:3000/login/with/club/callback',
    },
  ]);
  for (const discovery of ['status 500', 'garbage', 'another issuer'] as const) {
    club.lie = { discovery };
    const [finding] = await checkProviders(config);
    expect(finding).toMatchObject({
      level: 'warning',
      advice: expect.stringContaining(club.settings.OIDC_ISSUER ?? ''),
    });
  }
  await club.stop();
  const [finding] = await checkProviders(config);
  expect(finding?.message).toMatch(/^Club does not answer as a provider does \(\w/);
});
