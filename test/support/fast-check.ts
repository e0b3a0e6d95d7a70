import fc from 'fast-check';

/** The seed is constant, so that a failure can be repeated. The variable `PROPERTY_SEED` selects another seed. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });

export { fc };
