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
  passkeys: () => '/account/passkeys',
  newPasskeyChallenge: () => '/account/passkeys/challenge',
  passkey: (id: number | string) => `/account/passkeys/${segment(String(id))}`,
  removePasskey: (id: number | string) => `/account/passkeys/${segment(String(id))}/removal`,
  devices: () => '/account/devices',
  endDevice: (handle: string) => `/account/devices/${segment(handle)}/ending`,
  endOtherDevices: () => '/account/devices/others/ending',
  forgetBrowser: (handle: string) => `/account/devices/trusted/${segment(handle)}/removal`,
  activity: () => '/account/activity',
  data: () => '/account/data',
  closing: () => '/account/closing',
  /** The back office: staff alone, and only with the second factor that REQUIRE_2FA asks for. */
  admin: () => '/admin',
  adminMembers: () => '/admin/members',
  waitingMembers: () => '/admin/members/waiting',
  approveMember: (id: number | string) => `/admin/members/${segment(String(id))}/approval`,
  devOutbox: () => '/dev/outbox',
  devMail: (name: string) => `/dev/outbox/${segment(name)}`,
  devMailHtml: (name: string) => `/dev/outbox/${segment(name)}/html`,
  store: () => '/store',
  product: (slug: string) => `/store/${segment(slug)}`,
  picture: (contentHash: string) => `/store/pictures/${segment(contentHash)}`,
  assets: () => '/assets',
  asset: (file: string) => `/assets/${file}`,
  alive: () => '/healthz',
  ready: () => '/readyz',
} as const;

export type Paths = typeof paths;

/** Encodes one part of a path. A colon may stand there as it is (RFC 3986, 3.3), which keeps patterns patterns. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
