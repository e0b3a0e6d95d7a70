import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';

/**
 * Directory for the files of a changing host, in memory if possible: each step replaces about 150 files, which takes ten times
 * as long on a disk.
 */
export const FAST_DIRECTORY = existsSync(MEMORY) ? MEMORY : tmpdir();
