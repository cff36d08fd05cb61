import { LOGIN_FIRST } from '../web/return-path.http.ts';

/** What the door says when somebody has come in, gone out or been refused; agreed word for word. */
export const DOOR_TEXTS = {
  registered: 'Registration successful! Please log in.',
  welcome: (name: string) => `Login successful! Welcome back, ${name}.`,
  wrong: 'Invalid username or password. Try again.',
  loggedOut: 'You have been logged out successfully.',
  loginFirst: LOGIN_FIRST,
};
