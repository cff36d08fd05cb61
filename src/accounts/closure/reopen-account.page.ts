import { paths } from '../../paths.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { mailedLinkPage } from '../mailed-link.page.ts';
import { comeBackLink } from './closure.ts';

const TEXTS = {
  title: 'Come back',
  before: 'The account ',
  after: ' was closed and waits to be erased. You can open it again, as it was.',
  button: 'Open my account again',
  aside: 'If it is to stay closed, close this page: nothing happens.',
  done: 'Welcome back. Your account is open again. Please log in.',
  next: 'To the login page',
};

export function comeBackPage(context: AccountContext) {
  const { title, before, after, button, aside, done, next } = TEXTS;
  return mailedLinkPage(context, comeBackLink, {
    title,
    path: paths.comeBack,
    next: { url: paths.login(), label: next },
    explain: (_link, { username }) => ({ lead: { before, name: username, after }, button, aside }),
    answer(req, res) {
      flash(req, 'success', done);
      return seeOther(req, res, paths.login());
    },
  });
}
