/** Where git-lfs keeps an object, relative to `.git/lfs/objects`. @param oid its SHA-256, lowercase hex */
export const lfsObjectName = (oid: string): string => `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`;
