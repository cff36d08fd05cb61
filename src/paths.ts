/**
 * Every address of the site, built in one place. Routes, views and tests ask here, so that a page can move
 * without a link left behind. Given a pattern such as `:slug`, a builder gives the route's pattern.
 */
export const paths = {
  home: () => '/',
  register: () => '/register',
  login: () => '/login',
  logout: () => '/logout',
  secondFactor: () => '/login/second-factor',
  passkeyChallenge: () => '/login/passkey/challenge',
  passkeyLogin: () => '/login/passkey',
  setup: (token: string) => `/setup/${segment(token)}`,
  forgotPassword: () => '/forgot-password',
  resetLink: (token: string) => `/reset-password/${segment(token)}`,
  resetPassword: () => '/reset-password',
  verifyEmail: (token: string) => `/verify-email/${segment(token)}`,
  confirmNewEmail: (token: string) => `/new-email/${segment(token)}`,
  undoNewEmail: (token: string) => `/old-email/${segment(token)}`,
  notMe: (token: string) => `/not-me/${segment(token)}`,
  comeBack: (token: string) => `/come-back/${segment(token)}`,
  waiting: () => '/waiting',
  verificationMail: () => '/verification-mail',
  interruptedForm: () => '/interrupted-form',
  account: () => '/account',
  recentLogin: () => '/account/recent-login',
  recentPasskey: () => '/account/recent-login/passkey',
  profile: () => '/account/profile',
  pendingEmail: () => '/account/profile/pending-email',
  password: () => '/account/password',
  twoFactor: () => '/account/two-factor',
  authenticatorApp: () => '/account/two-factor/app',
  removeAuthenticatorApp: () => '/account/two-factor/app/removal',
  recoveryCodes: () => '/account/two-factor/recovery-codes',
  /** Shows codes once. @param form the hash of the form that made them */
  newRecoveryCodes: (form: string) => `/account/two-factor/recovery-codes/${segment(form)}`,
  passkeys: () => '/account/passkeys',
  newPasskeyChallenge: () => '/account/passkeys/challenge',
  passkey: (id: number | string) => `/account/passkeys/${segment(String(id))}`,
  removePasskey: (id: number | string) => `/account/passkeys/${segment(String(id))}/removal`,
  devices: () => '/account/devices',
  endDevice: (handle: string) => `/account/devices/${segment(handle)}/ending`,
  endOtherDevices: () => '/account/devices/others/ending',
  forgetBrowser: (handle: string) => `/account/devices/trusted/${segment(handle)}/removal`,
  /** API clients that are logged in, and the tokens that members make for them. */
  apiClients: () => '/account/programs',
  endApiClients: () => '/account/programs/ending',
  endApiClient: (id: string) => `/account/programs/${segment(id)}/ending`,
  personalTokens: () => '/account/programs/tokens',
  /** Shows a token once. @param form the hash of the form that made it */
  madeToken: (form: string) => `/account/programs/tokens/${segment(form)}`,
  removePersonalToken: (id: number | string) => `/account/programs/tokens/${segment(String(id))}/removal`,
  /** Providers by which one can log in, such as Google. */
  providerLogin: (provider: string) => `/login/with/${segment(provider)}`,
  providerCallback: (provider: string) => `/login/with/${segment(provider)}/callback`,
  /** Who comes from a provider for the first time. */
  newIdentity: () => '/login/new-identity',
  identities: () => '/account/identities',
  newMemberIdentity: (provider: string) => `/account/identities/new/${segment(provider)}`,
  removeIdentity: (id: number | string) => `/account/identities/${segment(String(id))}/removal`,
  activity: () => '/account/activity',
  data: () => '/account/data',
  closing: () => '/account/closing',
  invitation: (token: string) => `/invitation/${segment(token)}`,
  /** The back office: staff alone, and only with the second factor that REQUIRE_2FA asks for. */
  admin: () => '/admin',
  adminMembers: () => '/admin/members',
  newMember: () => '/admin/members/new',
  exportMembers: () => '/admin/members/export',
  waitingMembers: () => '/admin/members/waiting',
  adminMember: (id: number | string) => `/admin/members/${segment(String(id))}`,
  /** One of the things that admins do to a member: `role`, `disabling`, `deletion`. */
  memberAction: (id: number | string, action: string) =>
    `/admin/members/${segment(String(id))}/${segment(action)}`,
  memberProfile: (id: number | string) => `/admin/members/${segment(String(id))}/profile`,
  memberNotes: (id: number | string) => `/admin/members/${segment(String(id))}/notes`,
  memberNote: (id: number | string, note: number | string) =>
    `/admin/members/${segment(String(id))}/notes/${segment(String(note))}/removal`,
  invitations: () => '/admin/invitations',
  newInvitations: () => '/admin/invitations/new',
  withdrawInvitation: (id: number | string) => `/admin/invitations/${segment(String(id))}/withdrawal`,
  renewInvitation: (id: number | string) => `/admin/invitations/${segment(String(id))}/renewal`,
  tasks: () => '/admin/tasks',
  newTask: () => '/admin/tasks/new',
  task: (id: number | string) => `/admin/tasks/${segment(String(id))}`,
  completeTask: (id: number | string) => `/admin/tasks/${segment(String(id))}/completion`,
  reopenTask: (id: number | string) => `/admin/tasks/${segment(String(id))}/reopening`,
  deleteTask: (id: number | string) => `/admin/tasks/${segment(String(id))}/deletion`,
  audit: () => '/admin/audit',
  exportAudit: () => '/admin/audit/export',
  mails: () => '/admin/mails',
  settings: () => '/admin/settings',
  devOutbox: () => '/dev/outbox',
  devMail: (name: string) => `/dev/outbox/${segment(name)}`,
  devMailHtml: (name: string) => `/dev/outbox/${segment(name)}/html`,
  /** The session API, for a front end of its own. */
  sessionApi: () => '/auth',
  api: () => '/api/v1',
  apiDocument: () => '/api/v1/openapi.json',
  apiDocs: () => '/api/docs',
  apiPicture: (slug: string) => `/api/v1/products/${segment(slug)}/picture`,
  store: () => '/store',
  product: (slug: string) => `/store/${segment(slug)}`,
  picture: (contentHash: string) => `/store/pictures/${segment(contentHash)}`,
  assets: () => '/assets',
  asset: (file: string) => `/assets/${file}`,
  alive: () => '/healthz',
  ready: () => '/readyz',
  /** The metrics; there only where a setting says so. */
  metrics: () => '/metrics',
} as const;

export type Paths = typeof paths;

/** Encodes one part of a path. A colon may stand there as it is (RFC 3986, 3.3), which keeps patterns patterns. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
