import type { FieldSpec } from '../web/forms.ts';
import { PASSWORD_HINT } from './passwords.ts';

export const NEW_ACCOUNT_FIELDS = {
  username: {
    label: 'Username',
    hint: '3 to 30 characters: letters, digits, dots, underscores and hyphens.',
    autocomplete: 'username',
  },
  email: { label: 'E-mail address', type: 'email', autocomplete: 'email', inputmode: 'email' },
  password: { label: 'Password', type: 'password', hint: PASSWORD_HINT, autocomplete: 'new-password' },
  password_confirmation: { label: 'Password, once more', type: 'password', autocomplete: 'new-password' },
} satisfies Record<string, FieldSpec>;

export const NEW_PASSWORD_FIELDS = {
  password: { ...NEW_ACCOUNT_FIELDS.password, label: 'New password' },
  password_confirmation: { ...NEW_ACCOUNT_FIELDS.password_confirmation, label: 'New password, once more' },
} satisfies Record<string, FieldSpec>;
