/** Which version comes after which. */
import { compareVersions, isVersion, parseVersion } from '../../src/engine/releases/version.ts';

test('versions stand in the order of semver.org', () => {
  const order =
    '0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0'.split(
      ' ',
    );
  for (const [at, version] of order.entries())
    for (const [other, than] of order.entries())
      expect(Math.sign(compareVersions(version, than))).toBe(Math.sign(at - other));
});

test('what is no version is refused with what one looks like', () => {
  for (const bad of [
    '1',
    '1.2',
    '1.2.3.4',
    '01.2.3',
    '1.2.3-',
    '1.2.3-01',
    'latest',
    '',
    '1.2.3+build',
    '-1.0.0',
    '1.0.0 ',
  ])
    expect(isVersion(bad)).toBe(false);
  expect(parseVersion('v1.2.3')).toBe('1.2.3');
  expect(() => parseVersion('1.2')).toThrow(/three numbers, as in 1\.2\.0/);
});
