/** What a `ModuleConfig.xml` must say to be installed. */
import type { XmlElement } from './xml.ts';

export interface Fomod {
  /** What is wrong, in words, with the line. Empty: it can be installed. */
  readonly faults: readonly string[];
  /** What it installs: files and folders, `/` between names, in lowercase; '' is everything. */
  readonly sources: readonly string[];
}

const GROUP_TYPES = ['SelectAtLeastOne', 'SelectAtMostOne', 'SelectExactlyOne', 'SelectAll', 'SelectAny'];
const PLUGIN_TYPES = ['Required', 'Optional', 'Recommended', 'NotUsable', 'CouldBeUsable'];
const FILE_STATES = ['Missing', 'Inactive', 'Active'];
/** In the order of the schema. */
const PARTS = [
  'moduleName',
  'moduleImage',
  'moduleDependencies',
  'requiredInstallFiles',
  'installSteps',
  'conditionalFileInstalls',
];
const NAMED = ['installStep', 'group', 'plugin'];

export function checkConfig(root: XmlElement, paths: Iterable<string>): Fomod {
  const faults: string[] = [];
  const sources: string[] = [];
  const fault = ({ line }: XmlElement, reason: string) => void faults.push(`line ${line}: ${reason}`);
  if (root.name !== 'config') {
    fault(root, `<${root.name}> stands where <config> belongs`);
    return { faults, sources };
  }
  checkParts(root, fault);
  const files = new Set<string>();
  const folders = new Set<string>(['']);
  for (const path of paths) {
    const lower = path.toLowerCase();
    files.add(lower);
    for (let slash = lower.lastIndexOf('/'); slash > 0; slash = lower.lastIndexOf('/', slash - 1))
      folders.add(lower.slice(0, slash));
  }

  const visit = (element: XmlElement, parent: XmlElement): void => {
    const { name, attributes } = element;
    const oneOf = (key: string, allowed: readonly string[], what: string) => {
      const value = attributes.get(key);
      if (value === undefined) fault(element, `${what} has no "${key}"`);
      else if (!allowed.includes(value))
        fault(element, `${what} has ${key}="${value}"; it can be ${allowed.join(', ')}`);
    };
    if (NAMED.includes(name) && !attributes.has('name')) fault(element, `<${name}> has no name`);
    if (name === 'group') oneOf('type', GROUP_TYPES, `the group "${attributes.get('name') ?? ''}"`);
    if (name === 'plugin' && !element.children.some((child) => child.name === 'typeDescriptor'))
      fault(element, `the choice "${attributes.get('name') ?? ''}" has no <typeDescriptor>`);
    if (name === 'type' || name === 'defaultType') oneOf('name', PLUGIN_TYPES, `<${name}>`);
    if (name === 'fileDependency') oneOf('state', FILE_STATES, '<fileDependency>');
    if (name === 'dependencies' && attributes.has('operator')) oneOf('operator', ['And', 'Or'], `<${name}>`);
    if (
      (name === 'flag' && parent.name === 'conditionFlags' && !attributes.get('name')) ||
      (name === 'flagDependency' && !attributes.get('flag'))
    )
      fault(element, `<${name}> does not say which flag`);

    const isInstalled = (name === 'file' || name === 'folder') && INSTALLERS.includes(parent.name);
    if (isInstalled) {
      const source = attributes.get('source');
      if (source === undefined) fault(element, `<${name}> has no source`);
      else {
        const wanted = plain(source);
        sources.push(wanted);
        const there = name === 'file' ? files.has(wanted) : folders.has(wanted);
        if (!there) fault(element, `there is no ${name} "${source}" in the release`);
      }
      checkDestination(element, fault);
    }
    const image = name === 'image' || name === 'moduleImage' ? attributes.get('path') : undefined;
    if (image && !files.has(plain(image))) fault(element, `there is no image "${image}" in the release`);
    for (const child of element.children) visit(child, element);
  };
  for (const child of root.children) visit(child, root);
  return { faults, sources };
}

const INSTALLERS = ['files', 'requiredInstallFiles'];

type Fault = (element: XmlElement, reason: string) => void;

function checkParts(root: XmlElement, fault: Fault): void {
  let last = -1;
  for (const part of root.children) {
    const place = PARTS.indexOf(part.name);
    if (place < 0) fault(part, `<${part.name}> is no part of <config>`);
    else if (place <= last) fault(part, `<${part.name}> must come before <${PARTS[last]}>, and once`);
    else last = place;
  }
  if (root.children[0]?.name !== 'moduleName') fault(root, '<config> does not begin with <moduleName>');
}

function checkDestination(element: XmlElement, fault: Fault): void {
  const destination = element.attributes.get('destination');
  if (destination === undefined) return;
  if (/^[\\/]|:/.test(destination) || destination.split(/[\\/]/).includes('..'))
    fault(element, `the destination "${destination}" leads out of the game's Data folder`);
}

const plain = (path: string): string =>
  path
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+|\/+$/g, '');
