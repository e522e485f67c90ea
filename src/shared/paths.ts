/**
 * Paths. A *project path* is relative to the project's folder, `/` between names, never a leading or trailing one:
 * what Git calls it in a tree. A *disk path* is absolute, with `/` between names on every platform; only
 * `platform/` turns it into what the operating system wants.
 */

export const join = (folder: string, ...names: readonly string[]): string => {
  let path = folder.endsWith('/') ? folder.slice(0, -1) : folder;
  for (const name of names) if (name !== '') path += `/${name}`;
  return path;
};

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** With the dot, lowercase; '' where there is none. */
export function extensionOf(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}
