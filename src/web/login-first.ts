/** Said to guests, on the login page or in its place. */
export const LOGIN_FIRST = 'Please log in first.';
