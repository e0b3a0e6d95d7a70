import type { Container } from '../discovery/container.ts';
import type { StateReader } from './state-reader.ts';

/** A user account of the host. */
export interface HostUser {
  readonly name: string;
  readonly uid: string;
  /** Home directory, relative to the root file system. */
  readonly home: string;
}

/** Returns the users of passwd(5): `paul:x:1000:1000:Paul:/home/paul:/bin/sh`. */
export async function readUsers(reader: StateReader): Promise<readonly HostUser[]> {
  const users = await reader.read('etc/passwd', (text) =>
    text.split('\n').flatMap((line) => {
      const [name = '', , uid = '', , , home = ''] = line.split(':');
      return /^\/./.test(home) ? [{ name, uid, home: home.slice(1) }] : [];
    }),
  );
  return users ?? [];
}

/** Returns the UID in the path of a container that runs in the session or in the service manager of a user. */
export function uidOf({ path }: Container): string | undefined {
  return /\/user-(\d+)\.slice\//.exec(path)?.[1];
}
