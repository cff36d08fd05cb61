import type { Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import type { User } from '../../accounts/users.table.ts';
import { readNames } from '../../members/names.table.ts';
import { paths } from '../../paths.ts';
import {
  type CurrentSettings,
  changeSettings,
  readCurrentSettings,
  type SettingChange,
} from '../../settings/change-settings.ts';
import { fieldsOf } from '../../settings/settings-form.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';
import { shownFields } from '../../shared/edit-conflict.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { environmentFacts } from './environment.ts';
import { formatSetting, settingLabel, settingSpecs } from './setting-specs.ts';

export const TEXTS = {
  title: 'Settings',
  saved: (labels: string[]) => `Saved: ${labels.join(', ')}.`,
  unchanged: 'Nothing was changed: the settings are as you want them.',
  meanwhile: {
    title: 'The settings were changed while you were here',
    lastBy: (name: string, moment: string) => `Last by ${name}, ${moment}.`,
    you: 'you',
    somebody: 'somebody who was erased',
    hint: 'Nothing of yours is saved yet. What you typed is still in the form, and what you left alone is as it is now. Save it once more if you mean it.',
  },
};

export function settingsPage(context: AdminContext) {
  const { db, config, settings } = context;

  /** @param saved what the settings are as the form is shown */
  async function show(
    res: Response,
    admin: User,
    saved: StoreSettings,
    {
      values,
      errors,
      meanwhile,
    }: { values: Record<string, unknown>; errors?: FieldErrors; meanwhile?: object },
  ) {
    const fields = fieldsOf(saved);
    const fixed = fieldsOf(settings.fixed);
    const given = { ...fields, ...shownFields(fields), ...values, ...fixed };
    return renderAdminPage(res, 'settings/settings', {
      title: TEXTS.title,
      form: formView(paths.settings(), settingSpecs(settings.fixed, admin), given, errors),
      meanwhile,
      facts: environmentFacts(config, settings),
    });
  }

  async function meanwhileView(admin: User, current: CurrentSettings, changes: SettingChange[]) {
    const { changedAt, changedBy } = current;
    const name = changedBy === null ? undefined : (await readNames(db, [changedBy])).get(changedBy);
    const { you, somebody } = TEXTS.meanwhile;
    const other = name && !name.erased ? name.username : somebody;
    const by = changedBy === admin.id ? you : other;
    return {
      ...TEXTS.meanwhile,
      lastBy: TEXTS.meanwhile.lastBy(by, formatMoment(changedAt ?? 0, config.storeLocale)),
      changes: changes.map(({ setting, from, to }) => ({
        label: settingLabel(setting),
        from: formatSetting(setting, from),
        to: formatSetting(setting, to),
      })),
    };
  }

  return {
    get: signedIn(async (req, res, admin) => {
      const { values } = await readCurrentSettings(context);
      return show(res, admin, values, { values: takeDraft(req) });
    }),

    post: signedIn(async (req, res, admin) => {
      const outcome = await changeSettings(context, admin, req.body ?? {}, clientOf(req));
      if (outcome.ok) {
        flash(req, 'success', TEXTS.saved(outcome.changes.map(({ setting }) => settingLabel(setting))));
        return seeOther(req, res, paths.settings());
      }
      switch (outcome.problem) {
        case 'not-allowed':
          throw new Problem(403);
        case 'unchanged':
          flash(req, 'info', TEXTS.unchanged);
          return seeOther(req, res, paths.settings());
        case 'invalid': {
          const current = await readCurrentSettings(context);
          return show(res.status(422), admin, current.values, { values: req.body, errors: outcome.errors });
        }
        case 'changed-meanwhile': {
          const { current, changes } = outcome;
          const meanwhile = await meanwhileView(admin, current, changes);
          const values = fieldsOf(outcome.values);
          return show(res.status(422), admin, current.values, { values, meanwhile });
        }
      }
    }),
  };
}
