import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { readNames } from '../../members/names.table.ts';
import { paths } from '../../paths.ts';
import {
  type CurrentSettings,
  changeSettings,
  readCurrentSettings,
  type SettingChange,
} from '../../settings/change-settings.ts';
import { SETTING_FIELDS, SETTING_NAMES, shownField } from '../../settings/settings-form.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';
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

/** What admins set while the store runs, and what they read of how it was started. */
export function settingsPage(context: AdminContext) {
  const { db, config, settings } = context;

  async function show(
    req: Request,
    res: Response,
    values: Record<string, unknown>,
    rest: { errors?: FieldErrors; meanwhile?: object } = {},
  ) {
    const specs = settingSpecs(settings.fixed, memberOf(req));
    return renderAdminPage(res, 'settings', 'settings/settings', {
      title: TEXTS.title,
      form: formView(paths.settings(), specs, { ...values, ...fixedFields(settings.fixed) }, rest.errors),
      meanwhile: rest.meanwhile,
      facts: environmentFacts(config, settings),
    });
  }

  async function meanwhileView(req: Request, current: CurrentSettings, changes: SettingChange[]) {
    const { changedAt, changedBy } = current;
    const name = changedBy === null ? undefined : (await readNames(db, [changedBy])).get(changedBy);
    const { you, somebody } = TEXTS.meanwhile;
    const by = changedBy === req.user?.id ? you : name && !name.erased ? name.username : somebody;
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
    async get(req: Request, res: Response): Promise<void> {
      const { values } = await readCurrentSettings(context);
      return show(req, res, { ...formValues(values, values), ...takeDraft(req) });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await changeSettings(context, memberOf(req), req.body ?? {}, clientOf(req));
      if (outcome.ok) {
        flash(req, 'success', TEXTS.saved(outcome.changes.map(({ setting }) => settingLabel(setting))));
        return seeOther(req, res, paths.settings());
      }
      if (outcome.problem === 'not-allowed') throw new Problem(403);
      if (outcome.problem === 'unchanged') {
        flash(req, 'info', TEXTS.unchanged);
        return seeOther(req, res, paths.settings());
      }
      if (outcome.problem === 'invalid') {
        const now = await readCurrentSettings(context);
        const values = { ...formValues(now.values, now.values), ...req.body };
        return show(req, res.status(422), values, { errors: outcome.errors });
      }
      const { current, changes, values } = outcome;
      const meanwhile = await meanwhileView(req, current, changes);
      return show(req, res.status(422), formValues(values, current.values), { meanwhile });
    },
  };
}

/** The form's fields: what stands in them, and what the settings are as it is shown. */
function formValues(values: StoreSettings, shown: StoreSettings): Record<string, string> {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => [
      [SETTING_FIELDS[name], values[name]],
      [shownField(name), shown[name]],
    ]),
  );
}

/** What the environment fixes, which nothing that was typed gets before. */
function fixedFields(fixed: Partial<StoreSettings>): Record<string, string> {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (fixed[name] === undefined ? [] : [[SETTING_FIELDS[name], fixed[name]]])),
  );
}
