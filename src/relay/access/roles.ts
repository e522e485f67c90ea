/** What the roles mean to each other: each may do what the ones before it may. */
import type { Role } from '../../shared/wire/relay.ts';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, owner: 2 };

export const reaches = (held: Role, wanted: Role): boolean => RANK[held] >= RANK[wanted];
