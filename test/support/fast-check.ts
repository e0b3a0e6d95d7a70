import fc from 'fast-check';

/** A fixed seed makes a failure repeatable. The variable `PROPERTY_SEED` selects another seed. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });

export { fc };
