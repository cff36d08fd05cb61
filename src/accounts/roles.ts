/** What a person may do, from least to most. */
export type Role = 'user' | 'moderator' | 'admin';
