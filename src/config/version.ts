import manifest from '../../package.json' with { type: 'json' };

/** Set by the build to the commit it was made from. */
declare const REVISION: string | undefined;

export const version = manifest.version;
export const revision = typeof REVISION === 'string' ? REVISION : '';
