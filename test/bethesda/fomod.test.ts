/** FOMOD installers: what mod managers would stumble over is found before players do. */
import fc from 'fast-check';
import { checkFomod, checkInfo, sampleProject, withInfoVersion } from '../../src/bethesda/index.ts';
import { text, utf8 } from '../../src/shared/bytes.ts';

const sample = sampleProject(1);
const paths = sample.map(({ path }) => path);
const config = text(sample.find(({ path }) => path === 'fomod/ModuleConfig.xml')?.content ?? utf8(''));
const faultsOf = (source: string | Uint8Array) =>
  checkFomod(typeof source === 'string' ? utf8(source) : source, paths).faults;

const utf16 = (source: string) => Uint8Array.from(Buffer.from(`\uFEFF${source}`, 'utf16le'));

test('a whole installer has no faults, in UTF-8 and UTF-16, and says what it installs', () => {
  expect(faultsOf(config)).toEqual([]);
  expect(faultsOf(utf16(config))).toEqual([]);
  expect(checkFomod(utf8(config), paths).sources).toContain('textures');
});

test.each([
  [
    'a source that is not there',
    'source="Textures"',
    'source="Txtures"',
    /line \d+: there is no folder "Txtures"/,
  ],
  ['an unknown group', 'SelectExactlyOne', 'SelectOne', /SelectOne.*it can be SelectAtLeastOne/],
  ['an unknown kind of choice', 'name="Recommended"', 'name="Nice"', /<type> has name="Nice"/],
  ['a choice without its kind', /<typeDescriptor>[\s\S]*?<\/typeDescriptor>/, '', /has no <typeDescriptor>/],
  ['a tag that is not closed', '</installSteps>', '', /closes <installSteps>|is not closed/],
  ['a bare ampersand', 'Full size.', 'Full & size.', /write "&amp;"/],
  ['a way out of Data', 'destination="Textures"', 'destination="..\\\\.."', /leads out of the game/],
  [
    'a part in the wrong place',
    '</config>',
    '<moduleName>Twice</moduleName></config>',
    /<moduleName> must come before/,
  ],
  ['a document type', '<config', '<!DOCTYPE x [<!ENTITY a "b">]><config', /document type/],
  [
    'something else altogether',
    /<config[\s\S]*<\/config>/,
    '<html></html>',
    /<html> stands where <config> belongs/,
  ],
])('%s is told of', (_, from, to, fault) => {
  const broken = config.replace(from, to);
  expect(broken).not.toBe(config);
  expect(faultsOf(broken).join('\n')).toMatch(fault);
});

test('a version comes into info.xml and everything else stays as it is', () => {
  const info =
    '<?xml version="1.0"?>\r\n<fomod>\r\n\t<!-- <Version>0</Version> -->\r\n\t<Name>A & B</Name>\r\n\t<Version MachineVersion="1.0">1.1.0</Version>\r\n</fomod>\r\n';
  const changed = info.replace('1.1.0', '1.2.0');
  expect(text(withInfoVersion(utf8(info), '1.2.0') as Uint8Array)).toBe(changed);
  expect(withInfoVersion(utf16(info), '1.2.0')).toEqual(utf16(changed));
  const without = '<fomod>\n  <Name>A</Name>\n</fomod>\n';
  expect(text(withInfoVersion(utf8(without), '1.2.0') as Uint8Array)).toBe(
    '<fomod>\n  <Name>A</Name>\n  <Version>1.2.0</Version>\n</fomod>\n',
  );
  expect(withInfoVersion(utf8('{}'), '1.2.0')).toBeUndefined();
  expect(checkInfo(utf8(without))).toEqual([]);
});

test('whatever the bytes are, the answer is a list of faults', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc
          .tuple(fc.nat(config.length), fc.nat(40), fc.string())
          .map(([at, length, put]) => utf8(config.slice(0, at) + put + config.slice(at + length))),
        fc
          .array(fc.constantFrom('<a', '>', '</a>', '<!--', '-->', '&', '"', "'", ' b="', '<?', 'x', '/>'))
          .map((parts) => utf8(parts.join(''))),
      ),
      (bytes) => {
        const { faults } = checkFomod(bytes, paths);
        expect(faults.every((fault) => /^line \d+: /.test(fault))).toBe(true);
      },
    ),
    { numRuns: 300 * Number(process.env.MODSYNC_SOAK ?? 1), seed: 20261122 },
  );
});
