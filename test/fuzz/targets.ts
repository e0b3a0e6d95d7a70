import type { FuzzTargets } from './target.ts';
import { CONFIGURATION } from './targets/configuration.ts';
import { FORMATS } from './targets/formats.ts';
import { KERNEL } from './targets/kernel.ts';
import { PROGRAMS } from './targets/programs.ts';
import { WORDS } from './targets/words.ts';

/**
 * Everything that gets input from outside of the program, by name. The name of a parser in `src/parse` or `src/formats` is
 * the name of its function.
 */
export const TARGETS: FuzzTargets = { ...WORDS, ...KERNEL, ...FORMATS, ...PROGRAMS, ...CONFIGURATION };
