/**
 * A sample Fallout 4 project, made rather than shipped: the plugin, its scripts, textures, an archive, a FOMOD
 * installer. The same seed gives the same bytes. Used by `npm start`, the tests and the bench.
 */
import { utf8 } from '../../shared/bytes.ts';
import { writeBa2 } from '../ba2.ts';
import { samplePlugin } from './plugin.ts';
import { type Random, randomFrom } from './random.ts';
import { fomodConfig, fomodInfo, lightScript, mcmConfig, questScript, readme, settings } from './texts.ts';
import { texture } from './texture.ts';

export interface SampleFile {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface SampleOptions {
  /** Roughly how large the project is. Default 4. */
  readonly megabytes?: number;
}

/** As translations are written: little-endian, with a byte order mark. */
const utf16 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), true);
  return bytes;
};

const AUTHOR = 'modsync';
/** Sides in pixels, the larger half of the bytes first. */
const SIDES = [2048, 1024, 512, 256] as const;

export function sampleProject(seed: number, options: SampleOptions = {}): SampleFile[] {
  const random = randomFrom(seed);
  const project: SampleFile[] = [
    { path: 'Beacon.esp', content: samplePlugin(random, AUTHOR, 'Beacon:BeaconQuest') },
    { path: 'Beacon.ini', content: utf8(settings()) },
    { path: 'MCM/Config/Beacon/config.json', content: utf8(mcmConfig()) },
    { path: 'README.md', content: utf8(readme()) },
    { path: 'Scripts/Source/User/Beacon/BeaconLight.psc', content: utf8(lightScript()) },
    { path: 'Scripts/Source/User/Beacon/BeaconQuest.psc', content: utf8(questScript()) },
    { path: 'fomod/ModuleConfig.xml', content: utf8(fomodConfig()) },
    { path: 'fomod/info.xml', content: utf8(fomodInfo(AUTHOR)) },
  ];
  const archived = [
    { path: 'Textures/Beacon/Glow_d.dds', content: texture(256, random) },
    { path: 'Textures/Beacon/Glow_g.dds', content: texture(128, random) },
    { path: 'Interface/Translations/Beacon_en.txt', content: utf16('$Beacon_Range\tRange\r\n') },
  ];
  project.push({ path: 'Beacon - Main.ba2', content: writeBa2(archived) });
  project.push(...textures((options.megabytes ?? 4) * 1024 * 1024, random));
  return project.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As many textures as fit into `bytes`, from large to small; one at least. */
function textures(bytes: number, random: Random): SampleFile[] {
  const made: SampleFile[] = [];
  let left = bytes;
  for (const side of SIDES) {
    // Four bits a pixel, and a third more for the mip levels.
    const size = Math.ceil((side * side) / 1.5);
    const last = side === SIDES.at(-1);
    // No size takes all that is left, so that a project holds several sizes.
    for (const room = last ? 0 : left / 3; left - size >= room || (last && made.length === 0); left -= size) {
      const name = `Part${String(made.length).padStart(3, '0')}_${random.pick(['d', 'n', 's'])}.dds`;
      made.push({ path: `Textures/Beacon/${name}`, content: texture(side, random) });
    }
  }
  return made;
}
