import type { Attack } from './attack.ts';
import { HTTP_ATTACKS } from './http/attacks.ts';

/** All attacks, by name. */
export const ATTACKS: Readonly<Record<string, Attack>> = { ...HTTP_ATTACKS };
