import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDatabaseUrl } from './config.ts';

describe('where the database is', () => {
  test.each([
    ['sqlite:store.db', { dialect: 'sqlite', file: resolve('store.db') }],
    ['sqlite:/srv/store.db', { dialect: 'sqlite', file: '/srv/store.db' }],
    ['sqlite:my store.db', { dialect: 'sqlite', file: resolve('my store.db') }],
    ['sqlite::memory:', { dialect: 'sqlite', file: ':memory:' }],
    ['postgres://u:p@db:5433/store', { dialect: 'postgres', url: 'postgres://u:p@db:5433/store' }],
    ['postgresql://db/store', { dialect: 'postgres', url: 'postgresql://db/store' }],
    ['mysql://u:p@db/store', { dialect: 'mysql', url: 'mysql://u:p@db/store' }],
    ['mariadb://db/store', { dialect: 'mysql', url: 'mysql://db/store' }],
  ])('%s', (text, address) => {
    expect(parseDatabaseUrl(text)).toEqual(address);
  });

  test.each([
    'postgres://u:hush@db',
    'postgresql://u:hush@db/',
    'mysql://u:hush@db:3306/?ssl=x',
    'mariadb://db/',
  ])('is named as well as the server: %s', (text) => {
    const read = () => parseDatabaseUrl(text);
    expect(read).toThrow(/^DATABASE_URL names no database: write (postgres|mysql|mariadb)/);
    expect(read).not.toThrow(/hush/);
  });

  test('is not repeated when it is wrong: it holds a password', () => {
    const read = () => parseDatabaseUrl('mssql://sa:hush@db/store');
    expect(read).toThrow('DATABASE_URL must start with sqlite: and a path, postgres:// or mysql://.');
    expect(read).not.toThrow(/hush/);
  });
});
