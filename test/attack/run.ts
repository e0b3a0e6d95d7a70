/** Runs attacks until this process gets SIGTERM: `node run.ts URL NAME…`. */
import { ATTACKS } from './attacks.ts';

const [url = '', ...names] = process.argv.slice(2);
const abort = new AbortController();
process.once('SIGTERM', () => abort.abort());
await Promise.allSettled(names.map((name) => ATTACKS[name]?.run(new URL(url), abort.signal)));
process.exit(0);
