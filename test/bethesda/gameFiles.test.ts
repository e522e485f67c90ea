import { filesOfPlugin, isGameFile, isGameFolder, sampleProject } from '../../src/bethesda/index.ts';
import { describeReal, realFile } from '../support/realFiles.ts';
import { zlibCodec } from '../support/zlibCodec.ts';

const GAME = [
  'Fallout4.esm',
  'FALLOUT4.ESM',
  'Fallout4.cdx',
  'Fallout4 - Textures1.ba2',
  'Fallout4 - Geometry.csg',
  'DLCRobot.esm',
  'DLCworkshop03 - Main.ba2',
  'DLCNukaWorld - Voices_en.ba2',
  'ccBGSFO4001-PipBoy(Black).esl',
  'ccBGSFO4001-PipBoy(Black) - Main.ba2',
  'Strings/Fallout4_en.STRINGS',
  'Strings/DLCCoast_en.ILSTRINGS',
  'Video/Intro.bk2',
  'Scripts/Source/Base/Actor.psc',
  'Scripts/Source/DLC03/DLC03Main.psc',
];

const MOD = [
  'Beacon.esp',
  'beacon - main.BA2',
  'Beacon - Textures.ba2',
  'Beacon.ini',
  'Strings/Beacon_en.STRINGS',
  'MCM/Config/Beacon/config.json',
  'F4SE/Plugins/Beacon.dll',
  'F4SE/Plugins/Beacon.toml',
  'Sound/Voice/Beacon.esp/NPCMBoston/0001.fuz',
  'Meshes/PreCombined/Beacon.esp/000001_0A.nif',
  'Textures/Beacon/Part000_d.dds',
  'SCRIPTS/beacon/BeaconQuest.pex',
  'Scripts/Source/User/Beacon/BeaconQuest.psc',
];

const OTHERS = [
  'Other.esp',
  'Other - Main.ba2',
  'Textures/Other/x.dds',
  'Scripts/OtherQuest.pex',
  'BeaconsOfOther.esp',
];

describe('in the game folder', () => {
  test('the folder is known by the game in it', () => {
    expect(isGameFolder(['Beacon.esp', 'fallout4.ESM'])).toBe(true);
    expect(isGameFolder(['Fallout4 - Meshes.ba2'])).toBe(true);
    expect(isGameFolder(['Beacon.esp', 'Textures', 'Fallout4Custom.ini'])).toBe(false);
  });

  test.each(GAME)('%s is never taken', (path) => {
    expect(isGameFile(path)).toBe(true);
  });

  test.each([...MOD, ...OTHERS])('%s is not the game’s', (path) => {
    expect(isGameFile(path)).toBe(false);
  });

  test('a plugin brings what belongs to it, and nothing of the game or of other mods', () => {
    const { belongs, maybe } = filesOfPlugin('Beacon.esp', undefined, [...GAME, ...MOD, ...OTHERS]);
    expect([...belongs]).toEqual(MOD);
    expect([...maybe]).toEqual(['BeaconsOfOther.esp']);
  });

  test('a plugin brings the scripts that its records carry, and points at the meshes they use', () => {
    const plugin = sampleProject(1, { megabytes: 0 }).find(({ path }) => path === 'Beacon.esp')?.content;
    const { belongs, maybe } = filesOfPlugin('Renamed.esp', plugin, [
      'Renamed.esp',
      'Scripts/Beacon/BeaconQuest.pex',
      'Scripts/Source/User/Beacon/BeaconQuest.psc',
      'Scripts/Beacon/BeaconLight.pex',
      'Meshes/Beacon/Part1.nif',
      'Meshes/Beacon/Part9.nif',
    ]);
    expect([...belongs]).toEqual([
      'Renamed.esp',
      'Scripts/Beacon/BeaconQuest.pex',
      'Scripts/Source/User/Beacon/BeaconQuest.psc',
    ]);
    expect([...maybe]).toEqual(['Meshes/Beacon/Part1.nif']);
  });
});

describeReal('of a real plugin', () => {
  test('scripts and generated fragments are found', () => {
    const plugin = realFile('plugins/mantella-history/12-311c837.esp');
    const scripts = [
      'Scripts/MantellaRepository.pex',
      'Scripts/Source/User/MantellaRepository.psc',
      'Scripts/Fragments/Terminals/TERM_MantellaMainSettingsTer_0700D519.pex',
    ];
    const { belongs } = filesOfPlugin(
      'Mantella.esp',
      plugin,
      [...scripts, 'Scripts/Unrelated.pex'],
      zlibCodec,
    );
    expect([...belongs]).toEqual(scripts);
  });
});
