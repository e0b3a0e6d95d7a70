import * as deadDns from './dead-dns.ts';
import * as descriptors from './descriptors.ts';
import * as sharedThreads from './shared-threads.ts';
import * as specialFiles from './special-files.ts';
import * as textFiles from './text-files.ts';

/** Figures of an attack, by name. */
export type Figures = Readonly<Record<string, unknown>>;

/** Attacks that each start an exporter with their own files and limits. They need FUSE and network namespaces. */
export const SINGLE_ATTACKS: Readonly<Record<string, () => Promise<Figures>>> = {
  'hung text files': async () => ({ ...(await sharedThreads.attackTextFiles()) }),
  'hung mounts': async () => {
    const seconds = await sharedThreads.attackMounts(24, 10);
    return { scrapes: seconds.length, longestSeconds: Math.max(...seconds), lastSeconds: seconds.at(-1) };
  },
  'links of text files': async () => ({ ...(await textFiles.attack(textFiles.links)) }),
  'large text file': async () => ({ ...(await textFiles.attack(textFiles.largeFile)) }),
  'full text files': async () => ({ ...(await textFiles.attack(textFiles.fullFiles)) }),
  'many text files': async () => ({ ...(await textFiles.attack(textFiles.manyFiles)) }),
  '64 descriptors': async () => ({ ...(await descriptors.attack(64)) }),
  'file without an end': async () => ({ ...(await specialFiles.attack('--config.file=/dev/zero')) }),
  'dead name server': async () => ({ ...(await deadDns.attack()) }),
};
