import type { Attack } from './attack.ts';
import { HTTP_ATTACKS } from './http/attacks.ts';
import { SIZE_ATTACKS } from './sizes.ts';

/** All attacks, by name. */
export const ATTACKS: Readonly<Record<string, Attack>> = { ...HTTP_ATTACKS, ...SIZE_ATTACKS };
