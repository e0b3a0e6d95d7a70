import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates a temporary file, calls `use` with its path, and removes the file. */
export async function withFile<T>(content: string, use: (file: string) => T): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'config-'));
  const file = join(directory, 'exporter.yaml');
  await writeFile(file, content);
  try {
    return use(file);
  } finally {
    await rm(directory, { recursive: true });
  }
}
