/** Command line and environment of the program. */
export interface Invocation {
  /** Arguments of the command line, without the paths of Node.js and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ProcessInvocation extends Invocation {
  /** Path of the file that Node.js runs. */
  readonly script: string;
}

/** Returns the command line and environment of this process. */
export function processInvocation(): ProcessInvocation {
  const [, script = '', ...argv] = process.argv;
  return { argv, env: process.env, script };
}

/** Returns whether the command line requests a health check. A health check needs no other part of the configuration. */
export function requestsHealthCheck({ argv }: Pick<Invocation, 'argv'>): boolean {
  return argv.includes('--healthcheck');
}
